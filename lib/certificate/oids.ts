/** Object identifiers of certificates, requests and revocation lists, each with where it comes from. */

/** SM2-with-SM3 (GM/T 0006-2012, GM/T 0015-2012 §6). */
export const SM2_WITH_SM3 = "1.2.156.10197.1.501";
/** sm3 (GM/T 0006-2012). */
export const SM3_DIGEST = "1.2.156.10197.1.401";

/** Certificate extensions (RFC 5280 §4.2). */
export const ExtensionOid = {
  subjectKeyIdentifier: "2.5.29.14",
  keyUsage: "2.5.29.15",
  subjectAltName: "2.5.29.17",
  issuerAltName: "2.5.29.18",
  basicConstraints: "2.5.29.19",
  cRLNumber: "2.5.29.20",
  reasonCode: "2.5.29.21",
  invalidityDate: "2.5.29.24",
  issuingDistributionPoint: "2.5.29.28",
  nameConstraints: "2.5.29.30",
  cRLDistributionPoints: "2.5.29.31",
  certificatePolicies: "2.5.29.32",
  authorityKeyIdentifier: "2.5.29.35",
  extKeyUsage: "2.5.29.37",
  authorityInfoAccess: "1.3.6.1.5.5.7.1.1",
} as const;

/** Extended key usages (RFC 5280 §4.2.1.12). */
export const ExtendedUsage = {
  any: "2.5.29.37.0",
  serverAuth: "1.3.6.1.5.5.7.3.1",
  clientAuth: "1.3.6.1.5.5.7.3.2",
  emailProtection: "1.3.6.1.5.5.7.3.4",
} as const;

/** pkcs-9-at-extensionRequest (RFC 2985 §5.4.2). */
export const EXTENSION_REQUEST = "1.2.840.113549.1.9.14";

/** Attribute types of names (X.520; RFC 4519) and their short forms; several short forms of one are all read. */
export const ATTRIBUTE_TYPES: ReadonlyArray<readonly [short: string, oid: string]> = [
  ["CN", "2.5.4.3"],
  ["SN", "2.5.4.4"],
  ["serialNumber", "2.5.4.5"],
  ["C", "2.5.4.6"],
  ["L", "2.5.4.7"],
  ["ST", "2.5.4.8"],
  ["street", "2.5.4.9"],
  ["O", "2.5.4.10"],
  ["OU", "2.5.4.11"],
  ["title", "2.5.4.12"],
  ["GN", "2.5.4.42"],
  ["UID", "0.9.2342.19200300.100.1.1"],
  ["DC", "0.9.2342.19200300.100.1.25"],
  ["emailAddress", "1.2.840.113549.1.9.1"],
];

/** countryName and emailAddress: the two that have string types of their own. */
export const COUNTRY_NAME = "2.5.4.6";
export const EMAIL_ADDRESS = "1.2.840.113549.1.9.1";
/** commonName: what a person or server is called. */
export const COMMON_NAME = "2.5.4.3";
