/** The certificates that an authority has issued, in its database. */
import { type Bytes, hex } from "../bytes.ts";
import { type Certificate, readCertificate } from "../certificate/certificate.ts";
import { nameText } from "../certificate/name.ts";
import type { RevokedEntry } from "../certificate/revocation-list.ts";
import { FailureError } from "../errors.ts";
import type { Database, Row } from "../state/sqlite.ts";

/** A certificate that was issued, as the authority remembers it. */
export interface IssuedCertificate {
  readonly certificate: Certificate;
  readonly profile: string;
  /** When it was revoked, milliseconds since 1970, and why. */
  readonly revoked: number | undefined;
  readonly reason: number | undefined;
}

/** A list says of a certificate that it is revoked until this long after it has expired. */
const KEPT_MS = 30 * 86_400_000;

/** See above. Changes are made within a transaction of the authority's. */
export class IssuedCertificates {
  readonly #database: Database;
  readonly #name: string;

  constructor(database: Database, name: string) {
    this.#database = database;
    this.#name = name;
  }

  add(issuer: number, certificate: Certificate, profile: string, request: Bytes | null): void {
    const { serial, subject, publicKey, notAfter, signed } = certificate;
    this.#database.run(
      `INSERT INTO certificate (serial, issuer, subject, key, profile, not_after, request, der)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[serial, issuer, nameText(subject), publicKey, profile, notAfter, request, signed.der],
    );
  }

  /** What the request with this digest was answered with, while that is good. */
  answered(digest: Bytes, now: number): Certificate | undefined {
    const sql =
      "SELECT der FROM certificate WHERE request = ? AND revoked IS NULL AND not_after > ?";
    const row = this.#database.get(sql, digest, now);
    return row && readCertificate(row["der"] as Uint8Array);
  }

  /** The certificate with this serial number; an error where the authority has issued none. */
  needed(serial: Uint8Array): IssuedCertificate {
    const row = this.#database.get("SELECT * FROM certificate WHERE serial = ?", serial);
    if (row !== undefined) return issuedOf(row);
    throw new FailureError("authority.no-certificate", { name: this.#name, serial: hex(serial) });
  }

  /** What was issued for a key, the latest first. */
  ofKey(publicKey: Uint8Array): IssuedCertificate[] {
    const sql = "SELECT * FROM certificate WHERE key = ? ORDER BY seq DESC";
    return this.#database.all(sql, publicKey).map(issuedOf);
  }

  /** All, in the order in which they were issued. */
  all(): IssuedCertificate[] {
    return this.#database.all("SELECT * FROM certificate ORDER BY seq").map(issuedOf);
  }

  /** Revokes one; false where it was revoked before. */
  revoke(serial: Uint8Array, time: number, reason: number): boolean {
    const sql =
      "UPDATE certificate SET revoked = ?, reason = ? WHERE serial = ? AND revoked IS NULL";
    return this.#database.run(sql, time, reason, serial) > 0;
  }

  /** How many are revoked: another program may have revoked one. */
  get revokedCount(): number {
    const sql = "SELECT count(*) AS n FROM certificate WHERE revoked IS NOT NULL";
    return Number(this.#database.get(sql)!["n"]);
  }

  /** The entries of a revocation list of one key's. */
  revoked(issuer: number, now: number): RevokedEntry[] {
    const rows = this.#database.all(
      `SELECT serial, revoked, reason FROM certificate
       WHERE issuer = ? AND revoked IS NOT NULL AND not_after > ? ORDER BY revoked`,
      ...[issuer, now - KEPT_MS],
    );
    return rows.map((row) => ({
      serial: row["serial"] as Uint8Array,
      time: Number(row["revoked"]),
      reason: Number(row["reason"]),
    }));
  }

  /** From now on nothing is issued for this key. */
  block(publicKey: Uint8Array): void {
    this.#database.run("INSERT OR IGNORE INTO blocked_key (key) VALUES (?)", publicKey);
  }

  isBlocked(publicKey: Uint8Array): boolean {
    return this.#database.get("SELECT key FROM blocked_key WHERE key = ?", publicKey) !== undefined;
  }
}

function issuedOf(row: Row): IssuedCertificate {
  const { der, profile, revoked, reason } = row;
  return {
    certificate: readCertificate(der as Uint8Array),
    profile: String(profile),
    revoked: revoked === null ? undefined : Number(revoked),
    reason: reason === null ? undefined : Number(reason),
  };
}
