/**
 * Byte strings to points of the SM2 curve: encode_to_curve of RFC 9380 (§3, §5.2, §5.3.1, §6.6.2) with
 * expand_message_xmd over SM3 and the simplified SWU map, the suite that RFC 9380 §8.10 would call
 * `SM2_XMD:SM3_SSWU_NU_`. Not constant time (BigInt): for inputs that are secret for minutes only.
 */
import { hash_to_field } from "@noble/curves/abstract/hash-to-curve.js";
import type { Bytes } from "../bytes.ts";
import { uncompress } from "./sm2.ts";
import { toBytes32 } from "./sm2-curve.ts";
import { CURVE } from "./sm2-parameters.ts";
import { publicKeyOfRepresentative } from "./sm2-uniform.ts";
import { sm3, SM3_BLOCK_BYTES, SM3_BYTES } from "./sm3.ts";

/** Security level of the curve in bits, k of RFC 9380 §5.1. */
const SECURITY_BITS = 128;

/** SM3 in the shape that the library's hash_to_field asks for. */
const hash = Object.assign((message: Uint8Array) => sm3(message), {
  outputLen: SM3_BYTES,
  blockLen: SM3_BLOCK_BYTES,
  canXOF: false,
  create: () => {
    throw new TypeError("expand_message_xmd hashes whole messages");
  },
});

/**
 * The point of `message`, as 04 ‖ x ‖ y. All points are reached, not all equally often (NU).
 *
 * @param dst domain separation tag of 1 to 255 bytes (RFC 9380 §3.1)
 */
export function sm2EncodeToCurve(message: Uint8Array, dst: Uint8Array): Bytes {
  const [[u]] = hash_to_field(message, 1, {
    p: CURVE.p,
    m: 1,
    k: SECURITY_BITS,
    expand: "xmd",
    // The library calls it with one message only.
    hash: hash as unknown as Parameters<typeof hash_to_field>[2]["hash"],
    DST: dst,
  }) as [[bigint]];
  return uncompress(publicKeyOfRepresentative(toBytes32(u)));
}
