/**
 * Pieces straight from one file to another: where each lies is known beforehand, so any thread can do any piece in
 * any order, and none of the plaintext has to pass through the thread that leads. For files without armour and
 * without a signature, whose order is fixed by nothing but place.
 */
import type { Bytes } from "../bytes.ts";
import { gcmBuffer } from "../crypto/gcm.ts";
import { kernel, prepareKernel } from "../crypto/kernel/kernel.ts";
import { FailureError } from "../errors.ts";
import { CHUNK_BYTES, FILE_KEY_BYTES, PIECE_CHUNKS, SEALED_CHUNK_BYTES } from "./format.ts";
import { chunkCount, PIECE_BYTES, PieceCipher, SEALED_PIECE_BYTES } from "./piece.ts";

/** All the pieces of one payload. */
export interface DirectJob {
  readonly action: "seal" | "open";
  readonly payloadKey: Uint8Array;
  /** Where the plaintext, or the first chunk, begins in the input, and how many bytes follow. */
  readonly inputAt: number;
  readonly inputBytes: number;
  /** Where the first byte goes in the output. */
  readonly outputAt: number;
}

/** Two files that can be read and written at any place. */
export interface PieceFiles {
  /** Fills `into` from byte `at` on; how many bytes there were. */
  readAt(into: Uint8Array, at: number): number;
  writeAt(bytes: Uint8Array, at: number): void;
}

/** How many pieces a job has. */
export function pieceCount({ action, inputBytes }: DirectJob): number {
  return chunkCount(inputBytes, action === "seal" ? PIECE_BYTES : SEALED_PIECE_BYTES);
}

/** Where the output of a job ends. */
export function outputEnd({ action, inputBytes, outputAt }: DirectJob): number {
  const chunk = action === "seal" ? CHUNK_BYTES : SEALED_CHUNK_BYTES;
  const tags = chunkCount(inputBytes, chunk) * (SEALED_CHUNK_BYTES - CHUNK_BYTES);
  return outputAt + inputBytes + (action === "seal" ? tags : -tags);
}

/** Input bytes of piece `index`. */
export function pieceLength({ action, inputBytes }: DirectJob, index: number): number {
  const full = action === "seal" ? PIECE_BYTES : SEALED_PIECE_BYTES;
  return Math.min(full, inputBytes - index * full);
}

/**
 * What is written at once, in bytes. Each write ends this long after a multiple of it in the output: so the system keeps
 * the output in pieces of 64 and 128 KiB of its memory, which costs a sixth less than the small ones of writes that end
 * anywhere. Larger ones, from writes that end at the multiple itself, can be four times as slow in a virtual machine.
 * With a chunk behind it a processor's second-level cache holds what is written.
 */
const WRITE_BYTES = 256 * 1024;
const WRITE_OFFSET = 64 * 1024;

/** Bytes from `at` in the output to where the next write ends. */
function untilWritten(at: number): number {
  return WRITE_BYTES - (at + WRITE_BYTES - WRITE_OFFSET) % WRITE_BYTES;
}

/** Where a message begins in the buffer: a multiple of this, which the kernel likes. */
const ALIGNMENT = 16;

/** A buffer of the kernel's is never given back: a thread has one. */
let ownBuffer: Bytes | undefined;

/** This thread's buffer for `runPiece`. */
export function pieceBuffer(): Bytes {
  return ownBuffer ??= gcmBuffer(WRITE_BYTES + ALIGNMENT + SEALED_CHUNK_BYTES);
}

/** Chunks after which the compiler has begun with all that pieces need (it has a budget: scripts/build/permissions.ts). */
const WARM_CHUNKS = 4;

/** From so many bytes on it is worth while to have the compiler begin beforehand. */
const PREPARED_BYTES = 512 * 1024;

/** From so many on it is what much data needs that it compiles: longer inputs are spread over several threads, too. */
export const LONG_INPUT_BYTES = 8 * PIECE_BYTES;

let warm = false;

/**
 * Has the compiler optimise the code for a long payload, which it does on a thread of its own, before there is any: seals a
 * few chunks of nothing in this thread's buffer. Once is enough.
 */
