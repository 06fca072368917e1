/**
 * The bytes of a stream from a moving base on, in a power-of-two ring addressed by stream offset: what a sender keeps
 * until it is acknowledged and a receiver until it is read. Grows by doubling and starts with nothing, so that an idle
 * stream costs next to no memory. The owner bounds the span.
 */

import { LocalProtocolError } from "../errors.ts";

const FIRST_CAPACITY = 4096;
const EMPTY = new Uint8Array(0);
/** Below this a plain loop is faster than making the view that `set` needs. */
const LOOP_BYTES = 64;

export class ByteRing {
  #bytes = EMPTY;

  /** Bytes of memory held. */
  get capacity(): number {
    return this.#bytes.length;
  }

  /**
   * Makes room for offsets `base` up to `end`, keeping those of `base` up to `kept`. May keep more than asked.
   */
  reserve(base: number, kept: number, end: number): void {
    const span = end - base;
    if (span <= this.#bytes.length) return;
    let capacity = this.#bytes.length === 0 ? FIRST_CAPACITY : 2 * this.#bytes.length;
    while (capacity < span) capacity *= 2;
    const bytes = new Uint8Array(capacity);
    const old = this.#bytes;
    for (let at = base; at < kept;) {
      const from = at & (old.length - 1);
      const run = Math.min(kept - at, old.length - from, capacity - (at & (capacity - 1)));
      bytes.set(old.subarray(from, from + run), at & (capacity - 1));
      at += run;
    }
    this.#bytes = bytes;
  }

  /** Puts `source[start, end)` at `offset`; the room has been reserved. */
  put(offset: number, source: Uint8Array, start: number, end: number): void {
    const ring = this.#bytes;
    const length = end - start;
    if (!this.#spans(length)) return;
    const at = this.#index(offset);
    const first = Math.min(length, ring.length - at);
    copy(source, start, start + first, ring, at);
    if (first < length) copy(source, start + first, end, ring, 0);
  }

  /** Copies `length` bytes from `offset` into `target` at `at`. */
  take(offset: number, length: number, target: Uint8Array, at: number): void {
    const ring = this.#bytes;
    if (!this.#spans(length)) return;
    const from = this.#index(offset);
    const first = Math.min(length, ring.length - from);
    copy(ring, from, from + first, target, at);
    if (first < length) copy(ring, 0, length - first, target, at + first);
  }

  /** Gives the memory back. */
  release(): void {
    this.#bytes = EMPTY;
  }

  /**
   * Whether there is anything to copy. What the ring cannot hold is a mistake of its owner: without this, an empty ring
   * has no index to give, and the copy would land beside its target.
   */
  #spans(length: number): boolean {
    if (length < 0 || length > this.#bytes.length) {
      throw new LocalProtocolError("stream.ring-range", { length, capacity: this.#bytes.length });
    }
    return length > 0;
  }

  /** `offset` modulo the capacity; offsets exceed 32 bits, `&` on a number takes the low 32 bits of any integer. */
  #index(offset: number): number {
    return offset & (this.#bytes.length - 1);
  }
}

function copy(
  source: Uint8Array,
  start: number,
  end: number,
  target: Uint8Array,
  at: number,
): void {
  const length = end - start;
  if (length > LOOP_BYTES) {
    target.set(length === source.length ? source : source.subarray(start, end), at);
  } else {
    for (let i = 0; i < length; i++) target[at + i] = source[start + i]!;
  }
}
