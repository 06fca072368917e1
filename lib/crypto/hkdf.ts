/**
 * HKDF (RFC 5869) with HMAC-SM3.
 */
import { type Bytes, wipe } from "../bytes.ts";
import { LimitError } from "../errors.ts";
import { hmacSm3 } from "./hmac.ts";
import { SM3_BYTES } from "./sm3.ts";

/** HKDF-Extract (RFC 5869 §2.2). An empty salt counts as 32 zero bytes, as HMAC pads it anyway. */
function hkdfExtract(salt: Uint8Array, inputKey: Uint8Array): Bytes {
  return hmacSm3(salt, inputKey);
}

/** HKDF-Expand (RFC 5869 §2.3). */
export function hkdfExpand(pseudoRandomKey: Uint8Array, info: Uint8Array, length: number): Bytes {
  if (length > 255 * SM3_BYTES) throw new LimitError("hkdf.too-long", {});
  const out = new Uint8Array(length);
  let block: Bytes = new Uint8Array(0);
  for (let at = 0, counter = 1; at < length; at += SM3_BYTES, counter++) {
    const next = hmacSm3(pseudoRandomKey, block, info, Uint8Array.of(counter));
    wipe(block);
    block = next;
    out.set(block.subarray(0, Math.min(SM3_BYTES, length - at)), at);
  }
  wipe(block);
  return out;
}

/** HKDF: extract, then expand. */
export function hkdfSm3(
  inputKey: Uint8Array,
  salt: Uint8Array,
  info: Uint8Array,
  length: number,
): Bytes {
  const pseudoRandomKey = hkdfExtract(salt, inputKey);
  try {
    return hkdfExpand(pseudoRandomKey, info, length);
  } finally {
    wipe(pseudoRandomKey);
  }
}
