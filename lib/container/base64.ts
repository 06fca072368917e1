/**
 * Base64 (RFC 4648 §4) from bytes to bytes, strict: canonical, no white space, no stray bits. The header writes
 * it without padding, the armour with.
 */
import { type Bytes, utf8, utf8Text } from "../bytes.ts";

const ALPHABET = utf8("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
const PAD = 0x3d;
const VALUES = new Uint8Array(256).fill(0xff);
ALPHABET.forEach((character, value) => VALUES[character] = value);

/** Characters that `length` bytes need without padding. */
export function base64Length(length: number): number {
  return Math.ceil(length * 4 / 3);
}

/** Writes the base64 of `bytes` to `out` from `at` on; answers where it ends. Padding only if asked for. */
export function encodeBase64Into(
  bytes: Uint8Array,
  out: Uint8Array,
  at: number,
  padded: boolean,
): number {
  const whole = bytes.length - bytes.length % 3;
  let to = at;
  for (let i = 0; i < whole; i += 3) {
    const group = bytes[i]! << 16 | bytes[i + 1]! << 8 | bytes[i + 2]!;
    out[to] = ALPHABET[group >> 18]!;
    out[to + 1] = ALPHABET[group >> 12 & 63]!;
    out[to + 2] = ALPHABET[group >> 6 & 63]!;
    out[to + 3] = ALPHABET[group & 63]!;
    to += 4;
  }
  const left = bytes.length - whole;
  if (left === 0) return to;
  const group = bytes[whole]! << 16 | (left === 2 ? bytes[whole + 1]! << 8 : 0);
  out[to++] = ALPHABET[group >> 18]!;
  out[to++] = ALPHABET[group >> 12 & 63]!;
  if (left === 2) out[to++] = ALPHABET[group >> 6 & 63]!;
  for (let i = left; padded && i < 3; i++) out[to++] = PAD;
  return to;
}

/** Decodes unpadded canonical base64 into `out`; how many bytes that were, or -1 where it is not canonical. */
export function decodeBase64Into(text: Uint8Array, out: Uint8Array, at: number): number {
  const left = text.length % 4;
  if (left === 1) return -1;
  const whole = text.length - left;
  let to = at;
  let bad = 0;
  for (let i = 0; i < whole; i += 4) {
    const a = VALUES[text[i]!]!;
    const b = VALUES[text[i + 1]!]!;
    const c = VALUES[text[i + 2]!]!;
    const d = VALUES[text[i + 3]!]!;
    bad |= a | b | c | d;
    out[to] = a << 2 | b >> 4;
    out[to + 1] = b << 4 | c >> 2;
    out[to + 2] = c << 6 | d;
    to += 3;
  }
  if (left > 0) {
    const a = VALUES[text[whole]!]!;
    const b = VALUES[text[whole + 1]!]!;
    const c = left === 3 ? VALUES[text[whole + 2]!]! : 0;
    bad |= a | b | c;
    out[to++] = a << 2 | b >> 4;
    if (left === 3) out[to++] = b << 4 | c >> 2;
    if ((left === 3 ? c & 3 : b & 15) !== 0) return -1;
  }
  return bad & 0xc0 ? -1 : to - at;
}

/** Unpadded base64 of `bytes`. */
export function encodeBase64(bytes: Uint8Array): string {
  const out = new Uint8Array(base64Length(bytes.length));
  encodeBase64Into(bytes, out, 0, false);
  return utf8Text(out);
}

/** The `length` bytes of unpadded canonical base64; undefined for any other text. */
export function decodeBase64(text: string, length: number): Bytes | undefined {
  if (text.length !== base64Length(length)) return undefined;
  const out = new Uint8Array(length);
  const characters = utf8(text);
  if (characters.length !== text.length) return undefined;
  return decodeBase64Into(characters, out, 0) === length ? out : undefined;
}
