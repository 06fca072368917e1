/** MPEG audio (ISO/IEC 11172-3, 13818-3) and ADTS AAC (ISO/IEC 13818-7 §6.2): frame headers and their time. Pure. */

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
/** Samples of a raw AAC block. */
const AAC_BLOCK = 1024;

/** One frame: its length in the file and in time. */
export interface Frame {
  readonly kind: "mp3" | "aac";
  readonly bytes: number;
  readonly seconds: number;
}

/** The frame whose header lies at `at`; undefined where none does. Needs 7 bytes. */
export function frameAt(bytes: Uint8Array, at: number): Frame | undefined {
  if (at + 7 > bytes.length || bytes[at] !== 0xff || (bytes[at + 1]! & 0xe0) !== 0xe0) {
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
  return { kind: "mp3", bytes: size, seconds: samples / rate };
}

function aacFrame(bytes: Uint8Array, at: number): Frame | undefined {
  const rate = AAC_RATES[(bytes[at + 2]! >> 2) & 15];
  const size = (bytes[at + 3]! & 3) << 11 | bytes[at + 4]! << 3 | bytes[at + 5]! >> 5;
  if (rate === undefined || size < 7) return undefined;
  return { kind: "aac", bytes: size, seconds: AAC_BLOCK * ((bytes[at + 6]! & 3) + 1) / rate };
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
export function framesAt(bytes: Uint8Array, at: number, size: number): "mp3" | "aac" | undefined {
  const first = frameAt(bytes, at);
  if (first === undefined) return undefined;
  const next = at + first.bytes;
  if (next === size) return first.kind;
  return frameAt(bytes, next)?.kind === first.kind ? first.kind : undefined;
}

/** Adds up the time of all frames of a stream that is given in pieces. */
export class FrameClock {
  #rest: Uint8Array = new Uint8Array(0);
  #skip: number;
  #seconds = 0;
  #frames = 0;

  /** @param skip bytes before the first frame (`id3Bytes`) */
  constructor(skip: number) {
    this.#skip = skip;
  }

  update(piece: Uint8Array): void {
    const bytes = new Uint8Array(this.#rest.length + piece.length);
    bytes.set(this.#rest);
    bytes.set(piece, this.#rest.length);
    let at = this.#skip;
    while (at + 7 <= bytes.length) {
      const frame = frameAt(bytes, at);
      // The first frame of a variable-rate file is a header without sound, of the same length in time: it counts.
      if (frame !== undefined) {
        this.#seconds += frame.seconds;
        this.#frames++;
      }
      at += frame?.bytes ?? 1;
    }
    this.#rest = bytes.slice(Math.min(at, bytes.length));
    this.#skip = Math.max(0, at - bytes.length);
  }

  /** Seconds so far; undefined where no frame was found. */
  seconds(): number | undefined {
    return this.#frames === 0 ? undefined : this.#seconds;
  }
}
