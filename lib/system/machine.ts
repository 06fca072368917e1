/** What this machine is, and what runs on it, as far as advice depends on it. */

/** The user whom this program runs as; undefined where there are no numbers of users. */
export function ownUser(): number | undefined {
  return Deno.uid() ?? undefined;
}

/** The room on the file system of `path`. */
export interface Room {
  /** Bytes that this user may still write. */
  readonly bytes: number;
  /** Whether there is room for the names of more files. */
  readonly names: boolean;
}

/** Asks the system for the room; undefined where it does not say. */
export async function roomAt(path: string): Promise<Room | undefined> {
  const { statfs } = await import("node:fs/promises");
  try {
    const { bsize, bavail, files, ffree } = await statfs(path);
    return { bytes: bavail * bsize, names: files === 0 || ffree > 0 };
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}

/** What runs this program. */
export interface Runtime {
  readonly deno: string;
  readonly v8: string;
  /** "x86_64-unknown-linux-gnu" */
  readonly target: string;
}

/** See above. */
export function runtime(): Runtime {
  return { deno: Deno.version.deno, v8: Deno.version.v8, target: Deno.build.target };
}

/** Which systems the advice differs by. */
export type System = "linux" | "darwin" | "windows";

/** This one; any other Unix counts as Linux. */
export function thisSystem(): System {
  const { os } = Deno.build;
  return os === "darwin" || os === "windows" ? os : "linux";
}
