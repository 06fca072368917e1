/**
 * SM2 public key encryption, GB/T 32918.4-2016: §6 encryption, §7 decryption. How the three parts C1, C3 and C2
 * are written down is `sm2-ciphertext.ts`.
 */
import { type Bytes, concat, equalConstantTime, wipe } from "../bytes.ts";
import { AuthenticationError, FailureError } from "../errors.ts";
import { randomBytes, type RandomSource } from "./random.ts";
import {
  encodeCiphertext,
  parseCiphertext,
  type Sm2Ciphertext,
  type Sm2CiphertextFormat,
} from "./sm2-ciphertext.ts";
import {
  decodePoint,
  decodeScalar,
  multiplyBase,
  randomScalar,
  type Sm2Point,
  toBytes32,
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
  let firstError: unknown;
  for (const parts of parseCiphertext(ciphertext, format)) {
    try {
      return decryptParts(d, parts, sm2Kdf);
    } catch (error) {
      firstError ??= error;
    }
  }
  throw firstError;
}

/** Steps A1–A8 of §6.1. */
export function encryptParts(
  publicKey: Uint8Array,
  message: Uint8Array,
  random: RandomSource,
  kdf: Kdf,
): Sm2Ciphertext {
  if (message.length === 0) throw new FailureError("encrypt: SM2 cannot encrypt an empty message");
  const recipient = decodePoint(publicKey); // A3: not infinity; the cofactor is 1
  for (;;) {
    const k = randomScalar(random); // A1
    const c1 = multiplyBase(k).toBytes(false) as Bytes; // A2
    const { x2, y2 } = sharedPoint(recipient.multiply(k)); // A4
    const t = kdf(concat(x2, y2), message.length); // A5
    if (t.every((byte) => byte === 0)) continue;
    const c2 = t.map((byte, i) => byte ^ message[i]!); // A6
    const c3 = sm3(x2, message, y2); // A7
    wipe(t, x2, y2);
    return { c1, c3, c2 };
  }
}

/** Steps B1–B7 of §7.1. */
export function decryptParts(d: bigint, { c1, c3, c2 }: Sm2Ciphertext, kdf: Kdf): Bytes {
  const point = decodePoint(c1, "decrypt"); // B1, B2
  const { x2, y2 } = sharedPoint(point.multiply(d)); // B3
  const t = kdf(concat(x2, y2), c2.length); // B4
  const allZero = t.every((byte) => byte === 0);
  const message = t.map((byte, i) => byte ^ c2[i]!); // B5
  const matches = equalConstantTime(sm3(x2, message, y2), c3); // B6
  wipe(t, x2, y2);
  if (allZero || !matches) {
    wipe(message);
    throw new AuthenticationError("decrypt: authentication failed");
  }
  return message;
}

function sharedPoint(point: Sm2Point): { x2: Bytes; y2: Bytes } {
  const { x, y } = point.toAffine();
  return { x2: toBytes32(x), y2: toBytes32(y) };
}
