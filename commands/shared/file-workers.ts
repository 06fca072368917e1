/**
 * Direct runs from file to file on all cores: this thread and one worker for each further core take pieces until none
 * is left. Where no worker can start, this thread does them all.
 */
import {
  type DirectJob,
  outputEnd,
  pieceBuffer,
  pieceCount,
  pieceLength,
  runNextPiece,
  SharedProgress,
  warmUp,
} from "../../lib/container/direct.ts";
import { PieceCipher } from "../../lib/container/piece.ts";
import type { ChunkRunner, Payload } from "../../lib/container/runner.ts";
import { FailureError } from "../../lib/errors.ts";
import { interruption, onInterrupt } from "../../lib/system/cleanup.ts";
import { reserve } from "../../lib/system/reserve.ts";
import { nextTurn } from "../../lib/transfer/turn.ts";
import type { StartMessage, WorkerAnswer } from "./file-worker.ts";
import { OpenPieceFiles, type PieceFilePaths } from "./piece-files.ts";

/** Room is asked for where the output has at least so many bytes: it takes longer than writing fewer. */
const RESERVE_BYTES = 32 * 1024 * 1024;

/** More threads than this only wait for the disk. */
const MAX_THREADS = 8;

/** How long this thread works before answers, signals and the progress line have their turn, in milliseconds. */
const TURN_MS = 50;

/** The worker's entry: beside this file, or beside the bundle of the compiled executable. */
const workerUrl = () =>
  new URL(
    import.meta.url.endsWith(".ts") ? "./file-worker.ts" : "./file-worker.js",
    import.meta.url,
  );

/** One worker. It gets one message and answers it. */
class FileWorker {
  readonly #worker = new Worker(workerUrl(), { type: "module", name: "p2p files" });
  /** The answer; undefined from a worker that cannot run. */
  readonly #answer = new Promise<WorkerAnswer | undefined>((resolve) => {
    this.#worker.addEventListener(
      "message",
      ({ data }: MessageEvent<WorkerAnswer>) => resolve(data),
    );
    this.#worker.addEventListener("error", (event) => {
      event.preventDefault();
      resolve(undefined);
    });
  });

  ask(message: StartMessage): Promise<WorkerAnswer | undefined> {
    this.#worker.postMessage(message);
    return this.#answer;
  }

  close(): void {
    this.#worker.terminate();
  }
}

/** Takes all the pieces of a payload from file to file, on all cores. */
export class FileRunner implements ChunkRunner {
  readonly #paths: PieceFilePaths;
  readonly #onProgress: (bytes: number) => void;
  readonly #count: number;
  readonly #workers: FileWorker[] = [];

  /**
   * The compiler starts with what pieces need; `run` starts the threads.
   *
   * @param onProgress hears how many bytes of the payload are done
   */
  constructor(paths: PieceFilePaths, cores: number, onProgress: (bytes: number) => void) {
    this.#paths = paths;
    this.#onProgress = onProgress;
    this.#count = Math.max(0, Math.min(cores, MAX_THREADS) - 1);
    warmUp();
  }

  async run({ action, key, inputAt, outputAt }: Payload): Promise<boolean> {
    const inputBytes = this.#paths.input.size - inputAt;
    const job: DirectJob = { action, payloadKey: key, inputAt, inputBytes, outputAt };
    const progress = new SharedProgress();
    const message: StartMessage = { ...this.#paths, job, progress: progress.memory };
    // This thread waits while they start; the compiler is at work meanwhile.
    for (let i = 0; i < this.#count; i++) this.#workers.push(new FileWorker());
    const end = outputEnd(job);
    if (end >= RESERVE_BYTES) reserve(this.#paths.output.path, end);
    const asked = this.#workers.map((worker) => worker.ask(message));
    const forget = onInterrupt(() => progress.stop());
    try {
      let authentic = await this.#here(job, progress);
      for (const answer of await Promise.all(asked)) {
        if (answer === undefined) continue; // a worker that never ran took nothing
        if ("error" in answer) {
          throw new FailureError("worker.error", { reason: answer.error });
        }
        authentic &&= answer.authentic;
      }
      if (authentic && progress.pieces !== pieceCount(job)) {
        await interruption(); // ends the program, where that was why they stopped
        throw new FailureError("worker.stopped", {});
      }
      return authentic;
    } finally {
      forget();
    }
  }

  /** Does pieces on this thread. */
  async #here(job: DirectJob, progress: SharedProgress): Promise<boolean> {
    const cipher = new PieceCipher(job.payloadKey);
    const files = new OpenPieceFiles(this.#paths);
    const buffer = pieceBuffer();
    const full = pieceLength(job, 0);
    let turned = performance.now();
    try {
      for (;;) {
        const outcome = runNextPiece(cipher, files, job, progress, buffer);
        if (outcome !== "more") return outcome === "done";
        if (performance.now() - turned < TURN_MS) continue;
        this.#onProgress(Math.min(progress.pieces * full, job.inputBytes));
        await nextTurn();
        turned = performance.now();
      }
    } catch (error) {
      progress.stop();
      throw error;
    } finally {
      files.close();
      cipher.wipe();
    }
  }

  close(): void {
    for (const worker of this.#workers) worker.close();
  }
}
