/**
 * Truncated packet numbers: RFC 9000 §17.1 and appendix A.3. A sender here always writes three bytes, which is right
 * while fewer than 2^23 packets are in flight; a receiver takes one to four.
 */

/** Bytes of the packet number that this program writes. */
export const PACKET_NUMBER_BYTES = 3;

/** The largest packet number of a session (RFC 9000 §17.1 allows 2^62 − 1; this is what a double counts exactly). */
export const MAX_PACKET_NUMBER = Number.MAX_SAFE_INTEGER;

/**
 * The full number whose low `bytes` bytes are `truncated` and which is closest to `largest` + 1 (appendix A.3).
 * @param largest the largest number authenticated so far, −1 for none
 */
export function expandPacketNumber(largest: number, truncated: number, bytes: number): number {
  const expected = largest + 1;
  const window = 2 ** (8 * bytes);
  const half = window / 2;
  const candidate = expected - (expected % window) + truncated;
  if (candidate <= expected - half && candidate <= MAX_PACKET_NUMBER - window) {
    return candidate + window;
  }
  if (candidate > expected + half && candidate >= window) return candidate - window;
  return candidate;
}
