/**
 * Standard error, of which each process has one. It is written at once, as people expect of a command; whoever serves
 * others while it writes has it queued instead, so that a reader who sleeps holds up nobody.
 */
import { QueuedOutput } from "./queued-output.ts";
import { forTerminal } from "./signs.ts";
import { writeAllSync } from "./write.ts";

/** Beyond this much waiting what is said is left out, in bytes. */
const MOST_WAITING = 1 << 20;

/** More than this waiting is a reader who sleeps, in bytes. */
const STUCK = 64 * 1024;

/** Stands where something was left out. */
const LEFT_OUT = "…\n";

let queue: QueuedOutput | undefined;
let leftOut = false;

/** From now on nothing waits for whoever reads stderr. */
export function queueStderr(): void {
  queue ??= new QueuedOutput(Deno.stderr);
}

/** Writes `text` to stderr. Where that fails there is nowhere left to say so, and the work goes on. */
export function writeStderr(words: string): void {
  const text = Deno.stderr.isTerminal() ? forTerminal(words) : words;
  if (queue !== undefined) return enqueue(queue, text);
  try {
    writeAllSync(Deno.stderr, text);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
  }
}

function enqueue(queue: QueuedOutput, text: string): void {
  if (queue.waitingBytes > MOST_WAITING) {
    leftOut = true;
    return;
  }
  const mark = leftOut ? LEFT_OUT : "";
  leftOut = false;
  queue.write(mark + text).catch(() => undefined);
}

/** Resolves when what was queued is written, or nothing more can be. */
export async function stderrWritten(): Promise<void> {
  await queue?.settled();
}

/** For whoever says something about a peer: resolves when there is room again; undefined where there is. */
export function stderrRoom(): Promise<void> | undefined {
  return queue !== undefined && queue.waitingBytes > STUCK ? stderrWritten() : undefined;
}
