/**
 * Explicit elliptic curve parameters (SEC 1 v2 appendix C.2, X9.62): read, and accepted only when they are exactly
 * those of SM2. A key never brings its own curve into use.
 */
import { equalConstantTime } from "../../bytes.ts";
import { InvalidKeyError } from "../../errors.ts";
import { type DerReader, Tag } from "../der.ts";
import { BASE, decodePoint, toNumber } from "../sm2-curve.ts";
import { CURVE } from "../sm2-parameters.ts";
import { PRIME_FIELD } from "./oids.ts";

/** Reads the content of SpecifiedECDomain; an InvalidKeyError where any value is not SM2's. */
export function checkExplicitCurve(domain: DerReader): void {
  domain.number(); // version 1, 2 or 3: how much more may follow
  const field = domain.sequence();
  const primeField = field.oid() === PRIME_FIELD;
  const p = primeField ? toNumber(field.unsigned()) : 0n;
  const curve = domain.sequence();
  const a = toNumber(curve.content(Tag.octetString));
  const b = toNumber(curve.content(Tag.octetString));
  curve.optional(Tag.bitString); // seed
  curve.end();
  const generator = domain.content(Tag.octetString);
  const n = toNumber(domain.unsigned());
  const h = domain.peek() === Tag.integer ? toNumber(domain.unsigned()) : CURVE.h;

  const same = p === CURVE.p && a === CURVE.a && b === CURVE.b && n === CURVE.n && h === CURVE.h;
  if (!same || !equalConstantTime(decodePoint(generator), BASE)) {
    throw new InvalidKeyError("key.other-curve", {});
  }
}