export function warmUp(): void {
  if (warm) return;
  warm = true;
  kernel().expectMuch();
  const cipher = new PieceCipher(new Uint8Array(FILE_KEY_BYTES));
  const buffer = pieceBuffer();
  const chunk = buffer.subarray(0, CHUNK_BYTES);
  for (let i = 0; i < WARM_CHUNKS; i++) cipher.sealChunk(i, false, chunk, buffer);
  cipher.wipe();
}

/** Has the compiler begin with what a payload of `bytes` needs; resolves when the kernel can be asked for. Never rejects. */
export function prepareFor(bytes: number): Promise<void> {
  if (bytes >= LONG_INPUT_BYTES) warmUp();
  else if (bytes >= PREPARED_BYTES) return prepareKernel();
  return Promise.resolve();
}

/** Reads, seals or opens, and writes piece `index`; false, and no chunk written that is not authentic. */
export function runPiece(
  cipher: PieceCipher,
  files: PieceFiles,
  job: DirectJob,
  index: number,
  buffer: Bytes,
): boolean {
  const sealing = job.action === "seal";
  const [from, to] = sealing
    ? [CHUNK_BYTES, SEALED_CHUNK_BYTES]
    : [SEALED_CHUNK_BYTES, CHUNK_BYTES];
  const first = index * PIECE_CHUNKS;
  const end = first * from + pieceLength(job, index);
  const last = index === pieceCount(job) - 1;
  let at = job.outputAt + first * to;
  // What is to be written there stands in the buffer from `begin` to `done`.
  let [begin, done] = [0, 0];
  for (let chunk = first; chunk === first || chunk * from < end; chunk++) {
    const length = Math.min(from, end - chunk * from);
    const input = buffer.subarray(done, done + length);
    if (files.readAt(input, job.inputAt + chunk * from) !== length) {
      throw new FailureError("encrypt.shorter", {});
    }
    const ends = (chunk + 1) * from >= end;
    const out = buffer.subarray(done);
    const bytes = sealing
      ? cipher.sealChunk(chunk, last && ends, input, out)
      : cipher.openChunk(chunk, last && ends, input, out);
    if (bytes === undefined) return false;
    done += bytes;
    const full = begin + untilWritten(at);
    if (!ends && done < full) continue;
    const written = ends ? done : full;
    files.writeAt(buffer.subarray(begin, written), at);
    at += written - begin;
    begin = (written - done) & (ALIGNMENT - 1);
    buffer.copyWithin(begin, written, done);
    done = begin + done - written;
  }
  return true;
}

/** Where threads that share a job say what they have taken and done. Shared memory, so that nobody waits to be asked. */
export class SharedProgress {
  readonly #cells: Int32Array<SharedArrayBuffer>;

  /** @param memory of another `SharedProgress` of the same job; its own when absent */
  constructor(readonly memory: SharedArrayBuffer = new SharedArrayBuffer(12)) {
    this.#cells = new Int32Array(memory);
  }

  /** The number of a piece that nobody has taken yet; it may be beyond the last. */
  take(): number {
    return Atomics.add(this.#cells, 0, 1);
  }

  finished(): void {
    Atomics.add(this.#cells, 1, 1);
  }

  /** How many pieces are finished. */
  get pieces(): number {
    return Atomics.load(this.#cells, 1);
  }

  /** Nobody shall take another piece. */
  stop(): void {
    Atomics.store(this.#cells, 2, 1);
  }

  get stopped(): boolean {
    return Atomics.load(this.#cells, 2) !== 0;
  }
}

/** Takes one piece of a job and does it; whether there may be more to do. A piece that is not authentic is the last. */
export function runNextPiece(
  cipher: PieceCipher,
  files: PieceFiles,
  job: DirectJob,
  progress: SharedProgress,
  buffer: Bytes,
): "more" | "done" | "not authentic" {
  if (progress.stopped) return "done";
  const index = progress.take();
  if (index >= pieceCount(job)) return "done";
  if (!runPiece(cipher, files, job, index, buffer)) {
    progress.stop();
    return "not authentic";
  }
  progress.finished();
  return "more";
}
