/** The slow twin of the SM2 kernel: the same operations by `@noble/curves`, on BigInt. */
import { weierstrass, type WeierstrassPoint } from "@noble/curves/abstract/weierstrass.js";
import { concat } from "../../lib/bytes.ts";
import { toBytes32, toNumber } from "../../lib/crypto/sm2-curve.ts";
import { CURVE } from "../../lib/crypto/sm2-parameters.ts";

/** The group. */
export const Point = weierstrass<bigint>(CURVE);

/** A point of it from x ‖ y. */
export function pointOf(bytes: Uint8Array): WeierstrassPoint<bigint> {
  return Point.fromBytes(concat(Uint8Array.of(0x04), bytes));
}

/** x ‖ y of a point; undefined for infinity. */
export function bytesOf(point: WeierstrassPoint<bigint>): Uint8Array | undefined {
  return point.is0() ? undefined : point.toBytes(false).subarray(1);
}

/** [k]G. */
export function multiplyBase(k: Uint8Array): Uint8Array | undefined {
  return bytesOf(Point.BASE.multiplyUnsafe(toNumber(k)));
}

/** [k]P. */
export function multiply(k: Uint8Array, point: Uint8Array): Uint8Array | undefined {
  return bytesOf(pointOf(point).multiplyUnsafe(toNumber(k)));
}

/** [s]G + [t]P. */
export function combine(s: Uint8Array, t: Uint8Array, point: Uint8Array): Uint8Array | undefined {
  const first = Point.BASE.multiplyUnsafe(toNumber(s));
  return bytesOf(first.add(pointOf(point).multiplyUnsafe(toNumber(t))));
}

/** x ‖ y for a compressed point, where there is one. */
export function decompress(x: Uint8Array, odd: boolean): Uint8Array | undefined {
  try {
    return bytesOf(Point.fromBytes(concat(Uint8Array.of(odd ? 3 : 2), x)));
  } catch {
    return undefined;
  }
}

/** (1 + d)⁻¹·(k + r) − r modulo n. */
export function signature(d: Uint8Array, k: Uint8Array, r: Uint8Array): Uint8Array {
  const { Fn } = Point;
  const sum = Fn.add(toNumber(k), toNumber(r));
  const inverse = Fn.inv(Fn.add(toNumber(d), 1n));
  return toBytes32(Fn.sub(Fn.mul(inverse, sum), toNumber(r)));
}
