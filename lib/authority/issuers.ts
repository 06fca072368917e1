/**
 * The keys of an authority. It has one that signs, and after a rotation older ones, each with its own root certificate of
 * the same name; two cross certificates let those who trust either root verify what the other has signed (RFC 4210 §4.4).
 */
import { type Bytes, utf8, wipe } from "../bytes.ts";
import {
  type Certificate,
  type IssuerKey,
  keyIdentifier,
  makeCertificate,
  randomSerial,
  readCertificate,
} from "../certificate/certificate.ts";
import type { NameConstraints } from "../certificate/extensions.ts";
import type { DistinguishedName } from "../certificate/name.ts";
import { profileExtensions } from "../certificate/profile.ts";
import { decodePrivateKey } from "../crypto/keys/decode.ts";
import { encodePrivateKeyPem } from "../crypto/keys/encode.ts";
import { randomBytes } from "../crypto/random.ts";
import { generateKeyPair, publicKeyOf } from "../crypto/sm2.ts";
import { nextTurn } from "../transfer/turn.ts";
import { FailureError } from "../errors.ts";
import type { Database, Row } from "../state/sqlite.ts";

/** One key of an authority. */
export interface Issuer {
  readonly seq: number;
  readonly certificate: Certificate;
  /** Its key certified by the one before; undefined for the first. */
  readonly crossed: Certificate | undefined;
  /** PEM, encrypted where there is a passphrase. */
  readonly pem: string;
}

/** Certificates are valid from a little before now: clocks differ. */
export const BACKDATE_MS = 5 * 60_000;

/** What a root is to say. */
export interface RootContent {
  readonly subject: DistinguishedName;
  readonly notAfter: number;
  readonly pathLength?: number | undefined;
  readonly nameConstraints?: NameConstraints | undefined;
}

/** A new key and its root certificate. */
export function newRoot(content: RootContent, now: number): { key: IssuerKey; der: Bytes } {
  const key = generateKeyPair();
  return { key, der: rootCertificate(key, key, content, now) };
}

/** A certificate of an authority's own for one of its keys, signed with that or with another one. */
export function rootCertificate(
  key: { readonly publicKey: Uint8Array },
  signer: IssuerKey,
  { subject, notAfter, pathLength, nameConstraints }: RootContent,
  now: number,
): Bytes {
  const { publicKey } = key;
  const extensions = profileExtensions("authority", publicKey, signer.publicKey, {
    ...{ pathLength, nameConstraints },
  });
  const serial = randomSerial(randomBytes);
  const notBefore = now - BACKDATE_MS;
  return makeCertificate(
    { serial, issuer: subject, subject, notBefore, notAfter, publicKey, extensions },
    signer,
  );
}

/** PEM of a key, encrypted where there is a passphrase. */
export async function keyPem(key: IssuerKey, passphrase: Uint8Array | undefined): Promise<string> {
  const options = passphrase === undefined ? {} : { passphrase };
  return await encodePrivateKeyPem(key.secretKey, { ...options, turn: nextTurn });
}

/** All keys, the one that signs last. */
export function issuersOf(database: Database): Issuer[] {
  return database.all("SELECT * FROM issuer ORDER BY seq").map(issuerOf);
}

function issuerOf({ seq, certificate, crossed, key }: Row): Issuer {
  return {
    seq: Number(seq),
    certificate: readCertificate(certificate as Uint8Array),
    crossed: crossed === null ? undefined : readCertificate(crossed as Uint8Array),
    pem: String(key),
  };
}

/** Stores a key; within a transaction. */
export function insertIssuer(
  database: Database,
  certificate: Uint8Array,
  crossed: Uint8Array | null,
  pem: string,
): void {
  const sql = "INSERT INTO issuer (certificate, crossed, key) VALUES (?, ?, ?)";
  database.run(sql, certificate, crossed, pem);
}

/** The secret keys of all issuers; `ask` is called where they are encrypted. */
export async function unlockIssuers(
  issuers: readonly Issuer[],
  ask: () => Promise<Bytes>,
  name: string,
): Promise<Map<number, IssuerKey>> {
  let passphrase: Bytes | undefined;
  const keys = new Map<number, IssuerKey>();
  try {
    for (const { seq, pem, certificate } of issuers) {
      const again = async () => (passphrase ??= await ask()).slice() as Bytes;
      const secretKey = await decodePrivateKey(utf8(pem), again, { name, turn: nextTurn });
      const publicKey = publicKeyOf(secretKey);
      if (publicKey.some((byte, i) => byte !== certificate.publicKey[i])) {
        throw new FailureError("authority.damaged", { name });
      }
      keys.set(seq, { secretKey, publicKey });
    }
    return keys;
  } finally {
    wipe(passphrase);
  }
}

/** The key identifier of an issuer. */
export function issuerKeyId({ certificate }: Issuer): Bytes {
  return certificate.extensions.subjectKeyId ?? keyIdentifier(certificate.publicKey);
}
