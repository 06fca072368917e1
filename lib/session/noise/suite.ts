/**
 * What a Noise handshake is generic over: the DH, cipher and hash functions of the Noise Protocol Framework,
 * revision 34, §4. One difference, stated there as DHLEN: a public key and a shared secret may differ in length
 * (an SM2 point takes 33 bytes, a shared x-coordinate 32).
 */
import type { Bytes } from "../../bytes.ts";

/** HASHLEN of every hash this implementation takes (§4.3 also allows 64). */
export const HASH_BYTES = 32;

/** Length of an authentication tag (§4.2). */
export const TAG_BYTES = 16;

/** A source of random bytes, passed in. */
export type Random = (length: number) => Bytes;

/** A key pair of the suite's DH function. */
export interface DhKeyPair {
  readonly secretKey: Uint8Array;
  readonly publicKey: Uint8Array;
}

/** DH functions (§4.1). */
export interface DhFunction {
  readonly name: string;
  /** DHLEN as far as public keys on the wire are concerned. */
  readonly publicBytes: number;
  generate(random: Random): DhKeyPair;
  /** Refuses a public key that must not be computed with; called before any use of received bytes. */
  checkPublic(publicKey: Uint8Array): void;
  /** The shared secret of a secret key and a checked public key. */
  dh(secretKey: Uint8Array, publicKey: Uint8Array): Bytes;
}

/** One key of a cipher function (§4.2); `nonce` is the 64-bit counter of the framework. */
export interface CipherKey {
  seal(nonce: number, associated: Uint8Array, plaintext: Uint8Array): Bytes;
  /** Raises an AuthenticationError when the tag does not fit. */
  open(nonce: number, associated: Uint8Array, sealed: Uint8Array): Bytes;
  wipe(): void;
}

/** Cipher functions (§4.2). */
export interface CipherFunction {
  readonly name: string;
  key(key: Uint8Array): CipherKey;
}

/** Hash functions (§4.3). */
export interface HashFunction {
  readonly name: string;
  hash(...parts: readonly Uint8Array[]): Bytes;
  hmac(key: Uint8Array, ...parts: readonly Uint8Array[]): Bytes;
}

/** DH, cipher and hash together: the right half of a protocol name (§8). */
export interface NoiseSuite {
  readonly dh: DhFunction;
  readonly cipher: CipherFunction;
  readonly hash: HashFunction;
}

/** `Noise_PATTERN_DH_CIPHER_HASH` (§8). */
export function protocolName(pattern: string, suite: NoiseSuite): string {
  return `Noise_${pattern}_${suite.dh.name}_${suite.cipher.name}_${suite.hash.name}`;
}

/** HKDF(chaining_key, input_key_material, outputs) (§4.3). */
export function noiseHkdf(
  hash: HashFunction,
  chainingKey: Uint8Array,
  material: Uint8Array,
): [Bytes, Bytes, Bytes] {
  const temporary = hash.hmac(chainingKey, material);
  const first = hash.hmac(temporary, Uint8Array.of(1));
  const second = hash.hmac(temporary, first, Uint8Array.of(2));
  const third = hash.hmac(temporary, second, Uint8Array.of(3));
  temporary.fill(0);
  return [first, second, third];
}
