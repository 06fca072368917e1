/**
 * Windows bitmaps without compression (BITMAPFILEHEADER and BITMAPINFOHEADER, wingdi.h; versions 4 and 5 of the
 * header begin as version 3 does), and the older OS/2 header of 12 bytes. Run lengths, and JPEG or PNG within a
 * bitmap, are refused by name.
 */
import { type Bytes, concat } from "../../bytes.ts";
import { text } from "../../text/catalogue.ts";
import { ByteSource } from "../png/source.ts";
import { PictureError } from "../problem.ts";
import type { Decoded } from "./codec.ts";
import type { PictureSize } from "./size.ts";

const FILE_HEADER_BYTES = 14;
/** Sizes of the headers: BITMAPCOREHEADER, and the least of BITMAPINFOHEADER. */
const CORE_HEADER_BYTES = 12;
const INFO_HEADER_BYTES = 40;
/** biCompression. */
const BmpCompression = { none: 0, bitFields: 3, alphaBitFields: 6 } as const;

/** Bits of red, green, blue and alpha in a pixel of 16 or 32 bits. */
type Masks = readonly [red: number, green: number, blue: number, alpha: number];
/** What BI_RGB means at these depths. */
const PLAIN_MASKS: Readonly<Record<number, Masks>> = {
  16: [0x7c00, 0x03e0, 0x001f, 0],
  32: [0xff0000, 0x00ff00, 0x0000ff, 0],
};

/** A bitmap's front: all that stands before its pixels, as far as `FRONT_BYTES`. */
interface BmpFront extends PictureSize {
  readonly bytes: Uint8Array;
  /** Rows stand from the bottom up in most files. */
  readonly upwards: boolean;
  readonly bits: number;
  readonly masks: Masks | undefined;
  /** Where the palette lies, how many bytes an entry has, how many entries there are. */
  readonly palette: { readonly at: number; readonly bytes: number; readonly count: number };
}

/** The longest header (version 5), masks and a palette of 256 fit well into this. */
const FRONT_BYTES = 1 << 12;

function damaged(reason: "picture.truncated" | "picture.no-size" | "bmp.header"): never {
  throw new PictureError("BMP", text(reason));
}

async function readFront(source: ByteSource): Promise<BmpFront> {
  const start = (await source.exactly(FILE_HEADER_BYTES)).slice();
  const dataAt = new DataView(start.buffer).getUint32(10, true);
  if (dataAt < FILE_HEADER_BYTES + CORE_HEADER_BYTES) damaged("bmp.header");
  const rest = Math.min(dataAt, FRONT_BYTES) - start.length;
  const bytes = concat(start, await source.exactly(rest));
  const front = parseFront(bytes);
  await source.skip(dataAt - bytes.length);
  return front;
}

function parseFront(bytes: Uint8Array): BmpFront {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerBytes = view.getUint32(FILE_HEADER_BYTES, true);
  const core = headerBytes === CORE_HEADER_BYTES;
  const end = FILE_HEADER_BYTES + headerBytes;
  if ((!core && headerBytes < INFO_HEADER_BYTES) || end > bytes.length) damaged("bmp.header");
  const width = core ? view.getUint16(18, true) : view.getInt32(18, true);
  const height = core ? view.getUint16(20, true) : view.getInt32(22, true);
  const bits = view.getUint16(core ? 24 : 28, true);
  if (width <= 0 || height === 0 || height === -(2 ** 31)) damaged("picture.no-size");
  if (![1, 4, 8, 16, 24, 32].includes(bits)) damaged("bmp.header");
  const compression = core ? BmpCompression.none : view.getUint32(30, true);
  const fields = compression === BmpCompression.bitFields ||
    compression === BmpCompression.alphaBitFields;
  if (compression !== BmpCompression.none && !fields) {
    throw new PictureError("BMP", text("bmp.compressed"), {
      hint: text("picture.convert.hint"),
    });
  }
  let paletteAt = end;
  let masks = PLAIN_MASKS[bits];
  if (fields) {
    if (masks === undefined) damaged("bmp.header");
    // They stand behind a header of version 3, and at the same place within the longer ones.
    const alpha = compression === BmpCompression.alphaBitFields || headerBytes >= 56;
    const at = FILE_HEADER_BYTES + INFO_HEADER_BYTES;
    if (bytes.length < at + (alpha ? 16 : 12)) damaged("bmp.header");
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
  const palette = { at: paletteAt, bytes: core ? 3 : 4, count };
  if (palette.at + palette.count * palette.bytes > bytes.length) damaged("bmp.header");
  return { bytes, width, height: Math.abs(height), upwards: height > 0, bits, masks, palette };
}

/**
 * Decodes a bitmap row by row.
 *
 * @param check refuses a size before anything is made for it
 */
export async function decodeBmp(
  pieces: AsyncIterable<Uint8Array>,
  check: (size: PictureSize) => void,
): Promise<Decoded & { readonly samples: Bytes }> {
  const source = new ByteSource(pieces, "BMP");
  const front = await readFront(source);
  const { width, height, upwards, bits, masks } = front;
  check(front);
  const channels = (masks?.[3] ?? 0) === 0 ? 3 : 4;
  const samples = new Uint8Array(width * height * channels);
  const put = pixelReader(front, channels);
  const stride = Math.ceil(width * bits / 32) * 4;
  for (let row = 0; row < height; row++) {
    const bytes = await source.exactly(stride);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let to = (upwards ? height - 1 - row : row) * width * channels;
    for (let x = 0; x < width; x++, to += channels) put(view, x, samples, to);
  }
  return { width, height, channels, samples };
}

/** Writes the samples of pixel `x` of a row to `out`. */
type PixelReader = (row: DataView, x: number, out: Uint8Array, to: number) => void;

function pixelReader({ bytes, bits, masks, palette }: BmpFront, channels: number): PixelReader {
  if (masks !== undefined) {
    const fields = masks.slice(0, channels).map(fieldOf);
    return (row, x, out, to) => {
      const pixel = bits === 16 ? row.getUint16(2 * x, true) : row.getUint32(4 * x, true);
      for (let c = 0; c < channels; c++) out[to + c] = fields[c]!(pixel);
    };
  }
  if (bits === 24) {
    return (row, x, out, to) => {
      out[to] = row.getUint8(3 * x + 2);
      out[to + 1] = row.getUint8(3 * x + 1);
      out[to + 2] = row.getUint8(3 * x);
    };
  }
  return (row, x, out, to) => {
    const bit = x * bits;
    const index = (row.getUint8(bit >> 3) >> (8 - bits - (bit & 7))) & (2 ** bits - 1);
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
