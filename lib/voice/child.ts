/**
 * Running a tool: no shell, an argument array, a narrow environment, nothing on its stdin but what we give it, and an
 * end on abort or when p2p is interrupted.
 */
import { type Bytes, concat } from "../bytes.ts";
import { onInterrupt } from "../system/cleanup.ts";
import type { Host } from "./host.ts";
import { VoiceError } from "./problem.ts";
import type { VoiceTool } from "./tools.ts";

/** Most of a tool's complaints that is kept, in bytes: the last of them. */
const MAX_STDERR_BYTES = 16 * 1024;
/** How long a tool may take to end after it was asked to, in milliseconds. */
const KILL_AFTER_MS = 1000;

/** One program and its arguments. */
export interface ToolCommand {
  readonly tool: VoiceTool;
  readonly args: readonly string[];
  /** Variables besides the narrow environment. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** A tool that runs. */
export interface Child {
  readonly stdout: ReadableStream<Bytes>;
  /** How it ended, and what it said on stderr. Never rejects. */
  readonly ended: Promise<Ended>;
  /** Waits for its own end a little, then ends it. For a tool that has closed its output. */
  finish(): Promise<Ended>;
  /** Ends it: asked first, forced after a second. Returns when it is gone. Never rejects. */
  stop(): Promise<void>;
}

/** How a tool ended. */
export interface Ended {
  readonly code: number;
  readonly stderr: string;
}

/** Starts `command`; `input` is written to its stdin, which is empty otherwise. */
export function start(host: Host, command: ToolCommand, input?: Uint8Array<ArrayBuffer>): Child {
  const { tool, args } = command;
  const path = host.find(tool);
  if (path === undefined) throw new VoiceError("no-tool", "voice.run-missing", { tool });
  const process = spawn(tool, path, {
    args: [...args],
    clearEnv: true,
    env: { ...host.environment, ...command.environment },
    stdin: input === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  });
  const forget = onInterrupt(() => stop());
  const stderr = tail(process.stderr);
  const feeding = input === undefined ? undefined : feed(process.stdin, input);
  const ended = process.status.then(async ({ code }) => {
    forget();
    await feeding;
    return { code, stderr: await stderr };
  });
  /** Never rejects: a process that has gone is what was wanted. */
  async function stop(): Promise<void> {
    signal(process, "SIGTERM");
    const force = setTimeout(() => signal(process, "SIGKILL"), KILL_AFTER_MS);
    await process.status;
    clearTimeout(force);
  }
  async function finish(): Promise<Ended> {
    const patience = setTimeout(() => void stop(), KILL_AFTER_MS);
    const result = await ended;
    clearTimeout(patience);
    return result;
  }
  return { stdout: process.stdout, ended, finish, stop };
}

function spawn(tool: string, path: string, options: Deno.CommandOptions): Deno.ChildProcess {
  try {
    return new Deno.Command(path, options).spawn();
  } catch (cause) {
    throw new VoiceError("no-tool", "voice.run-failed", { tool }, { cause });
  }
}

function signal(process: Deno.ChildProcess, name: Deno.Signal): void {
  try {
    process.kill(name);
  } catch (error) {
    // It has ended already, which is what was wanted.
    if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Writes all of `input`; a tool that stops reading says why on its stderr. */
async function feed(stdin: WritableStream<Bytes>, input: Bytes): Promise<void> {
  const piece = 64 * 1024;
  const writer = stdin.getWriter();
  try {
    for (let at = 0; at < input.length; at += piece) {
      await writer.write(input.subarray(at, at + piece));
    }
    await writer.close();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    await writer.abort(error).catch(() => undefined);
  }
}

async function tail(stream: ReadableStream<Bytes>): Promise<string> {
  let kept: Uint8Array = new Uint8Array(0);
  for await (const piece of stream) {
    kept = concat(kept, piece);
    if (kept.length > 2 * MAX_STDERR_BYTES) kept = kept.slice(-MAX_STDERR_BYTES);
  }
  return new TextDecoder().decode(kept.subarray(-MAX_STDERR_BYTES));
}

/** Bounds of a short run. */
export interface RunLimits {
  /** In milliseconds; it is ended afterwards, and `late` is set. */
  readonly timeout: number;
  /** Most output kept, in bytes; it is ended when there is more. */
  readonly output?: number;
  readonly signal?: AbortSignal | undefined;
  readonly input?: Bytes;
}

/** A short run, over. */
export interface Finished extends Ended {
  readonly stdout: Bytes;
  /** It was ended because it took too long. */
  readonly late: boolean;
}

/** Runs a tool to its end. Aborting `signal` ends it and throws the signal's reason. */
export async function run(host: Host, command: ToolCommand, limits: RunLimits): Promise<Finished> {
  limits.signal?.throwIfAborted();
  const child = start(host, command, limits.input);
  let late = false;
  const stop = () => void child.stop();
  const timer = setTimeout(() => {
    late = true;
    stop();
  }, limits.timeout);
  limits.signal?.addEventListener("abort", stop);
  try {
    const stdout = await collect(child, limits.output ?? 1 << 20);
    const { code, stderr } = await child.ended;
    limits.signal?.throwIfAborted();
    return { code, stderr, stdout, late };
  } finally {
    clearTimeout(timer);
    limits.signal?.removeEventListener("abort", stop);
  }
}

async function collect(child: Child, limit: number): Promise<Bytes> {
  const parts: Bytes[] = [];
  let length = 0;
  for await (const piece of child.stdout) {
    parts.push(piece);
    length += piece.length;
    if (length > limit) {
      await child.stop();
      break;
    }
  }
  return concat(...parts).subarray(0, limit);
}
