/** Pictures for the fuzzer: small PNG of several kinds, with the checksums mended after the damage, and other formats. */
import { deflateSync } from "node:zlib";
import { concat } from "../../lib/bytes.ts";
import { PNG_SIGNATURE, readPng } from "../../lib/stego/png/read.ts";
import { chunk, headerData } from "../../lib/stego/png/write.ts";
import { openForeign } from "../../lib/stego/foreign/open.ts";
import { kindOf } from "../../lib/stego/foreign/size.ts";
import type { FuzzTarget } from "./fuzz.ts";
import { onePiece } from "../stego/one-piece.ts";

const LIMITS = { maxPixels: 100_000 };
const NOTHING = new Uint8Array(0);

/** A picture of 9 × 5 pixels, its scanlines all zero but for a few. */
function picture(colourType: number, bitDepth: number, interlaced: boolean): Uint8Array {
  const channels = [1, 0, 3, 1, 2, 0, 4][colourType]!;
  const row = 1 + Math.ceil(9 * channels * bitDepth / 8);
  const scanlines = new Uint8Array(interlaced ? row * 16 : row * 5).fill(1, row, row + 3);
  return concat(
    PNG_SIGNATURE,
    chunk("IHDR", headerData({ width: 9, height: 5, bitDepth, colourType, interlaced })),
    ...(colourType === 3 ? [chunk("PLTE", new Uint8Array(30))] : []),
    chunk("IDAT", new Uint8Array(deflateSync(scanlines))),
    chunk("IEND", NOTHING),
  );
}

/** The same chunks with right checksums, so that the damage gets past them. */
function mended(bytes: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [bytes.subarray(0, 8)];
  for (let at = 8; at + 12 <= bytes.length;) {
    const length = new DataView(bytes.buffer, bytes.byteOffset + at).getUint32(0);
    const end = Math.min(at + 8 + length, bytes.length - 4);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (!/^[A-Za-z]{4}$/.test(type)) break;
    parts.push(chunk(type, bytes.subarray(at + 8, end)));
    at = end + 4;
  }
  return concat(...parts);
}

export const pictureTarget: FuzzTarget = {
  name: "png",
  async run(bytes) {
    const odd = (bytes[bytes.length - 1] ?? 0) % 4 === 3;
    await readPng(onePiece(odd ? bytes : mended(bytes)), LIMITS);
  },
  seeds: () => [
    picture(0, 1, false),
    picture(2, 8, false),
    picture(3, 4, false),
    picture(6, 16, false),
    picture(6, 8, true),
  ],
};

function fixture(name: string): Promise<Uint8Array> {
  return Deno.readFile(new URL(`../../fixtures/stego/${name}`, import.meta.url));
}

/** A bitmap of 8 × 4 pixels with a palette. */
function bitmap(): Uint8Array {
  const file = new Uint8Array(14 + 40 + 64 + 16).fill(0x21, 118);
  const view = new DataView(file.buffer);
  file.set([0x42, 0x4d]);
  view.setUint32(10, 118, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, 8, true);
  view.setInt32(22, 4, true);
  view.setUint16(28, 4, true);
  return file;
}

export const foreignPictureTarget: FuzzTarget = {
  name: "jpeg-gif-bmp",
  async run(bytes) {
    const kind = kindOf(bytes);
    if (kind === undefined || kind === "PNG") return;
    const { header, scanlines } = await openForeign(kind, onePiece(bytes), LIMITS);
    const pixels = header.width * header.height;
    if (pixels < 1 || scanlines.length < pixels) throw new Error("too few samples");
  },
  seeds: async () => [
    ...await Promise.all(["colour.jpg", "grey.jpg", "progressive.jpg", "palette.gif"].map(fixture)),
    bitmap(),
  ],
};
