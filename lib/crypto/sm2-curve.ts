/**
 * The SM2 recommended curve (GB/T 32918.5-2017 §3) and the checks of keys and points (GB/T 32918.1-2016 §6).
 * Arithmetic is `@noble/curves`; what this file adds is the only way into it.
 */
import { weierstrass, type WeierstrassPoint } from "@noble/curves/abstract/weierstrass.js";
import { type Bytes, fromHex, hex } from "../bytes.ts";
import { InvalidKeyError } from "../errors.ts";
import { randomBytes, type RandomSource } from "./random.ts";

/** Bytes of a scalar, and of a field element. */
export const SCALAR_BYTES = 32;
/** Bytes of a compressed point (GB/T 32918.1 §4.2.9). */
export const COMPRESSED_BYTES = 33;
/** Bytes of an uncompressed point. */
export const UNCOMPRESSED_BYTES = 65;

/** The recommended parameters of GB/T 32918.5 §3; the cofactor is 1. */
export const CURVE = {
  p: 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn,
  a: 0xfffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffcn,
  b: 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n,
  n: 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n,
  h: 1n,
  Gx: 0x32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7n,
  Gy: 0xbc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0n,
} as const;

/** A point of the curve. */
export type Sm2Point = WeierstrassPoint<bigint>;

/** The group; its own randomness only blinds secret scalars. */
export const Point = weierstrass(CURVE, { randomBytes: (length = 32) => randomBytes(length) });

/** The base point G. */
export const BASE: Sm2Point = Point.BASE;
/** G once more: tables belong to the object, and this one gets none. */
const BARE: Sm2Point = Point.fromBytes(BASE.toBytes(false));

/** Multiplications of G that go without its table, which takes as long to make as about eight of them. */
const WITHOUT_TABLE = 4;
let multiplications = 0;

/** [k]G. A command that needs one or two starts sooner, a program that needs many is ten times as fast. */
export function multiplyBase(k: bigint): Sm2Point {
  return multiplications++ < WITHOUT_TABLE ? BARE.multiply(k) : BASE.multiply(k);
}

/** The order n of G. */
export const ORDER: bigint = CURVE.n;

/** Unsigned big-endian number. */
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

/**
 * A point from its encoding: 02/03 ‖ x, 04 ‖ x ‖ y, or x ‖ y. It is on the curve, not at infinity and
 * canonically encoded (GB/T 32918.1 §6.2.1; the order is prime, so it has order n), or an InvalidKeyError.
 */
export function decodePoint(bytes: Uint8Array, what = "read public key"): Sm2Point {
  let encoding = bytes;
  if (bytes.length === UNCOMPRESSED_BYTES - 1) {
    encoding = new Uint8Array(UNCOMPRESSED_BYTES);
    encoding[0] = 0x04;
    encoding.set(bytes, 1);
  }
  try {
    const point = Point.fromBytes(encoding);
    point.assertValidity();
    return point;
  } catch {
    throw new InvalidKeyError(`${what}: not a point of the SM2 curve`);
  }
}

/**
 * The number of a secret key: 1…n−2 (GB/T 32918.1 §6.1), or an InvalidKeyError.
 */
export function decodeScalar(secretKey: Uint8Array): bigint {
  if (secretKey.length !== SCALAR_BYTES) {
    throw new InvalidKeyError("read private key: must be 32 bytes");
  }
  const d = toNumber(secretKey);
  if (d < 1n || d > ORDER - 2n) throw new InvalidKeyError("read private key: out of range");
  return d;
}

/** A uniform number in 1…n−1, by rejection; 32 bytes of `random` a try, nearly always the first. */
export function randomScalar(random: RandomSource): bigint {
  for (;;) {
    const bytes = random(SCALAR_BYTES);
    const k = toNumber(bytes);
    bytes.fill(0);
    if (k >= 1n && k < ORDER) return k;
  }
}
