/**
 * What kind of picture a file holds and how large it says it is, read before any decoder sees it: a decoder of
 * others takes the memory that the header asks for.
 */
import { ByteReader } from "../../bytes.ts";
import { text } from "../../text/catalogue.ts";
import { PictureError, readingFields } from "../problem.ts";

/** Kinds that are told apart; those with a decoder are PNG, JPEG, GIF and BMP. */
export type PictureKind =
  | "PNG"
  | "JPEG"
  | "GIF"
  | "TIFF"
  | "WebP"
  | "BMP"
  | "HEIF or AVIF"
  | "JPEG XL";

/** Kinds that keep no lowest bits, or not as they were, and whose traces stay in what is made of them. */
export const LOSSY_KINDS: ReadonlySet<PictureKind> = new Set(["JPEG", "GIF"]);

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

/** All kinds that are told apart. */
export const PICTURE_KINDS: readonly PictureKind[] = MAGIC.map(([kind]) => kind);

/** How many bytes `kindOf` wants to see. */
export const MAGIC_BYTES = 12;

/** The kind of picture that begins with `head`; undefined where it looks like none. */
export function kindOf(head: Uint8Array): PictureKind | undefined {
  const text = String.fromCharCode(...head.subarray(0, MAGIC_BYTES));
  return MAGIC.find(([, pattern]) => pattern.test(text))?.[0];
}

/** Block introducers of GIF89a, appendix A. */
const Gif = { extension: 0x21, image: 0x2c } as const;

/** The size of a GIF: of its screen (GIF89a §18), made larger where its first frame (§20) reaches beyond that. */
export function gifSize(bytes: Uint8Array): PictureSize {
  return readingFields("GIF", () => screenSize(bytes));
}

function screenSize(bytes: Uint8Array): PictureSize {
  const reader = new ByteReader(bytes, "reading.gif");
  const u16 = () => reader.u8() | (reader.u8() << 8);
  const skipTable = (flags: number) => reader.bytes((flags & 0x80) === 0 ? 0 : 6 << (flags & 7));
  reader.bytes(6);
  const screen = { width: u16(), height: u16() };
  const flags = reader.u8();
  reader.bytes(2);
  skipTable(flags);
  for (let block = reader.u8(); block !== Gif.image; block = reader.u8()) {
    if (block !== Gif.extension) throw new PictureError("GIF", text("gif.no-picture"));
    reader.u8();
    for (let length = reader.u8(); length > 0; length = reader.u8()) reader.bytes(length);
  }
  const left = u16();
  const top = u16();
  const width = Math.max(screen.width, left + u16());
  const height = Math.max(screen.height, top + u16());
  if (width === 0 || height === 0) throw new PictureError("GIF", text("picture.no-size"));
  return { width, height };
}
