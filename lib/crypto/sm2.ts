/**
 * SM2 keys and key agreement (GB/T 32918.1-2016 §6, plain ECDH as in RFC 8998 §3.3.1… "curveSM2"), and the
 * door to signature and encryption. Inside p2p a public key is a 33-byte compressed point, a secret key 32 bytes.
 */
import type { Bytes } from "../bytes.ts";
import { randomBytes, type RandomSource } from "./random.ts";
import {
  COMPRESSED_BYTES,
  decodePoint,
  decodeScalar,
  multiplyBase,
  ORDER,
  randomScalar,
  SCALAR_BYTES,
  toBytes32,
} from "./sm2-curve.ts";

export { SM2_DEFAULT_ID, Sm2Signer, Sm2Verifier } from "./sm2-sign.ts";
export { decrypt, encrypt, type Sm2CiphertextFormat } from "./sm2-encrypt.ts";

/** Size of a secret key. */
export const SM2_SECRET_KEY_BYTES = SCALAR_BYTES;
/** Size of a public key in the form used throughout p2p. */
export const SM2_PUBLIC_KEY_BYTES = COMPRESSED_BYTES;

/** A secret key and its public key. */
export interface Sm2KeyPair {
  /** 32 bytes. */
  secretKey: Bytes;
  /** 33 bytes, compressed. */
  publicKey: Bytes;
}

/** A new key pair. */
export function generateKeyPair(random: RandomSource = randomBytes): Sm2KeyPair {
  for (;;) {
    const d = randomScalar(random);
    if (d === ORDER - 1n) continue; // GB/T 32918.1 §6.1: d ≤ n − 2, or no signature could be made
    return { secretKey: toBytes32(d), publicKey: multiplyBase(d).toBytes(true) as Bytes };
  }
}

/** The public key of a secret key. */
export function publicKeyOf(secretKey: Uint8Array): Bytes {
  return multiplyBase(decodeScalar(secretKey)).toBytes(true) as Bytes;
}

/** The compressed form of a public key given as 33, 64 or 65 bytes, fully validated. */
export function parsePublicKey(bytes: Uint8Array): Bytes {
  return decodePoint(bytes).toBytes(true) as Bytes;
}

/** 04 ‖ x ‖ y of a compressed public key. */
export function uncompress(publicKey: Uint8Array): Bytes {
  return decodePoint(publicKey).toBytes(false) as Bytes;
}

/** The x-coordinate of d·P: Diffie–Hellman with a public key that is checked first. */
export function ecdh(secretKey: Uint8Array, publicKey: Uint8Array): Bytes {
  const point = decodePoint(publicKey);
  return toBytes32(point.multiply(decodeScalar(secretKey)).x);
}
