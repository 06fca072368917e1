/**
 * Reads a PNG (ISO/IEC 15948:2004) down to its samples and keeps everything else as it stands: every chunk,
 * every scanline's filter type, the way the data was cut into IDAT chunks.
 *
 * A picture is hostile input: IHDR is checked before anything is allocated, every chunk's length is bounded
 * before it is read, every CRC is checked, and no more is inflated than IHDR asks for.
 */
import { crc32 } from "node:zlib";
import { ByteReader, type Bytes, equalConstantTime } from "../../bytes.ts";
import { text } from "../../text/catalogue.ts";
import { PictureLimitError, pngError } from "../problem.ts";
import { unfilterPass } from "./filter.ts";
import {
  checkSize,
  ColourType,
  filterDistance,
  parseHeader,
  type Pass,
  passesOf,
  type PictureLimits,
  type PngHeader,
  scanlineBytes,
} from "./header.ts";
import { BoundedInflate } from "./inflate.ts";
import { ByteSource } from "./source.ts";

/** The eight bytes that every PNG begins with (§5.2). */
export const PNG_SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** A chunk as it stands in the file (§5.3), without length and CRC. */
export interface Chunk {
  readonly type: string;
  readonly data: Bytes;
}

/** A decoded picture. */
export interface Png {
  readonly header: PngHeader;
  readonly passes: readonly Pass[];
  /** Chunks between IHDR and the first IDAT, PLTE and tRNS among them. */
  readonly before: readonly Chunk[];
  /** Chunks between the last IDAT and IEND. */
  readonly after: readonly Chunk[];
  /** Bytes behind IEND. */
  readonly trailing: Bytes;
  /** RGB triples of PLTE. */
  readonly palette: Bytes | undefined;
  /** tRNS. */
  readonly transparency: Bytes | undefined;
  /** Unfiltered scanlines, each with the filter byte that it had. */
  readonly scanlines: Bytes;
  /** How the compressed data was laid out; undefined for a picture that was no PNG. */
  readonly layout: DataLayout | undefined;
}

/** How the image data stood in the file. */
export interface DataLayout {
  /** Length of all compressed data. */
  readonly bytes: number;
  /** Length of the first IDAT chunk, where there were several. */
  readonly chunkBytes: number | undefined;
  /** The first two bytes of the zlib stream (RFC 1950 §2.2). */
  readonly zlibHeader: readonly [number, number];
}

/** Most bytes of all chunks but IDAT, and of what follows IEND. Ours: a large colour profile has 3 MB. */
const MAX_CHUNK_BYTES = 32 << 20;
/** Most chunks other than IDAT. Ours. */
const MAX_PNG_CHUNKS = 10_000;
/** Most IDAT chunks without data. Ours: there is no reason for one. */
const MAX_EMPTY_CHUNKS = 1000;
/** Chunk lengths must fit in 31 bits (§5.3). */
const MAX_LENGTH = 0x7fffffff;

const CRITICAL = new Set(["IHDR", "PLTE", "IDAT", "IEND"]);

/** Reads a PNG from pieces of a file. */
export async function readPng(
  pieces: AsyncIterable<Uint8Array>,
  limits: PictureLimits,
): Promise<Png> {
  const source = new ByteSource(pieces);
  const reader = new PngReader(source, limits);
  try {
    return await reader.read();
  } finally {
    await source.close();
  }
}

class PngReader {
  readonly #source: ByteSource;
  readonly #limits: PictureLimits;
  readonly #before: Chunk[] = [];
  readonly #after: Chunk[] = [];
  #chunkBytes = 0;
  #palette: Bytes | undefined;
  #transparency: Bytes | undefined;
  #inflate: BoundedInflate | undefined;
  #dataBytes = 0;
  #dataChunks = 0;
  #emptyChunks = 0;
  #firstDataChunk = 0;
  readonly #zlibHeader: [number, number] = [0, 0];

  constructor(source: ByteSource, limits: PictureLimits) {
    this.#source = source;
    this.#limits = limits;
  }

