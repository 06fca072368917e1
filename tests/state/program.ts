/** `p2p` from the source, for tests of commands that need no executable. */

/** The folder of the project, with a slash at its end. */
export const ROOT = new URL("../../", import.meta.url).pathname;

/** What a run left. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `p2p ARGS` with its state in `home`. */
export async function p2p(home: string, ...args: readonly string[]): Promise<Ran> {
  const output = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--unstable-net", `${ROOT}main.ts`, ...args],
    env: { P2P_HOME: home, P2P_LANG: "en" },
    stdin: "null",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code: output.code, stdout: text(output.stdout), stderr: text(output.stderr) };
}
