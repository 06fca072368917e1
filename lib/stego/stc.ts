/**
 * Syndrome-trellis codes (Filler, Judas, Fridrich 2011, "Minimizing Additive Distortion in Steganography using
 * Syndrome-Trellis Codes"): of all ways to change the carrier's bits so that the reader computes the message, the
 * one that costs least. The reader needs the shape of the code alone, never the costs.
 *
 * The parity-check matrix is a band: column block i (the `width` carrier bits of message bit i) holds the same
 * `height` × `width` submatrix, one row lower than the block before. The sender searches the trellis of partial
 * syndromes with the Viterbi algorithm; the reader adds up columns.
 */
import { type Bytes } from "../bytes.ts";
import { LimitError } from "../errors.ts";

/** The shape of a code: both sides must agree on it. */
export interface CodeShape {
  /** Rows of the submatrix; the trellis has 2^height states. */
  readonly height: number;
  /** Columns of the submatrix: carrier bits for each message bit. */
  readonly width: number;
}

/** Heights that the search can do. */
export const MIN_HEIGHT = 6;
export const MAX_HEIGHT = 10;

/** The largest cost of one change; keeps the sums of a block in 32 bits. */
export const MAX_COST = 4096;

/** Most carrier bits in a block that is searched at once: bounds memory (2^height bits each). */
export const BLOCK_ELEMENTS = 1 << 16;

/** More than any path costs: BLOCK_ELEMENTS · MAX_COST = 2²⁸. */
const UNREACHABLE = 2 ** 29;

/** Message bits of a block. */
export function blockBits({ width }: CodeShape): number {
  return Math.max(1, Math.floor(BLOCK_ELEMENTS / width));
}

/**
 * Columns of the submatrix, row 0 in bit 0. First and last row are all ones (as good codes have them, §V-B there);
 * the rows between come from a fixed generator, xorshift32 (Marsaglia 2003), whose seed was the best of 400 by
 * measured efficiency (bench/stego.ts prints it).
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

const COLUMN_SEED = 0x9e3779b9;

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

/** Searches blocks; keeps its memory from one to the next. */
export class Trellis {
  readonly #shape: CodeShape;
  readonly #columns: Uint32Array;
  readonly #states: number;
  #costs: Int32Array;
  #next: Int32Array;
  #paths: Uint32Array;

  constructor(shape: CodeShape) {
    const { height, width } = shape;
    if (height < MIN_HEIGHT || height > MAX_HEIGHT || width < 1 || width > BLOCK_ELEMENTS) {
      throw new LimitError("code message: impossible code");
    }
    this.#shape = shape;
    this.#columns = columnsOf(shape);
    this.#states = 1 << height;
    this.#costs = new Int32Array(this.#states);
    this.#next = new Int32Array(this.#states);
    this.#paths = new Uint32Array(0);
  }

  /**
   * Marks in `flips` which bits of `carrier` to change so that it carries `message`, at the least sum of `costs`
   * (whole numbers from 1 to MAX_COST). `carrier`, `costs` and `flips` have width · message.length entries.
   * Answers the sum.
   */
  solve(carrier: Uint8Array, costs: Int32Array, message: Uint8Array, flips: Uint8Array): number {
    const elements = message.length * this.#shape.width;
    if (carrier.length !== elements || costs.length !== elements || flips.length !== elements) {
      throw new LimitError("code message: lengths do not match");
    }
    if (message.length > blockBits(this.#shape)) {
      throw new LimitError("code message: block too long");
    }
    const words = elements * (this.#states >> 5);
    if (this.#paths.length < words) this.#paths = new Uint32Array(words);
    this.#forward(carrier, costs, message);
    return this.#backward(carrier, message, flips);
  }

  #forward(carrier: Uint8Array, costs: Int32Array, message: Uint8Array): void {
    const { width } = this.#shape;
    const half = this.#states >> 1;
    this.#costs.fill(UNREACHABLE);
    this.#costs[0] = 0;
    for (let i = 0, element = 0; i < message.length; i++) {
      for (let j = 0; j < width; j++, element++) {
        const cost = costs[element]!;
        const keep = carrier[element] === 0;
        this.#addColumn(this.#columns[j]!, keep ? 0 : cost, keep ? cost : 0, element);
      }
      // Row i is complete: only states whose lowest bit is the message's go on, one row further down.
      const from = this.#costs;
      const to = this.#next;
      const bit = message[i]!;
      for (let state = 0; state < half; state++) to[state] = from[2 * state + bit]!;
      to.fill(UNREACHABLE, half);
      this.#costs = to;
      this.#next = from;
    }
  }

  /**
   * One carrier bit: from state s it stays there as 0 for `zero` or goes to s ^ column as 1 for `one`. Both
   * states of such a pair are done at once; the column's last row is 1, so one of the two is in the lower half.
   */
  #addColumn(column: number, zero: number, one: number, element: number): void {
    const costs = this.#costs;
    const paths = this.#paths;
    const words = this.#states >> 5;
    const base = element * words;
    const extra = one - zero;
    const low = column & 31;
    const high = column >>> 5;
    for (let word = 0; word < words >> 1; word++) {
      let lower = 0;
      let upper = 0;
      const first = word << 5;
      for (let i = 0; i < 32; i++) {
        const s = first + i;
        const t = s ^ column;
        const a = costs[s]!;
        const b = costs[t]!;
        // The signs of these differences choose; without branches, since they are as good as random.
        const gainS = b - a + extra;
        const gainT = a - b + extra;
        const moveS = gainS >> 31;
        const moveT = gainT >> 31;
        costs[s] = a + zero + (gainS & moveS);
        costs[t] = b + zero + (gainT & moveT);
        lower |= (moveS & 1) << i;
        upper |= (moveT & 1) << (i ^ low);
      }
      paths[base + word] = lower;
      paths[base + (word ^ high)] = upper;
    }
  }

  #backward(carrier: Uint8Array, message: Uint8Array, flips: Uint8Array): number {
    const { width } = this.#shape;
    const words = this.#states >> 5;
    let state = 0;
    for (let s = 1; s < this.#states; s++) {
      if (this.#costs[s]! < this.#costs[state]!) state = s;
    }
    const total = this.#costs[state]!;
    for (let i = message.length - 1, element = message.length * width - 1; i >= 0; i--) {
      state = 2 * state + message[i]!;
      for (let j = width - 1; j >= 0; j--, element--) {
        const bit = this.#paths[element * words + (state >>> 5)]! >>> (state & 31) & 1;
        flips[element] = bit ^ carrier[element]!;
        if (bit === 1) state ^= this.#columns[j]!;
      }
    }
    return total;
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
