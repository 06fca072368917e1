/**
 * Carriers with a palette: an index carries where the palette has a twin for its colour, one so close that the eye
 * cannot tell them apart, and of the other parity.
 *
 * Which entries are twins follows from the palette alone, which never changes, so the reader finds the same
 * parities (after the optimal parity assignment of Fridrich and Du 1999): close entries are joined to trees, and an
 * entry's parity is that of its depth.
 */
import type { Carrier, RandomBytes } from "./carrier.ts";
import { countUneven } from "./flat.ts";
import { BitSet } from "./order.ts";
import type { Pass } from "./png/header.ts";
import type { Png } from "./png/read.ts";
import { CELL_SHIFT, type CostMap, TextureMap, wholeCost, wholeCosts } from "./texture.ts";

/** Twins differ by at most this in red, green and blue (of 255); ours. Below what the eye tells apart. */
export const TWIN_DISTANCE = 4;

/** What a palette gives to carry with. */
export interface Parities {
  /** For each entry 0 or 1; 2 where it has no twin. */
  readonly parity: Uint8Array;
  /** For each entry with a parity: the nearest entry of the other one. */
  readonly twin: Uint8Array;
  /** For each entry with a parity: the squared distance to its twin. */
  readonly distance: Int32Array;
}

/** Entries of an index that a palette may have: all that a byte can say. */
const ENTRIES = 256;
const NO_PARITY = 2;

/** Finds twins. Fully transparent entries have none: what is not seen is left alone. */
export function paritiesOf(palette: Uint8Array, transparency: Uint8Array | undefined): Parities {
  const count = palette.length / 3;
  const alpha = (entry: number) => transparency?.[entry] ?? 255;
  const squared = (a: number, b: number) => {
    let sum = 0;
    for (let c = 0; c < 3; c++) {
      const difference = palette[3 * a + c]! - palette[3 * b + c]!;
      if (Math.abs(difference) > TWIN_DISTANCE) return undefined;
      sum += difference ** 2;
    }
    return alpha(a) === alpha(b) && alpha(a) > 0 ? sum : undefined;
  };
  const parity = new Uint8Array(ENTRIES).fill(NO_PARITY);
  for (let root = 0; root < count; root++) {
    if (parity[root] !== NO_PARITY) continue;
    parity[root] = 0;
    const tree = [root];
    for (const entry of tree) {
      for (let other = 0; other < count; other++) {
        if (parity[other] !== NO_PARITY || squared(entry, other) === undefined) continue;
        parity[other] = 1 - parity[entry]!;
        tree.push(other);
      }
    }
    if (tree.length === 1) parity[root] = NO_PARITY;
  }
  const twin = new Uint8Array(ENTRIES);
  const distance = new Int32Array(ENTRIES);
  for (let entry = 0; entry < count; entry++) {
    let least = Infinity;
    for (let other = 0; other < count; other++) {
      if (parity[entry]! + parity[other]! !== 1) continue;
      const apart = squared(entry, other);
      if (apart === undefined || apart >= least) continue;
      least = apart;
      twin[entry] = other;
      distance[entry] = apart;
    }
  }
  return { parity, twin, distance };
}

/** Pixels of a picture with a palette. */
export class PaletteCarrier implements Carrier {
  readonly size: number;
  readonly available: number;
  readonly #bytes: Uint8Array;
  readonly #depth: number;
  readonly #regions: { pass: Pass; first: number }[] = [];
  readonly #parities: Parities;
  readonly #luma: Int32Array;
  readonly #unseen: BitSet;
  #maps: CostMap[] | undefined;

  constructor(png: Png) {
    const palette = png.palette ?? new Uint8Array(0);
    this.#bytes = png.scanlines;
    this.#depth = png.header.bitDepth;
    this.#parities = paritiesOf(palette, png.transparency);
    this.#luma = new Int32Array(ENTRIES);
    for (let i = 0; 3 * i < palette.length; i++) {
      this.#luma[i] = 3 * palette[3 * i]! + 6 * palette[3 * i + 1]! + palette[3 * i + 2]!;
    }
    let size = 0;
    for (const pass of png.passes) {
      this.#regions.push({ pass, first: size });
      size += pass.width * pass.height;
    }
    this.size = size;
    this.#unseen = new BitSet(size);
    let unseen = 0;
    for (const { pass, first } of this.#regions) {
      for (let y = 0, position = first; y < pass.height; y++) {
        for (let x = 0; x < pass.width; x++, position++) {
          if (this.#parities.parity[this.#index(pass, x, y)] !== NO_PARITY) continue;
          this.#unseen.add(position);
          unseen++;
        }
      }
    }
    this.available = size - unseen;
  }

  unavailable(): BitSet {
    return this.#unseen.copy();
  }

  countUneven(): number {
    return this.#regions.reduce((sum, { pass, first }) =>
      sum + countUneven(
        pass,
        (row, out) => {
          for (let x = 0; x < pass.width; x++) out[x] = this.#index(pass, x, row);
        },
        (row, x) => !this.#unseen.has(first + row * pass.width + x),
      ), 0);
  }

  #index(pass: Pass, x: number, y: number): number {
    const bit = x * this.#depth;
    const byte = this.#bytes[pass.offset + y * pass.stride + 1 + (bit >> 3)]!;
    return (byte >> (8 - this.#depth - (bit & 7))) & ((1 << this.#depth) - 1);
  }

  #setIndex(pass: Pass, x: number, y: number, index: number): void {
    const bit = x * this.#depth;
    const at = pass.offset + y * pass.stride + 1 + (bit >> 3);
    const shift = 8 - this.#depth - (bit & 7);
    const mask = ((1 << this.#depth) - 1) << shift;
    this.#bytes[at] = (this.#bytes[at]! & ~mask) | (index << shift);
  }

  /** Calls `use` with the place of each position. */
  #each(
    positions: Uint32Array,
    use: (i: number, pass: Pass, x: number, y: number, region: number) => void,
  ): void {
    for (let i = 0; i < positions.length; i++) {
      const position = positions[i]!;
      let region = this.#regions.length - 1;
      while (this.#regions[region]!.first > position) region--;
      const { pass, first } = this.#regions[region]!;
      const y = Math.floor((position - first) / pass.width);
      use(i, pass, position - first - y * pass.width, y, region);
    }
  }

  readBits(positions: Uint32Array, out: Uint8Array): void {
    this.#each(positions, (i, pass, x, y) => {
      out[i] = this.#parities.parity[this.#index(pass, x, y)]! & 1;
    });
  }

  readCosts(positions: Uint32Array, out: Int32Array): void {
    const maps = this.#maps ??= wholeCosts(
      this.#regions.map(({ pass }) =>
        new TextureMap(pass, (row, line) => {
          for (let x = 0; x < pass.width; x++) line[x] = this.#luma[this.#index(pass, x, row)]!;
        })
      ),
    );
    this.#each(positions, (i, pass, x, y, region) => {
      const { columns, cells } = maps[region]!;
      const cost = cells[(y >> CELL_SHIFT) * columns + (x >> CELL_SHIFT)]!;
      out[i] = wholeCost(cost * (1 + this.#parities.distance[this.#index(pass, x, y)]!));
    });
  }

  /** An index changes to that of its twin, which has one too. */
  positionsHold(): boolean {
    return true;
  }

  change(positions: Uint32Array, flips: Uint8Array, _random: RandomBytes): void {
    this.#each(positions, (i, pass, x, y) => {
      if (flips[i] === 0) return;
      this.#setIndex(pass, x, y, this.#parities.twin[this.#index(pass, x, y)]!);
    });
  }
}
