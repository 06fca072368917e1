/** Writes byte strings to a carrier and reads them, at keyed positions and through a code. */
import type { Bytes } from "../bytes.ts";
import { LimitError } from "../errors.ts";
import type { Carrier, RandomBytes } from "./carrier.ts";
import { type BitSet, type NumberStream, Permutation, Walk } from "./order.ts";
import type { HidingLevel } from "./shape.ts";
import { Trellis } from "./trellis.ts";
import { bitsOf, blockBits, bytesOf, type CodeShape, extractBits } from "./code.ts";

/** How bytes are written. */
export interface WriteOptions {
  readonly level: HidingLevel;
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
    if (this.#walk === undefined) throw new LimitError("stego.no-order", {});
    return this.#walk;
  }

  /** The next `length` bytes in a code. */
  read(shape: CodeShape, length: number): Bytes {
    const walk = this.#walkOrFail();
    const bits = new Uint8Array(8 * length);
    const block = new Block(shape, bits.length);
    for (let at = 0; at < bits.length; at += block.bits) {
      const message = bits.subarray(at, at + block.bits);
      const { positions, carried } = block.views(message.length);
      walk.fill(positions);
      this.#carrier.readBits(positions, carried);
      extractBits(shape, carried, message);
    }
    return bytesOf(bits);
  }

  /** Writes `bytes` in a code. Answers the number of changes. */
  write(shape: CodeShape, bytes: Uint8Array, options: WriteOptions): number {
    const { level, random, onProgress } = options;
    const walk = this.#walkOrFail();
    const bits = bitsOf(bytes);
    const block = new Block(shape, bits.length);
    const trellis = new Trellis(shape);
    let changes = 0;
    for (let at = 0; at < bits.length; at += block.bits) {
      const message = bits.subarray(at, at + block.bits);
      const { positions, carried, costs, flips } = block.views(message.length);
      walk.fill(positions);
      this.#carrier.readBits(positions, carried);
      if (level === "stealth") this.#carrier.readCosts(positions, costs);
      else costs.fill(1);
      trellis.solve(carried, costs, message, flips);
      this.#carrier.change(positions, flips, random);
      for (const flip of flips) changes += flip;
      onProgress?.((at + message.length) * shape.width);
    }
    return changes;
  }
}

/** Room for one block after the other. */
class Block {
  /** Message bits of a full block. */
  readonly bits: number;
  readonly #width: number;
  readonly #positions: Uint32Array;
  readonly #carried: Uint8Array;
  readonly #costs: Int32Array;
  readonly #flips: Uint8Array;

  /** @param messageBits of all blocks */
  constructor(shape: CodeShape, messageBits: number) {
    this.bits = blockBits(shape);
    this.#width = shape.width;
    const elements = Math.min(this.bits, messageBits) * shape.width;
    this.#positions = new Uint32Array(elements);
    this.#carried = new Uint8Array(elements);
    this.#costs = new Int32Array(elements);
    this.#flips = new Uint8Array(elements);
  }

  /** Arrays for a block of so many message bits. */
  views(bits: number) {
    const elements = bits * this.#width;
    return {
      positions: this.#positions.subarray(0, elements),
      carried: this.#carried.subarray(0, elements),
      costs: this.#costs.subarray(0, elements),
      flips: this.#flips.subarray(0, elements),
    };
  }
}
