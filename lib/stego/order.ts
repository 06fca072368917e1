/**
 * A keyed permutation of the numbers below N, one at a time and in constant memory: a Feistel network over pairs
 * modulo ⌈√N⌉ whose round functions are tables of keyed random numbers (Luby and Rackoff 1988), walked until the
 * result is below N. docs/formats.md, "Hidden messages".
 */
import { LimitError } from "../errors.ts";

/** Fills `out` with uniformly random 32-bit numbers that follow from a key: the same ones at every call. */
export type NumberStream = (out: Uint32Array) => void;

/** Six rounds withstand all attacks with fewer queries than there are halves (Patarin 2004). */
const ROUNDS = 6;

/** A permutation of 0 … size − 1. */
export class Permutation {
  readonly size: number;
  readonly #side: number;
  /** The tables of all rounds, one behind the other; values below `side`. */
  readonly #tables: Uint16Array;

  constructor(size: number, numbers: NumberStream) {
    if (!Number.isInteger(size) || size < 1 || size > 2 ** 32) {
      throw new LimitError("stego.positions", { size });
    }
    this.size = size;
    this.#side = Math.ceil(Math.sqrt(size));
    const drawn = new Uint32Array(ROUNDS * this.#side);
    numbers(drawn);
    // The upper half of number × side (Lemire 2018): uniform but for one part in 2³² / side.
    this.#tables = new Uint16Array(drawn.length);
    for (let i = 0; i < drawn.length; i++) {
      this.#tables[i] = Math.floor(drawn[i]! * this.#side / 2 ** 32);
    }
  }

  /** Writes where `first`, `first` + 1, … go. */
  fill(first: number, out: Uint32Array): void {
    const side = this.#side;
    const size = this.size;
    const tables = this.#tables;
    const end = ROUNDS * side;
    let high = Math.floor(first / side);
    let low = first - high * side;
    for (let i = 0; i < out.length; i++) {
      let left = high;
      let right = low;
      let value: number;
      do {
        for (let base = 0; base < end; base += side) {
          let next = left + tables[base + right]!;
          if (next >= side) next -= side;
          left = right;
          right = next;
        }
        value = left * side + right;
      } while (value >= size);
      out[i] = value;
      if (++low === side) {
        low = 0;
        high++;
      }
    }
  }
}

/** A set of numbers below a fixed size, one bit each. */
export class BitSet {
  readonly #words: Uint32Array;

  constructor(size: number) {
    this.#words = new Uint32Array(Math.ceil(size / 32));
  }

  /** A set of the same numbers. */
  copy(): BitSet {
    const set = new BitSet(32 * this.#words.length);
    set.#words.set(this.#words);
    return set;
  }

  add(value: number): void {
    this.#words[value >>> 5] = this.#words[value >>> 5]! | (1 << (value & 31));
  }

  has(value: number): boolean {
    return (this.#words[value >>> 5]! >>> (value & 31) & 1) === 1;
  }
}

/** How many numbers a walk takes from its permutation at a time. */
const BATCH = 4096;

/** Walks a permutation and leaves out what is in `taken`. */
export class Walk {
  readonly #permutation: Permutation;
  readonly #taken: BitSet;
  #next = 0;

  constructor(permutation: Permutation, taken: BitSet) {
    this.#permutation = permutation;
    this.#taken = taken;
  }

  /** Fills `out` with the next numbers; there must be as many left. */
  fill(out: Uint32Array): void {
    const batch = new Uint32Array(BATCH);
    for (let filled = 0; filled < out.length;) {
      const left = this.#permutation.size - this.#next;
      if (left <= 0) throw new LimitError("stego.no-positions", {});
      const some = batch.subarray(0, Math.min(BATCH, left, out.length - filled));
      this.#permutation.fill(this.#next, some);
      this.#next += some.length;
      for (const value of some) if (!this.#taken.has(value)) out[filled++] = value;
    }
  }
}
