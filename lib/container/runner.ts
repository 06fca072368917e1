/**
 * Who seals and opens the chunks of a payload: the interface of all runners, this thread as one, and the pump that keeps
 * those busy that are fed, in order and with a bounded number of pieces in memory.
 */
import type { Bytes } from "../bytes.ts";
import { PIECE_BUFFER_BYTES, PieceCipher, type PieceResult, type PieceTask } from "./piece.ts";
import type { Soon } from "./source.ts";

/** All the chunks of one payload, in the words of every runner. */
export interface Payload {
  readonly action: "seal" | "open";
  readonly key: Uint8Array;
  /** Where the payload begins in the input, and in the output: what stands before it is read and written. */
  readonly inputAt: number;
  readonly outputAt: number;
  /** The next piece of the input, in order. */
  next(): Soon<PieceTask | undefined>;
  /** Takes what became of a piece, in order. */
  done(result: PieceResult, task: PieceTask): Soon<void>;
}

/**
 * Seals or opens all the chunks of a payload. There are three: on this thread, on a pool of workers (both are fed
 * pieces in order), and from file to file on all cores, where nothing but place gives the pieces an order.
 */
export interface ChunkRunner {
  /** Does them all; false when one is not authentic, of which nothing is written. */
  run(payload: Payload): Promise<boolean>;
  /** Overwrites the key and ends what was started. */
  close(): void;
}

/**
 * Makes the runner for a payload.
 *
 * @param ordered the pieces must be handed over in order: something else than their place depends on it
 */
export type RunnerFactory = (payloadKey: Uint8Array, ordered: boolean) => ChunkRunner;

/** A runner that is fed pieces in order, and does each in its own time. */
export abstract class FedRunner implements ChunkRunner {
  /** How many pieces it wants to have at a time. */
  abstract readonly depth: number;

  /** The buffer of the task belongs to the runner until the result brings it back. */
  abstract piece(task: PieceTask): Soon<PieceResult>;

  abstract close(): void;

  /** What is not authentic, `done` is told of: it knows what was proven before. */
  async run({ next, done }: Payload): Promise<boolean> {
    await pump(next, this, done);
    return true;
  }
}

/** Does pieces on this thread. */
export class InlineRunner extends FedRunner {
  readonly depth = 1;
  readonly #cipher: PieceCipher;

  constructor(payloadKey: Uint8Array) {
    super();
    this.#cipher = new PieceCipher(payloadKey);
  }

  piece(task: PieceTask): PieceResult {
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
async function pump(
  next: () => Soon<PieceTask | undefined>,
  runner: FedRunner,
  done: (result: PieceResult, task: PieceTask) => Soon<void>,
): Promise<void> {
  const queue: Array<{ task: PieceTask; result: Soon<PieceResult> }> = [];
  try {
    for (;;) {
      const task = await next();
      if (task === undefined) break;
      const result = runner.piece(task);
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
