/**
 * WAV files: Microsoft's RIFF WAVE (Multimedia Programming Interface and Data Specifications 1.0, 1991) with
 * WAVEFORMATEXTENSIBLE (mmreg.h), and RF64 (EBU Tech 3306) where it is read. Pure.
 */
import { type Bytes, concat, utf8 } from "../bytes.ts";
import { FormatError } from "../errors.ts";

/** wFormatTag values, mmreg.h. */
const PCM = 1;
const IEEE_FLOAT = 3;
const A_LAW = 6;
const MU_LAW = 7;
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
  readonly seconds: number;
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

/**
 * Finds format and data in the first bytes of a file of `size` bytes. Sizes that are open, or beyond the end, end with
 * the file, as every player has it.
 */
export function wavLayout(head: Uint8Array, size: number): WavLayout {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const name = (at: number) => String.fromCharCode(...head.subarray(at, at + 4));
  if (head.length < 12 || !["RIFF", "RF64"].includes(name(0)) || name(8) !== "WAVE") {
    throw new FormatError("read WAV: not a WAV file");
  }
  let format: WavFormat | undefined;
  let longData: number | undefined;
  for (let at = 12; at + 8 <= head.length;) {
    const id = name(at);
    const length = view.getUint32(at + 4, true);
    const body = at + 8;
    if (id === "data") {
      if (format === undefined) throw new FormatError("read WAV: data before its format");
      const said = length === UNKNOWN_SIZE ? longData ?? Infinity : length;
      return layout(format, body, said, size);
    }
    if (id === "fmt ") format = readFormat(view, body, length);
    if (id === "ds64" && length >= 16 && body + 16 <= head.length) {
      longData = Number(view.getBigUint64(body + 8, true));
    }
    at = body + length + (length & 1);
  }
  throw new FormatError("read WAV: truncated, no sound data");
}

function layout(format: WavFormat, offset: number, said: number, size: number): WavLayout {
  const present = Math.max(0, size - offset);
  // A writer to a pipe may also leave zero behind.
  const bytes = said === 0 ? present : Math.min(said, present);
  const dataBytes = bytes - bytes % format.frameBytes;
  return { ...format, dataOffset: offset, dataBytes, seconds: dataBytes / format.byteRate };
}

function readFormat(view: DataView, at: number, length: number): WavFormat {
  if (length < 16 || at + length > view.byteLength) {
    throw new FormatError("read WAV: truncated format");
  }
  const outer = view.getUint16(at, true);
  const tag = outer === EXTENSIBLE && length >= 26 ? view.getUint16(at + 24, true) : outer;
  const channels = view.getUint16(at + 2, true);
  const rate = view.getUint32(at + 4, true);
  const byteRate = view.getUint32(at + 8, true);
  const frameBytes = view.getUint16(at + 12, true);
  const bits = view.getUint16(at + 14, true);
  if (channels === 0 || rate === 0 || byteRate === 0 || frameBytes === 0) {
    throw new FormatError("read WAV: impossible format");
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

/** Decodes a whole WAV file held in memory. */
export function readWav(bytes: Uint8Array): WavSound {
  const layout = wavLayout(bytes, bytes.length);
  const read = sampleReader(layout);
  if (read === undefined) throw new FormatError("read WAV: its coding is not known to p2p");
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
