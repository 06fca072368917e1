/**
 * Pieces straight from one file to another: where each lies is known beforehand, so any thread can do any piece in
 * any order, and none of the plaintext has to pass through the thread that leads. For files without armour and
 * without a signature, whose order is fixed by nothing but place.
 */
import type { Bytes } from "../bytes.ts";
import { FailureError } from "../errors.ts";
import { CHUNK_BYTES, PIECE_CHUNKS, SEALED_CHUNK_BYTES } from "./format.ts";
import {
  chunkCount,
  PIECE_BUFFER_BYTES,
  PIECE_BYTES,
  type PieceCipher,
  SEALED_PIECE_BYTES,
} from "./piece.ts";

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

/** Does a whole job; false when a chunk is not authentic. `onProgress` hears of input bytes done. */
export type DirectRunner = (
  job: DirectJob,
  onProgress: (bytes: number) => void,
) => Promise<boolean>;

/** An input file, and who takes its pieces to the output file. */
export interface DirectFiles {
  /** The whole length of the input. */
  readonly inputBytes: number;
  readonly run: DirectRunner;
}

/** How many pieces a job has. */
export function pieceCount({ action, inputBytes }: DirectJob): number {
  return chunkCount(inputBytes, action === "seal" ? PIECE_BYTES : SEALED_PIECE_BYTES);
}

/** Input bytes of piece `index`. */
export function pieceLength({ action, inputBytes }: DirectJob, index: number): number {
  const full = action === "seal" ? PIECE_BYTES : SEALED_PIECE_BYTES;
  return Math.min(full, inputBytes - index * full);
}

/** A buffer for `runPiece`, to be used again and again. */
export function pieceBuffer(): Bytes {
  return new Uint8Array(PIECE_BUFFER_BYTES);
}

/** Reads, seals or opens, and writes piece `index`; false, and nothing written, when it is not authentic. */
export function runPiece(
  cipher: PieceCipher,
  files: PieceFiles,
  job: DirectJob,
  index: number,
  buffer: Bytes,
): boolean {
  const { action, inputAt, outputAt } = job;
  const length = pieceLength(job, index);
  const sealing = action === "seal";
  const read = sealing
    ? readChunks(files, inputAt + index * PIECE_BYTES, length, buffer)
    : files.readAt(buffer.subarray(0, length), inputAt + index * SEALED_PIECE_BYTES);
  if (read !== length) throw new FailureError("read input: it became shorter while it was read");
  const result = cipher.run({
    action,
    buffer,
    length,
    firstChunk: index * PIECE_CHUNKS,
    last: index === pieceCount(job) - 1,
    digests: false,
  });
  if (result.failed) return false;
  const place = index * (sealing ? SEALED_PIECE_BYTES : PIECE_BYTES);
  files.writeAt(result.buffer.subarray(0, result.length), outputAt + place);
  return true;
}

/** Reads plaintext to where its chunks are going to be sealed. */
function readChunks(files: PieceFiles, at: number, length: number, buffer: Bytes): number {
  let read = 0;
  for (let slot = 0; read < length; slot += SEALED_CHUNK_BYTES) {
    const wanted = Math.min(CHUNK_BYTES, length - read);
    const count = files.readAt(buffer.subarray(slot, slot + wanted), at + read);
    read += count;
    if (count < wanted) break;
  }
  return read;
}
