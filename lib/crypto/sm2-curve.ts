/**
 * The SM2 recommended curve (GB/T 32918.5-2017 §3) and the checks of keys and points (GB/T 32918.1-2016 §6): the only
 * way to the arithmetic of `sm2-engine.ts`.
 */
import { type Bytes, concat, equalConstantTime, fromHex, hex } from "../bytes.ts";
import { InvalidKeyError } from "../errors.ts";
import type { RandomSource } from "./random.ts";
import { PreparedPoint, sm2Engine } from "./sm2-engine.ts";
import { CURVE } from "./sm2-parameters.ts";

/** Bytes of a scalar, and of a field element. */
export const SCALAR_BYTES = 32;
/** Bytes of a compressed point (GB/T 32918.1 §4.2.9). */
export const COMPRESSED_BYTES = 33;
/** Bytes of an uncompressed point. */
export const UNCOMPRESSED_BYTES = 65;

/** The order n of G. */
export const ORDER: bigint = CURVE.n;

declare const VALIDATED: unique symbol;
/** A point of the curve, not infinity: x ‖ y in 64 bytes. Only this file makes them. */
export type Sm2Point = Bytes & { readonly [VALIDATED]: true };
/** A number in 1…n−1 in 32 bytes, mostly a secret one. Only this file makes them. */
export type Sm2Scalar = Bytes & { readonly [VALIDATED]: true };

/** Unsigned big-endian number, not a secret one: BigInt takes more time for larger numbers. */
export function toNumber(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt("0x" + hex(bytes));
}

/** 32 bytes, big-endian, of a number below 2²⁵⁶. */
export function toBytes32(value: bigint): Bytes {
  return fromHex(value.toString(16).padStart(2 * SCALAR_BYTES, "0"));
}

/** The residue of `value` in 0…n−1. */
export function modOrder(value: bigint): bigint {
  const rest = value % ORDER;
  return rest < 0n ? rest + ORDER : rest;
}

const P_BYTES = toBytes32(CURVE.p);
const ORDER_BYTES = toBytes32(ORDER);
const ZERO = new Uint8Array(SCALAR_BYTES);
/** The base point G. */
export const BASE = concat(toBytes32(CURVE.Gx), toBytes32(CURVE.Gy)) as Sm2Point;

/** Whether a < b, as numbers of the same length, in time that depends on the length alone. */
function isBelow(a: Uint8Array, b: Uint8Array): boolean {
  let borrow = 0;
  for (let i = a.length - 1; i >= 0; i--) borrow = (a[i]! - b[i]! - borrow) >> 31 & 1;
  return borrow === 1;
}

/**
 * A point from its encoding: 02/03 ‖ x, 04 ‖ x ‖ y, or x ‖ y. It is on the curve, not at infinity and
 * canonically encoded (GB/T 32918.1 §6.2.1; the order is prime, so it has order n), or an InvalidKeyError.
 */
export function decodePoint(bytes: Uint8Array): Sm2Point {
  const point = pointOf(bytes);
  if (point === undefined) throw new InvalidKeyError("sm2.not-a-point", {});
  return point as Sm2Point;
}

function pointOf(bytes: Uint8Array): Bytes | undefined {
  const [prefix] = bytes;
  if (bytes.length === COMPRESSED_BYTES && (prefix === 0x02 || prefix === 0x03)) {
    const x = bytes.subarray(1);
    return isBelow(x, P_BYTES) ? sm2Engine("decompress").decompress(x, prefix === 0x03) : undefined;
  }
  if (bytes.length === UNCOMPRESSED_BYTES && prefix === 0x04) return onCurve(bytes.subarray(1));
  return bytes.length === UNCOMPRESSED_BYTES - 1 ? onCurve(bytes) : undefined;
}

/** Infinity has no coordinates; (0, 0), which often stands for it, is not on the curve. */
function onCurve(point: Uint8Array): Bytes | undefined {
  const canonical = isBelow(point.subarray(0, SCALAR_BYTES), P_BYTES) &&
    isBelow(point.subarray(SCALAR_BYTES), P_BYTES);
  return canonical && sm2Engine("isPoint").isPoint(point) ? new Uint8Array(point) : undefined;
}

