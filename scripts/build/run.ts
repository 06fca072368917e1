/** Running other programs from the build scripts. */

/** Runs a program, shows nothing, and fails with what it said where it fails. Answers its stdout. */
export async function runQuietly(
  program: string,
  args: readonly string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): Promise<string> {
  const { success, stdout, stderr, code } = await new Deno.Command(program, {
    args: [...args],
    stdin: "null",
    ...options,
    env: { NO_COLOR: "1", ...options.env },
  }).output();
  if (!success) {
    throw new Error(
      `${program} ${args[0] ?? ""} ended with ${code}:\n${new TextDecoder().decode(stderr)}`,
    );
  }
  return new TextDecoder().decode(stdout);
}
