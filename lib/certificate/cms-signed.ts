/**
 * SignedData (GM/T 0010-2012 §7; RFC 5652 §5) with SM2 and SM3. Of the three styles `gmt` has the object identifiers of GM/T
 * 0010, `rfc` those of RFC 5652, which OpenSSL and Bouncy Castle know; both sign attributes under the ID. `gmssl` signs as
 * GmSSL does: SM3 of the inner ContentInfo, without attributes and without Z.
 */
import { type Bytes, equalConstantTime } from "../bytes.ts";
import { der, derNumber, derOctets, derOid, DerReader, derSequence, Tag } from "../crypto/der.ts";
import { explained } from "../crypto/explain.ts";
import { algorithmName } from "../crypto/keys/foreign.ts";
import { SM2_SIGN } from "../crypto/keys/oids.ts";
import { SM2_DEFAULT_ID, Sm2Signer, Sm2Verifier } from "../crypto/sm2.ts";
import { randomBytes } from "../crypto/random.ts";
import { decodePoint, decodeScalar } from "../crypto/sm2-curve.ts";
import { hedgedNonces } from "../crypto/sm2-nonce.ts";
import { isSignatureOf, signatureOf } from "../crypto/sm2-scheme.ts";
import { sm3 } from "../crypto/sm3.ts";
import { AuthenticationError, FormatError } from "../errors.ts";
import { type Certificate, type IssuerKey, readCertificate } from "./certificate.ts";
import {
  type CmsStyle,
  contentOfType,
  contentOidsOf,
  explicitZero,
  GMT_CONTENT,
  issuerAndSerial,
  RFC_CONTENT,
  sortedSet,
} from "./cms-content.ts";
import { type DistinguishedName, readName } from "./name.ts";
import { SM2_WITH_SM3, SM3_DIGEST } from "./oids.ts";
import { encodeTime, readTime } from "./time.ts";

/** Attributes (RFC 5652 §11). */
const CONTENT_TYPE = "1.2.840.113549.1.9.3";
const MESSAGE_DIGEST = "1.2.840.113549.1.9.4";
const SIGNING_TIME = "1.2.840.113549.1.9.5";

const MAX_SIGNERS = 64;
const MAX_CMS_CERTIFICATES = 64;

const digestAlgorithm = derSequence(derOid(SM3_DIGEST));

/** Who signs: a key, its certificate, and others up to the authority. */
export interface CmsSigner {
  readonly key: IssuerKey;
  readonly certificate: Certificate;
  readonly others: readonly Certificate[];
}

/** How a message is signed. */
export interface CmsSignOptions {
  readonly style: CmsStyle;
  /** The content is not in the message. */
  readonly detached: boolean;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly id?: Uint8Array | undefined;
}

/** A signed message in DER. */
export function signCms(
  content: Uint8Array,
  { key, certificate, others }: CmsSigner,
  { style, detached, time, id = SM2_DEFAULT_ID }: CmsSignOptions,
): Bytes {
  const oids = contentOidsOf(style);
  const whole = derSequence(derOid(oids.data), explicitZero(derOctets(content)));
  const attributes = style === "gmssl" ? undefined : sortedSet([
    attribute(CONTENT_TYPE, derOid(oids.data)),
    attribute(SIGNING_TIME, encodeTime(time)),
    attribute(MESSAGE_DIGEST, derOctets(sm3(content))),
  ]);
  const signature = attributes === undefined
    ? signatureOf(decodeScalar(key.secretKey), sm3(whole), randomBytes, hedgedNonces)
    : new Sm2Signer(key.secretKey, id, key.publicKey).update(der(Tag.set, attributes)).sign();
  const signer = derSequence(
    derNumber(1),
    issuerAndSerial(certificate),
    digestAlgorithm,
    ...(attributes === undefined ? [] : [der(0xa0, attributes)]),
    derSequence(derOid(SM2_WITH_SM3)),
    derOctets(signature),
  );
  const certificates = [certificate, ...others].map(({ signed }) => signed.der);
  const data = derSequence(
    derNumber(1),
    der(Tag.set, digestAlgorithm),
    detached ? derSequence(derOid(oids.data)) : whole,
    der(0xa0, ...certificates),
    der(Tag.set, signer),
  );
  return derSequence(derOid(oids.signed), explicitZero(data));
}

