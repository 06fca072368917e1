/**
 * The compiled executable, driven as a person or a script would: own home, own folder, real arguments and pipes.
 */
import "./lan.ts";
import { join } from "node:path";

/** The executable under test. `deno task test` has just made it. */
export const EXECUTABLE = new URL("../../dist/p2p", import.meta.url).pathname;

/** Why tests of what the executable unpacks cannot run; undefined where it does. */
export async function unpacksNothing(): Promise<string | undefined> {
  using file = await Deno.open(EXECUTABLE);
  const head = new Uint8Array(9);
  await file.read(head);
  const unpacks = new TextDecoder().decode(head) === "#!/bin/sh";
  return unpacks ? undefined : "the executable does not unpack itself";
}

/** How one run is set up. */
export interface RunOptions {
  /** `P2P_HOME`; a folder that need not exist yet. */
  readonly home?: string;
  /** Working folder. */
  readonly cwd?: string;
  /** Given on stdin; stdin is empty otherwise. */
  readonly stdin?: string | Uint8Array;
  readonly env?: Record<string, string>;
  /** The run is killed after this many milliseconds (default 60,000). */
  readonly timeoutMs?: number;
}

/** What a run left. */
export interface RunResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly stdoutBytes: Uint8Array;
}

/** Options of a run that the caller starts and watches itself. */
export type CommandOptions = Omit<Deno.CommandOptions, "args" | "env"> & {
  home?: string;
  env?: Record<string, string>;
};

/** The command for `p2p ARGS`, not yet started: for long runs, with streams of the caller's choice. */
export function p2pCommand(
  args: readonly string[],
  options: CommandOptions = {},
): Deno.Command {
  const { home, env, ...rest } = options;
  return new Deno.Command(EXECUTABLE, {
    args: [...args],
    env: { ...(home === undefined ? {} : { P2P_HOME: home }), ...env },
    ...rest,
  });
}

/** Runs `p2p ARGS` to its end. */
export async function p2p(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const { stdin, timeoutMs = 60_000, ...rest } = options;
  const child = p2pCommand(args, {
    ...rest,
    stdin: stdin === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const timer = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
  const feeding = stdin === undefined ? Promise.resolve() : feed(child.stdin, stdin);
  try {
    const output = await child.output();
    await feeding;
    const text = new TextDecoder();
    if (args.includes("--json")) {
      const { checkEvents } = await import("./json-schema.ts");
      checkEvents(text.decode(output.stdout));
    }
    return {
      code: output.code,
      stdout: text.decode(output.stdout),
      stderr: text.decode(output.stderr),
      stdoutBytes: output.stdout,
    };
  } finally {
    clearTimeout(timer);
  }
}

/** Writes all of stdin; a program that ends without reading it is no failure of the test. */
async function feed(stream: WritableStream<Uint8Array>, data: string | Uint8Array): Promise<void> {
  const writer = stream.getWriter();
  try {
    await writer.write(typeof data === "string" ? new TextEncoder().encode(data) : data);
    await writer.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}

/** A fresh temporary folder, removed when `use` ends. */
export async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await Deno.makeTempDir({ prefix: "p2p-test-" });
  try {
    return await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** A home with an identity in it; answers its public key (`p2p1…`). */
export async function makeHome(
  folder: string,
  name: string,
): Promise<{ home: string; key: string }> {
  const home = join(folder, name);
  const { code, stdout, stderr } = await p2p(["keygen", "--no-passphrase"], { home });
  if (code !== 0) throw new Error(`keygen ended with ${code}: ${stderr}`);
  return { home, key: stdout.trim() };
}
