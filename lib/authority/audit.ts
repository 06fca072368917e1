/**
 * The audit log of an authority: what it did, each entry bound to the one before by SM3 and signed with the authority's
 * key. Entries cannot be changed, taken out or put in without that key; whoever has a copy of the last hash sees a cut
 * end, too.
 */
import { type Bytes, equalConstantTime, utf8 } from "../bytes.ts";
import { sm3 } from "../crypto/sm3.ts";
import { Sm2Signer, Sm2VerifyingKey } from "../crypto/sm2-sign.ts";
import type { IssuerKey } from "../certificate/certificate.ts";
import type { Database, Row } from "../state/sqlite.ts";

/** What an authority does. */
export type AuditAction =
  | "create"
  | "rotate"
  | "issue"
  | "renew"
  | "revoke"
  | "block"
  | "list"
  | "code";

/** One entry, as it stands. */
export interface AuditEntry {
  readonly seq: number;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly action: string;
  /** JSON. */
  readonly detail: string;
  readonly hash: Bytes;
}

/** The first entry follows this. */
const BEFORE_ALL = new Uint8Array(32);

/** Domain of the signature: it is none of a certificate. */
const AUDIT_LABEL = utf8("p2p-audit-1");

/** SM3(previous hash ‖ number ‖ time ‖ action ‖ 0 ‖ detail). */
function entryHash(
  previous: Uint8Array,
  seq: number,
  time: number,
  action: string,
  detail: string,
): Bytes {
  const numbers = new DataView(new ArrayBuffer(16));
  numbers.setBigUint64(0, BigInt(seq));
  numbers.setBigUint64(8, BigInt(time));
  const head = new Uint8Array(numbers.buffer);
  return sm3(previous, head, utf8(action), Uint8Array.of(0), utf8(detail));
}

/** Appends an entry; within the transaction of what it is about. */
export function appendAudit(
  database: Database,
  issuer: { readonly seq: number; readonly key: IssuerKey },
  entry: { readonly time: number; readonly action: AuditAction; readonly detail: unknown },
): void {
  const last = database.get("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1");
  const seq = Number(last?.["seq"] ?? 0) + 1;
  const previous = last === undefined ? BEFORE_ALL : last["hash"] as Uint8Array;
  const { time, action } = entry;
  const detail = JSON.stringify(entry.detail);
  const hash = entryHash(previous, seq, time, action, detail);
  const { secretKey, publicKey } = issuer.key;
  const signer = new Sm2Signer(secretKey, AUDIT_LABEL, publicKey);
  const signature = signer.update(hash).sign();
  database.run(
    "INSERT INTO audit (seq, time, action, detail, hash, issuer, signature) VALUES (?, ?, ?, ?, ?, ?, ?)",
    ...[seq, time, action, detail, hash, issuer.seq, signature],
  );
}

/** All entries, the first one first. */
export function auditEntries(database: Database): AuditEntry[] {
  return database.all("SELECT * FROM audit ORDER BY seq").map(entryOf);
}

function entryOf(row: Row): AuditEntry {
  const hash = new Uint8Array(row["hash"] as Uint8Array);
  const { seq, time, action, detail } = row;
  return {
    ...{
      seq: Number(seq),
      time: Number(time),
      action: String(action),
      detail: String(detail),
      hash,
    },
  };
}

/** The number of the first entry that does not hold; undefined where all do. */
export function auditFault(
  database: Database,
  keyOf: (issuer: number) => Uint8Array | undefined,
): number | undefined {
  const keys = new Map<number, Sm2VerifyingKey>();
  const verifier = (issuer: number) => {
    const known = keys.get(issuer);
    if (known !== undefined) return known;
    const key = keyOf(issuer);
    const made = key && new Sm2VerifyingKey(key, AUDIT_LABEL);
    if (made !== undefined) keys.set(issuer, made);
    return made;
  };
  let previous: Uint8Array = BEFORE_ALL;
  let expected = 1;
  for (const row of database.each("SELECT * FROM audit ORDER BY seq")) {
    const { seq, time, action, detail, hash } = entryOf(row);
    const key = verifier(Number(row["issuer"]));
    const right = seq === expected && key !== undefined &&
      equalConstantTime(hash, entryHash(previous, seq, time, action, detail)) &&
      key.verify(hash, row["signature"] as Uint8Array);
    if (!right) return expected;
    previous = hash;
    expected++;
  }
  return undefined;
}
