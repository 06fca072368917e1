/**
 * SubjectPublicKeyInfo (RFC 5280 §4.1.2.7) for SM2: id-ecPublicKey with the SM2 curve, which is what OpenSSL, GmSSL
 * and Bouncy Castle write, and the variants found elsewhere on reading.
 */
import type { Bytes } from "../../bytes.ts";
import { InvalidKeyError } from "../../errors.ts";
import { derBits, derOid, DerReader, derSequence, Tag } from "../der.ts";
import { parsePublicKey, uncompress } from "../sm2.ts";
import { checkExplicitCurve } from "./curve-parameters.ts";
import { algorithmName } from "./foreign.ts";
import { ID_EC_PUBLIC_KEY, SM2_CURVE, SM2_ENCRYPT, SM2_EXCHANGE, SM2_SIGN } from "./oids.ts";

/** AlgorithmIdentifier { id-ecPublicKey, sm2 }. */
export const SM2_ALGORITHM: Bytes = derSequence(derOid(ID_EC_PUBLIC_KEY), derOid(SM2_CURVE));

/** Algorithms that mean SM2 by themselves, whatever their parameters say (OpenSSL 3.1.3, Botan). */
const SM2_OIDS: readonly string[] = [SM2_CURVE, SM2_SIGN, SM2_EXCHANGE, SM2_ENCRYPT];

/** DER SubjectPublicKeyInfo of a public key. */
export function encodePublicKeyDer(publicKey: Uint8Array): Bytes {
  return derSequence(SM2_ALGORITHM, derBits(uncompress(publicKey)));
}

/** The public key of a DER SubjectPublicKeyInfo. */
export function decodePublicKeyDer(bytes: Uint8Array): Bytes {
  const outer = new DerReader(bytes);
  const info = outer.sequence();
  outer.end();
  readSm2Algorithm(info.sequence());
  const point = info.bitString();
  info.end();
  return pointOfKey(point);
}

/**
 * The public key of a point as keys hold it. The hybrid form 06/07 ‖ x ‖ y, which says twice whether y is odd
 * (GB/T 32918.1 §4.2.9), is refused by its name: a second way to write one key is a way to pass for another.
 */
export function pointOfKey(point: Uint8Array): Bytes {
  const [prefix] = point;
  const isHybrid = point.length === 65 && (prefix === 0x06 || prefix === 0x07);
  if (isHybrid) throw new InvalidKeyError("key.hybrid", {});
  return parsePublicKey(point);
}

/** Reads an AlgorithmIdentifier to its end; an InvalidKeyError where the key is of another kind. */
export function readSm2Algorithm(algorithm: DerReader): void {
  const oid = algorithm.oid();
  if (oid === ID_EC_PUBLIC_KEY) return readCurve(algorithm);
  if (!SM2_OIDS.includes(oid)) {
    throw new InvalidKeyError("foreign.algorithm", { algorithm: algorithmName(oid) });
  }
}

/** Reads ECParameters (RFC 5480 §2.1.1; explicit ones as in SEC 1 C.2); they must be those of SM2. */
export function readCurve(parameters: DerReader): void {
  if (parameters.peek() === Tag.objectIdentifier) {
    const oid = parameters.oid();
    if (oid !== SM2_CURVE) {
      throw new InvalidKeyError("foreign.curve", { curve: algorithmName(oid) });
    }
  } else {
    checkExplicitCurve(parameters.sequence());
  }
  parameters.end();
}
