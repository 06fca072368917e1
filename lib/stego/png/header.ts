/**
 * The PNG header and the geometry that follows from it (ISO/IEC 15948:2004, W3C PNG second edition, §11.2.2 and
 * §8.2): how many bytes a scanline has, and where the seven passes of an interlaced picture lie.
 */
import { ByteReader } from "../../bytes.ts";
import { text } from "../../text/catalogue.ts";
import { PictureLimitError, pngError } from "../problem.ts";

/** Colour types (§11.2.2, table 11.1). */
export const ColourType = { grey: 0, rgb: 2, palette: 3, greyAlpha: 4, rgba: 6 } as const;

/** What IHDR says. */
export interface PngHeader {
  readonly width: number;
  readonly height: number;
  /** Bits of a sample, or of a palette index. */
  readonly bitDepth: number;
  /** One of `ColourType`. */
  readonly colourType: number;
  readonly interlaced: boolean;
}

/** One pass of scanlines; a picture without interlacing is a single one. */
export interface Pass {
  /** Column and row of the pass's first pixel in the picture, and the steps to the next. */
  readonly x: number;
  readonly y: number;
  readonly stepX: number;
  readonly stepY: number;
  readonly width: number;
  readonly height: number;
  /** Bytes of a scanline with its filter byte. */
  readonly stride: number;
  /** Where the pass begins in the scanlines. */
  readonly offset: number;
}

/** Bounds on a picture; all are ours. */
export interface PictureLimits {
  /** Width times height. */
  readonly maxPixels: number;
}

/** 40 megapixels: what most cameras make, and what hiding can do in 300 MB. */
export const DEFAULT_PICTURE_LIMITS: PictureLimits = { maxPixels: 40_000_000 };

/** Scanline bytes allowed for each allowed pixel: 8-bit RGBA. Deeper pictures may have fewer pixels. */
const MAX_BYTES_PER_PIXEL = 4;

const IHDR_BYTES = 13;

/** Bit depths of each colour type (§11.2.2, table 11.1). */
const DEPTHS: ReadonlyMap<number, readonly number[]> = new Map([
  [ColourType.grey, [1, 2, 4, 8, 16]],
  [ColourType.rgb, [8, 16]],
  [ColourType.palette, [1, 2, 4, 8]],
  [ColourType.greyAlpha, [8, 16]],
  [ColourType.rgba, [8, 16]],
]);

/** Adam7 (§8.2): first column and row, and the steps. */
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** Reads IHDR and refuses what the standard does not know. */
export function parseHeader(data: Uint8Array): PngHeader {
  if (data.length !== IHDR_BYTES) throw pngError("png.header-length");
  const reader = new ByteReader(data, "reading.png");
  const width = reader.u32();
  const height = reader.u32();
  const bitDepth = reader.u8();
  const colourType = reader.u8();
  if (width === 0 || height === 0 || width > 0x7fffffff || height > 0x7fffffff) {
    throw pngError("png.dimensions");
  }
  const depths = DEPTHS.get(colourType);
  if (depths === undefined) throw pngError("png.colour-type", { colourType });
  if (!depths.includes(bitDepth)) {
    throw pngError("png.depth", { bitDepth, colourType });
  }
  if (reader.u8() !== 0) throw pngError("png.compression");
  if (reader.u8() !== 0) throw pngError("png.filter-method");
  const interlace = reader.u8();
  if (interlace > 1) throw pngError("png.interlace");
  return { width, height, bitDepth, colourType, interlaced: interlace === 1 };
}

/** Refuses `width` × `height` above the limit; before anything is decoded or allocated. */
export function checkPixels(width: number, height: number, { maxPixels }: PictureLimits): void {
  if (width * height > maxPixels) {
    throw new PictureLimitError(
      "picture",
      text("picture.pixels", { width, height, limit: maxPixels }),
      { hint: text("picture.pixels.hint") },
    );
  }
}

/** Refuses a picture whose scanlines would take more memory than the limit allows. */
export function checkSize(header: PngHeader, limits: PictureLimits): void {
  checkPixels(header.width, header.height, limits);
  const limit = limits.maxPixels * MAX_BYTES_PER_PIXEL;
  if (scanlineBytes(header) > Math.max(limit, 1 << 20)) {
    const { width, height } = header;
    throw new PictureLimitError(
      "PNG",
      text("picture.deep-pixels", { width, height, bits: bitsPerPixel(header), limit }),
      { hint: text("picture.pixels.hint") },
    );
  }
}

/** Samples of a pixel: 1 to 4. */
export function channelsOf({ colourType }: PngHeader): number {
  switch (colourType) {
    case ColourType.rgb:
      return 3;
    case ColourType.greyAlpha:
      return 2;
    case ColourType.rgba:
      return 4;
    default:
      return 1;
  }
}

/** Whether each pixel carries its own alpha sample. */
export function hasAlpha({ colourType }: PngHeader): boolean {
  return colourType === ColourType.greyAlpha || colourType === ColourType.rgba;
}

function bitsPerPixel(header: PngHeader): number {
  return channelsOf(header) * header.bitDepth;
}

/** Distance of the bytes that a filter compares (§9.2): a whole pixel, at least 1. */
export function filterDistance(header: PngHeader): number {
  return Math.max(1, bitsPerPixel(header) >> 3);
}

/** The passes in their order; those without pixels are left out, as in the file. */
export function passesOf(header: PngHeader): Pass[] {
  const { width, height } = header;
  const bits = bitsPerPixel(header);
  const grid = header.interlaced ? ADAM7 : [[0, 0, 1, 1]] as const;
  const passes: Pass[] = [];
  let offset = 0;
  for (const [x, y, stepX, stepY] of grid) {
    const passWidth = Math.ceil((width - x) / stepX);
    const passHeight = Math.ceil((height - y) / stepY);
    if (passWidth <= 0 || passHeight <= 0) continue;
    const stride = 1 + Math.ceil(passWidth * bits / 8);
    passes.push({ x, y, stepX, stepY, width: passWidth, height: passHeight, stride, offset });
    offset += stride * passHeight;
  }
  return passes;
}

/** Bytes of all scanlines with their filter bytes: what the compressed data must inflate to. */
export function scanlineBytes(header: PngHeader): number {
  return passesOf(header).reduce((sum, pass) => sum + pass.stride * pass.height, 0);
}
