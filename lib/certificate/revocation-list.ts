/**
 * Certificate revocation lists (RFC 5280 §5), version 2, signed with SM2-with-SM3. Lists may be long, so the entries are
 * read and written by a reader of their own: the ASN.1 library stops at 10,000 elements, and takes 20 µs for each.
 */
import type { Bytes } from "../bytes.ts";
import {
  contextTag,
  der,
  derNumber,
  derOctets,
  derOid,
  DerReader,
  derSequence,
  Tag,
} from "../crypto/der.ts";
import { explained } from "../crypto/explain.ts";
import { FormatError } from "../errors.ts";
import { type IssuerKey, readSerial } from "./certificate.ts";
import {
  authorityKeyIdentifier,
  crlNumber,
  encodeExtensions,
  type Extensions,
  readTaggedExtensions,
} from "./extensions.ts";
import { type DistinguishedName, readIssuer } from "./name.ts";
import { ExtensionOid } from "./oids.ts";
import {
  readSigned,
  requireSameAlgorithm,
  requireSm2WithSm3,
  SIGNATURE_ALGORITHM,
  signDer,
  type SignedDer,
  type SigningOptions,
} from "./signed.ts";
import { encodeTime, readTime } from "./time.ts";
import { requireDer } from "./strict.ts";

/** Reasons (RFC 5280 §5.3.1), by name. */
export const RevocationReason = {
  unspecified: 0,
  keyCompromise: 1,
  caCompromise: 2,
  affiliationChanged: 3,
  superseded: 4,
  cessationOfOperation: 5,
  certificateHold: 6,
  removeFromCRL: 8,
  privilegeWithdrawn: 9,
  aaCompromise: 10,
} as const;

/** One revoked certificate. */
export interface RevokedEntry {
  readonly serial: Uint8Array;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** A `RevocationReason`; 0 where none is said. */
  readonly reason: number;
}

/** A list as it was read. */
export interface RevocationList {
  readonly signed: SignedDer;
  readonly issuer: DistinguishedName;
  readonly thisUpdate: number;
  /** When the next one is due at the latest; undefined where that is not said. */
  readonly nextUpdate: number | undefined;
  readonly extensions: Extensions;
  /** By serial number, in hex digits. */
  readonly revoked: ReadonlyMap<string, RevokedEntry>;
}

/** The longest list that is read, in bytes and in entries. */
export const MAX_REVOCATION_LIST_BYTES = 32 * 1024 * 1024;
const MAX_REVOKED = 1_000_000;

/** Reads a list; a FormatError says what is wrong. The signature is not verified. */
export function readRevocationList(bytes: Uint8Array, name?: string): RevocationList {
  try {
    return listOf(bytes);
  } catch (error) {
    throw explained(error, "revocation-list.unreadable", name);
  }
}

function listOf(bytes: Uint8Array): RevocationList {
  if (bytes.length > MAX_REVOCATION_LIST_BYTES) throw new FormatError("chain.too-large", {});
  const signed = readSigned(bytes);
  requireSm2WithSm3(signed.algorithm);
  requireDer(signed.algorithm);
  const outer = new DerReader(signed.content);
  const tbs = outer.sequence();
  outer.end();
  const version = tbs.peek() === Tag.integer ? tbs.number() + 1 : 1;
  if (version > 2) throw new FormatError("der.unknown-version", {});
  requireSameAlgorithm(tbs.raw(), signed.algorithm);
  const issuer = readIssuer(tbs);
  const thisUpdate = readTime(tbs);
  const dated = tbs.peek() === 0x17 || tbs.peek() === 0x18;
  const nextUpdate = dated ? readTime(tbs) : undefined;
  const entries = tbs.optional(Tag.sequence);
  const revoked = entries === undefined ? new Map() : readEntries(entries, version);
  const extra = tbs.optional(contextTag(0));
  if (extra !== undefined) requireDer(extra);
  const extensions = readTaggedExtensions(extra, version === 2);
  tbs.end();
  return { signed, issuer, thisUpdate, nextUpdate, extensions, revoked };
}

