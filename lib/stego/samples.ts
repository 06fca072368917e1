/**
 * Carriers of 8 and 16 bits a sample: each colour sample carries its lowest bit, and a bit is changed by adding or
 * subtracting one at random (±1 matching, Sharp 2001), which leaves no trace in the histogram's pairs. At 0 and
 * at the maximum there is only one way to go.
 */
import type { Carrier, RandomBytes } from "./carrier.ts";
import { countUneven } from "./flat.ts";
import { BitSet } from "./order.ts";
import { channelsOf, ColourType, hasAlpha, type Pass } from "./png/header.ts";
import type { Png } from "./png/read.ts";
import { CELL_SHIFT, type CostMap, TextureMap, wholeCost, wholeCosts } from "./texture.ts";

/** A sample at 0 or the maximum is often clipped, its surroundings flatter than they look. */
const EDGE_FACTOR = 4;

/** Random bytes are drawn so many at a time. */
const RANDOM_BATCH = 256;

/** A pass and the positions in it. */
interface Region {
  readonly pass: Pass;
  readonly first: number;
  /** Positions in a row. */
  readonly perRow: number;
}

/** Samples of a grey or RGB picture, with or without alpha. */
export class SampleCarrier implements Carrier {
  readonly size: number;
  readonly available: number;
  readonly #bytes: Uint8Array;
  readonly #passes: readonly Pass[];
  readonly #regions: Region[] = [];
  /** Colour samples of a pixel: 1 or 3. */
  readonly #channels: number;
  /** Positions of a pixel: as many, or one where red, green and blue are the same and must stay so. */
  readonly #colours: number;
  readonly #sampleBytes: number;
  readonly #pixelBytes: number;
  readonly #max: number;
  /** The colour that tRNS makes transparent. */
  readonly #key: readonly number[] | undefined;
  readonly #unseen: BitSet | undefined;
  #maps: CostMap[] | undefined;

  constructor(png: Png) {
    const { header, passes, scanlines, transparency } = png;
    this.#bytes = scanlines;
    this.#passes = passes;
    this.#channels = header.colourType === ColourType.rgb || header.colourType === ColourType.rgba
      ? 3
      : 1;
    this.#sampleBytes = header.bitDepth >> 3;
    this.#pixelBytes = channelsOf(header) * this.#sampleBytes;
    this.#colours = this.#coloursNow();
    this.#max = 2 ** header.bitDepth - 1;
    let size = 0;
    for (const pass of passes) {
      const perRow = pass.width * this.#colours;
      this.#regions.push({ pass, first: size, perRow });
      size += perRow * pass.height;
    }
    this.size = size;
    if (transparency !== undefined) this.#key = this.#keyOf(transparency);
    let unseen = 0;
    if (this.#key !== undefined || hasAlpha(header)) {
      const set = new BitSet(size);
      unseen = this.#markUnseen(set);
      this.#unseen = set;
    }
    this.available = size - unseen;
  }

