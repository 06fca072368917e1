/**
 * Public keys for people: the text form `p2p1…`, and the fingerprint.
 *
 * The text form is Bech32m (BIP 173 with the checksum constant of BIP 350), human-readable part "p2p", over the
 * 33 bytes of the compressed point: 63 characters, and any slip of up to four of them is noticed.
 */
import { type Bytes, hex } from "../../bytes.ts";
import { FormatError } from "../../errors.ts";
import { parsePublicKey, SM2_PUBLIC_KEY_BYTES } from "../sm2.ts";
import { sm3 } from "../sm3.ts";
import { encodePublicKeyDer } from "./spki.ts";

/** What every public key in text form begins with: the human-readable part and the separator. */
export const PUBLIC_KEY_TEXT_PREFIX = "p2p1";

/** The 32 characters of Bech32 (BIP 173). */
const ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
/** Generator of the checksum (BIP 173). */
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3] as const;
/** Final constant of Bech32m (BIP 350). */
const BECH32M = 0x2bc830a3;
const CHECKSUM_CHARACTERS = 6;
/** 33 bytes in groups of five bits. */
const DATA_CHARACTERS = Math.ceil(SM2_PUBLIC_KEY_BYTES * 8 / 5);

/** The human-readable part as the checksum sees it (BIP 173 "hrp expand"). */
const PREFIX_VALUES = (() => {
  const codes = [..."p2p"].map((c) => c.charCodeAt(0));
  return [...codes.map((c) => c >> 5), 0, ...codes.map((c) => c & 31)];
})();

function polymod(values: readonly number[]): number {
  let checksum = 1;
  for (const value of values) {
    const top = checksum >>> 25;
    checksum = ((checksum & 0x1ffffff) << 5) ^ value;
    GENERATOR.forEach((g, i) => {
      if (top >>> i & 1) checksum ^= g;
    });
  }
  return checksum >>> 0;
}

/** The text form of a public key. */
export function encodePublicKeyText(publicKey: Uint8Array): string {
  const values: number[] = [];
  let bits = 0, pending = 0;
  for (const byte of parsePublicKey(publicKey)) {
    pending = (pending << 8 | byte) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) values.push(pending >> (bits - 5) & 31);
  }
  if (bits > 0) values.push(pending << (5 - bits) & 31);
  const checksum = polymod([...PREFIX_VALUES, ...values, 0, 0, 0, 0, 0, 0]) ^ BECH32M;
  for (let i = 0; i < CHECKSUM_CHARACTERS; i++) values.push(checksum >>> 5 * (5 - i) & 31);
  return PUBLIC_KEY_TEXT_PREFIX + values.map((v) => ALPHABET[v]).join("");
}

/** The public key of a text form: lower case or upper case, never mixed. */
export function decodePublicKeyText(text: string): Bytes {
  const lower = text.toLowerCase();
  const mixed = text !== lower && text !== text.toUpperCase();
  if (mixed || !lower.startsWith(PUBLIC_KEY_TEXT_PREFIX)) {
    throw new FormatError("key.text-form", { text });
  }
  const values = [...lower.slice(PUBLIC_KEY_TEXT_PREFIX.length)].map((c) => ALPHABET.indexOf(c));
  const wellFormed = values.length === DATA_CHARACTERS + CHECKSUM_CHARACTERS &&
    !values.includes(-1);
  if (!wellFormed || polymod([...PREFIX_VALUES, ...values]) !== BECH32M) {
    throw new FormatError("key.text-mistyped", { text });
  }
  const out = new Uint8Array(SM2_PUBLIC_KEY_BYTES);
  let bits = 0, pending = 0, at = 0;
  for (const value of values.slice(0, DATA_CHARACTERS)) {
    pending = (pending << 5 | value) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      out[at++] = pending >> bits & 0xff;
    }
  }
  if ((pending & (1 << bits) - 1) !== 0) throw new FormatError("key.text-mistyped", { text });
  return parsePublicKey(out);
}

/**
 * A short name of a public key to compare by eye: the first 16 bytes of SM3 over its SubjectPublicKeyInfo, in
 * eight groups. `openssl pkey -pubin -in pub.pem -outform DER | openssl dgst -sm3` prints the same digits.
 */
export function fingerprint(publicKey: Uint8Array): string {
  const digits = hex(sm3(encodePublicKeyDer(publicKey)).subarray(0, 16));
  return digits.match(/.{4}/g)!.join(" ");
}
