/**
 * The replay window of a packet-number space: RFC 6479, with the 8128 numbers that WireGuard keeps (8192 bits less one
 * block of 64). Numbers are accepted once, in any order, unless they fall behind the window.
 */

/** Bits of the ring. */
const RING_BITS = 8192;
/** Bits of one ring word; the word at the front is partly in use. */
const WORD_BITS = 32;
const WORDS = RING_BITS / WORD_BITS;

/** How far behind the largest number one may be and still count (8192 − 64). */
export const REPLAY_WINDOW = 8128;

/** Which packet numbers have been seen. */
export class ReplayWindow {
  readonly #ring = new Int32Array(WORDS);
  #largest = -1;

  /** The largest number accepted, −1 before the first. */
  get largest(): number {
    return this.#largest;
  }

  /** Whether `number` is new and not too old. Changes nothing, so it may come before authentication. */
  fresh(number: number): boolean {
    if (number > this.#largest) return true;
    if (this.#largest - number >= REPLAY_WINDOW) return false;
    return (this.#ring[wordOf(number)]! & bitOf(number)) === 0;
  }

  /** Records an authenticated `number`; false when it was not fresh. */
  accept(number: number): boolean {
    if (!this.fresh(number)) return false;
    if (number > this.#largest) {
      const from = Math.floor(this.#largest / WORD_BITS);
      const steps = Math.min(Math.floor(number / WORD_BITS) - from, WORDS);
      for (let i = 1; i <= steps; i++) this.#ring[(from + i + WORDS) % WORDS] = 0;
      this.#largest = number;
    }
    this.#ring[wordOf(number)]! |= bitOf(number);
    return true;
  }
}

function wordOf(number: number): number {
  return Math.floor(number / WORD_BITS) % WORDS;
}

function bitOf(number: number): number {
  return 1 << (number % WORD_BITS);
}
