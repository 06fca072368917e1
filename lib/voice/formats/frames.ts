/**
 * Sound in frames that follow each other: MPEG audio (ISO/IEC 11172-3, 13818-3), ADTS AAC (ISO/IEC 13818-7 §6.2), AMR
 * (RFC 4867 §5). Their headers, and the time they take. Pure.
 */

/** Bit rates in kbit/s by version and layer, ISO/IEC 11172-3 §2.4.2.3 and 13818-3 §2.4.2.3. */
const RATES_V1: Readonly<Record<number, readonly number[]>> = {
  1: [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
  2: [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  3: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
};
const RATES_V2: Readonly<Record<number, readonly number[]>> = {
  1: [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
  2: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
  3: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
};
const SAMPLE_RATES = [44_100, 48_000, 32_000];
/** sampling_frequency_index, ISO/IEC 13818-7 table 35. */
const AAC_RATES = [
  96_000,
  88_200,
  64_000,
  48_000,
  44_100,
  32_000,
  24_000,
  22_050,
  16_000,
  12_000,
  11_025,
  8_000,
  7_350,
];
/** Bytes that a frame reader is sure to see: an ADTS header. */
const HEADER_BYTES = 7;
/** Samples of a raw AAC block. */
const AAC_BLOCK = 1024;

/** One frame: its length in the file and in time. */
export interface Frame {
  readonly kind: "mp3" | "aac" | "amr";
  readonly bytes: number;
  readonly seconds: number;
}

/** The frame whose header lies at `at`; undefined where none does. Needs `HEADER_BYTES`. */
export function frameAt(bytes: Uint8Array, at: number): Frame | undefined {
  if (at + HEADER_BYTES > bytes.length || bytes[at] !== 0xff || (bytes[at + 1]! & 0xe0) !== 0xe0) {
    return undefined;
  }
  return (bytes[at + 1]! & 0xf6) === 0xf0 ? aacFrame(bytes, at) : mpegFrame(bytes, at);
}

function mpegFrame(bytes: Uint8Array, at: number): Frame | undefined {
  const version = (bytes[at + 1]! >> 3) & 3; // 3: MPEG-1, 2: MPEG-2, 0: MPEG-2.5
  const layer = 4 - ((bytes[at + 1]! >> 1) & 3);
  const full = SAMPLE_RATES[(bytes[at + 2]! >> 2) & 3];
  if (version === 1 || layer === 4 || full === undefined) return undefined;
  const table = version === 3 ? RATES_V1 : RATES_V2;
  const bitRate = (table[layer]?.[bytes[at + 2]! >> 4] ?? 0) * 1000;
  if (bitRate === 0) return undefined;
  const rate = full >> (version === 3 ? 0 : version === 2 ? 1 : 2);
  const padding = (bytes[at + 2]! >> 1) & 1;
  const samples = layer === 1 ? 384 : layer === 3 && version !== 3 ? 576 : 1152;
  const size = layer === 1
    ? (Math.floor(12 * bitRate / rate) + padding) * 4
    : Math.floor(samples / 8 * bitRate / rate) + padding;
  const seconds = isInfoFrame(bytes, at) ? 0 : samples / rate;
  return { kind: "mp3", bytes: size, seconds };
}

/** The first frame of many files holds a table instead of sound: "Xing" or "Info" behind the side information. */
function isInfoFrame(bytes: Uint8Array, at: number): boolean {
  return [4 + 32, 4 + 17, 4 + 9].some((offset) => {
    const mark = String.fromCharCode(...bytes.subarray(at + offset, at + offset + 4));
    return mark === "Xing" || mark === "Info";
  });
}

function aacFrame(bytes: Uint8Array, at: number): Frame | undefined {
  const rate = AAC_RATES[(bytes[at + 2]! >> 2) & 15];
  const size = (bytes[at + 3]! & 3) << 11 | bytes[at + 4]! << 3 | bytes[at + 5]! >> 5;
  if (rate === undefined || size < HEADER_BYTES) return undefined;
  return { kind: "aac", bytes: size, seconds: AAC_BLOCK * ((bytes[at + 6]! & 3) + 1) / rate };
}

/** Bytes after the header by frame type, RFC 4867 §5.3 with 3GPP TS 26.101 and 26.201; others hold nothing. */
const AMR_BYTES = {
  narrow: [12, 13, 15, 17, 19, 20, 26, 31, 5],
  wide: [17, 23, 32, 36, 40, 46, 50, 58, 60, 5],
} as const;
/** First bytes of an AMR file, RFC 4867 §5.1. */
export const AMR_MAGIC = { narrow: "#!AMR\n", wide: "#!AMR-WB\n" } as const;
/** Every AMR frame is 20 ms. */
const AMR_SECONDS = 0.02;

/** Reads the frames of an AMR file. */
export function amrFrameAt(band: "narrow" | "wide"): ReadFrame {
  return (bytes, at) => {
    const header = bytes[at];
    if (header === undefined) return undefined;
    const size = AMR_BYTES[band][header >> 3 & 15] ?? 0;
    return { kind: "amr", bytes: 1 + size, seconds: AMR_SECONDS };
  };
}

/** Bytes of the ID3v2 tag at the start (id3.org, ID3v2.4 §3.1); 0 where there is none. */
export function id3Bytes(head: Uint8Array): number {
  if (head.length < 10 || head[0] !== 0x49 || head[1] !== 0x44 || head[2] !== 0x33) return 0;
  const size = head.subarray(6, 10).reduce((sum, byte) => sum << 7 | (byte & 0x7f), 0);
  return 10 + size + (head[5]! & 0x10 ? 10 : 0);
}

/**
 * The kind of frames at `at`, when two follow each other: a lone sync word occurs in any file. One frame that ends the
 * file is enough.
 */
export function framesAt(
  bytes: Uint8Array,
  at: number,
  size: number,
): Frame["kind"] | undefined {
  const first = frameAt(bytes, at);
  if (first === undefined) return undefined;
  const next = at + first.bytes;
  if (next === size) return first.kind;
  return frameAt(bytes, next)?.kind === first.kind ? first.kind : undefined;
}

/** The frame at an offset; undefined where none starts. */
export type ReadFrame = (bytes: Uint8Array, at: number) => Frame | undefined;

/** Bytes from a frame's start that a reader may look at: an MPEG header, side information and the "Xing" mark. */
const LOOK_BYTES = 40;

/** Adds up the time of all frames of a stream that is given in pieces. */
export class FrameClock {
  readonly #frameAt: ReadFrame;
  #rest: Uint8Array = new Uint8Array(0);
  #skip: number;
  #seconds = 0;
  #frames = 0;

  /** @param skip bytes before the first frame (`id3Bytes`) */
  constructor(skip: number, reader: ReadFrame) {
    this.#skip = skip;
    this.#frameAt = reader;
  }

  update(piece: Uint8Array): void {
    const bytes = new Uint8Array(this.#rest.length + piece.length);
    bytes.set(this.#rest);
    bytes.set(piece, this.#rest.length);
    const end = this.#walk(bytes, bytes.length - LOOK_BYTES);
    this.#rest = bytes.slice(Math.min(end, bytes.length));
    this.#skip = Math.max(0, end - bytes.length);
  }

  /** Counts the frames that start up to `last`; answers where the next one would. */
  #walk(bytes: Uint8Array, last: number): number {
    let at = this.#skip;
    while (at <= last) {
      const frame = this.#frameAt(bytes, at);
      if (frame !== undefined) {
        this.#seconds += frame.seconds;
        this.#frames++;
      }
      at += frame?.bytes ?? 1;
    }
    return at;
  }

  /** The stream is over: its seconds, or undefined where there was no frame. */
  end(): number | undefined {
    this.#walk(this.#rest, this.#rest.length - 1);
    return this.#frames === 0 ? undefined : this.#seconds;
  }
}
