/** Files that are only looked at: what is there, whose it is, what it says, as far as this program may know. */
import { reasonText, systemCode } from "../errors.ts";
import type { Text } from "../text/text.ts";

/** What lies at a path, links followed. */
export type Look =
  | { readonly kind: "nothing" }
  /** It cannot be told: no permission, an error of the disk. */
  | { readonly kind: "unknown"; readonly reason: Text }
  | {
    readonly kind: "file" | "folder" | "other";
    /** Permission bits; undefined where the system has none. */
    readonly mode: number | undefined;
    /** Whose it is; undefined where the system does not say. */
    readonly user: number | undefined;
    readonly size: number;
  };

/** Looks at `path`. */
export function look(path: string): Look {
  try {
    const { isFile, isDirectory, mode, uid, size } = Deno.statSync(path);
    return {
      kind: isFile ? "file" : isDirectory ? "folder" : "other",
      mode: mode === null || Deno.build.os === "windows" ? undefined : mode & 0o7777,
      user: uid ?? undefined,
      size,
    };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { kind: "nothing" };
    if (error instanceof Error) return { kind: "unknown", reason: reasonText(error) };
    throw error;
  }
}

/** A file's words: undefined where there is no file, "unreadable" where it may not be read, is too large, or is no text. */
export type FileText = { readonly text: string } | "unreadable" | undefined;

/** Larger files are configuration of nothing. */
const MOST_BYTES = 1 << 20;

/** Reads the file at `path`. */
export function readText(path: string): FileText {
  const found = look(path);
  if (found.kind === "nothing") return undefined;
  if (found.kind !== "file" || found.size > MOST_BYTES) return "unreadable";
  try {
    return { text: Deno.readTextFileSync(path) };
  } catch (error) {
    if (error instanceof Error) return "unreadable";
    throw error;
  }
}

/** The names in a folder, in order; none where it cannot be read. */
export function namesIn(path: string, most: number): string[] {
  const names: string[] = [];
  try {
    for (const { name } of Deno.readDirSync(path)) {
      names.push(name);
      if (names.length >= most) break;
    }
  } catch (error) {
    if (!(error instanceof Error)) throw error;
  }
  return names.sort();
}

/** Why no file can be made in the folder at `path`; undefined where one can: it is tried. */
export function writeProblem(path: string): Text | undefined {
  try {
    Deno.removeSync(Deno.makeTempFileSync({ dir: path, prefix: ".p2p-" }));
    return undefined;
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return reasonText(error);
  }
}
