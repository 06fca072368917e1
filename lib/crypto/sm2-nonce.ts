/**
 * The random number k of a signature, hedged: HMAC-SM3 DRBG as RFC 6979 §3.2 seeds it, from the secret key and the
 * digest that is signed, with 32 fresh random bytes mixed in (draft-irtf-cfrg-det-sigs-with-noise §4).
 *
 * Two signatures under one k give the secret key away. So k must not hang on the random generator alone: a virtual
 * machine that was cloned or set back draws the same bytes again, and would sign two messages under one k. Here another
 * digest gives another k, whatever was drawn. With the same bytes *and* the same digest the very same signature comes
 * out, which tells nothing new. And with good randomness k is as unpredictable as before, which keeps faults and side
 * channels of deterministic signing away.
 */
import { type Bytes, concat, wipe } from "../bytes.ts";
import { hmacSm3 } from "./hmac.ts";
import type { RandomSource } from "./random.ts";
import { SM3_BLOCK_BYTES, SM3_BYTES } from "./sm3.ts";

/** Makes the source of k for one signature: of secret key d and digest e, 32 bytes each. */
export type NonceSource = (
  secretKey: Uint8Array,
  digest: Uint8Array,
  random: RandomSource,
) => RandomSource;

const ZERO = Uint8Array.of(0);
const ONE = Uint8Array.of(1);
/** What fills V ‖ 00 ‖ Z, and then the key, to whole blocks of the hash, so that neither meets the digest in one. */
const NOISE_PADDING = new Uint8Array(2 * SM3_BLOCK_BYTES - SM3_BYTES - 1 - SM3_BYTES);
const KEY_PADDING = new Uint8Array(SM3_BLOCK_BYTES - SM3_BYTES);

/**
 * The hedged source. It gives 32 bytes a call, each further one for a k that was refused (RFC 6979 §3.2 h).
 *
 * @param digest e below n, as bits2octets makes it (RFC 6979 §2.3.4)
 */
export const hedgedNonces: NonceSource = (secretKey, digest, random) => {
  const noise = random(SM3_BYTES);
  const seed = concat(noise, NOISE_PADDING, secretKey, KEY_PADDING, digest);
  let v: Bytes = new Uint8Array(SM3_BYTES).fill(1); // b
  let k: Bytes = new Uint8Array(SM3_BYTES); // c
  const update = (mark: Uint8Array, data: Uint8Array) => {
    const next = hmacSm3(k, v, mark, data);
    wipe(k);
    k = next;
    v = hmacSm3(k, v);
  };
  update(ZERO, seed); // d, e
  update(ONE, seed); // f, g
  wipe(noise, seed);
  let used = false;
  return (length) => {
    if (used) update(ZERO, new Uint8Array(0));
    used = true;
    v = hmacSm3(k, v);
    return v.slice(0, length);
  };
};
