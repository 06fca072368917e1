/**
 * What happens on SIGINT and SIGTERM: registered clean-up runs, then the program ends with 130 or 143.
 * A second signal ends it at once.
 */
import { ExitCode } from "../errors.ts";

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

/** Starts to watch for SIGINT and SIGTERM. Called once, by main. */
export function watchInterrupts(): void {
  Deno.addSignalListener("SIGINT", () => interrupted(ExitCode.interrupted));
  if (Deno.build.os !== "windows") {
    Deno.addSignalListener("SIGTERM", () => interrupted(ExitCode.terminated));
  }
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
