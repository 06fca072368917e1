/**
 * Who seals and opens pieces: this thread, or a pool of workers; and the pump that keeps them busy, in order and
 * with a bounded number of pieces in memory.
 */
import type { Bytes } from "../bytes.ts";
import { PIECE_BUFFER_BYTES, PieceCipher, type PieceResult, type PieceTask } from "./piece.ts";
import type { Soon } from "./source.ts";

/** Does pieces, each in its own time. */
export interface PieceRunner {
  /** The buffer of the task belongs to the runner until the result brings it back. */
  run(task: PieceTask): Soon<PieceResult>;
  /** How many pieces it wants to have at a time. */
  readonly depth: number;
  /** Overwrites the key and ends what was started. */
  close(): void;
}

/** Makes the runner for a payload key. */
export type RunnerFactory = (payloadKey: Uint8Array) => PieceRunner;

/** Does pieces on this thread. */
export class InlineRunner implements PieceRunner {
  readonly depth = 1;
  readonly #cipher: PieceCipher;

  constructor(payloadKey: Uint8Array) {
    this.#cipher = new PieceCipher(payloadKey);
  }

  run(task: PieceTask): PieceResult {
    return this.#cipher.run(task);
  }

  close(): void {
    this.#cipher.wipe();
  }
}

/** Buffers of pieces, used again and again. */
export class PieceBuffers {
  readonly #free: Bytes[] = [];

  /** A buffer of PIECE_BUFFER_BYTES, its content left from before. */
  take(): Bytes {
    return this.#free.pop() ?? new Uint8Array(PIECE_BUFFER_BYTES);
  }

  /** Takes a buffer back. */
  give(buffer: Bytes): void {
    this.#free.push(buffer);
  }
}

/**
 * Runs all pieces of `next` and hands the results to `done` in order. At most `runner.depth` are under way.
 */
export async function pump(
  next: () => Soon<PieceTask | undefined>,
  runner: PieceRunner,
  done: (result: PieceResult, task: PieceTask) => Soon<void>,
): Promise<void> {
  const queue: Array<{ task: PieceTask; result: Soon<PieceResult> }> = [];
  try {
    for (;;) {
      const task = await next();
      if (task === undefined) break;
      const result = runner.run(task);
      void Promise.allSettled([result]); // a failure is heard when its turn comes
      queue.push({ task, result });
      while (queue.length >= runner.depth) await finishOldest();
    }
    while (queue.length > 0) await finishOldest();
  } finally {
    await Promise.allSettled(queue.map(({ result }) => result));
  }

  async function finishOldest(): Promise<void> {
    const { task, result } = queue[0]!;
    const outcome = await result;
    queue.shift();
    await done(outcome, task);
  }
}
