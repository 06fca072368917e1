/**
 * The one door to the platform's cryptographically secure random generator. Nothing else in p2p makes
 * randomness; code that must be reproducible in tests takes a `RandomSource` as an argument instead.
 */
import type { Bytes } from "../bytes.ts";

/** Makes `length` unpredictable bytes. */
export type RandomSource = (length: number) => Bytes;

/** The most that one call of `crypto.getRandomValues` gives (Web Cryptography §10.1.1). */
const QUOTA_BYTES = 65_536;

/** Random bytes of the platform's CSPRNG. */
export const randomBytes: RandomSource = (length) => {
  const out = new Uint8Array(length);
  for (let at = 0; at < length; at += QUOTA_BYTES) {
    crypto.getRandomValues(out.subarray(at, Math.min(length, at + QUOTA_BYTES)));
  }
  return out;
};