function readEntries(content: Uint8Array, version: number): Map<string, RevokedEntry> {
  const reader = new DerReader(content);
  const revoked = new Map<string, RevokedEntry>();
  while (!reader.done) {
    const entry = reader.sequence();
    const serial = readSerial(entry);
    const time = readTime(entry);
    const extensions = entry.done ? undefined : entry.sequence();
    entry.end();
    if (extensions !== undefined && version !== 2) {
      throw new FormatError("chain.extensions-version", {});
    }
    const reason = extensions === undefined ? 0 : readReason(extensions);
    revoked.set(serial.toHex(), { serial, time, reason });
    if (revoked.size > MAX_REVOKED) throw new FormatError("chain.too-large", {});
  }
  return revoked;
}

/** The reason among an entry's extensions; one that counts and is not known is refused (RFC 5280 §5.3). */
function readReason(extensions: DerReader): number {
  let reason = 0;
  while (!extensions.done) {
    const extension = extensions.sequence();
    const oid = extension.oid();
    const critical = extension.optional(Tag.boolean)?.[0] === 0xff;
    const value = new DerReader(extension.content(Tag.octetString));
    extension.end();
    if (oid === ExtensionOid.reasonCode) {
      const [code] = value.content(0x0a);
      value.end();
      if (!Object.values(RevocationReason).includes(code as 0)) {
        throw new FormatError("chain.extension", { oid });
      }
      reason = code!;
    } else if (critical) throw new FormatError("chain.unknown-critical", { oid });
  }
  return reason;
}

/** What a list is to say. */
export interface RevocationListContent {
  readonly issuer: DistinguishedName;
  readonly thisUpdate: number;
  readonly nextUpdate: number;
  readonly number: number;
  /** The issuer's key identifier. */
  readonly keyId: Bytes;
  readonly revoked: Iterable<RevokedEntry>;
}

/** A list in DER. */
export function makeRevocationList(
  { issuer, thisUpdate, nextUpdate, number, keyId, revoked }: RevocationListContent,
  { secretKey, publicKey }: IssuerKey,
  options: SigningOptions = {},
): Bytes {
  const times = new Map<number, Bytes>();
  const entries: Bytes[] = [];
  for (const { serial, time, reason } of revoked) {
    let when = times.get(time);
    if (when === undefined) times.set(time, when = encodeTime(time));
    entries.push(entryDer(serial, when, REASONS[reason]?.[0]));
  }
  const list = derSequence(
    derNumber(1),
    SIGNATURE_ALGORITHM,
    issuer.der,
    encodeTime(thisUpdate),
    encodeTime(nextUpdate),
    ...(entries.length === 0 ? [] : [der(Tag.sequence, joined(entries))]),
    der(contextTag(0), encodeExtensions([authorityKeyIdentifier(keyId), crlNumber(number)])),
  );
  return signDer(list, secretKey, publicKey, options);
}

/** All of them one after the other; a call has no room for so many arguments. */
function joined(parts: readonly Bytes[]): Bytes {
  const out = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** One entry in DER: a list has many, so this is made in one piece; all of it is shorter than 128 bytes. */
function entryDer(serial: Uint8Array, when: Uint8Array, extensions: Uint8Array | undefined): Bytes {
  let start = 0;
  while (start < serial.length - 1 && serial[start] === 0) start++;
  const sign = (serial[start] ?? 0) >= 0x80 ? 1 : 0;
  const digits = serial.length - start + sign;
  const length = 2 + digits + when.length + (extensions?.length ?? 0);
  const out = new Uint8Array(2 + length);
  out[0] = Tag.sequence;
  out[1] = length;
  out[2] = Tag.integer;
  out[3] = digits;
  out.set(serial.subarray(start), 4 + sign);
  out.set(when, 4 + digits);
  if (extensions !== undefined) out.set(extensions, 4 + digits + when.length);
  return out;
}

/** The extensions of an entry for each reason; for none there are none. */
const REASONS: Readonly<Record<number, readonly Bytes[]>> = Object.fromEntries(
  Object.values(RevocationReason).map((code) => [
    code,
    code === 0 ? [] : [derSequence(derSequence(
      derOid(ExtensionOid.reasonCode),
      derOctets(Uint8Array.of(0x0a, 1, code)),
    ))],
  ]),
);
