/**
 * One-time codes for enrolment: 80 random bits each, said or printed for one person, good for one request. The request
 * that used one may come again, after a lost connection, and gets the same certificate.
 */
import { type Bytes, equalConstantTime } from "../bytes.ts";
import { randomBytes } from "../crypto/random.ts";
import { FailureError } from "../errors.ts";
import type { Database } from "../state/sqlite.ts";

/** A code that was made. */
export interface EnrolmentCode {
  /** "7K3M-9QPX-2VTA-HW5D" */
  readonly code: string;
  /** The name that the certificate will have. */
  readonly subject: string;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

/** Crockford's base 32: without I, L, O and U. */
const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LETTERS_IN_CODE = 16;

/** Codes at once. */
const MAX_CODES = 10_000;

/** A code as it was typed, in the one form: letters that look alike count as the same. */
export function normalCode(typed: string): string {
  const letters = typed.toUpperCase().replace(/[\s-]/g, "").replace(/O/g, "0").replace(
    /[IL]/g,
    "1",
  );
  if (letters.length !== LETTERS_IN_CODE || [...letters].some((each) => !LETTERS.includes(each))) {
    throw new FailureError("enrol.bad-code", {});
  }
  return letters.match(/.{4}/g)!.join("-");
}

function newCode(): string {
  const letters = Array.from(randomBytes(LETTERS_IN_CODE), (byte) => LETTERS[byte & 31]!);
  return normalCode(letters.join(""));
}

/** The codes of one authority. */
export class EnrolmentCodes {
  readonly #database: Database;
  readonly #now: () => number;
  readonly #made: (code: EnrolmentCode) => void;

  constructor(database: Database, now: () => number, made: (code: EnrolmentCode) => void) {
    this.#database = database;
    this.#now = now;
    this.#made = made;
  }

  /** Makes a code for each subject, good for `days`. */
  make(subjects: readonly string[], days: number): EnrolmentCode[] {
    const now = this.#now();
    const expires = now + days * 86_400_000;
    return this.#database.write(() => {
      this.#database.run("DELETE FROM code WHERE expires <= ?", now);
      const there = Number(this.#database.get("SELECT count(*) AS n FROM code")!["n"]);
      if (there + subjects.length > MAX_CODES) {
        throw new FailureError("enrol.many-codes", { most: MAX_CODES });
      }
      return subjects.map((subject) => {
        const made = { code: newCode(), subject, expires };
        const sql = "INSERT INTO code (code, subject, expires) VALUES (?, ?, ?)";
        this.#database.run(sql, made.code, subject, expires);
        this.#made(made);
        return made;
      });
    }, { durable: true });
  }

  /** The code for which `fits`, unless another request than `digest` has used it. */
  find(digest: Bytes, fits: (code: string) => boolean): EnrolmentCode | undefined {
    for (const row of this.#database.all("SELECT * FROM code WHERE expires > ?", this.#now())) {
      const code = String(row["code"]);
      if (!fits(code)) continue;
      const used = row["used"] as Uint8Array | null;
      if (used !== null && !equalConstantTime(used, digest)) return undefined;
      return { code, subject: String(row["subject"]), expires: Number(row["expires"]) };
    }
    return undefined;
  }

  /** The request with this digest uses the code; within the transaction that issues. */
  use(code: string, digest: Bytes): void {
    this.#database.run("UPDATE code SET used = ? WHERE code = ?", digest, code);
  }
}
