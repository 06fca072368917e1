/**
 * What a JPEG says of itself in front of its data (ITU-T T.81 annex B): its size, which a decoder would believe
 * without asking; how the camera was held (Exif); and its colour profile (ICC.1 annex B.4).
 */
import { ByteReader, type Bytes, concat, equalConstantTime, utf8 } from "../../bytes.ts";
import { text } from "../../text/catalogue.ts";
import { PictureError, PictureLimitError, readingFields } from "../problem.ts";
import type { PictureSize } from "./size.ts";

/** Marker codes (T.81 table B.1). */
const Marker = {
  sof0: 0xc0,
  sof15: 0xcf,
  dht: 0xc4,
  jpg: 0xc8,
  dac: 0xcc,
  tem: 0x01,
  rst0: 0xd0,
  soi: 0xd8,
  eoi: 0xd9,
  sos: 0xda,
  app1: 0xe1,
  app2: 0xe2,
} as const;

/** Frames that come in several scans (T.81 table B.1, SOF 2, 6, 10 and 14), and what a decoder keeps of each sample until the last. */
const PROGRESSIVE: ReadonlySet<number> = new Set([0xc2, 0xc6, 0xca, 0xce]);
const COEFFICIENT_BYTES = 2;

/** Most scans; ours. A progressive picture has about ten; each goes over the whole of it. */
const MAX_SCANS = 64;

const EXIF = utf8("Exif\0\0");
const ICC = utf8("ICC_PROFILE\0");
/** The tag of the orientation (Exif 2.3 §4.6.4), and its usual value. */
const TAG_ORIENTATION = 0x0112;
const UPRIGHT = 1;

/** What stands in front of the first scan. */
export interface JpegInfo extends PictureSize {
  /** 1 to 8, as Exif counts them; 1 is upright. */
  readonly orientation: number;
  readonly profile: Bytes | undefined;
  /** Bytes of memory that decoding takes for each pixel, besides the file itself. */
  readonly cost: number;
}

/** Reads the segments up to the first scan; the frame header must be among them. */
export function jpegInfo(bytes: Uint8Array): JpegInfo {
  return readingFields("JPEG", () => readSegments(bytes));
}

function readSegments(bytes: Uint8Array): JpegInfo {
  const reader = new ByteReader(bytes, "reading.jpeg");
  reader.bytes(2);
  let size: Pick<JpegInfo, "width" | "height" | "cost"> | undefined;
  let orientation: number = UPRIGHT;
  const profile: Uint8Array[] = [];
  for (;;) {
    if (reader.u8() !== 0xff) throw new PictureError("JPEG", text("jpeg.no-marker"));
    let marker = reader.u8();
    while (marker === 0xff) marker = reader.u8();
    if (marker === Marker.tem || (marker >= Marker.rst0 && marker <= Marker.soi)) continue;
    if (marker === Marker.sos || marker === Marker.eoi) break;
    const length = reader.u16();
    if (length < 2) throw new PictureError("JPEG", text("jpeg.length"));
    const segment = reader.bytes(length - 2);
    if (isFrame(marker)) size = readFrame(segment, marker);
    if (marker === Marker.app1 && begins(segment, EXIF)) {
      orientation = exifOrientation(segment.subarray(EXIF.length));
    }
    if (marker === Marker.app2 && begins(segment, ICC)) {
      profile.push(segment.subarray(ICC.length + 2)); // behind its number and how many there are
    }
  }
  if (size === undefined) throw new PictureError("JPEG", text("jpeg.no-frame"));
  return {
    ...size,
    orientation,
    profile: profile.length === 0 ? undefined : concat(...profile),
  };
}

function isFrame(marker: number): boolean {
  return marker >= Marker.sof0 && marker <= Marker.sof15 && marker !== Marker.dht &&
    marker !== Marker.jpg && marker !== Marker.dac;
}

/** The frame header (T.81 B.2.2). */
function readFrame(
  segment: Uint8Array,
  marker: number,
): Pick<JpegInfo, "width" | "height" | "cost"> {
  const reader = new ByteReader(segment, "reading.jpeg");
  reader.u8();
  const height = reader.u16();
  const width = reader.u16();
  if (width === 0 || height === 0) throw new PictureError("JPEG", text("picture.no-size"));
  const areas = Array.from({ length: reader.u8() }, () => {
    reader.u8();
    const factors = reader.u8();
    reader.u8();
    return (factors >> 4) * (factors & 15);
  });
  // A sample of each component as decoded, interleaved, and in our scanlines; a progressive one is kept as coefficients, too.
  const planes = areas.reduce((sum, area) => sum + area, 0) / Math.max(1, ...areas);
  const kept = PROGRESSIVE.has(marker) ? 1 + COEFFICIENT_BYTES : 1;
  return { width, height, cost: 2 * areas.length + kept * planes };
}

function begins(bytes: Uint8Array, with_: Uint8Array): boolean {
  return equalConstantTime(bytes.subarray(0, with_.length), with_);
}

/** The orientation in a TIFF block; upright where there is none or it makes no sense. */
function exifOrientation(tiff: Uint8Array): number {
  if (tiff.length < 8) return UPRIGHT;
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  const little = tiff[0] === 0x49;
  const directory = view.getUint32(4, little);
  if (directory + 2 > tiff.length) return UPRIGHT;
  const count = view.getUint16(directory, little);
  for (let i = 0, at = directory + 2; i < count && at + 12 <= tiff.length; i++, at += 12) {
    if (view.getUint16(at, little) !== TAG_ORIENTATION) continue;
    const value = view.getUint16(at + 8, little);
    return value >= 1 && value <= 8 ? value : UPRIGHT;
  }
  return UPRIGHT;
}

/** Refuses a JPEG with very many scans, each of which costs a pass over the picture. */
export function checkScans(bytes: Uint8Array): void {
  let scans = 0;
  for (let at = bytes.indexOf(0xff); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    if (bytes[at + 1] === Marker.sos && ++scans > MAX_SCANS) {
      throw new PictureLimitError("JPEG", text("jpeg.scans", { limit: MAX_SCANS }));
    }
  }
}
