/**
 * SM2 points as 32 bytes that look random. The x-coordinate of a point is recognisable: only every second number
 * is one. A field element u with f(u) = P is not, where f is the simplified Shallue–van de Woestijne–Ulas map
 * (RFC 9380 §6.6.2): all u occur equally often if P is drawn at random, kept with probability |f⁻¹(P)| / 4, and
 * one of its preimages taken at random (the method of Elligator 2, Bernstein et al. 2013 §5.1, for a map with up
 * to four preimages).
 */
import { mapToCurveSimpleSWU } from "@noble/curves/abstract/hash-to-curve.js";
import { Field, FpIsSquare } from "@noble/curves/abstract/modular.js";
import { type Bytes, concat } from "../bytes.ts";
import { LimitError } from "../errors.ts";
import { randomBytes, type RandomSource } from "./random.ts";
import { generateKeyPair, parsePublicKey, type Sm2KeyPair } from "./sm2.ts";
import { decodePoint, SCALAR_BYTES, toBytes32, toNumber } from "./sm2-curve.ts";
import { CURVE } from "./sm2-parameters.ts";

/** Size of a representative. */
export const SM2_REPRESENTATIVE_BYTES = SCALAR_BYTES;

const Fp = Field(CURVE.p);
/** Z of the map for this curve: what the procedure of RFC 9380 appendix H.2 finds. */
const Z = Fp.create(-9n);
const map = mapToCurveSimpleSWU(Fp, { A: CURVE.a, B: CURVE.b, Z });
/** −A / B, which undoes the factor −B / A of x₁. */
const MINUS_A_OVER_B = Fp.neg(Fp.div(CURVE.a, CURVE.b));
/** x₁ and x₂ are each reached from at most two u of a sign. */
const MOST_PREIMAGES = 4;

/** The public key (33 bytes) that any 32 bytes represent. */
export function publicKeyOfRepresentative(representative: Uint8Array): Bytes {
  if (representative.length !== SM2_REPRESENTATIVE_BYTES) {
    throw new LimitError("sm2.representative-length", {});
  }
  const { x, y } = map(Fp.create(toNumber(representative)));
  return parsePublicKey(concat(toBytes32(x), toBytes32(y)));
}

/** All u with f(u) = `publicKey`: 0 to 4. */
export function representativesOf(publicKey: Uint8Array): Bytes[] {
  const point = decodePoint(publicKey);
  const x = toNumber(point.subarray(0, SCALAR_BYTES)), y = toNumber(point.subarray(SCALAR_BYTES));
  const found: Bytes[] = [];
  for (const t of candidates(Fp.mul(x, MINUS_A_OVER_B))) {
    const square = Fp.div(t, Z);
    if (Fp.is0(square) || !FpIsSquare(Fp, square)) continue;
    const root = Fp.sqrt(square);
    const u = Fp.isOdd!(root) === Fp.isOdd!(y) ? root : Fp.neg(root); // sgn0(u) = sgn0(y)
    const image = map(u);
    if (Fp.eql(image.x, x) && Fp.eql(image.y, y)) found.push(toBytes32(u));
  }
  return found;
}

/**
 * Every t = Z u² with x₁ or x₂ equal to x = −(B / A) v: x₁ is −(B / A)(1 + 1 / (t² + t)), so t² + t = 1 / (v − 1);
 * x₂ is t x₁, so t² + (1 − v) t + (1 − v) = 0.
 */
function candidates(v: bigint): bigint[] {
  const w = Fp.sub(v, Fp.ONE);
  if (Fp.is0(w)) return [];
  return [
    ...quadraticRoots(Fp.ONE, Fp.neg(Fp.inv(w))),
    ...quadraticRoots(Fp.neg(w), Fp.neg(w)),
  ];
}

/** Roots of t² + b t + c. */
function quadraticRoots(b: bigint, c: bigint): bigint[] {
  const discriminant = Fp.sub(Fp.sqr(b), Fp.mul(4n, c));
  if (Fp.is0(discriminant)) return [Fp.div(Fp.neg(b), 2n)];
  if (!FpIsSquare(Fp, discriminant)) return [];
  const root = Fp.sqrt(discriminant);
  return [root, Fp.neg(root)].map((r) => Fp.div(Fp.sub(r, b), 2n));
}

/** A new key pair whose public key has a representative, and that representative. About four tries. */
export function generateUniformKeyPair(
  random: RandomSource = randomBytes,
): Sm2KeyPair & { representative: Bytes } {
  for (;;) {
    const pair = generateKeyPair(random);
    const choice = random(1)[0]! % MOST_PREIMAGES;
    const representative = representativesOf(pair.publicKey)[choice];
    if (representative !== undefined) return { ...pair, representative };
    pair.secretKey.fill(0);
  }
}
