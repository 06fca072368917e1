/**
 * Files made of boxes or chunks: MP4 and M4A (ISO/IEC 14496-12), AIFF and AIFF-C (Apple, 1989/1991), Sun .au, FLAC
 * (RFC 9639 §8.2). How long they are, and whether they hold a picture as well. Pure.
 */
import { soundError } from "./damaged.ts";

/** What a container says. */
export interface Described {
  readonly seconds: number | undefined;
  readonly audio: boolean;
  readonly video: boolean;
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function fourCharacters(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}

/** One box header: type, where its content starts, where it ends. */
export interface Box {
  readonly type: string;
  readonly body: number;
  readonly end: number;
}

/** The box whose header lies at `at` of a file of `size` bytes, `bytes` holding it from there. */
export function boxAt(bytes: Uint8Array, at: number, size: number): Box | undefined {
  if (bytes.length < 8) return undefined;
  const short = view(bytes).getUint32(0);
  let length = short === 0 ? size - at : short;
  let header = 8;
  if (short === 1) {
    if (bytes.length < 16) return undefined;
    length = Number(view(bytes).getBigUint64(8));
    header = 16;
  }
  if (length < header || at + length > size) return undefined;
  return { type: fourCharacters(bytes, 4), body: at + header, end: at + length };
}

/** Reads the movie box of an MP4 file: duration (§8.2.2) and handler types (§8.4.3). */
export function describeMovie(moov: Uint8Array): Described {
  let seconds: number | undefined;
  const handlers = new Set<string>();
  const walk = (from: number, to: number): void => {
    for (let at = from; at < to;) {
      const box = boxAt(moov.subarray(at), at, to);
      if (box === undefined) throw soundError("MP4", "voice.damaged-box");
      if (box.type === "mvhd") seconds = movieSeconds(moov.subarray(box.body, box.end));
      if (box.type === "hdlr" && box.end - box.body >= 12) {
        handlers.add(fourCharacters(moov, box.body + 8));
      }
      if (box.type === "trak" || box.type === "mdia") walk(box.body, box.end);
      at = box.end;
    }
  };
  walk(0, moov.length);
  return { seconds, audio: handlers.has("soun"), video: handlers.has("vide") };
}

function movieSeconds(mvhd: Uint8Array): number | undefined {
  const long = mvhd[0] === 1;
  if (mvhd.length < (long ? 32 : 20)) throw soundError("MP4", "voice.truncated");
  const scale = view(mvhd).getUint32(long ? 20 : 12);
  const length = long ? Number(view(mvhd).getBigUint64(24)) : view(mvhd).getUint32(16);
  // A fragmented file leaves the length open.
  return scale === 0 || length === 0 ? undefined : length / scale;
}

/** Seconds of an AIFF file, from its COMM chunk. */
export function aiffSeconds(head: Uint8Array): number | undefined {
  for (let at = 12; at + 8 <= head.length;) {
    const length = view(head).getUint32(at + 4);
    if (fourCharacters(head, at) === "COMM" && length >= 18 && at + 26 <= head.length) {
      const frames = view(head).getUint32(at + 10);
      const rate = extended(head.subarray(at + 16, at + 26));
      return rate > 0 && Number.isFinite(rate) ? frames / rate : undefined;
    }
    at += 8 + length + (length & 1);
  }
  return undefined;
}

/** IEEE 754 80-bit extended, big-endian. */
function extended(bytes: Uint8Array): number {
  const exponent = (view(bytes).getUint16(0) & 0x7fff) - 16383 - 63;
  return Number(view(bytes).getBigUint64(2)) * 2 ** exponent;
}

/** Bytes of one sample by the encoding number of a .au file; compressed ones are left out. */
const AU_BYTES: Readonly<Record<number, number>> = {
  1: 1,
  2: 1,
  3: 2,
  4: 3,
  5: 4,
  6: 4,
  7: 8,
  27: 1,
};

/** Seconds of a .au file of `size` bytes. */
export function auSeconds(head: Uint8Array, size: number): number | undefined {
  if (head.length < 24) return undefined;
  const [offset, said, encoding, rate, channels] = [4, 8, 12, 16, 20].map((at) =>
    view(head).getUint32(at)
  );
  const frame = (AU_BYTES[encoding!] ?? 0) * channels!;
  const present = Math.max(0, size - offset!);
  return frame === 0 || rate === 0 ? undefined : Math.min(said!, present) / frame / rate!;
}

/** Seconds of a FLAC file: rate and total samples of STREAMINFO; undefined where the total is left open. */
export function flacSeconds(head: Uint8Array): number | undefined {
  if (head.length < 26 || (head[4]! & 0x7f) !== 0) {
    throw soundError("FLAC", "voice.no-stream-info");
  }
  const rate = view(head).getUint32(18) >>> 12;
  const total = (head[21]! & 0x0f) * 2 ** 32 + view(head).getUint32(22);
  return rate === 0 || total === 0 ? undefined : total / rate;
}
