/**
 * Writes a picture back as a PNG (ISO/IEC 15948:2004) the way it came: the same chunks in the same order, the
 * same filter for every scanline, IDAT chunks of the same length, and compression about as strong.
 */
import { crc32 } from "node:zlib";
import { type Bytes, ByteWriter, concat, utf8 } from "../../bytes.ts";
import { chooseCompression, DeflateStream } from "./deflate.ts";
import { filterRow } from "./filter.ts";
import { filterDistance, type Pass, type PngHeader } from "./header.ts";
import { type DataLayout, type Png, PNG_SIGNATURE } from "./read.ts";

/** Filtered scanlines are given to the codec in batches of about this many bytes. */
const BATCH_BYTES = 1 << 17;
/** How much is compressed to choose the parameters: three samples of this many bytes. */
const SAMPLE_BYTES = 1 << 17;
/** Length of IDAT chunks of a picture that was no PNG: what libpng makes. */
const USUAL_CHUNK_BYTES = 8192;

/** Length, type and CRC of a chunk (§5.3). */
const CHUNK_OVERHEAD_BYTES = 12;
const IDAT = utf8("IDAT");
const IDAT_CRC = crc32(IDAT);

/** Takes the bytes of the file one after the other; they may be overwritten once it has them. */
export type ByteSink = (bytes: Uint8Array) => Promise<void>;

/** Writes `png` to `sink`. `onProgress` gets the scanline bytes done. */
export async function writePng(
  png: Png,
  sink: ByteSink,
  onProgress?: (done: number) => void,
): Promise<void> {
  await sink(concat(
    PNG_SIGNATURE,
    chunk("IHDR", headerData(png.header)),
    ...png.before.map(({ type, data }) => chunk(type, data)),
  ));
  await writeData(png, sink, onProgress);
  await sink(concat(
    ...png.after.map(({ type, data }) => chunk(type, data)),
    chunk("IEND", new Uint8Array(0)),
    png.trailing,
  ));
}

/** A whole chunk (§5.3): length, type, data, CRC of type and data. */
export function chunk(type: string, data: Uint8Array): Bytes {
  return new ByteWriter()
    .u32(data.length).bytes(utf8(type)).bytes(data).u32(crc32(data, crc32(type)))
    .finish();
}

/** Data of IHDR (§11.2.2). */
export function headerData({ width, height, bitDepth, colourType, interlaced }: PngHeader): Bytes {
  return new ByteWriter()
    .u32(width).u32(height).u8(bitDepth).u8(colourType).u8(0).u8(0).u8(interlaced ? 1 : 0)
    .finish();
}

async function writeData(
  png: Png,
  sink: ByteSink,
  onProgress: ((done: number) => void) | undefined,
): Promise<void> {
  const { scanlines, layout } = png;
  const data = new DataChunks(layout);
  const compression = chooseCompression(sampleOf(png), scanlines.length, layout);
  const deflate = new DeflateStream(compression, (piece) => data.add(piece));
  try {
    let done = 0;
    for (const batch of filteredBatches(png)) {
      await deflate.write(batch);
      done += batch.length;
      onProgress?.(done);
      await sink(data.ready());
    }
    await deflate.finish();
    await sink(data.ready());
    await sink(data.last());
  } finally {
    deflate.close();
  }
}

/** Filtered scanlines, many at a time; each batch is valid until the next. */
function* filteredBatches(png: Png): Generator<Uint8Array> {
  for (const pass of png.passes) {
    const rows = Math.max(1, Math.floor(BATCH_BYTES / pass.stride));
    const batch = new Uint8Array(Math.min(rows, pass.height) * pass.stride);
    for (let row = 0; row < pass.height; row += rows) {
      const count = Math.min(rows, pass.height - row);
      filterRows(png, pass, row, count, batch);
      yield batch.subarray(0, count * pass.stride);
    }
  }
}

function filterRows(png: Png, pass: Pass, row: number, count: number, out: Uint8Array): void {
  const distance = filterDistance(png.header);
  const { scanlines } = png;
  for (let i = 0; i < count; i++) {
    const at = pass.offset + (row + i) * pass.stride;
    const above = row + i === 0 ? -1 : at - pass.stride;
    filterRow(scanlines, at, above, pass.stride, distance, scanlines[at]!, out, i * pass.stride);
  }
}

/** Filtered scanlines from the beginning, the middle and the end of the largest pass. */
function sampleOf(png: Png): Bytes {
  const pass = png.passes[png.passes.length - 1]!;
  const rows = Math.max(1, Math.floor(SAMPLE_BYTES / pass.stride));
  const starts = pass.height <= 3 * rows ? [0] : [0, (pass.height - rows) >> 1, pass.height - rows];
  const count = starts.length === 1 ? pass.height : rows;
  const parts = starts.map((row) => {
    const part = new Uint8Array(count * pass.stride);
    filterRows(png, pass, row, count, part);
    return part;
  });
  return concat(...parts);
}

/** Cuts compressed data into IDAT chunks as the layout says. */
class DataChunks {
  readonly #layout: DataLayout | undefined;
  readonly #chunkBytes: number;
  #parts: Uint8Array[] = [];
  #held = 0;
  #first = true;
  #out = new Uint8Array(0);

  constructor(layout: DataLayout | undefined) {
    this.#layout = layout;
    this.#chunkBytes = layout === undefined ? USUAL_CHUNK_BYTES : layout.chunkBytes || Infinity;
  }

  add(piece: Uint8Array): void {
    if (this.#first && piece.length >= 2 && this.#layout !== undefined) {
      // The level in FLG (RFC 1950 §2.2) informs only; it stays as it was where the window is the same.
      const [cmf, flg] = this.#layout.zlibHeader;
      if (piece[0] === cmf) piece[1] = flg;
      this.#first = false;
    }
    this.#parts.push(piece);
    this.#held += piece.length;
  }

  /** The chunks that are full, in one piece that is valid until the next call. */
  ready(): Bytes {
    return this.#take(Math.floor(this.#held / this.#chunkBytes), this.#chunkBytes);
  }

  /** What is left, in a shorter chunk, valid until the next call. */
  last(): Bytes {
    return this.#take(this.#held > 0 ? 1 : 0, this.#held);
  }

  #take(count: number, length: number): Bytes {
    const size = count === 0 ? 0 : count * (length + CHUNK_OVERHEAD_BYTES);
    if (this.#out.length < size) this.#out = new Uint8Array(size);
    const out = this.#out.subarray(0, size);
    const view = new DataView(out.buffer);
    for (let at = 0; at < out.length; at += length + CHUNK_OVERHEAD_BYTES) {
      view.setUint32(at, length);
      out.set(IDAT, at + 4);
      const data = out.subarray(at + 8, at + 8 + length);
      this.#copy(data);
      view.setUint32(at + 8 + length, crc32(data, IDAT_CRC));
    }
    return out;
  }

  /** Moves the first bytes held to `target`. */
  #copy(target: Uint8Array): void {
    this.#held -= target.length;
    for (let at = 0; at < target.length;) {
      const part = this.#parts[0]!.subarray(0, target.length - at);
      target.set(part, at);
      at += part.length;
      if (part.length === this.#parts[0]!.length) this.#parts.shift();
      else this.#parts[0] = this.#parts[0]!.subarray(part.length);
    }
  }
}
