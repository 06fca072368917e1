/**
 * The extensions of certificates, requests and revocation lists (RFC 5280 §4.2, §5.2), read and written through the
 * schemas of `@peculiar/asn1-x509`; what comes in has passed `requireDer`, so that the library's BER never counts.
 */
import { AsnConvert } from "@peculiar/asn1-schema";
import {
  AuthorityKeyIdentifier,
  BasicConstraints,
  CRLNumber,
  ExtendedKeyUsage,
  KeyIdentifier,
  KeyUsage as KeyUsageSchema,
  SubjectKeyIdentifier,
} from "@peculiar/asn1-x509";
import { type Bytes, concat } from "../bytes.ts";
import { contextTag, der, derOctets, derOid, DerReader, derSequence, Tag } from "../crypto/der.ts";
import { FormatError } from "../errors.ts";
import {
  encodeGeneralName,
  type GeneralName,
  readGeneralName,
  readGeneralNames,
} from "./general-name.ts";
import { ExtensionOid } from "./oids.ts";
import { requireDer } from "./strict.ts";

/** Bits of the key usage (RFC 5280 §4.2.1.3), by name, as numbers to be added up. */
export const KeyUsage = {
  digitalSignature: 1,
  nonRepudiation: 2,
  keyEncipherment: 4,
  dataEncipherment: 8,
  keyAgreement: 16,
  keyCertSign: 32,
  cRLSign: 64,
  encipherOnly: 128,
  decipherOnly: 256,
} as const;

/** Names that a certificate's issuer may and may not certify below itself. */
export interface NameConstraints {
  readonly permitted: readonly GeneralName[];
  readonly excluded: readonly GeneralName[];
}

/** What the extensions say. */
export interface Extensions {
  readonly basicConstraints?: { readonly ca: boolean; readonly pathLength?: number | undefined };
  /** `KeyUsage` bits; undefined where any use is open. */
  readonly keyUsage?: number;
  readonly extendedKeyUsage?: readonly string[];
  readonly subjectKeyId?: Bytes;
  readonly authorityKeyId?: Bytes;
  readonly alternativeNames?: readonly GeneralName[];
  readonly nameConstraints?: NameConstraints;
  /** Of a revocation list: its number, big-endian. */
  readonly crlNumber?: Bytes;
  /** Extensions that count and that nothing here knows. */
  readonly unknownCritical: readonly string[];
  /** All there are, for show. */
  readonly all: ReadonlyArray<{ readonly oid: string; readonly critical: boolean }>;
}

/** One extension to be written. */
export interface ExtensionValue {
  readonly oid: string;
  readonly critical: boolean;
  readonly value: Bytes;
}

/** Extensions that are read and need no judgement. */
const HARMLESS: ReadonlySet<string> = new Set([
  ExtensionOid.issuerAltName,
  ExtensionOid.cRLDistributionPoints,
  ExtensionOid.certificatePolicies,
  ExtensionOid.authorityInfoAccess,
]);

/** Extensions in one structure. */
const MAX_EXTENSIONS = 64;

/** Where there are none. */
export const NO_EXTENSIONS: Extensions = { unknownCritical: [], all: [] };

/**
 * Reads Extensions behind a tag of their own.
 *
 * @param allowed whether the structure's version has any
 */
export function readTaggedExtensions(
  content: Uint8Array | undefined,
  allowed: boolean,
): Extensions {
  if (content === undefined) return NO_EXTENSIONS;
  if (!allowed) throw new FormatError("chain.extensions-version", {});
  const outer = new DerReader(content);
  const list = outer.sequence();
  outer.end();
  return readExtensions(list);
}

/** Reads Extensions, the content of their SEQUENCE. */
export function readExtensions(list: DerReader): Extensions {
  const found: { -readonly [K in keyof Extensions]?: Extensions[K] } = {};
  const all: Array<{ oid: string; critical: boolean }> = [];
  const unknownCritical: string[] = [];
  while (!list.done) {
    const extension = list.sequence();
    const oid = extension.oid();
    const critical = extension.optional(Tag.boolean)?.[0] === 0xff;
    const value = extension.content(Tag.octetString);
    extension.end();
    if (all.some((other) => other.oid === oid)) {
      throw new FormatError("chain.extension-twice", { oid });
    }
    all.push({ oid, critical });
    if (all.length > MAX_EXTENSIONS) throw new FormatError("chain.extension", { oid });
    if (!readValue(found, oid, value) && critical && !HARMLESS.has(oid)) unknownCritical.push(oid);
  }
  return { ...found, unknownCritical, all };
}

/** Reads one; false where nothing here knows it. */
function readValue(
  found: { -readonly [K in keyof Extensions]?: Extensions[K] },
  oid: string,
  value: Uint8Array,
): boolean {
  try {
    return readKnown(found, oid, value);
  } catch (error) {
    throw new FormatError("chain.extension", { oid }, { cause: error });
  }
}

