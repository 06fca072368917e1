/**
 * The public key inside an X.509 certificate (RFC 5280 §4.1) or a PKCS#10 request (RFC 2986 §4), and what the key is
 * for. Nothing is verified here: neither signature nor dates nor chain.
 */
import type { Bytes } from "../../bytes.ts";
import { FormatError } from "../../errors.ts";
import { contextTag, DerReader, Tag } from "../der.ts";
import { decodePublicKeyDer } from "./spki.ts";

/** The public key of a DER certificate. */
export function certificatePublicKey(bytes: Uint8Array): Bytes {
  return decodePublicKeyDer(certificateBody(bytes).raw());
}

/** The public key of a DER certificate request. */
export function requestPublicKey(bytes: Uint8Array): Bytes {
  const info = toBeSigned(bytes);
  info.content(Tag.integer); // version
  info.content(Tag.sequence); // subject
  return decodePublicKeyDer(info.raw());
}

/** What a key is used for, where somebody has two: one to sign with, one that others encrypt to. */
export type KeyPurpose = "signing" | "encryption";

/** keyUsage (RFC 5280 §4.2.1.3). */
const KEY_USAGE = "2.5.29.15";

/** Bits of keyUsage, the first the highest: signature and non-repudiation; encipherment and agreement. */
const USAGE_BITS: Readonly<Record<KeyPurpose, number>> = { signing: 0xc0, encryption: 0x38 };

/** Whether a certificate says that its key is for `usage` (true or false); undefined where it says nothing of it. */
export function certificateAllows(bytes: Uint8Array, usage: KeyPurpose): boolean | undefined {
  try {
    const body = certificateBody(bytes);
    body.raw(); // subjectPublicKeyInfo
    body.optional(0x81); // issuerUniqueID
    body.optional(0x82); // subjectUniqueID
    const extensions = body.optional(contextTag(3));
    if (extensions === undefined) return undefined;
    const list = new DerReader(extensions).sequence();
    while (!list.done) {
      const extension = list.sequence();
      if (extension.oid() !== KEY_USAGE) continue;
      extension.optional(Tag.boolean);
      const bits = new DerReader(extension.content(Tag.octetString)).content(Tag.bitString);
      return ((bits[1] ?? 0) & USAGE_BITS[usage]) !== 0;
    }
    return undefined;
  } catch (error) {
    // Who reads the key will say what is wrong with it.
    if (error instanceof FormatError) return undefined;
    throw error;
  }
}

/** The body of a certificate, read up to its public key. */
function certificateBody(bytes: Uint8Array): DerReader {
  const tbs = toBeSigned(bytes);
  tbs.optional(contextTag(0)); // version
  tbs.content(Tag.integer); // serialNumber
  for (let i = 0; i < 4; i++) tbs.content(Tag.sequence); // signature, issuer, validity, subject
  return tbs;
}

function toBeSigned(bytes: Uint8Array): DerReader {
  const outer = new DerReader(bytes);
  const signed = outer.sequence();
  outer.end();
  return signed.sequence();
}
