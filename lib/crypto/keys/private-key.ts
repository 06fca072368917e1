/**
 * SM2 private keys in DER: PrivateKeyInfo (PKCS#8, RFC 5958 §2) around ECPrivateKey (SEC 1 v2 C.4, RFC 5915 §3).
 *
 * Written as GmSSL and OpenSSL read it: id-ecPublicKey with the SM2 curve, the secret in 32 bytes, the curve and the
 * public key beside it. Read in every variant known (docs/formats.md has the list).
 */
import { type Bytes, equalConstantTime } from "../../bytes.ts";
import { InvalidKeyError } from "../../errors.ts";
import {
  contextTag,
  der,
  derBits,
  derNumber,
  derOctets,
  derOid,
  DerReader,
  derSequence,
  Tag,
} from "../der.ts";
import { publicKeyOf, SM2_SECRET_KEY_BYTES, uncompress } from "../sm2.ts";
import { SM2_CURVE } from "./oids.ts";
import { pointOfKey, readCurve, readSm2Algorithm, SM2_ALGORITHM } from "./spki.ts";

/**
 * ECPrivateKey of a secret key. The parameters, which the algorithm of a PrivateKeyInfo repeats, must be there by
 * RFC 5915 §3; OpenSSL leaves them out, and GmSSL 3.0 to 3.2 reads no key without.
 */
export function encodeEcPrivateKey(secretKey: Uint8Array): Bytes {
  return derSequence(
    derNumber(1),
    derOctets(secretKey),
    der(contextTag(0), derOid(SM2_CURVE)),
    der(contextTag(1), derBits(uncompress(publicKeyOf(secretKey)))),
  );
}

/** PrivateKeyInfo of a secret key. */
export function encodePrivateKeyDer(secretKey: Uint8Array): Bytes {
  return derSequence(derNumber(0), SM2_ALGORITHM, derOctets(encodeEcPrivateKey(secretKey)));
}

/** [1] IMPLICIT BIT STRING: the public key beside the private one (RFC 5958 §2). */
const PUBLIC_KEY_TAG = 0x81;

/** The secret key of a DER PrivateKeyInfo. */
export function decodePrivateKeyInfo(bytes: Uint8Array): Bytes {
  const outer = new DerReader(bytes);
  const info = outer.sequence();
  outer.end();
  const version = info.number();
  if (version > 1) throw info.error("der.unknown-version");
  readSm2Algorithm(info.sequence());
  const key = info.content(Tag.octetString);
  const attributes = info.optional(contextTag(0));
  if (attributes !== undefined) checkAttributes(new DerReader(attributes));
  const published = version === 1 ? info.optional(PUBLIC_KEY_TAG) : undefined;
  info.end();
  const secretKey = key[0] === Tag.sequence ? decodeEcPrivateKey(key) : bareSecret(key);
  if (published !== undefined) {
    checkPublished(new DerReader(der(Tag.bitString, published)), secretKey);
  }
  return secretKey;
}

/** Attributes are { OBJECT IDENTIFIER, SET OF value } each (RFC 5958 §2); what they say does not matter here. */
function checkAttributes(attributes: DerReader): void {
  while (!attributes.done) {
    const attribute = attributes.sequence();
    attribute.oid();
    const values = attribute.sequence(Tag.set);
    while (!values.done) values.any();
    attribute.end();
  }
}

/** The secret key of a DER ECPrivateKey. */
export function decodeEcPrivateKey(bytes: Uint8Array): Bytes {
  const outer = new DerReader(bytes);
  const key = outer.sequence();
  outer.end();
  if (key.number() !== 1) throw key.error("der.unknown-version");
  const secretKey = normalSecret(key.content(Tag.octetString));
  const parameters = key.optional(contextTag(0));
  if (parameters !== undefined) readCurve(new DerReader(parameters));
  const published = key.optional(contextTag(1));
  key.end();
  if (published !== undefined) checkPublished(new DerReader(published), secretKey);
  return secretKey;
}

/** A public key beside a secret one: a BIT STRING and nothing else, and it is the secret's own. */
function checkPublished(reader: DerReader, secretKey: Uint8Array): void {
  const point = reader.bitString();
  reader.end();
  if (!equalConstantTime(pointOfKey(point), publicKeyOf(secretKey))) {
    throw new InvalidKeyError("key.other-public-key", {});
  }
}

/**
 * GM/T 0009-2012 §7.1 has the private key as a mere INTEGER; some put the 32 bytes there themselves. 32 bytes that are
 * an INTEGER of 30 too may be either: one key in 65,536, which nobody should have to guess.
 */
function bareSecret(key: Uint8Array): Bytes {
  if (key.length === SM2_SECRET_KEY_BYTES) {
    if (key[0] === Tag.integer && key[1] === SM2_SECRET_KEY_BYTES - 2) {
      throw new InvalidKeyError("key.ambiguous", {});
    }
    return checked(new Uint8Array(key));
  }
  const reader = new DerReader(key);
  const secret = reader.content(key[0] === Tag.octetString ? Tag.octetString : Tag.integer);
  reader.end();
  return normalSecret(secret);
}

/** 32 bytes from an unsigned number of other length: leading zeros taken away or added. */
export function normalSecret(digits: Uint8Array): Bytes {
  const excess = digits.length - SM2_SECRET_KEY_BYTES;
  if (digits.length === 0 || (excess > 0 && digits.subarray(0, excess).some((b) => b !== 0))) {
    throw new InvalidKeyError("sm2.secret-length", {});
  }
  const secretKey = new Uint8Array(SM2_SECRET_KEY_BYTES);
  secretKey.set(digits.subarray(Math.max(0, excess)), Math.max(0, -excess));
  return checked(secretKey);
}

function checked(secretKey: Bytes): Bytes {
  publicKeyOf(secretKey); // refuses what is out of range
  return secretKey;
}
