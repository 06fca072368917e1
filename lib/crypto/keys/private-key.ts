/**
 * SM2 private keys in DER: PrivateKeyInfo (PKCS#8, RFC 5958 §2) around ECPrivateKey (SEC 1 v2 C.4, RFC 5915 §3).
 *
 * Written as OpenSSL and GmSSL write it: id-ecPublicKey with the SM2 curve, the secret in 32 bytes, the public
 * key beside it. Read in every variant known (docs/formats.md has the list).
 */
import { type Bytes, equalConstantTime } from "../../bytes.ts";
import { InvalidKeyError } from "../../errors.ts";
import {
  contextTag,
  der,
  derBits,
  derNumber,
  derOctets,
  DerReader,
  derSequence,
  Tag,
} from "../der.ts";
import { parsePublicKey, publicKeyOf, SM2_SECRET_KEY_BYTES, uncompress } from "../sm2.ts";
import { readCurve, readSm2Algorithm, SM2_ALGORITHM } from "./spki.ts";

/** PrivateKeyInfo of a secret key. */
export function encodePrivateKeyDer(secretKey: Uint8Array): Bytes {
  const publicKey = uncompress(publicKeyOf(secretKey));
  const ecPrivateKey = derSequence(
    derNumber(1),
    derOctets(secretKey),
    der(contextTag(1), derBits(publicKey)),
  );
  return derSequence(derNumber(0), SM2_ALGORITHM, derOctets(ecPrivateKey));
}

/** The secret key of a DER PrivateKeyInfo. */
export function decodePrivateKeyInfo(bytes: Uint8Array): Bytes {
  const outer = new DerReader(bytes, "read private key");
  const info = outer.sequence();
  outer.end();
  const version = info.number();
  if (version > 1) throw info.error("unknown version");
  readSm2Algorithm(info.sequence());
  const key = info.content(Tag.octetString);
  info.optional(contextTag(0)); // attributes
  info.optional(0x81); // publicKey of RFC 5958 version 1
  info.end();
  return key[0] === Tag.sequence ? decodeEcPrivateKey(key) : bareSecret(key);
}

/** The secret key of a DER ECPrivateKey. */
export function decodeEcPrivateKey(bytes: Uint8Array): Bytes {
  const outer = new DerReader(bytes, "read private key");
  const key = outer.sequence();
  outer.end();
  if (key.number() !== 1) throw key.error("unknown version");
  const secretKey = normalSecret(key.content(Tag.octetString));
  const parameters = key.optional(contextTag(0));
  if (parameters !== undefined) readCurve(new DerReader(parameters, "read private key"));
  const published = key.optional(contextTag(1));
  key.end();
  const publicKey = publicKeyOf(secretKey);
  if (published !== undefined) {
    const bits = new DerReader(published, "read private key").bitString();
    if (!equalConstantTime(parsePublicKey(bits), publicKey)) {
      throw new InvalidKeyError("read private key: its public key belongs to another key");
    }
  }
  return secretKey;
}

/** GM/T 0009-2012 §7.1 has the private key as a mere INTEGER; some put the 32 bytes there themselves. */
function bareSecret(key: Uint8Array): Bytes {
  if (key.length === SM2_SECRET_KEY_BYTES) return checked(new Uint8Array(key));
  const reader = new DerReader(key, "read private key");
  const secret = reader.content(key[0] === Tag.octetString ? Tag.octetString : Tag.integer);
  reader.end();
  return normalSecret(secret);
}

/** 32 bytes from an unsigned number of other length: leading zeros taken away or added. */
export function normalSecret(digits: Uint8Array): Bytes {
  const excess = digits.length - SM2_SECRET_KEY_BYTES;
  if (digits.length === 0 || (excess > 0 && digits.subarray(0, excess).some((b) => b !== 0))) {
    throw new InvalidKeyError("read private key: must be 32 bytes");
  }
  const secretKey = new Uint8Array(SM2_SECRET_KEY_BYTES);
  secretKey.set(digits.subarray(Math.max(0, excess)), Math.max(0, -excess));
  return checked(secretKey);
}

function checked(secretKey: Bytes): Bytes {
  publicKeyOf(secretKey); // refuses what is out of range
  return secretKey;
}