function attribute(oid: string, value: Uint8Array): Bytes {
  return derSequence(derOid(oid), der(Tag.set, value));
}

/** One signer of a message, not verified. */
interface SignerInfo {
  readonly issuer: DistinguishedName | undefined;
  readonly serial: Bytes | undefined;
  /** Of RFC 5652, version 3: the signer's key identifier. */
  readonly keyId: Bytes | undefined;
  /** The content of [0], where there are attributes. */
  readonly attributes: Bytes | undefined;
  readonly signature: Bytes;
}

/** A signed message as it was read. */
export interface SignedMessage {
  /** Undefined where it is detached. */
  readonly content: Bytes | undefined;
  readonly certificates: readonly Certificate[];
  readonly signers: readonly SignerInfo[];
  /** The content type of what is signed. */
  readonly type: string;
}

/** Reads a signed message; nothing is verified. */
export function readSignedMessage(bytes: Uint8Array, name?: string): SignedMessage {
  try {
    return signedOf(contentOfType(bytes, [GMT_CONTENT.signed, RFC_CONTENT.signed]));
  } catch (error) {
    throw explained(error, "cms.unreadable", name);
  }
}

function signedOf(data: DerReader): SignedMessage {
  data.number();
  const digests = data.sequence(Tag.set);
  while (!digests.done) digests.raw();
  const info = data.sequence();
  const type = info.oid();
  const wrapped = info.optional(0xa0);
  info.end();
  const content = wrapped === undefined ? undefined : octets(wrapped);
  const certificates: Certificate[] = [];
  const list = data.optional(0xa0);
  for (const reader = new DerReader(list ?? new Uint8Array(0)); !reader.done;) {
    certificates.push(readCertificate(reader.raw()));
    if (certificates.length > MAX_CMS_CERTIFICATES) throw new FormatError("chain.too-large", {});
  }
  data.optional(0xa1); // revocation lists: those that are trusted here count
  const set = data.sequence(Tag.set);
  data.end();
  const signers: SignerInfo[] = [];
  while (!set.done) {
    signers.push(signerOf(set.sequence()));
    if (signers.length > MAX_SIGNERS) throw new FormatError("chain.too-large", {});
  }
  return { content, certificates, signers, type };
}

function octets(wrapped: Uint8Array): Bytes {
  const reader = new DerReader(wrapped);
  const content = new Uint8Array(reader.content(Tag.octetString));
  reader.end();
  return content;
}

function signerOf(reader: DerReader): SignerInfo {
  reader.number();
  let issuer: DistinguishedName | undefined, serial: Bytes | undefined;
  const keyId = reader.optional(0x80);
  if (keyId === undefined) {
    const both = reader.sequence();
    issuer = readName(both);
    serial = new Uint8Array(both.unsigned());
    both.end();
  }
  requireDigest(reader.sequence());
  const attributes = reader.optional(0xa0);
  const algorithm = reader.sequence().oid();
  // GM/T 0010 names the signature; some name the key's algorithm alone.
  if (algorithm !== SM2_WITH_SM3 && algorithm !== SM2_SIGN) {
    throw new FormatError("chain.algorithm", { algorithm: algorithmName(algorithm) });
  }
  const signature = new Uint8Array(reader.content(Tag.octetString));
  reader.optional(0xa1);
  reader.end();
  return {
    ...{ issuer, serial, signature },
    keyId: keyId && new Uint8Array(keyId),
    attributes: attributes && new Uint8Array(attributes),
  };
}

