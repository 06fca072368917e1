/** Authorities and certificates for tests: seeded, so that a failure can be had again. */
import type { Bytes } from "../../lib/bytes.ts";
import {
  type Certificate,
  type CertificateContent,
  keyIdentifier,
  makeCertificate,
  readCertificate,
} from "../../lib/certificate/certificate.ts";
import type { ExtensionValue } from "../../lib/certificate/extensions.ts";
import { makeName } from "../../lib/certificate/name.ts";
import { COMMON_NAME } from "../../lib/certificate/oids.ts";
import {
  type Profile,
  type ProfileDetail,
  profileExtensions,
} from "../../lib/certificate/profile.ts";
import {
  makeRevocationList,
  readRevocationList,
  type RevocationList,
  type RevokedEntry,
} from "../../lib/certificate/revocation-list.ts";
import { generateKeyPair, type Sm2KeyPair } from "../../lib/crypto/sm2.ts";

export const NOW = Date.UTC(2026, 10, 26, 12);
export const DAY = 86_400_000;

/** Somebody with a key and a certificate. */
export interface Holder {
  readonly keys: Sm2KeyPair;
  readonly certificate: Certificate;
}

export function named(common: string) {
  return makeName([
    { type: "2.5.4.6", value: "CN" },
    { type: COMMON_NAME, value: common },
  ]);
}

let serials = 0x4000;

/** How a certificate of a test differs from a usual one. */
export interface Changes extends ProfileDetail {
  readonly profile?: Profile;
  readonly keys?: Sm2KeyPair;
  readonly content?: Partial<CertificateContent>;
  readonly extensions?: readonly ExtensionValue[];
  readonly id?: Uint8Array;
}

/** A certificate of `issuer`'s, or a root's own where there is none. */
export function certify(common: string, issuer: Holder | undefined, changes: Changes = {}): Holder {
  const keys = changes.keys ?? generateKeyPair();
  const profile = changes.profile ?? (issuer === undefined ? "authority" : "person");
  const signer = issuer?.keys ?? keys;
  const subject = changes.content?.subject ?? named(common);
  const der = makeCertificate(
    {
      serial: Uint8Array.of(1, serials >> 8, serials++ & 0xff),
      issuer: issuer?.certificate.subject ?? subject,
      subject,
      notBefore: NOW - DAY,
      notAfter: NOW + 365 * DAY,
      publicKey: keys.publicKey,
      extensions: changes.extensions ??
        profileExtensions(profile, keys.publicKey, signer.publicKey, changes),
      ...changes.content,
    },
    signer,
    changes.id === undefined ? {} : { id: changes.id },
  );
  return { keys, certificate: readCertificate(der) };
}

/** A list of `issuer`'s. */
export function listOf(
  issuer: Holder,
  revoked: readonly RevokedEntry[] = [],
  changes: { thisUpdate?: number; nextUpdate?: number; signer?: Holder } = {},
): RevocationList {
  return readRevocationList(makeRevocationList({
    issuer: issuer.certificate.subject,
    thisUpdate: NOW - DAY,
    nextUpdate: NOW + 7 * DAY,
    number: 1,
    keyId: keyIdentifier(issuer.keys.publicKey),
    revoked,
    ...changes,
  }, (changes.signer ?? issuer).keys));
}

/** The bytes `from` in `der` replaced by `to`, which is as long: damage that the encoding does not notice. */
export function patched(der: Uint8Array, from: readonly number[], to: readonly number[]): Bytes {
  const out = new Uint8Array(der);
  for (let at = 0; at + from.length <= out.length; at++) {
    if (from.every((byte, i) => out[at + i] === byte)) {
      out.set(to, at);
      return out;
    }
  }
  throw new Error("there is no such place");
}
