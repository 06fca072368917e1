/** PKCS#10 requests (RFC 2986) for SM2 keys: read, verified, made. The extensions wanted are an attribute (RFC 2985 §5.4.2). */
import type { Bytes } from "../bytes.ts";
import {
  contextTag,
  der,
  derBits,
  derNumber,
  derOid,
  DerReader,
  derSequence,
  Tag,
} from "../crypto/der.ts";
import { explained } from "../crypto/explain.ts";
import { decodePublicKeyDer, SM2_ALGORITHM } from "../crypto/keys/spki.ts";
import { uncompress } from "../crypto/sm2.ts";
import { FormatError } from "../errors.ts";
import { type IssuerKey, MAX_CERTIFICATE_BYTES } from "./certificate.ts";
import {
  encodeExtensions,
  type Extensions,
  type ExtensionValue,
  NO_EXTENSIONS,
  readExtensions,
} from "./extensions.ts";
import { type DistinguishedName, readName } from "./name.ts";
import { EXTENSION_REQUEST } from "./oids.ts";
import {
  readSignedSm2,
  signDer,
  type SignedDer,
  type SigningOptions,
  verifiesDer,
} from "./signed.ts";

/** A request as it was read. */
export interface CertificateRequest {
  readonly signed: SignedDer;
  readonly subject: DistinguishedName;
  /** 33 bytes, compressed. */
  readonly publicKey: Bytes;
  /** What is wished for; whoever issues decides. */
  readonly extensions: Extensions;
}

/** Attributes in one request. */
const MAX_ATTRIBUTES = 16;

/** Reads a request in strict DER and verifies that whoever made it has the key; a FormatError says what is wrong. */
export function readRequest(bytes: Uint8Array, name?: string, id?: Uint8Array): CertificateRequest {
  try {
    const request = requestOf(bytes);
    if (!verifiesDer(request.signed, request.publicKey, id)) {
      throw new FormatError("chain.request-signature", {});
    }
    return request;
  } catch (error) {
    throw explained(error, "certificate-request.unreadable", name);
  }
}

function requestOf(bytes: Uint8Array): CertificateRequest {
  const signed = readSignedSm2(bytes, MAX_CERTIFICATE_BYTES);
  const info = new DerReader(signed.content).sequence();
  if (info.number() !== 0) throw new FormatError("der.unknown-version", {});
  const subject = readName(info);
  const publicKey = decodePublicKeyDer(info.raw());
  // Some leave the attributes out, which RFC 2986 §4.1 does not allow and everybody reads.
  const attributes = info.optional(contextTag(0));
  info.end();
  const extensions = attributes === undefined ? undefined : wished(new DerReader(attributes));
  return { signed, subject, publicKey, extensions: extensions ?? NO_EXTENSIONS };
}

function wished(attributes: DerReader): Extensions | undefined {
  let found: Extensions | undefined;
  for (let count = 0; !attributes.done; count++) {
    if (count >= MAX_ATTRIBUTES) throw new FormatError("der.too-complex", {});
    const attribute = attributes.sequence();
    const oid = attribute.oid();
    const values = attribute.sequence(Tag.set);
    attribute.end();
    if (oid !== EXTENSION_REQUEST) continue;
    if (found !== undefined) throw new FormatError("chain.extension-twice", { oid });
    found = readExtensions(values.sequence());
    values.end();
  }
  return found;
}

/** What a request is to say. */
export interface RequestContent {
  readonly subject: DistinguishedName;
  readonly extensions: readonly ExtensionValue[];
}

/** A request in DER, signed with the key that it is for. */
export function makeRequest(
  { subject, extensions }: RequestContent,
  { secretKey, publicKey }: IssuerKey,
  options: SigningOptions = {},
): Bytes {
  const attributes = extensions.length === 0
    ? []
    : [derSequence(derOid(EXTENSION_REQUEST), der(Tag.set, encodeExtensions(extensions)))];
  const info = derSequence(
    derNumber(0),
    subject.der,
    derSequence(SM2_ALGORITHM, derBits(uncompress(publicKey))),
    der(contextTag(0), ...attributes),
  );
  return signDer(info, secretKey, publicKey, options);
}
