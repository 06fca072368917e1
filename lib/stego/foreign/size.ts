/**
 * What kind of picture a file holds and how large it says it is, read before any decoder sees it: a decoder of
 * others takes the memory that the header asks for.
 */
import { ByteReader } from "../../bytes.ts";
import { FormatError, LimitError } from "../../errors.ts";

/** Kinds that are told apart; those with a decoder are PNG, JPEG and GIF. */
export type PictureKind =
  | "PNG"
  | "JPEG"
  | "GIF"
  | "TIFF"
  | "WebP"
  | "BMP"
  | "HEIF or AVIF"
  | "JPEG XL";

/** Width and height as the header has them. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** First bytes of each kind; dots stand for any byte. */
const MAGIC: readonly (readonly [PictureKind, RegExp])[] = [
  ["PNG", /^\x89PNG/],
  ["JPEG", /^\xff\xd8\xff/],
  ["GIF", /^GIF8[79]a/],
  ["TIFF", /^(?:II\*\0|MM\0\*)/],
  ["WebP", /^RIFF[^]{4}WEBP/],
  ["BMP", /^BM/],
  ["HEIF or AVIF", /^[^]{4}ftyp(?:hei|hev|mif|msf|avi)/],
  ["JPEG XL", /^[^]{4}JXL /],
];

/** How many bytes `kindOf` wants to see. */
export const MAGIC_BYTES = 12;

/** The kind of picture that begins with `head`; undefined where it looks like none. */
export function kindOf(head: Uint8Array): PictureKind | undefined {
  const text = String.fromCharCode(...head.subarray(0, MAGIC_BYTES));
  return MAGIC.find(([, pattern]) => pattern.test(text))?.[0];
}

/** Marker codes of JPEG (ITU-T T.81 table B.1). */
const Jpeg = {
  sof0: 0xc0,
  sof15: 0xcf,
  dht: 0xc4,
  jpg: 0xc8,
  dac: 0xcc,
  sos: 0xda,
  eoi: 0xd9,
} as const;
/** Most scans in a JPEG; ours. A progressive one has about ten; each goes over the whole picture. */
const MAX_SCANS = 64;

/** The size of a JPEG (T.81 §B.2.2): from its frame header, which must come before any scan. */
export function jpegSize(bytes: Uint8Array): PictureSize {
  const reader = new ByteReader(bytes, "read JPEG");
  reader.bytes(2);
  for (;;) {
    if (reader.u8() !== 0xff) throw new FormatError("read JPEG: no marker where one must be");
    let marker = reader.u8();
    while (marker === 0xff) marker = reader.u8();
    if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) continue; // without a length
    if (marker === Jpeg.sos || marker === Jpeg.eoi) break;
    const length = reader.u16();
    if (length < 2) throw new FormatError("read JPEG: impossible length");
    const segment = reader.bytes(length - 2);
    const frame = marker >= Jpeg.sof0 && marker <= Jpeg.sof15 && marker !== Jpeg.dht &&
      marker !== Jpeg.jpg && marker !== Jpeg.dac;
    if (!frame) continue;
    const header = new ByteReader(segment, "read JPEG");
    header.u8();
    const height = header.u16();
    const width = header.u16();
    if (width === 0 || height === 0) throw new FormatError("read JPEG: impossible size");
    return { width, height };
  }
  throw new FormatError("read JPEG: no frame header");
}

/** Refuses a JPEG with very many scans, each of which costs a pass over the picture. */
export function checkJpegScans(bytes: Uint8Array): void {
  let scans = 0;
  for (let at = bytes.indexOf(0xff); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    if (bytes[at + 1] === Jpeg.sos && ++scans > MAX_SCANS) {
      throw new LimitError(`read JPEG: more than ${MAX_SCANS} scans`);
    }
  }
}

/** The size of a GIF's screen (GIF89a §18). */
export function gifSize(bytes: Uint8Array): PictureSize {
  const reader = new ByteReader(bytes, "read GIF");
  reader.bytes(6);
  const [w0, w1, h0, h1] = reader.bytes(4) as unknown as [number, number, number, number];
  const size = { width: w0 | (w1 << 8), height: h0 | (h1 << 8) };
  if (size.width === 0 || size.height === 0) throw new FormatError("read GIF: impossible size");
  return size;
}
