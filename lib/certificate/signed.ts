/**
 * What is signed in certificates, requests and revocation lists: SEQUENCE { content, algorithm, BIT STRING } with
 * SM2-with-SM3 (RFC 5280 §4.1.1; GM/T 0015-2012). Other algorithms are refused by their name.
 */
import { type Bytes, equalConstantTime } from "../bytes.ts";
import { derBits, derOid, DerReader, derSequence, Tag } from "../crypto/der.ts";
import { algorithmName } from "../crypto/keys/foreign.ts";
import { SM2_DEFAULT_ID, Sm2Signer, Sm2Verifier } from "../crypto/sm2-sign.ts";
import { FormatError } from "../errors.ts";
import type { RandomSource } from "../crypto/random.ts";
import { SM2_WITH_SM3 } from "./oids.ts";
import { requireDer } from "./strict.ts";

/** Signature algorithms of others, for the refusal (RFC 3279, 5758, 8410; GM/T 0006-2012). */
const OTHER_ALGORITHMS: ReadonlyMap<string, string> = new Map([
  ["1.2.840.113549.1.1.4", "RSA with MD5"],
  ["1.2.840.113549.1.1.5", "RSA with SHA-1"],
  ["1.2.840.113549.1.1.10", "RSA-PSS"],
  ["1.2.840.113549.1.1.11", "RSA with SHA-256"],
  ["1.2.840.113549.1.1.12", "RSA with SHA-384"],
  ["1.2.840.113549.1.1.13", "RSA with SHA-512"],
  ["1.2.840.10045.4.1", "ECDSA with SHA-1"],
  ["1.2.840.10045.4.3.2", "ECDSA with SHA-256"],
  ["1.2.840.10045.4.3.3", "ECDSA with SHA-384"],
  ["1.2.840.10045.4.3.4", "ECDSA with SHA-512"],
  ["1.3.101.112", "Ed25519"],
  ["1.2.156.10197.1.502", "SM2 with SHA-1"],
  ["1.2.156.10197.1.503", "SM2 with SHA-256"],
  ["1.2.156.10197.1.504", "RSA with SM3"],
]);

/** A signed structure, not verified. */
export interface SignedDer {
  /** All of it. */
  readonly der: Bytes;
  /** What is signed, as it stands. */
  readonly content: Bytes;
  /** The AlgorithmIdentifier, as it stands. */
  readonly algorithm: Bytes;
  readonly signature: Bytes;
}

/** AlgorithmIdentifier { sm2-with-sm3 }, without parameters (GM/T 0015-2012 annex A; as GmSSL and OpenSSL write it). */
export const SIGNATURE_ALGORITHM: Bytes = derSequence(derOid(SM2_WITH_SM3));

/** Takes a structure of at most `most` bytes apart that is signed with SM2-with-SM3, in strict DER. */
export function readSignedSm2(bytes: Uint8Array, most: number): SignedDer {
  if (bytes.length > most) throw new FormatError("chain.too-large", {});
  requireDer(bytes);
  const signed = readSigned(bytes);
  requireSm2WithSm3(signed.algorithm);
  return signed;
}

/** Splits a signed structure. */
export function readSigned(bytes: Uint8Array): SignedDer {
  const outer = new DerReader(bytes);
  const parts = outer.sequence();
  outer.end();
  const content = new Uint8Array(parts.raw());
  const algorithm = new Uint8Array(parts.raw());
  const signature = new Uint8Array(parts.bitString());
  parts.end();
  return { der: new Uint8Array(bytes), content, algorithm, signature };
}

/** Refuses an algorithm that is not SM2-with-SM3, by its name. */
export function requireSm2WithSm3(algorithm: Uint8Array): void {
  const reader = new DerReader(algorithm).sequence();
  const oid = reader.oid();
  if (oid !== SM2_WITH_SM3) {
    throw new FormatError("chain.algorithm", {
      algorithm: OTHER_ALGORITHMS.get(oid) ?? algorithmName(oid),
    });
  }
  // Absent as the standard has it; NULL as some authorities write it.
  if (reader.peek() === Tag.null) reader.content(Tag.null);
  reader.end();
}

/** Refuses a structure whose two mentions of the algorithm differ (RFC 5280 §4.1.1.2). */
export function requireSameAlgorithm(inner: Uint8Array, outer: Uint8Array): void {
  if (!equalConstantTime(inner, outer)) throw new FormatError("chain.algorithms-differ", {});
}

/** Signs `content`. */
export function signDer(
  content: Uint8Array,
  secretKey: Uint8Array,
  publicKey: Uint8Array,
  options: SigningOptions = {},
): Bytes {
  const signer = new Sm2Signer(secretKey, options.id ?? SM2_DEFAULT_ID, publicKey);
  const signature = signer.update(content).sign(options.random);
  return derSequence(content, SIGNATURE_ALGORITHM, derBits(signature));
}

/** How something is signed. */
export interface SigningOptions {
  /** The signer's ID; 1234567812345678 unless another is agreed. */
  readonly id?: Uint8Array | undefined;
  readonly random?: RandomSource | undefined;
}

/** Whether the signature is that of `publicKey` under the ID. */
export function verifiesDer(
  { content, algorithm, signature }: SignedDer,
  publicKey: Uint8Array,
  id: Uint8Array = SM2_DEFAULT_ID,
): boolean {
  requireSm2WithSm3(algorithm);
  return new Sm2Verifier(publicKey, id).update(content).verify(signature);
}
