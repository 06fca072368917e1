/**
 * SM2 digital signature with SM3, GB/T 32918.2-2016 (§5 values, §6 signing, §7 verification), in DER as
 * GM/T 0009-2012 §7.3 has it. Nothing here signs or verifies a bare digest: the message always comes with Z.
 */
import { type Bytes, concat, utf8, wipe } from "../bytes.ts";
import { FormatError, LimitError } from "../errors.ts";
import { derSequence, derUnsigned, Tag } from "./der.ts";
import { encodedBytes } from "./encoding.ts";
import { explained } from "./explain.ts";
import { randomBytes, type RandomSource } from "./random.ts";
import { hedgedNonces, type NonceSource } from "./sm2-nonce.ts";
import {
  decodePoint,
  decodeScalar,
  KnownPoint,
  multiplyBase,
  SCALAR_BYTES,
  type Sm2Point,
  type Sm2Scalar,
  toBytes32,
} from "./sm2-curve.ts";
import { CURVE } from "./sm2-parameters.ts";
import {
  isSignatureOf,
  parseSignature,
  signatureNumbers,
  signatureOf,
  signingInverse,
} from "./sm2-scheme.ts";
import { Sm3, sm3 } from "./sm3.ts";

/** The ID that is used where none is agreed (GM/T 0009-2012 §10). */
export const SM2_DEFAULT_ID: Bytes = utf8("1234567812345678");

/** ENTL counts the bits of the ID in two bytes (§5.5). */
const MAX_ID_BYTES = 0xffff >> 3;

/** Z = SM3(ENTL ‖ ID ‖ a ‖ b ‖ x_G ‖ y_G ‖ x_A ‖ y_A), §5.5. */
export function sm2Z(publicKey: Sm2Point, id: Uint8Array): Bytes {
  if (id.length > MAX_ID_BYTES) {
    throw new LimitError("sm2.id-length", { bytes: id.length, most: MAX_ID_BYTES });
  }
  const bits = 8 * id.length;
  return sm3(
    Uint8Array.of(bits >>> 8, bits & 0xff),
    id,
    CURVE_BYTES,
    publicKey,
  );
}

const CURVE_BYTES = concat(...[CURVE.a, CURVE.b, CURVE.Gx, CURVE.Gy].map(toBytes32));

/** A secret key that signs several messages: what depends on the key alone is done once. */
export class Sm2SigningKey {
  readonly #d: Sm2Scalar;
  readonly #inverse: Bytes;
  readonly #z: Bytes;

  /** @param publicKey that of `secretKey`, where it is at hand; it need not be made then */
  constructor(secretKey: Uint8Array, id: Uint8Array = SM2_DEFAULT_ID, publicKey?: Uint8Array) {
    this.#d = decodeScalar(secretKey);
    const point = publicKey === undefined ? multiplyBase(this.#d) : decodePoint(publicKey);
    this.#z = sm2Z(point, id);
    this.#inverse = signingInverse(this.#d);
  }

  /** The signature of a whole message. See `Sm2Signer.sign`. */
  sign(
    message: Uint8Array,
    random: RandomSource = randomBytes,
    nonces: NonceSource = hedgedNonces,
  ): Bytes {
    return signatureOf(this.#d, sm3(this.#z, message), random, nonces, this.#inverse);
  }

  /** Overwrites the key. */
  wipe(): void {
    wipe(this.#d, this.#inverse);
  }
}

/** A public key that verifies several signatures; from the fifth on by a table, which is faster. */
export class Sm2VerifyingKey {
  readonly #key: KnownPoint;
  readonly #z: Bytes;

  constructor(publicKey: Uint8Array, id: Uint8Array = SM2_DEFAULT_ID) {
    const point = decodePoint(publicKey);
    this.#key = new KnownPoint(point);
    this.#z = sm2Z(point, id);
  }

  /** Whether `signature`, in strict DER, is one of the whole `message`. */
  verify(message: Uint8Array, signature: Uint8Array): boolean {
    return isSignatureOf(this.#key, sm3(this.#z, message), signature);
  }
}

/** Signs a message that comes in pieces. */
export class Sm2Signer {
  readonly #d: Sm2Scalar;
  readonly #hash: Sm3;

  /** @param publicKey that of `secretKey`, where it is at hand; signing is twice as fast when it need not be made */
  constructor(secretKey: Uint8Array, id: Uint8Array = SM2_DEFAULT_ID, publicKey?: Uint8Array) {
    this.#d = decodeScalar(secretKey);
    const point = publicKey === undefined ? multiplyBase(this.#d) : decodePoint(publicKey);
    this.#hash = new Sm3().update(sm2Z(point, id));
  }

  /** Appends `bytes` to the message. */
  update(bytes: Uint8Array): this {
    this.#hash.update(bytes);
    return this;
  }

  /**
   * The signature, SEQUENCE { r, s } in DER; the object is used up.
   *
   * @param nonces where k comes from: from key, digest and `random` together, unless known answers fix it
   */
  sign(random: RandomSource = randomBytes, nonces: NonceSource = hedgedNonces): Bytes {
    try {
      return signatureOf(this.#d, this.#hash.digest(), random, nonces);
    } finally {
      wipe(this.#d);
    }
  }
}

/** Verifies a signature over a message that comes in pieces. */
export class Sm2Verifier {
  readonly #publicKey: Sm2Point;
  readonly #hash: Sm3;

  constructor(publicKey: Uint8Array, id: Uint8Array = SM2_DEFAULT_ID) {
    this.#publicKey = decodePoint(publicKey);
    this.#hash = new Sm3().update(sm2Z(this.#publicKey, id));
  }

  /** Appends `bytes` to the message. */
  update(bytes: Uint8Array): this {
    this.#hash.update(bytes);
    return this;
  }

  /** Whether `signature`, in strict DER, is one of this message; the object is used up. */
  verify(signature: Uint8Array): boolean {
    return isSignatureOf(this.#publicKey, this.#hash.digest(), signature);
  }
}

/**
 * A signature in DER from what tools hand out: DER, or raw r ‖ s in 64 bytes (sm-crypto, gmssl for Python); as bytes,
 * hexadecimal or base64. 64 bytes that are DER already stay; raw ones practically never are. What is no signature at all
 * is a FormatError, which is not the same as a bad one.
 *
 * @param name what the error calls it
 */
export function decodeSignature(input: Uint8Array, name?: string): Bytes {
  try {
    const bytes = encodedBytes(input);
    if (bytes.length === 2 * SCALAR_BYTES && parseSignature(bytes) === undefined) {
      return derSequence(
        derUnsigned(bytes.subarray(0, SCALAR_BYTES)),
        derUnsigned(bytes.subarray(SCALAR_BYTES)),
      );
    }
    if (bytes[0] !== Tag.sequence) throw new FormatError("signature.unknown-form", {});
    signatureNumbers(bytes);
    return bytes;
  } catch (error) {
    throw explained(error, "signature.unreadable", name);
  }
}

/** r ‖ s in 64 bytes of a signature in DER, as sm-crypto and gmssl for Python have it. */
export function rawSignature(signature: Uint8Array): Bytes {
  const { r, s } = signatureNumbers(signature);
  return concat(toBytes32(r), toBytes32(s));
}
