/** Running other programs from the build scripts, and what becomes of a build that is interrupted. */
import { onInterrupt } from "../../lib/system/cleanup.ts";

/** The programs that run now. */
const running = new Set<Deno.ChildProcess>();

/** Runs a program, shows nothing, and fails with what it said where it fails. Answers its stdout. */
export async function runQuietly(
  program: string,
  args: readonly string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): Promise<string> {
  const child = new Deno.Command(program, {
    args: [...args],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    ...options,
    env: { NO_COLOR: "1", ...options.env },
  }).spawn();
  running.add(child);
  const { success, stdout, stderr, code } = await child.output().finally(() =>
    running.delete(child)
  );
  if (!success) {
    throw new Error(
      `${program} ${args[0] ?? ""} ended with ${code}:\n${new TextDecoder().decode(stderr)}`,
    );
  }
  return new TextDecoder().decode(stdout);
}

/** Ends the programs that run, and waits until they write nothing more. */
async function stopRunning(): Promise<void> {
  await Promise.all([...running].map(async (child) => {
    child.kill();
    await child.status;
  }));
}

/** Has a file or folder removed where the build is interrupted; answers what takes that back. */
export function removeIfInterrupted(path: string): () => void {
  return onInterrupt(async () => {
    await stopRunning();
    await remove(path);
  });
}

/** Removes a file or folder, if it is there. */
export async function remove(path: string): Promise<void> {
  await Deno.remove(path, { recursive: true }).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
}
