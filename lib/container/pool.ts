/**
 * A pool of workers that seal and open pieces. Buffers travel by transfer, never by copy. A pool starts only when
 * there is enough to do for it: short inputs never pay for it, and while it starts this thread does the work.
 */
import { type Bytes, wipe } from "../bytes.ts";
import { kernel } from "../crypto/kernel/kernel.ts";
import { FailureError } from "../errors.ts";
import type { PieceResult, PieceTask } from "./piece.ts";
import { FedRunner, InlineRunner } from "./runner.ts";
import type { Soon } from "./source.ts";
import type { WorkerKey, WorkerReady } from "./worker.ts";

/** Pieces done on this thread before a pool starts: below that, starting it takes longer than the work. */
const INLINE_PIECES = 4;

/** More workers than this only wait for the disk. */
const MAX_WORKERS = 8;

/** The worker's entry: beside this file, or beside the bundle of the compiled executable. */
const workerUrl = () =>
  new URL(import.meta.url.endsWith(".ts") ? "./worker.ts" : "./worker.js", import.meta.url);

interface Waiting {
  resolve(result: PieceResult): void;
  reject(error: Error): void;
}

/** One worker and the pieces it has, which it answers in order. */
class PieceWorker {
  readonly #worker: Worker;
  readonly #waiting: Waiting[] = [];
  ready = false;

  constructor(payloadKey: Uint8Array) {
    this.#worker = new Worker(workerUrl(), {
      type: "module",
      name: "p2p pieces",
    });
    this.#worker.addEventListener(
      "message",
      ({ data }: MessageEvent<PieceResult | WorkerReady>) => {
        if ("ready" in data) this.ready = true;
        else this.#waiting.shift()?.resolve(data);
      },
    );
    this.#worker.addEventListener("error", (event) => {
      event.preventDefault();
      const error = new FailureError("worker.failed", { message: event.message });
      for (const { reject } of this.#waiting.splice(0)) reject(error);
    });
    this.#worker.postMessage({ payloadKey } satisfies WorkerKey);
  }

  get load(): number {
    return this.#waiting.length;
  }

  run({ action, firstChunk, last, digests, length, buffer }: PieceTask): Promise<PieceResult> {
    const message: PieceTask = { action, firstChunk, last, digests, length, buffer };
    this.#worker.postMessage(message, [buffer.buffer]);
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  close(): void {
    this.#worker.terminate();
  }
}

/** Does pieces on `count` workers. */
export class PoolRunner extends FedRunner {
  readonly #workers: PieceWorker[];

  constructor(payloadKey: Uint8Array, count: number) {
    super();
    this.#workers = Array.from({ length: count }, () => new PieceWorker(payloadKey));
  }

  /** The workers that have started; before any has, all of them. */
  #usable(): PieceWorker[] {
    const ready = this.#workers.filter((worker) => worker.ready);
    return ready.length > 0 ? ready : this.#workers;
  }

  /** Whether any worker has started. */
  get ready(): boolean {
    return this.#workers.some((worker) => worker.ready);
  }

  get depth(): number {
    return 2 * this.#usable().length + 1;
  }

  piece(task: PieceTask): Promise<PieceResult> {
    const idlest = this.#usable().reduce((a, b) => b.load < a.load ? b : a);
    return idlest.run(task);
  }

  close(): void {
    for (const worker of this.#workers) worker.close();
  }
}

/** Begins on this thread, and goes over to a pool when the input turns out to be long. */
export class AdaptiveRunner extends FedRunner {
  readonly #inline: InlineRunner;
  readonly #key: Bytes;
  readonly #count: number;
  #pool: PoolRunner | undefined;
  #pieces = 0;

  /**
   * @param cores of the machine
   * @param long the input is known to be long: start the pool at once
   */
  constructor(payloadKey: Uint8Array, cores: number, long: boolean) {
    super();
    this.#key = Uint8Array.from(payloadKey);
    this.#count = Math.min(Math.max(1, cores), MAX_WORKERS);
    this.#inline = new InlineRunner(this.#key);
    if (long) this.#startPool();
  }

  #startPool(): void {
    kernel().expectMuch();
    this.#pool = new PoolRunner(this.#key, this.#count);
  }

  get depth(): number {
    return this.#pool?.ready ? this.#pool.depth : 1;
  }

  piece(task: PieceTask): Soon<PieceResult> {
    if (this.#pool?.ready) return this.#pool.piece(task);
    if (this.#pieces++ === INLINE_PIECES && this.#pool === undefined) this.#startPool();
    return this.#inline.piece(task);
  }

  close(): void {
    this.#inline.close();
    this.#pool?.close();
    wipe(this.#key);
  }
}
