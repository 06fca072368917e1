/** Writes byte strings to a carrier and reads them, at keyed positions and through a code. */
import type { Bytes } from "../bytes.ts";
import { LimitError } from "../errors.ts";
import type { Carrier, RandomBytes } from "./carrier.ts";
import { type BitSet, type NumberStream, Permutation, Walk } from "./order.ts";
import type { Level } from "./shape.ts";
import { Trellis } from "./trellis.ts";
import { bitsOf, blockBits, bytesOf, type CodeShape, extractBits } from "./code.ts";

/** How bytes are written. */
export interface WriteOptions {
  readonly level: Level;
  readonly random: RandomBytes;
  /** Gets the number of carrier bits done. */
  readonly onProgress?: ((done: number) => void) | undefined;
}

/** Reads and writes one stretch of keyed positions after the other. */
export class BitChannel {
  readonly #carrier: Carrier;
  readonly #taken: BitSet;
  #walk: Walk | undefined;

  constructor(carrier: Carrier) {
    this.#carrier = carrier;
    this.#taken = carrier.unavailable();
  }

  /** Goes on in the order of a key, from its beginning. */
  order(numbers: NumberStream): void {
    this.#walk = new Walk(new Permutation(this.#carrier.size, numbers), this.#taken);
  }

  /** Leaves out the next `count` positions in all orders that follow. */
  take(count: number): void {
    const positions = new Uint32Array(count);
    this.#walkOrFail().fill(positions);
    for (const position of positions) this.#taken.add(position);
  }

  #walkOrFail(): Walk {
    if (this.#walk === undefined) throw new LimitError("read bits: no order is set");
    return this.#walk;
  }

  /** The next `length` bytes in a code. */
  read(shape: CodeShape, length: number): Bytes {
    const walk = this.#walkOrFail();
    const bits = new Uint8Array(8 * length);
    const most = blockBits(shape);
    for (let at = 0; at < bits.length; at += most) {
      const message = bits.subarray(at, at + most);
      const positions = new Uint32Array(message.length * shape.width);
      walk.fill(positions);
      const carried = new Uint8Array(positions.length);
      this.#carrier.readBits(positions, carried);
      extractBits(shape, carried, message);
    }
    return bytesOf(bits);
  }

  /** Writes `bytes` in a code. Answers the number of changes. */
  write(shape: CodeShape, bytes: Uint8Array, options: WriteOptions): number {
    const walk = this.#walkOrFail();
    const bits = bitsOf(bytes);
    const most = blockBits(shape);
    const trellis = new Trellis(shape);
    let changes = 0;
    for (let at = 0, done = 0; at < bits.length; at += most) {
      const message = bits.subarray(at, at + most);
      const positions = new Uint32Array(message.length * shape.width);
      walk.fill(positions);
      changes += this.#writeBlock(trellis, positions, message, options);
      done += positions.length;
      options.onProgress?.(done);
    }
    return changes;
  }

  #writeBlock(
    trellis: Trellis,
    positions: Uint32Array,
    message: Uint8Array,
    { level, random }: WriteOptions,
  ): number {
    const carried = new Uint8Array(positions.length);
    const costs = new Int32Array(positions.length).fill(1);
    const flips = new Uint8Array(positions.length);
    this.#carrier.readBits(positions, carried);
    if (level === "stealth") this.#carrier.readCosts(positions, costs);
    trellis.solve(carried, costs, message, flips);
    this.#carrier.change(positions, flips, random);
    let changes = 0;
    for (const flip of flips) changes += flip;
    return changes;
  }
}
