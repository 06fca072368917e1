/**
 * Direct runs from file to file on a pool of workers as large as the machine. While the workers start, this thread
 * does pieces itself; where none can start, it does them all.
 */
import {
  type DirectJob,
  type DirectRunner,
  pieceBuffer,
  pieceCount,
  pieceLength,
  runPiece,
} from "../../lib/container/direct.ts";
import { PieceCipher } from "../../lib/container/piece.ts";
import { FailureError } from "../../lib/errors.ts";
import type { Answer, SpanMessage, StartMessage } from "./file-worker.ts";
import { OpenPieceFiles, type PieceFilePaths } from "./piece-files.ts";

/** Pieces that a worker takes at a time (8 MiB): asking costs nothing, and all end at about the same time. */
const SPAN_PIECES = 8;

/** More workers than this only wait for the disk. */
const MAX_WORKERS = 8;

/** The worker's entry: beside this file, or beside the bundle of the compiled executable. */
const WORKER_URL = new URL(
  import.meta.url.endsWith(".ts") ? "./file-worker.ts" : "./file-worker.js",
  import.meta.url,
);

/** One worker. It gets one message at a time and answers it. */
class FileWorker {
  readonly #worker = new Worker(WORKER_URL, { type: "module", name: "p2p files" });
  #settle: ((answer: Answer | undefined) => void) | undefined;
  #broken = false;

  constructor() {
    this.#worker.addEventListener("message", ({ data }: MessageEvent<Answer>) => {
      this.#settle?.(data);
    });
    this.#worker.addEventListener("error", (event) => {
      event.preventDefault();
      this.#broken = true;
      this.#settle?.(undefined);
    });
  }

  /** The answer to a message; undefined from a worker that cannot run. */
  ask(message: StartMessage | SpanMessage): Promise<Answer | undefined> {
    return new Promise((resolve) => {
      if (this.#broken) return resolve(undefined);
      this.#settle = resolve;
      this.#worker.postMessage(message);
    });
  }

  close(): void {
    this.#worker.terminate();
  }
}

/** The workers of one run. */
export class FileWorkers {
  readonly #paths: PieceFilePaths;
  readonly #workers: FileWorker[];

  constructor(paths: PieceFilePaths, cores: number) {
    this.#paths = paths;
    const count = Math.min(Math.max(1, cores), MAX_WORKERS);
    this.#workers = Array.from({ length: count }, () => new FileWorker());
  }

  /** Does a job. */
  readonly run: DirectRunner = async (job, onProgress) => {
    const run = new Run(job, onProgress);
    let started = 0;
    const working = this.#workers.map(async (worker) => {
      const answer = await worker.ask({ ...this.#paths, job });
      if (answer === undefined) return;
      started++;
      check(answer);
      await run.on(worker);
    });
    const failing = Promise.all(working).then(() => undefined);
    void Promise.allSettled([failing]); // heard of below
    const cipher = new PieceCipher(job.payloadKey);
    try {
      await run.here(cipher, this.#paths, () => started > 0);
      await failing;
      await run.here(cipher, this.#paths, () => false);
      return run.authentic;
    } finally {
      cipher.wipe();
    }
  };

  close(): void {
    for (const worker of this.#workers) worker.close();
  }
}

function check(answer: Answer): boolean {
  if ("error" in answer) throw new FailureError(answer.error);
  return answer.authentic;
}

/** What is left of a job, and how it goes. */
class Run {
  readonly #job: DirectJob;
  readonly #onProgress: (bytes: number) => void;
  readonly #count: number;
  #next = 0;
  #done = 0;
  authentic = true;

  constructor(job: DirectJob, onProgress: (bytes: number) => void) {
    this.#job = job;
    this.#onProgress = onProgress;
    this.#count = pieceCount(job);
  }

  /** The next pieces; undefined where there are none, or no use in going on. */
  #take(pieces: number): SpanMessage | undefined {
    if (!this.authentic || this.#next >= this.#count) return undefined;
    const from = this.#next;
    this.#next = Math.min(from + pieces, this.#count);
    return { from, until: this.#next };
  }

  #finish({ from, until }: SpanMessage, authentic: boolean): void {
    if (!authentic) this.authentic = false;
    for (let i = from; i < until; i++) this.#done += pieceLength(this.#job, i);
    this.#onProgress(this.#done);
  }

  /** Keeps a worker busy to the end. */
  async on(worker: FileWorker): Promise<void> {
    for (let span = this.#take(SPAN_PIECES); span; span = this.#take(SPAN_PIECES)) {
      const answer = await worker.ask(span);
      if (answer === undefined) throw new FailureError("run worker: it stopped");
      this.#finish(span, check(answer));
    }
  }

  /** Does pieces on this thread until `enough`. */
  async here(cipher: PieceCipher, paths: PieceFilePaths, enough: () => boolean): Promise<void> {
    if (enough() || this.#next >= this.#count) return;
    const files = new OpenPieceFiles(paths);
    const buffer = pieceBuffer();
    try {
      while (!enough()) {
        const span = this.#take(1);
        if (span === undefined) return;
        this.#finish(span, runPiece(cipher, files, this.#job, span.from, buffer));
        await new Promise((resolve) => setTimeout(resolve, 0)); // messages come in between
      }
    } finally {
      files.close();
    }
  }
}
