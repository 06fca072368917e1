/**
 * How an SM2 ciphertext is written: DER SEQUENCE { x, y, C3, C2 } (GM/T 0009-2012 §7.2, what OpenSSL and GmSSL
 * use), raw C1 ‖ C3 ‖ C2 (GB/T 32918.4-2016) and raw C1 ‖ C2 ‖ C3 (GM/T 0003.4-2012, older tools). Raw forms are
 * read with C1 as 04 ‖ x ‖ y, as bare x ‖ y (sm-crypto) and compressed (02/03 ‖ x), and written with the 04.
 */
import { type Bytes, concat } from "../bytes.ts";
import { FormatError, InvalidKeyError } from "../errors.ts";
import { derOctets, DerReader, derSequence, derUnsigned, Tag } from "./der.ts";
import {
  COMPRESSED_BYTES,
  decodePoint,
  SCALAR_BYTES,
  type Sm2Point,
  uncompressed,
  UNCOMPRESSED_BYTES,
} from "./sm2-curve.ts";
import { SM3_BYTES } from "./sm3.ts";

/** Which form; "auto" reads them all. */
export type Sm2CiphertextFormat = "auto" | "der" | "c1c3c2" | "c1c2c3";

/** What comes behind the ephemeral point. */
export interface Sm2CiphertextBody {
  /** SM3(x2 ‖ M ‖ y2). */
  c3: Bytes;
  /** The enciphered message. */
  c2: Bytes;
}

/** The parts of a ciphertext (GB/T 32918.4 §6.1 A8). */
export interface Sm2Ciphertext extends Sm2CiphertextBody {
  /** The ephemeral point. */
  c1: Sm2Point;
}

/** A ciphertext as it may be meant: one point, and the bodies that the rest can be. */
export interface Sm2CiphertextReading {
  c1: Sm2Point;
  bodies: Sm2CiphertextBody[];
}

/** The ciphertext in the given form. */
export function encodeCiphertext(
  { c1, c3, c2 }: Sm2Ciphertext,
  format: Exclude<Sm2CiphertextFormat, "auto">,
): Bytes {
  switch (format) {
    case "der":
      return derSequence(
        derUnsigned(c1.subarray(0, SCALAR_BYTES)),
        derUnsigned(c1.subarray(SCALAR_BYTES)),
        derOctets(c3),
        derOctets(c2),
      );
    case "c1c3c2":
      return concat(uncompressed(c1), c3, c2);
    case "c1c2c3":
      return concat(uncompressed(c1), c2, c3);
  }
}

type RawOrder = "c1c3c2" | "c1c2c3";
const BOTH_ORDERS: readonly RawOrder[] = ["c1c3c2", "c1c2c3"];

/**
 * Every reading of `bytes` that makes sense, likeliest first, and at least one; C3 tells which is meant. Where
 * none makes sense: a FormatError (not a ciphertext), or an InvalidKeyError (C1 not on the curve).
 */
export function parseCiphertext(
  bytes: Uint8Array,
  format: Sm2CiphertextFormat,
): Sm2CiphertextReading[] {
  if (format === "der") return [parseDer(bytes)];
  if (format !== "auto") return parseRaw(bytes, [format]);
  if (bytes[0] !== Tag.sequence) return parseRaw(bytes, BOTH_ORDERS);
  try {
    return [parseDer(bytes)];
  } catch (derError) {
    // A bare x may begin with 30 too. Where that makes no sense either, the DER error is the useful one.
    try {
      return parseRaw(bytes, BOTH_ORDERS);
    } catch {
      throw derError;
    }
  }
}

function parseDer(bytes: Uint8Array): Sm2CiphertextReading {
  const outer = new DerReader(bytes);
  const sequence = outer.sequence();
  outer.end();
  const x = sequence.loosely(), y = sequence.loosely();
  const c3 = sequence.content(Tag.octetString), c2 = sequence.content(Tag.octetString);
  sequence.end();
  if (x.length > SCALAR_BYTES || y.length > SCALAR_BYTES) {
    throw new InvalidKeyError("sm2.not-a-point", {});
  }
  if (c3.length !== SM3_BYTES) throw new FormatError("sm2.c3-length", {});
  const point = new Uint8Array(2 * SCALAR_BYTES);
  point.set(x, SCALAR_BYTES - x.length); // short integers are left-padded
  point.set(y, 2 * SCALAR_BYTES - y.length);
  const body = { c3: new Uint8Array(c3), c2: new Uint8Array(c2) };
  return { c1: decodePoint(point), bodies: [body] };
}

function parseRaw(bytes: Uint8Array, orders: readonly RawOrder[]): Sm2CiphertextReading[] {
  const readings: Sm2CiphertextReading[] = [];
  let error: unknown;
  for (const c1Bytes of c1Sizes(bytes)) {
    if (bytes.length < c1Bytes + SM3_BYTES) continue;
    try {
      const c1 = decodePoint(bytes.subarray(0, c1Bytes));
      const body = bytes.subarray(c1Bytes);
      readings.push({ c1, bodies: orders.map((order) => split(body, order)) });
    } catch (reason) {
      error ??= reason;
    }
  }
  if (readings.length > 0) return readings;
  throw error ?? new FormatError("sm2.too-short", {});
}

/** The sizes that C1 may have by its first byte; a bare x ‖ y may begin with any byte. */
function c1Sizes(bytes: Uint8Array): number[] {
  const bare = UNCOMPRESSED_BYTES - 1;
  if (bytes[0] === 0x04) return [UNCOMPRESSED_BYTES, bare];
  if (bytes[0] === 0x02 || bytes[0] === 0x03) return [COMPRESSED_BYTES, bare];
  return [bare];
}

function split(body: Uint8Array, order: RawOrder): Sm2CiphertextBody {
  const cut = order === "c1c3c2" ? SM3_BYTES : body.length - SM3_BYTES;
  const head = new Uint8Array(body.subarray(0, cut)), tail = new Uint8Array(body.subarray(cut));
  return order === "c1c3c2" ? { c3: head, c2: tail } : { c3: tail, c2: head };
}
