/**
 * SM2 keys and key agreement (GB/T 32918.1-2016 §6, plain ECDH as in RFC 8998 §3.3.1… "curveSM2"), and the
 * door to signature and encryption. Inside p2p a public key is a 33-byte compressed point, a secret key 32 bytes.
 */
import { type Bytes, wipe } from "../bytes.ts";
import { randomBytes, type RandomSource } from "./random.ts";
import {
  COMPRESSED_BYTES,
  compressPoint,
  decodePoint,
  decodeScalar,
  multiply,
  multiplyBase,
  randomSecret,
  SCALAR_BYTES,
  uncompressed,
} from "./sm2-curve.ts";

export {
  SM2_DEFAULT_ID,
  Sm2Signer,
  Sm2SigningKey,
  Sm2Verifier,
  Sm2VerifyingKey,
} from "./sm2-sign.ts";
export { decrypt, encrypt, type Sm2CiphertextFormat, Sm2EncryptionKey } from "./sm2-encrypt.ts";

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
  const secretKey = randomSecret(random);
  return { secretKey, publicKey: compressPoint(multiplyBase(secretKey)) };
}

/** The public key of a secret key. */
export function publicKeyOf(secretKey: Uint8Array): Bytes {
  const d = decodeScalar(secretKey);
  const publicKey = compressPoint(multiplyBase(d));
  wipe(d);
  return publicKey;
}

/** The compressed form of a public key given as 33, 64 or 65 bytes, fully validated. */
export function parsePublicKey(bytes: Uint8Array): Bytes {
  return compressPoint(decodePoint(bytes));
}

/** 04 ‖ x ‖ y of a public key in any form. */
export function uncompress(publicKey: Uint8Array): Bytes {
  return uncompressed(decodePoint(publicKey));
}

/** The x-coordinate of d·P: Diffie–Hellman with a public key that is checked first. */
export function ecdh(secretKey: Uint8Array, publicKey: Uint8Array): Bytes {
  const point = decodePoint(publicKey);
  const d = decodeScalar(secretKey);
  const shared = multiply(d, point);
  const x = shared.slice(0, SCALAR_BYTES);
  wipe(d, shared);
  return x;
}