function readKnown(
  found: { -readonly [K in keyof Extensions]?: Extensions[K] },
  oid: string,
  value: Uint8Array,
): boolean {
  switch (oid) {
    case ExtensionOid.basicConstraints: {
      requireDer(value);
      const { cA: ca, pathLenConstraint: pathLength } = AsnConvert.parse(value, BasicConstraints);
      if (pathLength !== undefined && (!Number.isSafeInteger(pathLength) || pathLength < 0)) {
        throw new FormatError("der.negative-integer", {});
      }
      found.basicConstraints = { ca, pathLength };
      return true;
    }
    case ExtensionOid.keyUsage: {
      requireDer(value);
      found.keyUsage = AsnConvert.parse(value, KeyUsageSchema).toNumber();
      return true;
    }
    case ExtensionOid.extKeyUsage:
      requireDer(value);
      found.extendedKeyUsage = [...AsnConvert.parse(value, ExtendedKeyUsage)];
      return true;
    case ExtensionOid.subjectKeyIdentifier:
      requireDer(value);
      found.subjectKeyId = new Uint8Array(AsnConvert.parse(value, SubjectKeyIdentifier).buffer);
      return true;
    case ExtensionOid.authorityKeyIdentifier: {
      requireDer(value);
      const { keyIdentifier } = AsnConvert.parse(value, AuthorityKeyIdentifier);
      if (keyIdentifier !== undefined) found.authorityKeyId = new Uint8Array(keyIdentifier.buffer);
      return true;
    }
    case ExtensionOid.subjectAltName: {
      requireDer(value);
      const outer = new DerReader(value);
      found.alternativeNames = readGeneralNames(outer.sequence());
      outer.end();
      return true;
    }
    case ExtensionOid.nameConstraints:
      requireDer(value);
      found.nameConstraints = readNameConstraints(value);
      return true;
    case ExtensionOid.cRLNumber: {
      requireDer(value);
      found.crlNumber = new Uint8Array(new DerReader(value).unsigned());
      return true;
    }
    default:
      return false;
  }
}

/** SEQUENCE { permitted [0], excluded [1] } of { base, minimum 0, no maximum }. */
function readNameConstraints(value: Uint8Array): NameConstraints {
  const outer = new DerReader(value);
  const both = outer.sequence();
  outer.end();
  const subtrees = (tag: number): GeneralName[] => {
    const content = both.optional(tag);
    if (content === undefined) return [];
    const list = new DerReader(content);
    const names: GeneralName[] = [];
    while (!list.done) {
      const subtree = list.sequence();
      names.push(readGeneralName(subtree));
      subtree.end();
    }
    return names;
  };
  const constraints = { permitted: subtrees(contextTag(0)), excluded: subtrees(contextTag(1)) };
  both.end();
  return constraints;
}

function bytesOf(value: unknown): Bytes {
  return new Uint8Array(AsnConvert.serialize(value));
}

/** BasicConstraints: whether it may issue, and how many authorities may stand below it. */
export function basicConstraints(ca: boolean, pathLength?: number): ExtensionValue {
  const value = new BasicConstraints({ cA: ca });
  if (pathLength !== undefined) value.pathLenConstraint = pathLength;
  return { oid: ExtensionOid.basicConstraints, critical: true, value: bytesOf(value) };
}

/** KeyUsage of bits added up. */
export function keyUsage(bits: number): ExtensionValue {
  return { oid: ExtensionOid.keyUsage, critical: true, value: bytesOf(new KeyUsageSchema(bits)) };
}

export function extendedKeyUsage(oids: readonly string[]): ExtensionValue {
  const value = bytesOf(new ExtendedKeyUsage([...oids]));
  return { oid: ExtensionOid.extKeyUsage, critical: false, value };
}

export function subjectKeyIdentifier(id: Bytes): ExtensionValue {
  const value = bytesOf(new SubjectKeyIdentifier(id));
  return { oid: ExtensionOid.subjectKeyIdentifier, critical: false, value };
}

export function authorityKeyIdentifier(id: Bytes): ExtensionValue {
  const value = bytesOf(
    new AuthorityKeyIdentifier({ keyIdentifier: new KeyIdentifier(id) }),
  );
  return { oid: ExtensionOid.authorityKeyIdentifier, critical: false, value };
}

export function subjectAltName(names: readonly GeneralName[], critical = false): ExtensionValue {
  const value = derSequence(...names.map(encodeGeneralName));
  return { oid: ExtensionOid.subjectAltName, critical, value };
}

/** NameConstraints, which count wherever they stand (RFC 5280 §4.2.1.10). */
export function nameConstraints({ permitted, excluded }: NameConstraints): ExtensionValue {
  const list = (tag: number, names: readonly GeneralName[]) =>
    names.length === 0
      ? []
      : [der(tag, ...names.map((name) => derSequence(encodeGeneralName(name))))];
  const value = derSequence(...list(contextTag(0), permitted), ...list(contextTag(1), excluded));
  return { oid: ExtensionOid.nameConstraints, critical: true, value };
}

export function crlNumber(number: number): ExtensionValue {
  return { oid: ExtensionOid.cRLNumber, critical: false, value: bytesOf(new CRLNumber(number)) };
}

/** Extensions as a SEQUENCE; the default of `critical` is left out, as DER has it. */
export function encodeExtensions(values: readonly ExtensionValue[]): Bytes {
  return derSequence(...values.map(({ oid, critical, value }) =>
    derSequence(
      derOid(oid),
      critical ? der(Tag.boolean, Uint8Array.of(0xff)) : concat(),
      derOctets(value),
    )
  ));
}
