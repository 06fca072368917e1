/**
 * WAV files: Microsoft's RIFF WAVE (Multimedia Programming Interface and Data Specifications 1.0, 1991) with
 * WAVEFORMATEXTENSIBLE (mmreg.h), and RF64 (EBU Tech 3306) where it is read. Pure.
 */
import { type Bytes, concat, utf8 } from "../bytes.ts";
import { soundError } from "./formats/damaged.ts";

/** wFormatTag values, mmreg.h. */
const PCM = 1;
const IEEE_FLOAT = 3;
const A_LAW = 6;
const MU_LAW = 7;
const MPEG = 0x50;
const MP3 = 0x55;
const EXTENSIBLE = 0xfffe;

/** A size that a writer to a pipe leaves open. */
const UNKNOWN_SIZE = 0xffffffff;

/** What a WAV file says of its sound. */
export interface WavFormat {
  /** wFormatTag, that of the subformat where it is extensible. */
  readonly tag: number;
  readonly channels: number;
  /** Samples a second of each channel. */
  readonly rate: number;
  /** Bits of one sample. */
  readonly bits: number;
  /** Bytes of one sample of every channel. */
  readonly frameBytes: number;
  /** Bytes a second. */
  readonly byteRate: number;
}

/** Where the sound lies in the file. */
export interface WavLayout extends WavFormat {
  readonly dataOffset: number;
  readonly dataBytes: number;
  /** Undefined where only the sound itself tells (`isMpegAudio`). */
  readonly seconds: number | undefined;
}

/** Decoded sound. */
export interface WavSound {
  readonly rate: number;
  readonly channels: number;
  /** 16-bit samples, the channels in turn. */
  readonly samples: Int16Array<ArrayBuffer>;
}

/** A mono 16-bit PCM file of `samples` at `rate` a second. */
export function writeWav(samples: Int16Array, rate: number): Bytes {
  const header = new DataView(new ArrayBuffer(36));
  const dataBytes = samples.length * 2;
  header.setUint32(0, 0x52494646); // RIFF
  header.setUint32(4, 36 + dataBytes, true);
  header.setUint32(8, 0x57415645); // WAVE
  header.setUint32(12, 0x666d7420); // fmt
  header.setUint32(16, 16, true);
  header.setUint16(20, PCM, true);
  header.setUint16(22, 1, true);
  header.setUint32(24, rate, true);
  header.setUint32(28, rate * 2, true);
  header.setUint16(32, 2, true);
  header.setUint16(34, 16, true);
  const size = new DataView(new ArrayBuffer(4));
  size.setUint32(0, dataBytes, true);
  return concat(
    new Uint8Array(header.buffer),
    utf8("data"),
    new Uint8Array(size.buffer),
    pcmBytes(samples),
  );
}

/** 16-bit little-endian bytes of `samples`. */
export function pcmBytes(samples: Int16Array): Bytes {
  const out = new DataView(new ArrayBuffer(samples.length * 2));
  for (let i = 0; i < samples.length; i++) out.setInt16(2 * i, samples[i]!, true);
  return new Uint8Array(out.buffer);
}

/** A stretch of a file that is wanted; what the file has of it comes back. */
export interface Want {
  readonly offset: number;
  readonly length: number;
}

/** Most chunks in front of the sound; ours. */
const MAX_WAV_CHUNKS = 1000;
/** What is read of a `fmt ` chunk: all of WAVEFORMATEXTENSIBLE. */
const FORMAT_BYTES = 40;

/**
 * Finds format and data of a file of `size` bytes, asking for what it must see: chunks of any length may stand in front
 * of the data. Sizes that are open, or beyond the end, end with the file, as every player has it.
 */