  #coloursNow(): number {
    const grey = this.#channels === 3 && this.#passes.every((pass) => this.#isGrey(pass));
    return grey ? 1 : this.#channels;
  }

  /** The few coloured pixels of a picture may have turned grey. */
  positionsHold(): boolean {
    return this.#coloursNow() === this.#colours;
  }

  /** Whether red, green and blue of all pixels are the same: a single coloured pixel would give a change away. */
  #isGrey(pass: Pass): boolean {
    const step = this.#sampleBytes;
    for (let y = 0; y < pass.height; y++) {
      let at = pass.offset + y * pass.stride + 1;
      for (let x = 0; x < pass.width; x++, at += this.#pixelBytes) {
        for (let i = 0; i < step; i++) {
          const red = this.#bytes[at + i];
          if (this.#bytes[at + step + i] !== red || this.#bytes[at + 2 * step + i] !== red) {
            return false;
          }
        }
      }
    }
    return true;
  }

  /** tRNS has two bytes a sample at every depth; only the picture's bits count (§11.3.2.1). */
  #keyOf(transparency: Uint8Array): number[] {
    const key: number[] = [];
    for (let c = 0; c < this.#channels; c++) {
      key.push(((transparency[2 * c]! << 8) | transparency[2 * c + 1]!) & this.#max);
    }
    return key;
  }

  #markUnseen(set: BitSet): number {
    let count = 0;
    for (const { pass, first } of this.#regions) {
      let position = first;
      for (let y = 0; y < pass.height; y++) {
        let at = pass.offset + y * pass.stride + 1;
        for (let x = 0; x < pass.width; x++, at += this.#pixelBytes) {
          const unseen = this.#key === undefined ? this.#alphaIsZero(at) : this.#isKey(at);
          if (unseen) {
            for (let c = 0; c < this.#colours; c++) set.add(position + c);
            count += this.#colours;
          }
          position += this.#colours;
        }
      }
    }
    return count;
  }

  #alphaIsZero(pixel: number): boolean {
    const at = pixel + this.#channels * this.#sampleBytes;
    return this.#bytes[at] === 0 && (this.#sampleBytes === 1 || this.#bytes[at + 1] === 0);
  }

  #isKey(pixel: number): boolean {
    for (let c = 0; c < this.#channels; c++) {
      if (this.#sample(pixel + c * this.#sampleBytes) !== this.#key![c]) return false;
    }
    return true;
  }

  unavailable(): BitSet {
    return this.#unseen?.copy() ?? new BitSet(this.size);
  }

  countUneven(): number {
    const unseen = this.#unseen;
    let count = 0;
    for (const { pass, first, perRow } of this.#regions) {
      for (let c = 0; c < this.#colours; c++) {
        count += countUneven(
          pass,
          (row, out) => this.#readRow(pass, c, row, out),
          unseen && ((row, x) => !unseen.has(first + row * perRow + x * this.#colours + c)),
        );
      }
    }
    return count;
  }

  #regionOf(position: number): number {
    let i = this.#regions.length - 1;
    while (this.#regions[i]!.first > position) i--;
    return i;
  }

  /** Where the samples of `positions` begin in the scanlines. */
  #locate(positions: Uint32Array, out: Uint32Array): void {
    const colours = this.#colours;
    const sampleBytes = this.#sampleBytes;
    const gap = this.#pixelBytes - colours * sampleBytes; // alpha, and the others of a grey pixel
    let { pass, first, perRow } = this.#regions[0]!;
    for (let i = 0; i < positions.length; i++) {
      const position = positions[i]!;
      if (this.#regions.length > 1) {
        ({ pass, first, perRow } = this.#regions[this.#regionOf(position)]!);
      }
      const inside = position - first;
      const row = Math.floor(inside / perRow);
      const column = inside - row * perRow;
      const start = pass.offset + row * pass.stride + 1;
      out[i] = start + column * sampleBytes + (gap === 0 ? 0 : Math.floor(column / colours) * gap);
    }
  }

  /** The pixel that the sample at `at` belongs to. */
  #pixelOf(at: number): number {
    const { pass } = this.#regions.findLast(({ pass }) => pass.offset <= at)!;
    const inRow = (at - pass.offset) % pass.stride - 1;
    return at - inRow % this.#pixelBytes;
  }

  #sample(at: number): number {
    return this.#sampleBytes === 1
      ? this.#bytes[at]!
      : (this.#bytes[at]! << 8) | this.#bytes[at + 1]!;
  }

  /** Sets the samples of the position at `at`: one, or all three of a grey pixel. */
  #setSample(at: number, value: number): void {
    const samples = this.#channels / this.#colours;
    for (let i = 0, to = at; i < samples; i++) {
      if (this.#sampleBytes === 2) this.#bytes[to++] = value >> 8;
      this.#bytes[to++] = value;
    }
  }

  readBits(positions: Uint32Array, out: Uint8Array): void {
    const low = this.#sampleBytes - 1;
    const bytes = this.#bytes;
    const places = new Uint32Array(positions.length);
    this.#locate(positions, places);
    for (let i = 0; i < places.length; i++) out[i] = bytes[places[i]! + low]! & 1;
  }

  readCosts(positions: Uint32Array, out: Int32Array): void {
    const maps = this.#maps ??= this.#texture();
    const colours = this.#colours;
    const places = new Uint32Array(positions.length);
    this.#locate(positions, places);
    let region = 0;
    for (let i = 0; i < positions.length; i++) {
      const position = positions[i]!;
      if (this.#regions.length > 1) region = this.#regionOf(position);
      const { first, perRow } = this.#regions[region]!;
      const row = Math.floor((position - first) / perRow);
      const column = position - first - row * perRow;
      const x = colours === 1 ? column : Math.floor(column / 3);
      const { columns, cells } = maps[region * colours + column - x * colours]!;
      const cost = cells[(row >> CELL_SHIFT) * columns + (x >> CELL_SHIFT)]!;
      const value = this.#sample(places[i]!);
      out[i] = value === 0 || value === this.#max ? wholeCost(cost * EDGE_FACTOR) : cost;
    }
  }

  /** A map for each channel of each pass. */
  #texture(): CostMap[] {
    return wholeCosts(this.#regions.flatMap(({ pass }) =>
      Array.from(
        { length: this.#colours },
        (_, c) => new TextureMap(pass, (row, out) => this.#readRow(pass, c, row, out)),
      )
    ));
  }

  #readRow(pass: Pass, channel: number, row: number, out: Int32Array): void {
    let at = pass.offset + row * pass.stride + 1 + channel * this.#sampleBytes;
    const step = this.#pixelBytes;
    if (this.#sampleBytes === 1) {
      for (let x = 0; x < pass.width; x++, at += step) out[x] = this.#bytes[at]!;
    } else {
      for (let x = 0; x < pass.width; x++, at += step) {
        out[x] = (this.#bytes[at]! << 8) | this.#bytes[at + 1]!;
      }
    }
  }

  change(positions: Uint32Array, flips: Uint8Array, random: RandomBytes): void {
    const places = new Uint32Array(positions.length);
    this.#locate(positions, places);
    let bytes = new Uint8Array(0);
    let used = 0;
    for (let i = 0; i < places.length; i++) {
      if (flips[i] === 0) continue;
      if (used === bytes.length) {
        bytes = Uint8Array.from(random(RANDOM_BATCH));
        used = 0;
      }
      this.#step(places[i]!, (bytes[used++]! & 1) === 1 ? 1 : -1);
    }
  }

  /** One up or down, whichever is possible; never into the transparent colour. */
  #step(at: number, wanted: number): void {
    const value = this.#sample(at);
    for (const step of [wanted, -wanted, 3, -3]) {
      const next = value + step;
      if (next < 0 || next > this.#max) continue;
      this.#setSample(at, next);
      if (this.#key === undefined || !this.#isKey(this.#pixelOf(at))) return;
    }
  }
}
