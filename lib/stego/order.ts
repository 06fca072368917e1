/**
 * A keyed permutation of the numbers below N, one at a time and in constant memory: a Feistel network over pairs
 * modulo ⌈√N⌉ whose round functions are tables of keyed random numbers (Luby and Rackoff 1988), walked until the
 * result is below N. docs/formats.md, "Hidden payload".
 */
import { LimitError } from "../errors.ts";

/** Fills `out` with uniformly random 32-bit numbers that follow from a key: the same ones at every call. */
export type NumberStream = (out: Uint32Array) => void;

/** Four rounds make a strong permutation of random functions; twice as many, since the halves are small. */
const ROUNDS = 8;

/** A permutation of 0 … size − 1. */
export class Permutation {
  readonly size: number;
  readonly #side: number;
  /** The tables of all rounds, one behind the other; values below `side`. */
  readonly #tables: Uint16Array | Uint32Array;

  constructor(size: number, stream: NumberStream) {
    if (!Number.isInteger(size) || size < 1 || size > 2 ** 32) {
      throw new LimitError("order samples: impossible number of samples");
    }
    this.size = size;
    this.#side = Math.ceil(Math.sqrt(size));
    const numbers = new Uint32Array(ROUNDS * this.#side);
    stream(numbers);
    this.#tables = this.#side <= 2 ** 16
      ? new Uint16Array(numbers.length)
      : new Uint32Array(numbers.length);
    for (let i = 0; i < numbers.length; i++) {
      // The upper half of number × side (Lemire 2018): uniform but for one part in 2³² / side.
      this.#tables[i] = Math.floor(numbers[i]! * this.#side / 2 ** 32);
    }
  }

  /** Where `index` goes. */
  at(index: number): number {
    const side = this.#side;
    const tables = this.#tables;
    let value = index;
    do {
      let left = Math.floor(value / side);
      let right = value - left * side;
      for (let base = 0; base < tables.length; base += side) {
        let next = left + tables[base + right]!;
        if (next >= side) next -= side;
        left = right;
        right = next;
      }
      value = left * side + right;
    } while (value >= this.size);
    return value;
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

/** Walks a permutation and leaves out what is in `taken`. */
export class Walk {
  readonly #permutation: Permutation;
  readonly #taken: BitSet | undefined;
  #next = 0;

  constructor(permutation: Permutation, taken: BitSet | undefined) {
    this.#permutation = permutation;
    this.#taken = taken;
  }

  /** Fills `out` with the next numbers; there must be as many left. */
  fill(out: Uint32Array): void {
    const { size } = this.#permutation;
    for (let i = 0; i < out.length;) {
      if (this.#next >= size) throw new LimitError("order samples: none left");
      const value = this.#permutation.at(this.#next++);
      if (this.#taken === undefined || !this.#taken.has(value)) out[i++] = value;
    }
  }
}
