/**
 * The code that two people say to each other to pair: nine digits, of which the first two find the other program, six are
 * the secret, and the last notices a slip (Damm's quasigroup: every single digit, every swap of neighbours). Pure.
 */
import { UsageError } from "../errors.ts";
import type { RandomSource } from "../crypto/random.ts";

/** Digits that anybody on the LAN may see. */
const PLACE_DIGITS = 2;
const SECRET_DIGITS = 6;
const ALL_DIGITS = PLACE_DIGITS + SECRET_DIGITS + 1;

/** H. Michael Damm, "Total anti-symmetrische Quasigruppen" (2004): the table of order 10. */
const DAMM = [
  [0, 3, 1, 7, 5, 9, 8, 6, 4, 2],
  [7, 0, 9, 2, 1, 5, 4, 8, 6, 3],
  [4, 2, 0, 6, 8, 7, 1, 3, 5, 9],
  [1, 7, 5, 0, 9, 8, 3, 4, 2, 6],
  [6, 1, 2, 3, 0, 4, 5, 9, 7, 8],
  [3, 6, 7, 4, 2, 0, 9, 5, 8, 1],
  [5, 8, 6, 9, 7, 2, 0, 1, 3, 4],
  [8, 9, 4, 5, 3, 6, 2, 0, 1, 7],
  [9, 4, 3, 8, 6, 1, 7, 2, 0, 5],
  [2, 5, 8, 1, 4, 3, 6, 7, 9, 0],
] as const;

function check(digits: string): number {
  return [...digits].reduce((row, digit) => DAMM[row]![Number(digit)]!, 0);
}

/** A code, as both sides have it. */
export interface PairCode {
  /** "123-456-789" */
  readonly text: string;
  /** 0 to 99: what finds the program that made it; public. */
  readonly place: number;
  /** All nine digits: what the two prove to each other to know. */
  readonly digits: string;
}

function codeOf(digits: string): PairCode {
  return {
    text: digits.match(/\d{3}/g)!.join("-"),
    place: Number(digits.slice(0, PLACE_DIGITS)),
    digits,
  };
}

/** A fresh code. */
export function newPairCode(random: RandomSource): PairCode {
  const most = 10 ** (PLACE_DIGITS + SECRET_DIGITS);
  // Below a multiple of `most`, so that every code is as likely as any other.
  const limit = Math.floor(2 ** 32 / most) * most;
  let value = limit;
  while (value >= limit) value = new DataView(random(4).buffer).getUint32(0);
  const digits = String(value % most).padStart(PLACE_DIGITS + SECRET_DIGITS, "0");
  return codeOf(digits + check(digits));
}

/** A code as somebody typed it, with whatever is between the digits; a UsageError for a slip. */
export function parsePairCode(given: string): PairCode {
  const digits = given.normalize("NFKC").replace(/[\s.·-]/gu, "");
  if (!/^\d+$/.test(digits) || digits.length !== ALL_DIGITS || check(digits) !== 0) {
    throw new UsageError("pair.mistyped", { digits: ALL_DIGITS });
  }
  return codeOf(digits);
}
