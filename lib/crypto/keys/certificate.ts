/**
 * The public key inside an X.509 certificate (RFC 5280 §4.1) or a PKCS#10 request (RFC 2986 §4). Nothing is
 * verified here: neither signature nor dates nor chain.
 */
import type { Bytes } from "../../bytes.ts";
import { contextTag, DerReader, Tag } from "../der.ts";
import { decodePublicKeyDer } from "./spki.ts";

/** The public key of a DER certificate. */
export function certificatePublicKey(bytes: Uint8Array): Bytes {
  const tbs = toBeSigned(bytes);
  tbs.optional(contextTag(0)); // version
  tbs.content(Tag.integer); // serialNumber
  for (let i = 0; i < 4; i++) tbs.content(Tag.sequence); // signature, issuer, validity, subject
  return decodePublicKeyDer(tbs.raw());
}

/** The public key of a DER certificate request. */
export function requestPublicKey(bytes: Uint8Array): Bytes {
  const info = toBeSigned(bytes);
  info.content(Tag.integer); // version
  info.content(Tag.sequence); // subject
  return decodePublicKeyDer(info.raw());
}

function toBeSigned(bytes: Uint8Array): DerReader {
  const outer = new DerReader(bytes);
  const signed = outer.sequence();
  outer.end();
  return signed.sequence();
}
