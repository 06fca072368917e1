/**
 * X.509 v3 certificates for SM2 keys (RFC 5280 §4; GM/T 0015-2012): read, with nothing verified, and made.
 */
import { type Bytes, equalConstantTime } from "../bytes.ts";
import { explained } from "../crypto/explain.ts";
import {
  contextTag,
  der,
  derBits,
  derNumber,
  DerReader,
  derSequence,
  derUnsigned,
} from "../crypto/der.ts";
import { decodePublicKeyDer, SM2_ALGORITHM } from "../crypto/keys/spki.ts";
import type { RandomSource } from "../crypto/random.ts";
import { uncompress } from "../crypto/sm2.ts";
import { sm3 } from "../crypto/sm3.ts";
import { FormatError } from "../errors.ts";
import {
  encodeExtensions,
  type Extensions,
  type ExtensionValue,
  readTaggedExtensions,
} from "./extensions.ts";
import { type DistinguishedName, readIssuer, readName } from "./name.ts";
import {
  readSignedSm2,
  requireSameAlgorithm,
  SIGNATURE_ALGORITHM,
  signDer,
  type SignedDer,
  type SigningOptions,
} from "./signed.ts";
import { encodeTime, readTime } from "./time.ts";

/** A certificate as it was read. */
export interface Certificate {
  readonly signed: SignedDer;
  /** 1 or 3. */
  readonly version: number;
  /** The serial number, big-endian, without leading zeros. */
  readonly serial: Bytes;
  readonly issuer: DistinguishedName;
  readonly subject: DistinguishedName;
  /** Milliseconds since 1970; both ends belong to it. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** 33 bytes, compressed. */
  readonly publicKey: Bytes;
  readonly extensions: Extensions;
}

/** Larger ones are nobody's. */
export const MAX_CERTIFICATE_BYTES = 64 * 1024;
/** RFC 5280 §4.1.2.2: serial numbers have 20 octets at most. */
const MAX_SERIAL_BYTES = 20;

/** Reads a certificate in strict DER; a FormatError says what is wrong. Its algorithm must be SM2-with-SM3. */
export function readCertificate(bytes: Uint8Array, name?: string): Certificate {
  try {
    return certificateOf(bytes);
  } catch (error) {
    throw explained(error, "certificate.unreadable", name);
  }
}

function certificateOf(bytes: Uint8Array): Certificate {
  const signed = readSignedSm2(bytes, MAX_CERTIFICATE_BYTES);
  const tbs = new DerReader(signed.content).sequence();
  const version = readVersion(tbs);
  const serial = readSerial(tbs);
  requireSameAlgorithm(tbs.raw(), signed.algorithm);
  const issuer = readIssuer(tbs);
  const validity = tbs.sequence();
  const notBefore = readTime(validity), notAfter = readTime(validity);
  validity.end();
  const subject = readName(tbs);
  const publicKey = decodePublicKeyDer(tbs.raw());
  tbs.optional(0x81); // unique identifiers, which nobody uses any more
  tbs.optional(0x82);
  const extensions = readTaggedExtensions(tbs.optional(contextTag(3)), version === 3);
  tbs.end();
  return {
    ...{ signed, version, serial, issuer, subject, notBefore, notAfter, publicKey, extensions },
  };
}

function readVersion(tbs: DerReader): number {
  const content = tbs.optional(contextTag(0));
  if (content === undefined) return 1;
  const reader = new DerReader(content);
  const version = reader.number() + 1;
  reader.end();
  if (version !== 2 && version !== 3) throw new FormatError("der.unknown-version", {});
  return version;
}

/** A serial number: not negative, and of 20 octets at most; some old roots have zero (RFC 5280 §4.1.2.2). */
export function readSerial(reader: DerReader): Bytes {
  const serial = new Uint8Array(reader.unsigned());
  if (serial.length > MAX_SERIAL_BYTES) throw new FormatError("chain.serial-length", {});
  return serial;
}

/** What a certificate is to say. */
export interface CertificateContent {
  readonly serial: Uint8Array;
  readonly issuer: DistinguishedName;
  readonly subject: DistinguishedName;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly publicKey: Uint8Array;
  readonly extensions: readonly ExtensionValue[];
}

/** Who signs. */
export interface IssuerKey {
  readonly secretKey: Uint8Array;
  readonly publicKey: Uint8Array;
}

/** A certificate in DER. */
export function makeCertificate(
  { serial, issuer, subject, notBefore, notAfter, publicKey, extensions }: CertificateContent,
  { secretKey, publicKey: issuerKey }: IssuerKey,
  options: SigningOptions = {},
): Bytes {
  const tbs = derSequence(
    der(contextTag(0), derNumber(2)),
    derUnsigned(serial),
    SIGNATURE_ALGORITHM,
    issuer.der,
    derSequence(encodeTime(notBefore), encodeTime(notAfter)),
    subject.der,
    derSequence(SM2_ALGORITHM, derBits(uncompress(publicKey))),
    ...(extensions.length === 0 ? [] : [der(contextTag(3), encodeExtensions(extensions))]),
  );
  return signDer(tbs, secretKey, issuerKey, options);
}

/** A random serial number: 16 bytes, positive, never zero (CA/Browser Forum BR §7.1 asks for 64 bits of entropy). */
export function randomSerial(random: RandomSource): Bytes {
  const serial = random(16);
  serial[0] = serial[0]! & 0x7f | 0x40;
  return serial;
}

/** The key identifier: the leftmost 160 bits of the point's SM3 (RFC 7093 §2, method 1, with SM3 for SHA-256). */
export function keyIdentifier(publicKey: Uint8Array): Bytes {
  return sm3(uncompress(publicKey)).slice(0, 20);
}

/** Whether two certificates are the same, byte for byte. */
export function sameCertificate(a: Certificate, b: Certificate): boolean {
  return equalConstantTime(a.signed.der, b.signed.der);
}

/** Whether its subject is its issuer. */
export function isSelfIssued({ issuer, subject }: Certificate): boolean {
  return equalConstantTime(issuer.der, subject.der);
}

/** SM3 of the whole certificate, in groups of four hex digits: to compare by eye. */
export function certificateFingerprint({ signed }: Certificate): string {
  return sm3(signed.der).slice(0, 16).toHex().match(/.{4}/g)!.join(" ");
}
