/** What certificates are for: the extensions of each kind (RFC 5280 §4.2; the two of GM/T 0015-2012 and GB/T 38636). */
import type { CertificateContent } from "./certificate.ts";
import { keyIdentifier } from "./certificate.ts";
import {
  authorityKeyIdentifier,
  basicConstraints,
  extendedKeyUsage,
  type ExtensionValue,
  KeyUsage,
  keyUsage,
  type NameConstraints,
  nameConstraints,
  subjectAltName,
  subjectKeyIdentifier,
} from "./extensions.ts";
import type { GeneralName } from "./general-name.ts";
import { ExtendedUsage } from "./oids.ts";

const { digitalSignature, nonRepudiation, keyEncipherment, dataEncipherment, keyAgreement } =
  KeyUsage;

/** Kinds of certificates. `signing` and `encryption` are the two of a dual one. */
export const PROFILES = ["person", "server", "signing", "encryption", "authority"] as const;
export type Profile = typeof PROFILES[number];

/** Key usage bits of each. */
export const PROFILE_USAGE: Readonly<Record<Profile, number>> = {
  person: digitalSignature | nonRepudiation | keyEncipherment | dataEncipherment | keyAgreement,
  server: digitalSignature | keyEncipherment | keyAgreement,
  signing: digitalSignature | nonRepudiation,
  encryption: keyEncipherment | dataEncipherment | keyAgreement,
  authority: KeyUsage.keyCertSign | KeyUsage.cRLSign,
};

const EXTENDED: Readonly<Record<Profile, readonly string[]>> = {
  person: [ExtendedUsage.clientAuth, ExtendedUsage.emailProtection],
  server: [ExtendedUsage.serverAuth, ExtendedUsage.clientAuth],
  signing: [ExtendedUsage.clientAuth, ExtendedUsage.emailProtection],
  encryption: [],
  authority: [],
};

/** What a certificate of a kind may say besides. */
export interface ProfileDetail {
  readonly alternativeNames?: readonly GeneralName[] | undefined;
  /** Of an authority: how many others may stand below it. */
  readonly pathLength?: number | undefined;
  readonly nameConstraints?: NameConstraints | undefined;
}

/** The extensions of a certificate of kind `profile`. */
export function profileExtensions(
  profile: Profile,
  publicKey: CertificateContent["publicKey"],
  issuerKey: Uint8Array,
  { alternativeNames = [], pathLength, nameConstraints: constraints }: ProfileDetail = {},
): ExtensionValue[] {
  const ca = profile === "authority";
  const bounded = constraints !== undefined &&
    constraints.permitted.length + constraints.excluded.length > 0;
  return [
    basicConstraints(ca, ca ? pathLength : undefined),
    keyUsage(PROFILE_USAGE[profile]),
    ...(EXTENDED[profile].length === 0 ? [] : [extendedKeyUsage(EXTENDED[profile])]),
    subjectKeyIdentifier(keyIdentifier(publicKey)),
    authorityKeyIdentifier(keyIdentifier(issuerKey)),
    ...(alternativeNames.length === 0 ? [] : [subjectAltName(alternativeNames)]),
    ...(ca && bounded ? [nameConstraints(constraints)] : []),
  ];
}

/** The kind that a request wishes for by its key usage: of the two of a dual one, or undefined where that is open. */
export function wishedProfile(usage: number | undefined): Profile | undefined {
  if (usage === undefined) return undefined;
  const signs = (usage & (digitalSignature | nonRepudiation)) !== 0;
  const encrypts = (usage & (keyEncipherment | dataEncipherment | keyAgreement)) !== 0;
  if (signs && !encrypts) return "signing";
  return encrypts && !signs ? "encryption" : undefined;
}
