/** What certificates, requests and lists say, as rows of label and value: the same for people and for JSON. */
import { hex } from "../bytes.ts";
import { encodePublicKeyText, fingerprint } from "../crypto/keys/text.ts";
import { sm3 } from "../crypto/sm3.ts";
import type { Certificate } from "./certificate.ts";
import { type Extensions, KeyUsage } from "./extensions.ts";
import { generalNameText } from "./general-name.ts";
import { nameText } from "./name.ts";
import { ExtendedUsage } from "./oids.ts";
import type { CertificateRequest } from "./request.ts";
import { type RevocationList, RevocationReason } from "./revocation-list.ts";

/** A label and what stands behind it; undefined is left out. */
export type ShownRows = ReadonlyArray<
  readonly [label: string, value: string | number | boolean | readonly string[] | undefined]
>;

/** Entries of a list that are shown. */
const MAX_SHOWN = 100;

function iso(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, "Z");
}

/** Names of the key usage bits that are set. */
function usageNames(bits: number | undefined): string[] | undefined {
  if (bits === undefined) return undefined;
  return Object.entries(KeyUsage).filter(([, bit]) => (bits & bit) !== 0).map(([name]) => name);
}

function extensionRows(extensions: Extensions): ShownRows {
  const { basicConstraints, keyUsage, extendedKeyUsage, alternativeNames } = extensions;
  const { nameConstraints, subjectKeyId, authorityKeyId, all } = extensions;
  const extended = new Map<string, string>(Object.entries(ExtendedUsage).map(([a, b]) => [b, a]));
  return [
    ["authority", basicConstraints?.ca],
    ["path-length", basicConstraints?.pathLength],
    ["usage", usageNames(keyUsage)],
    ["extended-usage", extendedKeyUsage?.map((oid) => extended.get(oid) ?? oid)],
    ["alternative-names", alternativeNames?.map(generalNameText)],
    ["permitted", nameConstraints?.permitted.map(generalNameText)],
    ["excluded", nameConstraints?.excluded.map(generalNameText)],
    ["key-id", subjectKeyId && hex(subjectKeyId)],
    ["authority-key-id", authorityKeyId && hex(authorityKeyId)],
    ["extensions", all.map(({ oid, critical }) => critical ? `${oid} critical` : oid)],
  ];
}

export function certificateRows(certificate: Certificate): ShownRows {
  const { subject, issuer, serial, notBefore, notAfter, publicKey, version, signed } = certificate;
  return [
    ["kind", "certificate"],
    ["subject", nameText(subject)],
    ["issuer", nameText(issuer)],
    ["serial", hex(serial)],
    ["not-before", iso(notBefore)],
    ["not-after", iso(notAfter)],
    ["key", encodePublicKeyText(publicKey)],
    ["fingerprint", fingerprint(publicKey)],
    ["version", version],
    ["algorithm", "SM2 with SM3"],
    ...extensionRows(certificate.extensions),
    ["sm3", hex(sm3(signed.der))],
  ];
}

export function requestRows(
  { subject, publicKey, extensions, signed }: CertificateRequest,
): ShownRows {
  return [
    ["kind", "request"],
    ["subject", nameText(subject)],
    ["key", encodePublicKeyText(publicKey)],
    ["fingerprint", fingerprint(publicKey)],
    ...extensionRows(extensions),
    ["sm3", hex(sm3(signed.der))],
  ];
}

export function listRows(
  { issuer, thisUpdate, nextUpdate, extensions, revoked }: RevocationList,
): ShownRows {
  const reasons = new Map<number, string>(Object.entries(RevocationReason).map(([a, b]) => [b, a]));
  const shown = [...revoked.values()].slice(0, MAX_SHOWN).map(({ serial, time, reason }) =>
    `${hex(serial)} ${iso(time)} ${reasons.get(reason)}`
  );
  return [
    ["kind", "revocation-list"],
    ["issuer", nameText(issuer)],
    ["this-update", iso(thisUpdate)],
    ["next-update", nextUpdate === undefined ? undefined : iso(nextUpdate)],
    ["number", extensions.crlNumber && Number(`0x${hex(extensions.crlNumber)}`)],
    ["authority-key-id", extensions.authorityKeyId && hex(extensions.authorityKeyId)],
    ["entries", revoked.size],
    ["revoked", shown],
  ];
}
