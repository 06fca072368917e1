/** Pictures for the tests: photo-like noise in every kind of PNG, and decoded samples to compare. */
import { deflateSync } from "node:zlib";
import { type Bytes, concat } from "../../lib/bytes.ts";
import { numbersOf } from "../../lib/container/places.ts";
import { filterRow } from "../../lib/stego/png/filter.ts";
import {
  channelsOf,
  DEFAULT_PICTURE_LIMITS,
  filterDistance,
  passesOf,
  type PngHeader,
  scanlineBytes,
} from "../../lib/stego/png/header.ts";
import { type Chunk, type Png, PNG_SIGNATURE, readPng } from "../../lib/stego/png/read.ts";
import { chunk, headerData, writePng } from "../../lib/stego/png/write.ts";
import { onePiece } from "./one-piece.ts";

/** Small, quick, repeatable random numbers in [0, 1): mulberry32. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Random bytes that repeat with the seed. */
export function seededBytes(seed: number): (length: number) => Bytes {
  const random = seeded(seed);
  return (length) => Uint8Array.from({ length }, () => Math.floor(256 * random()));
}

/** A key's numbers for places, from a number. */
export function placesOf(key: number): (out: Uint32Array) => void {
  return numbersOf(new Uint8Array(32).fill(key));
}

/** A header with the usual values. */
export function header(width: number, height: number, rest: Partial<PngHeader> = {}): PngHeader {
  return { width, height, bitDepth: 8, colourType: 2, interlaced: false, ...rest };
}

/** Smooth random values over the unit square: a grid of `size` by `size` numbers, joined by straight lines. */
function field(size: number, random: () => number): (u: number, v: number) => number {
  const grid = Float64Array.from({ length: (size + 1) ** 2 }, random);
  return (u, v) => {
    const x = u * (size - 1);
    const y = v * (size - 1);
    const i = Math.floor(x);
    const j = Math.floor(y);
    const at = j * (size + 1) + i;
    const above = grid[at]! + (grid[at + 1]! - grid[at]!) * (x - i);
    const below = grid[at + size + 1]! +
      (grid[at + size + 2]! - grid[at + size + 1]!) * (x - i);
    return above + (below - above) * (y - j);
  };
}

/**
 * Brightness in 0 … 1 as a photo has it, over the unit square: shapes of several sizes, texture in some places and
 * not in others, a tint, and the noise of a sensor everywhere.
 */
export function scene(seed: number): (u: number, v: number, channel: number) => number {
  const random = seeded(seed);
  const [shapes, parts, details, grain, rough, tint] = [5, 17, 67, 401, 7, 4].map((size) =>
    field(size, random)
  ) as [Field, Field, Field, Field, Field, Field];
  return (u, v, channel) => {
    const texture = rough(u, v) ** 2;
    const base = 0.9 * shapes(u, v) + 0.35 * parts(u, v) +
      texture * (0.3 * details(u, v) + 0.35 * grain(u, v)) - 0.35 * v;
    const light = 0.15 + base * (0.8 + 0.15 * channel * (tint(u, v) - 0.5));
    const noise = (random() + random() + random() - 1.5) * (0.008 + 0.02 * light);
    return Math.min(1, Math.max(0, light + noise));
  };
}

type Field = (u: number, v: number) => number;

/** Scanlines of a photo-like picture, with filter bytes that vary. Alpha is 0 in a corner, opaque elsewhere. */
export function photoScanlines(head: PngHeader, seed = 1): Bytes {
  const bytes = new Uint8Array(scanlineBytes(head));
  const light = scene(seed);
  const channels = channelsOf(head);
  const max = 2 ** head.bitDepth - 1;
  const alpha = head.colourType === 4 || head.colourType === 6 ? channels - 1 : -1;
  for (const pass of passesOf(head)) {
    for (let row = 0; row < pass.height; row++) {
      const at = pass.offset + row * pass.stride;
      bytes[at] = row % 5;
      for (let column = 0; column < pass.width; column++) {
        const x = pass.x + column * pass.stepX;
        const y = pass.y + row * pass.stepY;
        for (let c = 0; c < channels; c++) {
          const clear = x < head.width / 4 && y < head.height / 4;
          const value = c === alpha
            ? (clear ? 0 : max)
            : Math.round(max * light(x / head.width, y / head.height, c));
          putSample(bytes, at + 1, column * channels + c, head.bitDepth, value);
        }
      }
    }
  }
  return bytes;
}

function putSample(bytes: Uint8Array, row: number, index: number, depth: number, value: number) {
  if (depth === 16) {
    bytes[row + 2 * index] = value >> 8;
    bytes[row + 2 * index + 1] = value & 255;
  } else if (depth === 8) bytes[row + index] = value;
  else {
    const bit = index * depth;
    bytes[row + (bit >> 3)] = bytes[row + (bit >> 3)]! | (value << (8 - depth - (bit & 7)));
  }
}