/** 02/03 ‖ x. */
export function compressPoint(point: Sm2Point): Bytes {
  const odd = point[point.length - 1]! & 1;
  return concat(Uint8Array.of(0x02 | odd), point.subarray(0, SCALAR_BYTES));
}

/** 04 ‖ x ‖ y. */
export function uncompressed(point: Sm2Point): Bytes {
  return concat(Uint8Array.of(0x04), point);
}

/**
 * The number of a secret key: 1…n−2 (GB/T 32918.1 §6.1), or an InvalidKeyError. A copy: the caller may wipe it.
 */
export function decodeScalar(secretKey: Uint8Array): Sm2Scalar {
  if (secretKey.length !== SCALAR_BYTES) {
    throw new InvalidKeyError("sm2.secret-length", {});
  }
  const zero = equalConstantTime(secretKey, ZERO);
  if (zero || !isBelow(secretKey, ORDER_MINUS_ONE)) {
    throw new InvalidKeyError("sm2.secret-range", {});
  }
  return new Uint8Array(secretKey) as Sm2Scalar;
}

/** n − 1, the first number that is too large for a secret key: no signature could be made with it. */
const ORDER_MINUS_ONE = toBytes32(ORDER - 1n);

/** A uniform number in 1…n−1, by rejection; 32 bytes of `random` a try, nearly always the first. */
export function randomScalar(random: RandomSource): Sm2Scalar {
  for (;;) {
    const k = random(SCALAR_BYTES);
    if (isBelow(k, ORDER_BYTES) && !equalConstantTime(k, ZERO)) return k as Sm2Scalar;
  }
}

/** A uniform secret key: 1…n−2 (GB/T 32918.1 §6.1). */
export function randomSecret(random: RandomSource): Sm2Scalar {
  for (;;) {
    const d = randomScalar(random);
    if (isBelow(d, ORDER_MINUS_ONE)) return d;
  }
}

/** [k]G. */
export function multiplyBase(k: Sm2Scalar): Sm2Point {
  return sm2Engine("multiplyBase").multiplyBase(k) as Sm2Point;
}

/** [k]P. */
export function multiply(k: Sm2Scalar, point: Sm2Point): Sm2Point {
  return sm2Engine("multiply").multiply(k, point) as Sm2Point;
}

/** Uses without a table, of which five take as long as making one. */
const BEFORE_TABLE = 4;

/** A point that is used often: from the fifth use on it has a table. */
export class KnownPoint {
  readonly #point: Sm2Point;
  readonly #prepared: PreparedPoint;
  #uses = 0;

  constructor(point: Sm2Point) {
    this.#point = point;
    this.#prepared = new PreparedPoint(point);
  }

  /** [k]P. */
  multiply(k: Sm2Scalar): Sm2Point {
    if (this.#uses++ < BEFORE_TABLE) return multiply(k, this.#point);
    return sm2Engine("multiplyPrepared").multiplyPrepared(k, this.#prepared) as Sm2Point;
  }

  /** As `combinedX`. */
  combinedX(s: bigint, t: bigint): bigint | undefined {
    if (this.#uses++ < BEFORE_TABLE) return combinedX(s, t, this.#point);
    const engine = sm2Engine("combinePrepared");
    const sum = engine.combinePrepared(toBytes32(s), toBytes32(t), this.#prepared);
    return sum === undefined ? undefined : toNumber(sum.subarray(0, SCALAR_BYTES));
  }
}

/** The x-coordinate of [s]G + [t]P; undefined where that is infinity. For numbers that anybody may know. */
export function combinedX(s: bigint, t: bigint, point: Sm2Point): bigint | undefined {
  const sum = sm2Engine("combine").combine(toBytes32(s), toBytes32(t), point);
  return sum === undefined ? undefined : toNumber(sum.subarray(0, SCALAR_BYTES));
}
