/**
 * Variable-length integers of RFC 9000 §16: the two high bits of the first byte give the length (1, 2, 4 or 8
 * bytes), the rest is the value, big-endian. Imports nothing.
 */

/** The largest value used here. RFC 9000 allows 2^62 − 1; JavaScript counts exactly up to 2^53 − 1. */
export const MAX_VARINT = Number.MAX_SAFE_INTEGER;

export const TWO_32 = 2 ** 32;

/** How many bytes `value` takes: 1, 2, 4 or 8. */
export function varintSize(value: number): number {
  return value < 0x40 ? 1 : value < 0x4000 ? 2 : value < 0x4000_0000 ? 4 : 8;
}

/** Writes `value` at `at` in its shortest form and returns the offset after it. The caller has made sure of room. */
export function writeVarint(out: Uint8Array, at: number, value: number): number {
  if (value < 0x40) {
    out[at] = value;
    return at + 1;
  }
  if (value < 0x4000) {
    out[at] = 0x40 | (value >>> 8);
    out[at + 1] = value;
    return at + 2;
  }
  if (value < 0x4000_0000) {
    out[at] = 0x80 | (value >>> 24);
    out[at + 1] = value >>> 16;
    out[at + 2] = value >>> 8;
    out[at + 3] = value;
    return at + 4;
  }
  const high = Math.floor(value / TWO_32);
  out[at] = 0xc0 | (high >>> 24);
  out[at + 1] = high >>> 16;
  out[at + 2] = high >>> 8;
  out[at + 3] = high;
  out[at + 4] = value >>> 24;
  out[at + 5] = value >>> 16;
  out[at + 6] = value >>> 8;
  out[at + 7] = value;
  return at + 8;
}
