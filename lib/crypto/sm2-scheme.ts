/**
 * The equations of SM2's signature, GB/T 32918.2-2016 §6 and §7, over a given e. Whoever is given e does not know what is
 * signed, and a verifier who takes an e from somebody else can be shown a signature of nothing (CVE-2026-23965): so messages
 * are signed and verified through `sm2-sign.ts` alone, which puts Z and the message into e, and the only others here are
 * `sign --digest-e` and `verify --digest-e`, for devices and tools that have it so.
 */
import { type Bytes, equalConstantTime, wipe } from "../bytes.ts";
import { FormatError } from "../errors.ts";
import { DerReader, derSequence, derUnsigned } from "./der.ts";
import type { RandomSource } from "./random.ts";
import type { NonceSource } from "./sm2-nonce.ts";
import {
  combinedX,
  KnownPoint,
  modOrder,
  multiplyBase,
  ORDER,
  randomScalar,
  SCALAR_BYTES,
  type Sm2Point,
  type Sm2Scalar,
  toBytes32,
  toNumber,
} from "./sm2-curve.ts";
import { sm2Engine } from "./sm2-engine.ts";

/** (1 + d)⁻¹, what signatures need of the key; as secret as d. */
export function signingInverse(d: Sm2Scalar): Bytes {
  return sm2Engine("signature").invertKey(d);
}

/**
 * The signature of e (32 bytes), SEQUENCE { r, s } in DER.
 *
 * @param known `signingInverse` of d, where it is at hand; it is the caller's to wipe
 */
export function signatureOf(
  d: Sm2Scalar,
  digest: Uint8Array,
  random: RandomSource,
  nonces: NonceSource,
  known?: Uint8Array,
): Bytes {
  const inverse = known ?? signingInverse(d);
  const e = toNumber(digest);
  const source = nonces(d, toBytes32(modOrder(e)), random);
  for (;;) {
    const k = randomScalar(source); // A3
    const x1 = toNumber(multiplyBase(k).subarray(0, SCALAR_BYTES)); // A4
    const r = modOrder(e + x1); // A5
    if (r === 0n || equalConstantTime(k, toBytes32(ORDER - r))) continue;
    const s = sm2Engine("signature").signature(inverse, k, toBytes32(r)); // A6: (1 + d)⁻¹·(k − r·d)
    wipe(k);
    if (toNumber(s) === 0n) continue;
    if (known === undefined) wipe(inverse);
    return derSequence(derUnsigned(toBytes32(r)), derUnsigned(s));
  }
}

/** Whether `signature`, in strict DER, is one of e (32 bytes). */
export function isSignatureOf(
  publicKey: Sm2Point | KnownPoint,
  digest: Uint8Array,
  signature: Uint8Array,
): boolean {
  const parsed = parseSignature(signature);
  if (parsed === undefined) return false;
  const { r, s } = parsed;
  if (r < 1n || r >= ORDER || s < 1n || s >= ORDER) return false; // B1, B2
  const t = modOrder(r + s); // B5
  if (t === 0n) return false;
  const x1 = publicKey instanceof KnownPoint
    ? publicKey.combinedX(s, t)
    : combinedX(s, t, publicKey); // B6
  return x1 !== undefined && modOrder(toNumber(digest) + x1) === r; // B7
}

/** r and s of a strict DER signature, not yet checked for range; undefined where it is not DER. */
export function parseSignature(signature: Uint8Array): { r: bigint; s: bigint } | undefined {
  try {
    return signatureNumbers(signature);
  } catch (error) {
    if (error instanceof FormatError) return undefined;
    throw error;
  }
}

export function signatureNumbers(signature: Uint8Array): { r: bigint; s: bigint } {
  const outer = new DerReader(signature);
  const pair = outer.sequence();
  outer.end();
  const r = pair.unsigned(), s = pair.unsigned();
  pair.end();
  if (r.length > SCALAR_BYTES || s.length > SCALAR_BYTES) {
    throw new FormatError("signature.number-length", {});
  }
  return { r: toNumber(r), s: toNumber(s) };
}
