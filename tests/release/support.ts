/** A release made once for the tests of a file, of the bundle that `deno task compile` has just made. */
import { join } from "node:path";
import { ROOT } from "../support/imports.ts";

/** The architecture of this machine as Debian calls it. */
export const DEBIAN = Deno.build.arch === "x86_64" ? "amd64" : "arm64";

/** The command that makes a release of the parts, in `output`. */
export function releaseCommand(args: readonly string[], env: Record<string, string> = {}) {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", `${ROOT}scripts/release.ts`, ...args],
    env: { NO_COLOR: "1", P2P_LANG: "en", ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

/** The bundle that the executable under test was made of. */
export const BUNDLE = `${ROOT}dist/.build/bundle`;

/** What a run said, and its exit code. */
export interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end. */
export async function ended(command: Deno.Command): Promise<Said> {
  const { code, stdout, stderr } = await command.output();
  const text = new TextDecoder();
  return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
}

/** Makes a release of the parts in `folder`/release, and answers that path. */
export async function makeRelease(folder: string, parts: string): Promise<string> {
  const output = join(folder, "release");
  const args = ["--bundle", BUNDLE, "--only", parts, "--output", output];
  const { code, stderr } = await ended(releaseCommand(args));
  if (code !== 0) throw new Error(`release ended with ${code}: ${stderr}`);
  return output;
}
