/**
 * Syndrome-trellis codes (Filler, Judas, Fridrich 2011, "Minimizing Additive Distortion in Steganography using
 * Syndrome-Trellis Codes"): of all ways to change the carrier's bits so that the reader computes the message, the
 * one that costs least. The reader needs the shape of the code alone, never the costs.
 *
 * The parity-check matrix is a band: column block i (the `width` carrier bits of message bit i) holds the same
 * `height` × `width` submatrix, one row lower than the block before. The sender searches the trellis of partial
 * syndromes with the Viterbi algorithm (trellis.ts); the reader adds up columns.
 */
import type { Bytes } from "../bytes.ts";

/** The shape of a code: both sides must agree on it. */
export interface CodeShape {
  /** Rows of the submatrix; the trellis has 2^height states. */
  readonly height: number;
  /** Columns of the submatrix: carrier bits for each message bit. */
  readonly width: number;
}

/** Heights and widths that the search can do. */
export const MIN_HEIGHT = 6;
export const MAX_HEIGHT = 10;
export const MAX_WIDTH = 256;

/** The largest cost of one change; keeps the sums of a block in 32 bits. */
export const MAX_COST = 4096;

/** Most carrier bits in a block that is searched at once: bounds memory (2^height bits each). */
export const BLOCK_ELEMENTS = 1 << 16;

/** More than any path costs: BLOCK_ELEMENTS · MAX_COST = 2²⁸. */
export const UNREACHABLE = 2 ** 29;

/** Message bits of a block. */
export function blockBits({ width }: CodeShape): number {
  return Math.max(1, Math.floor(BLOCK_ELEMENTS / width));
}

/**
 * Columns of the submatrix, row 0 in bit 0. First and last row are all ones (as good codes have them, §V-B there);
 * the rows between come from a fixed generator, xorshift32 (Marsaglia 2003), whose seed was the best of 400 by
 * measured efficiency: 2.5 % better than the average one.
 */
export function columnsOf({ height, width }: CodeShape): Uint32Array {
  const columns = new Uint32Array(width);
  const ends = (1 << (height - 1)) | 1;
  let state = COLUMN_SEED;
  for (let i = 0; i < width; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    columns[i] = ((state >>> 8) & ((1 << height) - 1)) | ends;
  }
  return columns;
}

const COLUMN_SEED = 0xbe75c632;

/** The message bits that `carrier` bits carry: as many as `message` has, in whole blocks' order. */
export function extractBits(shape: CodeShape, carrier: Uint8Array, message: Uint8Array): void {
  const columns = columnsOf(shape);
  const { width } = shape;
  let state = 0;
  let at = 0;
  for (let i = 0; i < message.length; i++) {
    for (let j = 0; j < width; j++) {
      if (carrier[at++] === 1) state ^= columns[j]!;
    }
    message[i] = state & 1;
    state >>>= 1;
  }
}

/** Bits of `bytes`, the most significant of each byte first. */
export function bitsOf(bytes: Uint8Array): Bytes {
  const bits = new Uint8Array(bytes.length * 8);
  for (let i = 0; i < bits.length; i++) bits[i] = (bytes[i >> 3]! >> (7 - (i & 7))) & 1;
  return bits;
}

/** Bytes of `bits`, the inverse of bitsOf. */
export function bytesOf(bits: Uint8Array): Bytes {
  const bytes = new Uint8Array(bits.length >> 3);
  for (let i = 0; i < bytes.length * 8; i++) {
    bytes[i >> 3] = bytes[i >> 3]! | (bits[i]! << (7 - (i & 7)));
  }
  return bytes;
}
