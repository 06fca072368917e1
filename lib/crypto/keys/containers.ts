/**
 * Containers of private keys told apart and taken apart, without opening them: PKCS#12, SM2EnvelopedKey, the key files of
 * CFCA. What opens them is loaded when one is there.
 */
import type { Bytes } from "../../bytes.ts";
import { FormatError } from "../../errors.ts";
import { DerReader, Tag } from "../der.ts";
import { PKCS7_DATA, SM2_DATA, SM4, SM4_CBC } from "./oids.ts";

/** What `read` answers; undefined where the input is not so built. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof FormatError) return undefined;
    throw error;
  }
}

/** Whether `der`, a SEQUENCE, begins as PKCS#12 does: version 3 and a content type of data (RFC 7292 §4). */
export function isPkcs12(der: Uint8Array): boolean {
  return attempt(() => {
    const pfx = new DerReader(der).sequence();
    if (pfx.number() !== 3) return false;
    const type = pfx.sequence().oid();
    return type === PKCS7_DATA || type === SM2_DATA;
  }) ?? false;
}

/** SM2EnvelopedKey (GM/T 0009-2012 §7.4) in its parts. */
export interface EnvelopedParts {
  /** Identifier of the cipher over the secret. */
  readonly cipher: string;
  /** SM2Cipher: the key of that cipher. */
  readonly wrapped: Uint8Array;
  /** The public key of the pair. */
  readonly point: Uint8Array;
  /** The secret key, enciphered. */
  readonly secret: Uint8Array;
}

/** Takes an SM2EnvelopedKey apart; a FormatError where it is none. */
export function readEnvelopedParts(bytes: Uint8Array): EnvelopedParts {
  const outer = new DerReader(bytes);
  const parts = outer.sequence();
  outer.end();
  // gmsm wrote the bare identifier for a while.
  const cipher = parts.peek() === Tag.objectIdentifier ? parts.oid() : parts.sequence().oid();
  const wrapped = parts.raw();
  if (wrapped[0] !== Tag.sequence) throw parts.error("der.unexpected-element");
  const point = parts.bitString(), secret = parts.bitString();
  parts.end();
  return { cipher, wrapped, point, secret };
}

/** Whether `der`, a SEQUENCE, has the parts of an SM2EnvelopedKey. */
export function isEnvelopedKey(der: Uint8Array): boolean {
  return attempt(() => readEnvelopedParts(der)) !== undefined;
}

/** A key file of CFCA: the enciphered secret, and the certificate in DER. */
export interface CfcaKey {
  readonly encrypted: Bytes;
  readonly certificate: Bytes;
}

/** Takes a key file of CFCA apart; undefined where it is none. */
export function readCfcaKey(der: Uint8Array): CfcaKey | undefined {
  return attempt(() => {
    const outer = new DerReader(der);
    const file = outer.sequence();
    outer.end();
    if (file.number() !== 1) return undefined;
    const key = file.sequence(), certificate = file.sequence();
    file.end();
    if (key.oid() !== SM2_DATA || certificate.oid() !== SM2_DATA) return undefined;
    const cipher = key.oid();
    if (cipher !== SM4 && cipher !== SM4_CBC) return undefined;
    const encrypted = new Uint8Array(key.content(Tag.octetString));
    key.end();
    return { encrypted, certificate: certificateIn(certificate) };
  });
}

/** The certificate as it is, or within an OCTET STRING. */
function certificateIn(data: DerReader): Bytes {
  const bytes = data.peek() === Tag.octetString ? data.content(Tag.octetString) : data.raw();
  data.end();
  return new Uint8Array(bytes);
}