/** A PNG file of scanlines. `before` holds PLTE and the like. IDAT is cut to `cut` bytes. */
export function pngFile(
  head: PngHeader,
  scanlines: Uint8Array,
  options: { before?: Chunk[]; after?: Chunk[]; cut?: number; level?: number } = {},
): Bytes {
  const { before = [], after = [], cut = 1000, level = 6 } = options;
  const filtered = new Uint8Array(scanlines.length);
  for (const pass of passesOf(head)) {
    for (let row = 0; row < pass.height; row++) {
      const at = pass.offset + row * pass.stride;
      const above = row === 0 ? -1 : at - pass.stride;
      const distance = filterDistance(head);
      filterRow(scanlines, at, above, pass.stride, distance, scanlines[at]!, filtered, at);
    }
  }
  const data = deflateSync(filtered, { level });
  const parts: Uint8Array[] = [];
  for (let at = 0; at < data.length; at += cut) {
    parts.push(chunk("IDAT", data.subarray(at, at + cut)));
  }
  return concat(
    PNG_SIGNATURE,
    chunk("IHDR", headerData(head)),
    ...before.map((one) => chunk(one.type, one.data)),
    ...parts,
    ...after.map((one) => chunk(one.type, one.data)),
    chunk("IEND", new Uint8Array(0)),
  );
}

/** A photo-like PNG file. */
export function photoFile(head: PngHeader, seed = 1): Bytes {
  return pngFile(head, photoScanlines(head, seed));
}

/** Decodes a file. */
export function decode(
  file: Uint8Array,
  maxPixels = DEFAULT_PICTURE_LIMITS.maxPixels,
): Promise<Png> {
  return readPng(onePiece(file), { maxPixels });
}

/** Encodes a picture. */
export async function encode(png: Png): Promise<Bytes> {
  const parts: Uint8Array[] = [];
  await writePng(png, (bytes) => {
    parts.push(bytes.slice());
    return Promise.resolve();
  });
  return concat(...parts);
}

/** All chunks of a file but IDAT, as text, to compare. */
export function otherChunks(file: Uint8Array): string[] {
  return chunksOf(file).filter(({ type }) => type !== "IDAT")
    .map(({ type, data }) => `${type} ${data.join(",")}`);
}

/** All chunks of a file. */
export function chunksOf(file: Uint8Array): { type: string; data: Uint8Array }[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const chunks: { type: string; data: Uint8Array }[] = [];
  for (let at = PNG_SIGNATURE.length; at < file.length;) {
    const length = view.getUint32(at);
    const type = new TextDecoder().decode(file.subarray(at + 4, at + 8));
    chunks.push({ type, data: file.subarray(at + 8, at + 8 + length) });
    at += 12 + length;
  }
  return chunks;
}

/** Samples of every pixel in reading order, alpha included; palette indices as they are. */
export function samplesOf({ header: head, passes, scanlines }: Png): number[][] {
  const channels = channelsOf(head);
  const pixels: number[][] = new Array(head.width * head.height);
  for (const pass of passes) {
    for (let row = 0; row < pass.height; row++) {
      const at = pass.offset + row * pass.stride + 1;
      for (let column = 0; column < pass.width; column++) {
        const x = pass.x + column * pass.stepX;
        const y = pass.y + row * pass.stepY;
        pixels[y * head.width + x] = Array.from(
          { length: channels },
          (_, c) => sampleAt(scanlines, at, column * channels + c, head.bitDepth),
        );
      }
    }
  }
  return pixels;
}

function sampleAt(bytes: Uint8Array, row: number, index: number, depth: number): number {
  if (depth === 16) return (bytes[row + 2 * index]! << 8) | bytes[row + 2 * index + 1]!;
  const bit = index * depth;
  return (bytes[row + (bit >> 3)]! >> (8 - depth - (bit & 7))) & ((1 << depth) - 1);
}

/** Red, green, blue and alpha of every pixel in the picture's own range (0 … 255, or 65535 at 16 bits). */
export function rgbaOf(png: Png): number[][] {
  const { header: { colourType, bitDepth }, palette, transparency } = png;
  const max = bitDepth === 16 ? 65535 : 255;
  const scale = colourType === 3 ? 1 : max / (2 ** bitDepth - 1);
  const key: number[] = [];
  if (colourType !== 3 && transparency !== undefined) {
    for (let i = 0; i < transparency.length; i += 2) {
      key.push((transparency[i]! << 8) | transparency[i + 1]!);
    }
  }
  return samplesOf(png).map((pixel) => {
    const [a = 0, b = 0, c = 0, d = 0] = pixel;
    const keyed = key.length > 0 && pixel.every((value, i) => value === key[i]);
    switch (colourType) {
      case 0:
        return [a * scale, a * scale, a * scale, keyed ? 0 : max];
      case 2:
        return [a, b, c, keyed ? 0 : max];
      case 3:
        return [
          palette![3 * a]!,
          palette![3 * a + 1]!,
          palette![3 * a + 2]!,
          transparency?.[a] ?? 255,
        ];
      case 4:
        return [a, a, a, b];
      default:
        return [a, b, c, d];
    }
  });
}
