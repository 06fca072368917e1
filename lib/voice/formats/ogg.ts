/**
 * Ogg files (RFC 3533): which codec the first pages name, and how long the sound is. Opus (RFC 7845 §5.1), Vorbis I
 * §4.2.2, FLAC in Ogg (xiph.org/flac/ogg_mapping.html), Speex. Pure.
 */
import { soundError } from "./damaged.ts";

/** Length of a page header without its segment table, RFC 3533 §6. */
const PAGE_HEADER_BYTES = 27;
/** header_type_flag: first page of a logical stream. */
const BEGIN_OF_STREAM = 0x02;
/** Opus counts time in samples at 48 kHz whatever the input was, RFC 7845 §4. */
const OPUS_RATE = 48_000;
/** granule_position −1: no packet ends on this page. */
const NO_GRANULE = 0xffff_ffff_ffff_ffffn;

export type OggCodec = "opus" | "vorbis" | "flac" | "speex";

/** The sound in an Ogg file. */
export interface OggAudio {
  readonly codec: OggCodec;
  /** Which of the logical streams it is. */
  readonly serial: number;
  /** Granule positions a second. */
  readonly rate: number;
  /** Granules at the start that are not played. */
  readonly preSkip: number;
}

/** One page, as far as it is needed. */
interface Page {
  readonly flags: number;
  readonly granule: bigint;
  readonly serial: number;
  readonly body: Uint8Array;
  readonly length: number;
}

/** The page that starts at `at`; undefined where there is none, or not all of it. */
function pageAt(bytes: Uint8Array, at: number): Page | undefined {
  if (at + PAGE_HEADER_BYTES > bytes.length || !startsWith(bytes, at, "OggS")) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, bytes.length - at);
  const segments = view.getUint8(26);
  const bodyAt = PAGE_HEADER_BYTES + segments;
  if (view.getUint8(4) !== 0 || bodyAt > view.byteLength) return undefined;
  let bodyBytes = 0;
  for (let i = 0; i < segments; i++) bodyBytes += view.getUint8(PAGE_HEADER_BYTES + i);
  const length = bodyAt + bodyBytes;
  if (length > view.byteLength) return undefined;
  return {
    flags: view.getUint8(5),
    granule: view.getBigUint64(6, true),
    serial: view.getUint32(14, true),
    body: bytes.subarray(at + bodyAt, at + length),
    length,
  };
}

function startsWith(bytes: Uint8Array, at: number, text: string): boolean {
  if (at + text.length > bytes.length) return false;
  for (let i = 0; i < text.length; i++) {
    if (bytes[at + i] !== text.charCodeAt(i)) return false;
  }
  return true;
}

/** The codec that a stream's first packet names; undefined for one that is not sound. */
function audioOf({ body, serial }: Page): OggAudio | undefined {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  if (startsWith(body, 0, "OpusHead") && body.length >= 19) {
    return { codec: "opus", serial, rate: OPUS_RATE, preSkip: view.getUint16(10, true) };
  }
  if (startsWith(body, 0, "\x01vorbis") && body.length >= 30) {
    return { codec: "vorbis", serial, rate: view.getUint32(12, true), preSkip: 0 };
  }
  if (startsWith(body, 0, "\x7fFLAC") && body.length >= 34) {
    // STREAMINFO follows "fLaC" and its own 4-byte header; its sample rate is 20 bits at byte 10.
    return { codec: "flac", serial, rate: view.getUint32(27) >>> 12, preSkip: 0 };
  }
  if (startsWith(body, 0, "Speex   ") && body.length >= 80) {
    return { codec: "speex", serial, rate: view.getUint32(36, true), preSkip: 0 };
  }
  return undefined;
}

/**
 * The sound that the first bytes of an Ogg file announce; undefined where there is none, or where there is something
 * besides sound (a film).
 */
export function oggAudio(head: Uint8Array): OggAudio | undefined {
  let audio: OggAudio | undefined;
  for (let at = 0;;) {
    const page = pageAt(head, at);
    if (page === undefined || (page.flags & BEGIN_OF_STREAM) === 0) return audio;
    const found = audioOf(page);
    if (found !== undefined && found.rate === 0) {
      throw soundError("Ogg", "voice.impossible-rate");
    }
    if (found === undefined && !startsWith(page.body, 0, "fishead\0")) return undefined;
    audio ??= found;
    at += page.length;
  }
}

/** Seconds of sound, from the last whole page of the stream in `tail`, the file's last bytes. */
export function oggSeconds(audio: OggAudio, tail: Uint8Array): number | undefined {
  for (let at = tail.length - PAGE_HEADER_BYTES; at >= 0; at--) {
    const page = pageAt(tail, at);
    if (page === undefined || page.serial !== audio.serial) continue;
    if (page.granule === NO_GRANULE || !checksumHolds(tail.subarray(at, at + page.length))) {
      continue;
    }
    const seconds = (Number(page.granule) - audio.preSkip) / audio.rate;
    return Math.max(0, seconds);
  }
  return undefined;
}

/** CRC of RFC 3533 §6: polynomial 0x04c11db7, no reflection, start and end 0. */
const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index << 24;
  for (let bit = 0; bit < 8; bit++) value = (value << 1) ^ (value < 0 ? 0x04c11db7 : 0);
  return value >>> 0;
});

/** The checksum of a whole page, its own field taken as zero. */
export function oggChecksum(page: Uint8Array): number {
  let crc = 0;
  for (let i = 0; i < page.length; i++) {
    const byte = i >= 22 && i < 26 ? 0 : page[i]!;
    crc = ((crc << 8) ^ CRC_TABLE[(crc >>> 24) ^ byte]!) >>> 0;
  }
  return crc;
}

function checksumHolds(page: Uint8Array): boolean {
  const view = new DataView(page.buffer, page.byteOffset, page.byteLength);
  return view.getUint32(22, true) === oggChecksum(page);
}
