/**
 * How an SM2 ciphertext is written: DER SEQUENCE { x, y, C3, C2 } (GM/T 0009-2012 §7.2, what OpenSSL and GmSSL
 * use), raw C1 ‖ C3 ‖ C2 (GB/T 32918.4-2016) and raw C1 ‖ C2 ‖ C3 (GM/T 0003.4-2012, older tools). Raw forms are
 * read with C1 as 04 ‖ x ‖ y, as bare x ‖ y (sm-crypto) and compressed (02/03 ‖ x), and written with the 04.
 */
import { type Bytes, concat } from "../bytes.ts";
import { FormatError, InvalidKeyError } from "../errors.ts";
import { derOctets, DerReader, derSequence, derUnsigned, Tag } from "./der.ts";
import { COMPRESSED_BYTES, decodePoint, SCALAR_BYTES, UNCOMPRESSED_BYTES } from "./sm2-curve.ts";
import { SM3_BYTES } from "./sm3.ts";

/** Which form; "auto" reads them all. */
export type Sm2CiphertextFormat = "auto" | "der" | "c1c3c2" | "c1c2c3";

/** The parts of a ciphertext (GB/T 32918.4 §6.1 A8). */
export interface Sm2Ciphertext {
  /** The ephemeral point, 04 ‖ x ‖ y; not yet validated when it was read. */
  c1: Bytes;
  /** SM3(x2 ‖ M ‖ y2). */
  c3: Bytes;
  /** The enciphered message. */
  c2: Bytes;
}

/** The ciphertext in the given form. */
export function encodeCiphertext(
  { c1, c3, c2 }: Sm2Ciphertext,
  format: Exclude<Sm2CiphertextFormat, "auto">,
): Bytes {
  switch (format) {
    case "der":
      return derSequence(
        derUnsigned(c1.subarray(1, 1 + SCALAR_BYTES)),
        derUnsigned(c1.subarray(1 + SCALAR_BYTES)),
        derOctets(c3),
        derOctets(c2),
      );
    case "c1c3c2":
      return concat(c1, c3, c2);
    case "c1c2c3":
      return concat(c1, c2, c3);
  }
}

/**
 * Every reading of `bytes` that makes sense, likeliest first, and at least one; C3 tells which is meant. Where
 * none makes sense: a FormatError (not a ciphertext), or an InvalidKeyError (C1 not on the curve).
 */
export function parseCiphertext(bytes: Uint8Array, format: Sm2CiphertextFormat): Sm2Ciphertext[] {
  if (format === "der") return [parseDer(bytes)];
  if (format !== "auto") return parseRaw(bytes, [format]);
  if (bytes[0] !== Tag.sequence) return parseRaw(bytes, ["c1c3c2", "c1c2c3"]);
  try {
    return [parseDer(bytes)];
  } catch (derError) {
    // A bare x may begin with 30 too. Where that makes no sense either, the DER error is the useful one.
    try {
      return parseRaw(bytes, ["c1c3c2", "c1c2c3"]);
    } catch {
      throw derError;
    }
  }
}

function parseDer(bytes: Uint8Array): Sm2Ciphertext {
  const outer = new DerReader(bytes, "decrypt");
  const sequence = outer.sequence();
  outer.end();
  const x = sequence.unsigned(), y = sequence.unsigned();
  const c3 = sequence.content(Tag.octetString), c2 = sequence.content(Tag.octetString);
  sequence.end();
  if (x.length > SCALAR_BYTES || y.length > SCALAR_BYTES) {
    throw new InvalidKeyError("decrypt: not a point of the SM2 curve");
  }
  if (c3.length !== SM3_BYTES) throw new FormatError("decrypt: C3 is not 32 bytes");
  const c1 = new Uint8Array(UNCOMPRESSED_BYTES);
  c1[0] = 0x04;
  c1.set(x, 1 + SCALAR_BYTES - x.length); // short integers are left-padded
  c1.set(y, UNCOMPRESSED_BYTES - y.length);
  return { c1, c3: new Uint8Array(c3), c2: new Uint8Array(c2) };
}

function parseRaw(bytes: Uint8Array, orders: readonly ("c1c3c2" | "c1c2c3")[]): Sm2Ciphertext[] {
  const readings: Sm2Ciphertext[] = [];
  let error: unknown;
  for (const c1Bytes of c1Sizes(bytes)) {
    const bodyBytes = bytes.length - c1Bytes;
    if (bodyBytes < SM3_BYTES) continue;
    let c1: Bytes;
    try {
      c1 = decodePoint(bytes.subarray(0, c1Bytes), "decrypt").toBytes(false) as Bytes;
    } catch (reason) {
      error ??= reason;
      continue;
    }
    const body = bytes.subarray(c1Bytes);
    for (const order of orders) readings.push({ c1, ...split(body, order) });
  }
  if (readings.length > 0) return readings;
  throw error ?? new FormatError("decrypt: too short for an SM2 ciphertext");
}

/** The sizes that C1 may have by its first byte; a bare x ‖ y may begin with any byte. */
function c1Sizes(bytes: Uint8Array): number[] {
  const bare = UNCOMPRESSED_BYTES - 1;
  if (bytes[0] === 0x04) return [UNCOMPRESSED_BYTES, bare];
  if (bytes[0] === 0x02 || bytes[0] === 0x03) return [COMPRESSED_BYTES, bare];
  return [bare];
}

function split(body: Uint8Array, order: "c1c3c2" | "c1c2c3"): { c3: Bytes; c2: Bytes } {
  const cut = order === "c1c3c2" ? SM3_BYTES : body.length - SM3_BYTES;
  const head = new Uint8Array(body.subarray(0, cut)), tail = new Uint8Array(body.subarray(cut));
  return order === "c1c3c2" ? { c3: head, c2: tail } : { c3: tail, c2: head };
}