  async read(): Promise<Png> {
    const signature = await this.#source.some(PNG_SIGNATURE.length) ?? new Uint8Array(0);
    if (signature.some((byte, at) => byte !== PNG_SIGNATURE[at])) throw pngError("png.signature");
    const rest = PNG_SIGNATURE.length - signature.length;
    const start = rest === 0
      ? signature
      : Uint8Array.of(...signature, ...await this.#source.exactly(rest));
    if (!equalConstantTime(start, PNG_SIGNATURE)) throw pngError("png.signature");
    const first = await this.#chunkHead();
    if (first.type !== "IHDR" || first.length > 32) {
      throw pngError("png.no-header");
    }
    const header = parseHeader(await this.#chunkData(first.type, first.length));
    checkSize(header, this.#limits);
    const scanlines = new Uint8Array(scanlineBytes(header));
    this.#inflate = new BoundedInflate(scanlines);
    for (let state: "before" | "data" | "after" = "before";;) {
      const { type, length } = await this.#chunkHead();
      if (type === "IEND") {
        if (length !== 0) throw pngError("png.end-data");
        await this.#chunkData(type, 0);
        break;
      }
      if (type === "IDAT") {
        if (state === "after") throw pngError("png.scattered-data");
        this.#checkPalette(header, state === "before");
        state = "data";
        await this.#data(length);
        continue;
      }
      if (state === "data") state = "after";
      await this.#other(header, type, length, state === "before");
    }
    if (this.#dataChunks === 0) throw pngError("png.no-data");
    this.#inflate.finish();
    const passes = passesOf(header);
    for (const pass of passes) unfilterPass(scanlines, pass, filterDistance(header));
    const trailing = await this.#source.rest(MAX_CHUNK_BYTES);
    if (trailing === undefined) throw new PictureLimitError("PNG", text("png.trailing"));
    return {
      header,
      passes,
      before: this.#before,
      after: this.#after,
      trailing,
      palette: this.#palette,
      transparency: this.#transparency,
      scanlines,
      layout: {
        bytes: this.#dataBytes,
        chunkBytes: this.#dataChunks > 1 ? this.#firstDataChunk : undefined,
        zlibHeader: this.#zlibHeader,
      },
    };
  }

  async #chunkHead(): Promise<{ type: string; length: number }> {
    const reader = new ByteReader(await this.#source.exactly(8), "reading.png");
    const length = reader.u32();
    const type = String.fromCharCode(...reader.rest());
    if (length > MAX_LENGTH) throw pngError("png.chunk-length");
    if (!/^[A-Za-z]{4}$/.test(type)) throw pngError("png.chunk-type");
    return { type, length };
  }

  /** Data of a small chunk, its CRC checked. */
  async #chunkData(type: string, length: number): Promise<Bytes> {
    const data = (await this.#source.exactly(length)).slice();
    await this.#checkCrc(type, crc32(data, crc32(type)));
    return data;
  }

  async #checkCrc(type: string, computed: number): Promise<void> {
    const stored = new ByteReader(await this.#source.exactly(4), "reading.png").u32();
    if (stored !== computed) throw pngError("png.checksum", { chunk: type });
  }

  async #data(length: number): Promise<void> {
    if (length === 0 && ++this.#emptyChunks > MAX_EMPTY_CHUNKS) {
      throw new PictureLimitError("PNG", text("png.empty-chunks"));
    }
    if (this.#dataChunks++ === 0) this.#firstDataChunk = length;
    let crc = crc32("IDAT");
    for (let left = length; left > 0;) {
      const part = await this.#source.some(left);
      if (part === undefined) throw pngError("picture.truncated");
      for (let i = this.#dataBytes; i < 2 && i - this.#dataBytes < part.length; i++) {
        this.#zlibHeader[i] = part[i - this.#dataBytes]!;
      }
      this.#dataBytes += part.length;
      left -= part.length;
      crc = crc32(part, crc);
      this.#inflate?.write(part);
    }
    await this.#checkCrc("IDAT", crc);
  }

  async #other(header: PngHeader, type: string, length: number, before: boolean): Promise<void> {
    this.#chunkBytes += length;
    if (
      this.#chunkBytes > MAX_CHUNK_BYTES ||
      this.#before.length + this.#after.length >= MAX_PNG_CHUNKS
    ) {
      throw new PictureLimitError("PNG", text("png.chunks"));
    }
    const critical = type.charCodeAt(0) < 0x60; // bit 5 clear: upper case (§5.4)
    if (critical && !CRITICAL.has(type)) {
      throw pngError("png.unknown-chunk", { chunk: type });
    }
    if (type === "IHDR") throw pngError("png.header-twice");
    const data = await this.#chunkData(type, length);
    (before ? this.#before : this.#after).push({ type, data });
    if (type === "PLTE") this.#setPalette(header, data, before);
    if (type === "tRNS" && before) this.#setTransparency(header, data);
  }

  #setPalette(header: PngHeader, data: Bytes, before: boolean): void {
    const { colourType, bitDepth } = header;
    if (!before || this.#palette !== undefined || this.#transparency !== undefined) {
      throw pngError("png.palette-place");
    }
    if (colourType === ColourType.grey || colourType === ColourType.greyAlpha) {
      throw pngError("png.grey-palette");
    }
    const entries = data.length / 3;
    const most = colourType === ColourType.palette ? 2 ** bitDepth : 256;
    if (!Number.isInteger(entries) || entries < 1 || entries > most) {
      throw pngError("png.palette-length");
    }
    this.#palette = data;
  }

  #setTransparency(header: PngHeader, data: Bytes): void {
    if (this.#transparency !== undefined) throw pngError("png.transparency-twice");
    const wrong = () => pngError("png.transparency-length");
    switch (header.colourType) {
      case ColourType.grey:
        if (data.length !== 2) throw wrong();
        break;
      case ColourType.rgb:
        if (data.length !== 6) throw wrong();
        break;
      case ColourType.palette:
        if (this.#palette === undefined) throw pngError("png.transparency-place");
        if (data.length * 3 > this.#palette.length) throw wrong();
        break;
      default:
        return; // pictures with an alpha channel have no use for it (§11.3.2.1)
    }
    this.#transparency = data;
  }

  #checkPalette({ colourType }: PngHeader, beforeData: boolean): void {
    if (beforeData && colourType === ColourType.palette && this.#palette === undefined) {
      throw pngError("png.no-palette");
    }
  }
}