export function* findWavLayout(size: number): Generator<Want, WavLayout, Uint8Array> {
  const start = yield { offset: 0, length: 12 };
  if (
    start.length < 12 || !["RIFF", "RF64"].includes(name(start, 0)) || name(start, 8) !== "WAVE"
  ) {
    throw soundError("WAV", "voice.not-wav");
  }
  let format: WavFormat | undefined;
  let longData: number | undefined;
  let frames: number | undefined;
  let at = 12;
  for (let chunks = 0; chunks < MAX_WAV_CHUNKS && at + 8 <= size; chunks++) {
    const head = yield { offset: at, length: 8 };
    if (head.length < 8) break;
    const id = name(head, 0);
    const length = view(head).getUint32(4, true);
    const body = at + 8;
    if (id === "data") {
      if (format === undefined) throw soundError("WAV", "voice.data-before-format");
      const said = length === UNKNOWN_SIZE ? longData ?? Infinity : length;
      return layout(format, body, said, size, frames);
    }
    if (id === "fmt ") {
      if (length < 16) throw soundError("WAV", "voice.truncated-format");
      format = readFormat(yield { offset: body, length: Math.min(length, FORMAT_BYTES) });
    }
    if (id === "ds64" && length >= 16) {
      const sizes = yield { offset: body, length: 16 };
      if (sizes.length === 16) longData = Number(view(sizes).getBigUint64(8, true));
    }
    if (id === "fact" && length >= 4) {
      const fact = yield { offset: body, length: 4 };
      if (fact.length === 4) frames = view(fact).getUint32(0, true);
    }
    at = body + length + (length & 1);
  }
  throw soundError("WAV", "voice.no-data");
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function name(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}

/** Format and data of a whole file held in memory. */
export function wavLayout(bytes: Uint8Array): WavLayout {
  const finding = findWavLayout(bytes.length);
  for (let step = finding.next();;) {
    if (step.done) return step.value;
    const { offset, length } = step.value;
    step = finding.next(bytes.subarray(offset, offset + length));
  }
}

/** Codings of which every sample has the same length, so that bytes tell the time. */
const EVEN_CODINGS: readonly number[] = [PCM, IEEE_FLOAT, A_LAW, MU_LAW];

function layout(
  format: WavFormat,
  dataOffset: number,
  said: number,
  size: number,
  frames: number | undefined,
): WavLayout {
  const present = Math.max(0, size - dataOffset);
  // A writer to a pipe may also leave zero behind.
  const bytes = said === 0 ? present : Math.min(said, present);
  const even = EVEN_CODINGS.includes(format.tag);
  const dataBytes = even ? bytes - bytes % format.frameBytes : bytes;
  return { ...format, dataOffset, dataBytes, seconds: secondsOf(format, dataBytes, frames) };
}

/** What a compressed file says of its length stands in its `fact` chunk; its rate of bytes is an average at best. */
function secondsOf(
  { tag, rate, byteRate }: WavFormat,
  dataBytes: number,
  frames: number | undefined,
): number | undefined {
  if (EVEN_CODINGS.includes(tag)) return dataBytes / byteRate;
  if (frames !== undefined && frames > 0 && frames !== UNKNOWN_SIZE) return frames / rate;
  return byteRate === 0 ? undefined : dataBytes / byteRate;
}

function readFormat(chunk: Uint8Array): WavFormat {
  if (chunk.length < 16) throw soundError("WAV", "voice.truncated-format");
  const fields = view(chunk);
  const outer = fields.getUint16(0, true);
  const tag = outer === EXTENSIBLE && chunk.length >= 26 ? fields.getUint16(24, true) : outer;
  const channels = fields.getUint16(2, true);
  const rate = fields.getUint32(4, true);
  const byteRate = fields.getUint32(8, true);
  const frameBytes = fields.getUint16(12, true);
  const bits = fields.getUint16(14, true);
  const even = EVEN_CODINGS.includes(tag);
  if (channels === 0 || rate === 0 || (even && (byteRate === 0 || frameBytes === 0))) {
    throw soundError("WAV", "voice.impossible-format");
  }
  return { tag, channels, rate, bits, frameBytes, byteRate };
}

/** Reads one sample at a byte offset, as −1…1. */
type SampleReader = (view: DataView, at: number) => number;

/** How samples of this format are read; undefined for compressed ones that need a decoder. */
export function sampleReader(
  { tag, bits, channels, frameBytes }: WavFormat,
): SampleReader | undefined {
  if (frameBytes * 8 !== bits * channels) return undefined;
  switch (`${tag}/${bits}`) {
    case `${PCM}/8`:
      return (view, at) => (view.getUint8(at) - 128) / 128;
    case `${PCM}/16`:
      return (view, at) => view.getInt16(at, true) / 32768;
    case `${PCM}/24`:
      return (view, at) => (view.getUint16(at, true) / 65536 + view.getInt8(at + 2)) / 128;
    case `${PCM}/32`:
      return (view, at) => view.getInt32(at, true) / 2147483648;
    case `${IEEE_FLOAT}/32`:
      return (view, at) => view.getFloat32(at, true);
    case `${IEEE_FLOAT}/64`:
      return (view, at) => view.getFloat64(at, true);
    case `${A_LAW}/8`:
      return (view, at) => aLaw(view.getUint8(at));
    case `${MU_LAW}/8`:
      return (view, at) => muLaw(view.getUint8(at));
    default:
      return undefined;
  }
}

/** ITU-T G.711 A-law. */
function aLaw(code: number): number {
  const value = code ^ 0x55;
  const exponent = (value >> 4) & 7;
  const mantissa = ((value & 15) << 4) + 8;
  const magnitude = exponent === 0 ? mantissa : (mantissa + 0x100) << (exponent - 1);
  return (value & 0x80 ? magnitude : -magnitude) / 32768;
}

/** ITU-T G.711 µ-law. */
function muLaw(code: number): number {
  const value = ~code & 0xff;
  const magnitude = (((value & 15) << 3) + 0x84 << ((value >> 4) & 7)) - 0x84;
  return (value & 0x80 ? -magnitude : magnitude) / 32768;
}

/** Whether the sound is MPEG audio in frames, as in an .mp3. */
export function isMpegAudio({ tag }: WavFormat): boolean {
  return tag === MPEG || tag === MP3;
}

/** Decodes a whole WAV file held in memory. */
export function readWav(bytes: Uint8Array): WavSound {
  const layout = wavLayout(bytes);
  const read = sampleReader(layout);
  if (read === undefined) throw soundError("WAV", "voice.unknown-coding");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const step = layout.bits / 8;
  const samples = new Int16Array(layout.dataBytes / step);
  for (let i = 0; i < samples.length; i++) {
    samples[i] = toInt16(read(view, layout.dataOffset + i * step));
  }
  return { rate: layout.rate, channels: layout.channels, samples };
}

/** −1…1 as a 16-bit sample; what is beyond, or not a number, is cut. */
export function toInt16(value: number): number {
  if (Number.isNaN(value)) return 0;
  return Math.max(-32768, Math.min(32767, Math.round(value * 32768)));
}
