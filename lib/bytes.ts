/**
 * Bytes in and out: concatenation, comparison, text codings, and a strict bounded reader and writer.
 * All integers are big-endian (network order). Imports nothing but `errors` and the codes of texts.
 */
import { FormatError } from "./errors.ts";
import { type Code, text as textOf } from "./text/catalogue.ts";

/** What was being read, as the error says it: a code of the catalogue. */
export type Reading = Extract<Code, `reading.${string}`>;

/** A byte string over an ArrayBuffer (what Web APIs and Deno accept), or over a part of one: `buffer` may hold others, too. */
export type Bytes = Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** UTF-8 bytes of `text`. */
export function utf8(text: string): Bytes {
  return encoder.encode(text);
}

/** Up to this many bytes of ASCII become text, and the other way, without the platform's coders: they take longer. */
const FEW_BYTES = 64;

/** Text of UTF-8 `bytes`; a FormatError where they are not UTF-8. */
export function utf8Text(bytes: Uint8Array, what: Reading = "reading.text"): string {
  if (bytes.length <= FEW_BYTES && isAscii(bytes)) {
    return Reflect.apply(String.fromCharCode, undefined, bytes);
  }
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new FormatError("bytes.utf8", { what: textOf(what) }, { cause });
  }
}

function isAscii(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) if (bytes[i]! > 0x7f) return false;
  return true;
}

/**
 * Writes the UTF-8 bytes of `text` to the beginning of `out`; how many. What does not fit is left out: three bytes for a
 * UTF-16 code unit are always enough.
 */
export function putUtf8(text: string, out: Uint8Array): number {
  const { length } = text;
  if (length > FEW_BYTES || length > out.length) return encoder.encodeInto(text, out).written;
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f) return encoder.encodeInto(text, out).written;
    out[i] = unit;
  }
  return length;
}

/** Writes `value` to `out` at `at`, in four bytes. */
export function putU32(value: number, out: Uint8Array, at: number): void {
  out[at] = value >>> 24;
  out[at + 1] = value >>> 16;
  out[at + 2] = value >>> 8;
  out[at + 3] = value;
}

/** All `parts`, one after the other, in a new array. */
export function concat(...parts: readonly Uint8Array[]): Bytes {
  let length = 0;
  for (const part of parts) length += part.length;
  const out = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    out.set(part, offset);
    offset += part.length;
  }
  return out;
}

/** Whether `a` and `b` are the same bytes, in time that depends on the lengths alone. */
export function equalConstantTime(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= a[i]! ^ b[i]!;
  return difference === 0;
}

/** Overwrites `parts` with zeros, as far as the language lets one. */
export function wipe(...parts: readonly (Uint8Array | undefined)[]): void {
  for (const part of parts) part?.fill(0);
}

/** Lower-case hexadecimal of `bytes`. */
export function hex(bytes: Uint8Array): string {
  return bytes.toHex();
}

/** Bytes of a hexadecimal string (either case, even length, nothing else). */
export function fromHex(text: string, what: Reading = "reading.hex"): Bytes {
  if (text.length % 2 !== 0) throw new FormatError("bytes.hex-odd", { what: textOf(what) });
  if (!/^[0-9a-fA-F]*$/.test(text)) throw new FormatError("bytes.hex", { what: textOf(what) });
  return Uint8Array.fromHex(text);
}

/** Base64 (RFC 4648 §4, padded) of `bytes`. */
export function base64(bytes: Uint8Array): string {
  let binary = "";
  for (let i = 0; i < bytes.length; i += 0x2000) {
    binary += String.fromCharCode(...bytes.subarray(i, i + 0x2000));
  }
  return btoa(binary);
}

/** Bytes of canonical base64: padded, no white space, no stray bits. */
export function fromBase64(text: string, what: Reading = "reading.base64"): Bytes {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) {
    throw new FormatError("bytes.base64", { what: textOf(what) });
  }
  const binary = atob(text);
  const out = new Uint8Array(binary.length);
  for (let i = 0; i < out.length; i++) out[i] = binary.charCodeAt(i);
  if (base64(out) !== text) throw new FormatError("bytes.base64", { what: textOf(what) });
  return out;
}

/** The four bytes of `bytes` at `at` as a number. */
export function getU32(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 24 | bytes[at + 1]! << 16 | bytes[at + 2]! << 8 | bytes[at + 3]!) >>> 0;
}

/** Reads big-endian fields from a byte string and never past its end: a short input is a FormatError. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #what: Reading;
  #offset = 0;

  /** @param what names the thing read, for the error. */
  constructor(bytes: Uint8Array, what: Reading = "reading.input") {
    this.#bytes = bytes;
    this.#what = what;
  }

  /** Bytes consumed so far. */
  get offset(): number {
    return this.#offset;
  }

  /** Bytes not yet consumed. */
  get remaining(): number {
    return this.#bytes.length - this.#offset;
  }

  #advance(length: number): number {
    const at = this.#offset;
    if (!(length >= 0) || length > this.remaining) {
      throw new FormatError("bytes.truncated", { what: textOf(this.#what) });
    }
    this.#offset = at + length;
    return at;
  }

  u8(): number {
    return this.#bytes[this.#advance(1)]!;
  }

  u16(): number {
    const at = this.#advance(2);
    return this.#bytes[at]! << 8 | this.#bytes[at + 1]!;
  }

  u32(): number {
    return getU32(this.#bytes, this.#advance(4));
  }

  /** 64 bits, at most 2^53 − 1. */
  u64(): number {
    const value = this.u32() * 2 ** 32 + this.u32();
    if (value > Number.MAX_SAFE_INTEGER) {
      throw new FormatError("bytes.number", { what: textOf(this.#what) });
    }
    return value;
  }

  /** A view (no copy) of the next `length` bytes. */
  bytes(length: number): Uint8Array {
    const at = this.#advance(length);
    return this.#bytes.subarray(at, at + length);
  }

  /** A view of all that is left. */
  rest(): Uint8Array {
    return this.bytes(this.remaining);
  }

  /** Refuses trailing bytes. */
  end(): void {
    if (this.remaining !== 0) throw new FormatError("bytes.trailing", { what: textOf(this.#what) });
  }
}

/** What most records and headers fit into. */
const FIRST_WRITER_BYTES = 64;

/** Collects big-endian fields into a byte string. */
export class ByteWriter {
  #bytes = new Uint8Array(FIRST_WRITER_BYTES);
  #length = 0;

  /** Room for `length` more bytes; answers where. */
  #advance(length: number): number {
    const at = this.#length;
    this.#length += length;
    if (this.#length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length));
      larger.set(this.#bytes.subarray(0, at));
      this.#bytes = larger;
    }
    return at;
  }

  u8(value: number): this {
    const at = this.#advance(1);
    this.#bytes[at] = value;
    return this;
  }

  u16(value: number): this {
    const at = this.#advance(2);
    this.#bytes[at] = value >>> 8;
    this.#bytes[at + 1] = value;
    return this;
  }

  u32(value: number): this {
    const at = this.#advance(4);
    putU32(value, this.#bytes, at);
    return this;
  }

  u64(value: number): this {
    return this.u32(Math.floor(value / 2 ** 32)).u32(value >>> 0);
  }

  bytes(part: Uint8Array): this {
    const at = this.#advance(part.length);
    this.#bytes.set(part, at);
    return this;
  }

  finish(): Bytes {
    return this.#bytes.slice(0, this.#length);
  }
}