function requireDigest(algorithm: DerReader): void {
  const oid = algorithm.oid();
  if (oid !== SM3_DIGEST) throw new FormatError("cms.digest", { algorithm: algorithmName(oid) });
}

/** A signature that holds. */
export interface VerifiedSigner {
  readonly certificate: Certificate;
  /** When it says it was made; undefined where it does not. Nobody but the signer vouches for it. */
  readonly time: number | undefined;
}

/** How signatures are verified. */
export interface CmsVerifyOptions {
  /** Of a detached message. */
  readonly content?: Uint8Array | undefined;
  /** Signatures are GmSSL's: without attributes and without Z. */
  readonly withoutZ: boolean;
  readonly id?: Uint8Array | undefined;
  /** Certificates besides those in the message. */
  readonly others?: readonly Certificate[];
}

/** Verifies every signature of a message; an AuthenticationError where one does not hold. The paths are another matter. */
export function verifySignedMessage(
  message: SignedMessage,
  { content: given, withoutZ, id = SM2_DEFAULT_ID, others = [] }: CmsVerifyOptions,
): { readonly content: Uint8Array; readonly signers: VerifiedSigner[] } {
  const content = message.content ?? given;
  if (content === undefined) throw new FormatError("cms.no-content", {});
  if (
    message.content !== undefined && given !== undefined &&
    !equalConstantTime(given, message.content)
  ) {
    throw new AuthenticationError("cms.other-content", {});
  }
  if (message.signers.length === 0) throw new AuthenticationError("cms.no-signer", {});
  const certificates = [...message.certificates, ...others];
  const signers = message.signers.map((signer) => {
    const certificate = certificates.find((each) => isOf(signer, each));
    if (certificate === undefined) throw new AuthenticationError("cms.no-certificate", {});
    const { attributes, signature } = signer;
    const { publicKey } = certificate;
    if (attributes === undefined) {
      const whole = derSequence(derOid(message.type), explicitZero(derOctets(content)));
      const good = withoutZ
        ? isSignatureOf(decodePoint(publicKey), sm3(whole), signature)
        : new Sm2Verifier(publicKey, id).update(content).verify(signature);
      if (!good) throw new AuthenticationError("cms.bad", {});
      return { certificate, time: undefined };
    }
    const { digest, type, time } = readAttributes(attributes);
    const bound = digest !== undefined && equalConstantTime(digest, sm3(content)) &&
      type === message.type;
    const covered = der(Tag.set, attributes);
    if (!bound || !new Sm2Verifier(publicKey, id).update(covered).verify(signature)) {
      throw new AuthenticationError("cms.bad", {});
    }
    return { certificate, time };
  });
  return { content, signers };
}

function isOf({ issuer, serial, keyId }: SignerInfo, certificate: Certificate): boolean {
  const { subjectKeyId } = certificate.extensions;
  if (keyId !== undefined) {
    return subjectKeyId !== undefined && equalConstantTime(keyId, subjectKeyId);
  }
  return issuer !== undefined && serial !== undefined &&
    equalConstantTime(issuer.der, certificate.issuer.der) &&
    equalConstantTime(serial, certificate.serial);
}

function readAttributes(bytes: Uint8Array) {
  const reader = new DerReader(bytes);
  let digest: Uint8Array | undefined, type: string | undefined, time: number | undefined;
  const seen = new Set<string>();
  while (!reader.done) {
    const each = reader.sequence();
    const oid = each.oid();
    const values = each.sequence(Tag.set);
    each.end();
    if (seen.has(oid)) throw new FormatError("chain.extension-twice", { oid });
    seen.add(oid);
    if (oid === MESSAGE_DIGEST) digest = values.content(Tag.octetString);
    else if (oid === CONTENT_TYPE) type = values.oid();
    else if (oid === SIGNING_TIME) time = readTime(values);
    else continue;
    values.end();
  }
  return { digest, type, time };
}
