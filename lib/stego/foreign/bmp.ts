/**
 * Windows bitmaps without compression (BITMAPFILEHEADER and BITMAPINFOHEADER, wingdi.h; versions 4 and 5 of the
 * header begin as version 3 does), and the older OS/2 header of 12 bytes. Run lengths, and JPEG or PNG within a
 * bitmap, are refused by name.
 */
import { text } from "../../text/catalogue.ts";
import { PictureError } from "../problem.ts";
import type { Decoded } from "./codec.ts";
import type { PictureSize } from "./size.ts";

const FILE_HEADER_BYTES = 14;
/** Sizes of the headers: BITMAPCOREHEADER, and the least of BITMAPINFOHEADER. */
const CORE_HEADER_BYTES = 12;
const INFO_HEADER_BYTES = 40;
/** biCompression. */
const Compression = { none: 0, bitFields: 3, alphaBitFields: 6 } as const;

/** Bits of red, green, blue and alpha in a pixel of 16 or 32 bits. */
type Masks = readonly [red: number, green: number, blue: number, alpha: number];
/** What BI_RGB means at these depths. */
const PLAIN_MASKS: Readonly<Record<number, Masks>> = {
  16: [0x7c00, 0x03e0, 0x001f, 0],
  32: [0xff0000, 0x00ff00, 0x0000ff, 0],
};

interface BmpHeader extends PictureSize {
  /** Rows stand from the bottom up in most files. */
  readonly upwards: boolean;
  readonly bits: number;
  readonly masks: Masks | undefined;
  /** Where the palette lies, how many bytes an entry has, how many entries there are. */
  readonly palette: { readonly at: number; readonly bytes: number; readonly count: number };
  readonly dataAt: number;
}

function damaged(reason: "picture.truncated" | "picture.no-size" | "bmp.header"): never {
  throw new PictureError("BMP", text(reason));
}

function readHeader(bytes: Uint8Array): BmpHeader {
  if (bytes.length < FILE_HEADER_BYTES + CORE_HEADER_BYTES) damaged("picture.truncated");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const dataAt = view.getUint32(10, true);
  const headerBytes = view.getUint32(FILE_HEADER_BYTES, true);
  const core = headerBytes === CORE_HEADER_BYTES;
  if (!core && headerBytes < INFO_HEADER_BYTES) damaged("bmp.header");
  if (bytes.length < FILE_HEADER_BYTES + headerBytes) damaged("picture.truncated");
  const width = core ? view.getUint16(18, true) : view.getInt32(18, true);
  const height = core ? view.getUint16(20, true) : view.getInt32(22, true);
  const bits = view.getUint16(core ? 24 : 28, true);
  if (width <= 0 || height === 0 || height === -(2 ** 31)) damaged("picture.no-size");
  if (![1, 4, 8, 16, 24, 32].includes(bits)) damaged("bmp.header");
  const compression = core ? Compression.none : view.getUint32(30, true);
  const fields = compression === Compression.bitFields ||
    compression === Compression.alphaBitFields;
  if (compression !== Compression.none && !fields) {
    throw new PictureError("BMP", text("bmp.compressed"), {
      hint: text("picture.convert.hint"),
    });
  }
  let paletteAt = FILE_HEADER_BYTES + headerBytes;
  let masks = PLAIN_MASKS[bits];
  if (fields) {
    if (masks === undefined) damaged("bmp.header");
    // They stand behind a header of version 3, and at the same place within the longer ones.
    const alpha = compression === Compression.alphaBitFields || headerBytes >= 56;
    const at = FILE_HEADER_BYTES + INFO_HEADER_BYTES;
    if (bytes.length < at + (alpha ? 16 : 12)) damaged("picture.truncated");
    masks = [
      view.getUint32(at, true),
      view.getUint32(at + 4, true),
      view.getUint32(at + 8, true),
      alpha ? view.getUint32(at + 12, true) : 0,
    ];
    if (headerBytes === INFO_HEADER_BYTES) paletteAt += alpha ? 16 : 12;
  }
  const used = core ? 0 : view.getUint32(46, true);
  const count = bits > 8 ? 0 : Math.min(used === 0 ? 2 ** bits : used, 2 ** bits);
  return {
    width,
    height: Math.abs(height),
    upwards: height > 0,
    bits,
    masks,
    palette: { at: paletteAt, bytes: core ? 3 : 4, count },
    dataAt,
  };
}

/** The size of a bitmap. */
export function bmpSize(bytes: Uint8Array): PictureSize {
  const { width, height } = readHeader(bytes);
  return { width, height };
}

/** Decodes a bitmap; `bmpSize` has been checked. */
export function decodeBmp(bytes: Uint8Array): Decoded {
  const header = readHeader(bytes);
  const { width, height, upwards, bits, dataAt, palette } = header;
  const stride = Math.ceil(width * bits / 32) * 4;
  if (dataAt + stride * height > bytes.length) damaged("picture.truncated");
  if (palette.at + palette.count * palette.bytes > bytes.length) damaged("picture.truncated");
  const channels = (header.masks?.[3] ?? 0) === 0 ? 3 : 4;
  const samples = new Uint8Array(width * height * channels);
  const put = pixelReader(bytes, header, channels);
  for (let y = 0; y < height; y++) {
    const row = dataAt + (upwards ? height - 1 - y : y) * stride;
    for (let x = 0, to = y * width * channels; x < width; x++, to += channels) {
      put(row, x, samples, to);
    }
  }
  return { width, height, channels, samples };
}

/** Writes the samples of pixel `x` of the row that begins at `row` to `out`. */
type PixelReader = (row: number, x: number, out: Uint8Array, to: number) => void;

function pixelReader(
  bytes: Uint8Array,
  { bits, masks, palette }: BmpHeader,
  channels: number,
): PixelReader {
  if (masks !== undefined) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const fields = masks.slice(0, channels).map(fieldOf);
    return (row, x, out, to) => {
      const pixel = bits === 16
        ? view.getUint16(row + 2 * x, true)
        : view.getUint32(row + 4 * x, true);
      for (let c = 0; c < channels; c++) out[to + c] = fields[c]!(pixel);
    };
  }
  if (bits === 24) {
    return (row, x, out, to) => {
      const at = row + 3 * x;
      out[to] = bytes[at + 2]!;
      out[to + 1] = bytes[at + 1]!;
      out[to + 2] = bytes[at]!;
    };
  }
  return (row, x, out, to) => {
    const bit = x * bits;
    const index = (bytes[row + (bit >> 3)]! >> (8 - bits - (bit & 7))) & (2 ** bits - 1);
    const at = palette.at + index * palette.bytes;
    const known = index < palette.count;
    for (let c = 0; c < 3; c++) out[to + c] = known ? bytes[at + 2 - c]! : 0;
  };
}

/** Reads the bits of `mask` from a pixel, stretched to 0 … 255. */
function fieldOf(mask: number): (pixel: number) => number {
  if (mask === 0) return () => 0;
  let shift = 0;
  while ((mask >>> shift & 1) === 0) shift++;
  const most = mask >>> shift;
  return (pixel) => Math.round(((pixel & mask) >>> shift) * 255 / most);
}
