/**
 * What happens on SIGINT, SIGTERM and SIGHUP: registered clean-up runs (files are given up, peers told goodbye), then the
 * program ends with 130, 143 or 129. A second signal ends it at once. Signals are the process's, so this state is, too.
 */
import { ExitCode } from "../errors.ts";
import { fromLibc } from "./libc.ts";

/** How long clean-up may take before the program ends anyway, in milliseconds. */
const CLEANUP_LIMIT_MS = 3000;

type Hook = () => void | Promise<void>;

const hooks = new Set<Hook>();
let takers: Array<() => void> = [];
let ending: Promise<void> | undefined;
let endCode: number | undefined;

/** Registers clean-up for an interrupted run; answers the function that takes it back. */
export function onInterrupt(hook: Hook): () => void {
  hooks.add(hook);
  return () => void hooks.delete(hook);
}

/**
 * Takes SIGINT for itself while registered (stopping a recording, say): the program goes on.
 * Answers the function that gives it back.
 */
export function takeInterrupt(handler: () => void): () => void {
  takers.push(handler);
  return () => {
    takers = takers.filter((taker) => taker !== handler);
  };
}

async function runHooks(): Promise<void> {
  const running = [...hooks].reverse().map(async (hook) => await hook());
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, CLEANUP_LIMIT_MS);
  });
  await Promise.race([Promise.allSettled(running), limit]);
  clearTimeout(timer);
}

function interrupted(code: number): void {
  const taker = code === ExitCode.interrupted ? takers.at(-1) : undefined;
  if (taker !== undefined) return taker();
  if (ending !== undefined) Deno.exit(code);
  endCode = code;
  ending = runHooks().then(() => Deno.exit(code));
}

/** Ends the program as SIGINT would, clean-up included: for a Ctrl-C read from a raw terminal. */
export function interruptProgram(): void {
  interrupted(ExitCode.interrupted);
}

const SIGHUP = 1;
/** `struct sigaction` has at most so many bytes; the handler comes first. */
const SIGACTION_BYTES = 256;
const SIG_IGN = 1n;

const calls = fromLibc({
  sigaction: { parameters: ["i32", "pointer", "buffer"], result: "i32" },
});

/** Whether the program was started with SIGHUP ignored, as nohup(1) does: then it stays so. */
function hangupIgnored(): boolean {
  const action = new Uint8Array(SIGACTION_BYTES);
  if (calls()?.sigaction(SIGHUP, null, action) !== 0) return false;
  return new DataView(action.buffer).getBigUint64(0, true) === SIG_IGN;
}

/** The same signal again sooner than this is the same wish: of a terminal, and of a launcher that passes it on. */
const SAME_WISH_MS = 100;

let last = { code: 0, at: -Infinity };

function signalled(code: number): void {
  const at = performance.now();
  if (code === last.code && at - last.at < SAME_WISH_MS) return;
  last = { code, at };
  interrupted(code);
}

/** Starts to watch for the signals. Called once, at the start of the program (commands/shared/program.ts). */
export function watchInterrupts(): void {
  const windows = Deno.build.os === "windows";
  // Asked before anything else: with the first listener the runtime takes SIGHUP for itself, and ends by it.
  const unheard = !windows && hangupIgnored();
  Deno.addSignalListener("SIGINT", () => signalled(ExitCode.interrupted));
  if (windows) return;
  Deno.addSignalListener("SIGTERM", () => signalled(ExitCode.terminated));
  Deno.addSignalListener("SIGHUP", () => unheard || signalled(ExitCode.hungUp));
}

/** The end of the program, where an interrupt is bringing it about; work that fails in the meantime waits for it. */
export function interruption(): Promise<void> | undefined {
  return ending;
}

/** Waits for a clean-up under way; its exit code, or undefined where nothing interrupted the run. */
export async function interruptedExitCode(): Promise<number | undefined> {
  await ending;
  return endCode;
}
