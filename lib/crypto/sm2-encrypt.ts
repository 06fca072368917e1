/**
 * SM2 public key encryption, GB/T 32918.4-2016: §6 encryption, §7 decryption. How the three parts C1, C3 and C2
 * are written down is `sm2-ciphertext.ts`.
 */
import { type Bytes, equalConstantTime, wipe } from "../bytes.ts";
import { AuthenticationError, FailureError } from "../errors.ts";
import { randomBytes, type RandomSource } from "./random.ts";
import {
  encodeCiphertext,
  parseCiphertext,
  type Sm2Ciphertext,
  type Sm2CiphertextBody,
  type Sm2CiphertextFormat,
} from "./sm2-ciphertext.ts";
import {
  decodePoint,
  decodeScalar,
  KnownPoint,
  multiply,
  multiplyBase,
  randomScalar,
  SCALAR_BYTES,
  type Sm2Point,
} from "./sm2-curve.ts";
import { sm2Kdf } from "./sm2-kdf.ts";
import { sm3 } from "./sm3.ts";

export type { Sm2CiphertextFormat } from "./sm2-ciphertext.ts";

/** A key derivation function; an argument so that a test can show what an all-zero output leads to. */
export type Kdf = (z: Uint8Array, length: number) => Bytes;

/** The ciphertext of `message` for the holder of `publicKey`. */
export function encrypt(
  publicKey: Uint8Array,
  message: Uint8Array,
  random: RandomSource = randomBytes,
  format: Exclude<Sm2CiphertextFormat, "auto"> = "der",
): Bytes {
  return encodeCiphertext(encryptParts(publicKey, message, random, sm2Kdf), format);
}

/** The message in `ciphertext`; an AuthenticationError where C3 does not match. */
export function decrypt(
  secretKey: Uint8Array,
  ciphertext: Uint8Array,
  format: Sm2CiphertextFormat = "auto",
): Bytes {
  const d = decodeScalar(secretKey);
  try {
    for (const { c1, bodies } of parseCiphertext(ciphertext, format)) {
      const shared = multiply(d, c1); // B3
      const opened = bodies.map((body) => openCiphertext(shared, body, sm2Kdf));
      wipe(shared);
      const message = opened.find((bytes) => bytes !== undefined);
      if (message !== undefined) return message;
    }
  } finally {
    wipe(d);
  }
  throw new AuthenticationError("decrypt.not-authentic", {});
}

/** A public key that several messages are encrypted to; from the fifth on by a table (`Sm2VerifyingKey`). */
export class Sm2EncryptionKey {
  readonly #key: KnownPoint;

  constructor(publicKey: Uint8Array) {
    this.#key = new KnownPoint(decodePoint(publicKey));
  }

  /** As `encrypt`. */
  encrypt(
    message: Uint8Array,
    random: RandomSource = randomBytes,
    format: Exclude<Sm2CiphertextFormat, "auto"> = "der",
  ): Bytes {
    return encodeCiphertext(encryptParts(this.#key, message, random, sm2Kdf), format);
  }
}

/** Steps A1–A8 of §6.1. */
export function encryptParts(
  publicKey: Uint8Array | KnownPoint,
  message: Uint8Array,
  random: RandomSource,
  kdf: Kdf,
): Sm2Ciphertext {
  if (message.length === 0) throw new FailureError("sm2.empty-message", {});
  const recipient = publicKey instanceof KnownPoint
    ? publicKey
    : new KnownPoint(decodePoint(publicKey)); // A3: not infinity; the cofactor is 1
  for (;;) {
    const k = randomScalar(random); // A1
    const c1 = multiplyBase(k); // A2
    const shared = recipient.multiply(k); // A4
    const t = kdf(shared, message.length); // A5
    const useless = t.every((byte) => byte === 0);
    const c2 = t.map((byte, i) => byte ^ message[i]!); // A6
    const c3 = checkValue(shared, message); // A7
    wipe(k, t, shared);
    if (!useless) return { c1, c3, c2 };
  }
}

/** Steps B4–B7 of §7.1; undefined where C3 does not match or the key stream is all zeros. */
export function openCiphertext(
  shared: Sm2Point,
  { c3, c2 }: Sm2CiphertextBody,
  kdf: Kdf,
): Bytes | undefined {
  const t = kdf(shared, c2.length); // B4
  const useless = t.every((byte) => byte === 0);
  const message = t.map((byte, i) => byte ^ c2[i]!); // B5
  const matches = equalConstantTime(checkValue(shared, message), c3); // B6
  wipe(t);
  if (!useless && matches) return message;
  wipe(message);
  return undefined;
}

/** SM3(x2 ‖ M ‖ y2). */
function checkValue(shared: Sm2Point, message: Uint8Array): Bytes {
  return sm3(shared.subarray(0, SCALAR_BYTES), message, shared.subarray(SCALAR_BYTES));
}
