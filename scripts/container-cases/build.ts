/**
 * Building blocks of the encrypted-file cases: a plain writer of the format, straight from docs/formats.md, that can
 * also write what must never be written. Deterministic: the same cases come out every time.
 */
import { type Bytes, concat, hex, utf8 } from "../../lib/bytes.ts";
import { encodeBase64 } from "../../lib/container/base64.ts";
import { derSequence, derUnsigned } from "../../lib/crypto/der.ts";
import { Sm4Gcm } from "../../lib/crypto/gcm.ts";
import { hkdfSm3 } from "../../lib/crypto/hkdf.ts";
import { hmacSm3 } from "../../lib/crypto/hmac.ts";
import type { RandomSource } from "../../lib/crypto/random.ts";
import { scryptKey } from "../../lib/crypto/scrypt.ts";
import { ecdh, generateKeyPair, Sm2Signer, Sm2Verifier } from "../../lib/crypto/sm2.ts";
import { sm3 } from "../../lib/crypto/sm3.ts";

/** What reading a case must come to. */
export type Expectation =
  | "success"
  | "no match"
  | "HMAC failure"
  | "header failure"
  | "payload failure"
  | "sender failure"
  | "armour failure";

/** One case: a file and what must come of it. */
export interface Case {
  readonly name: string;
  readonly expect: Expectation;
  readonly comment?: string;
  /** All the plaintext that may be given out; absent where nothing may. */
  readonly payload?: Uint8Array;
  /** Secret keys to try, hex; the recipient's when absent. */
  readonly identities?: readonly string[];
  readonly passphrase?: string;
  /** Public key that must have signed, hex. */
  readonly from?: string;
  readonly file: Uint8Array;
}

/** Plaintext of a full chunk. */
export const CHUNK = 64 * 1024;

/** Deterministic bytes: HMAC-SM3 of a counter. */
export function deterministic(label: string): RandomSource {
  const key = utf8(`p2p container cases: ${label}`);
  let counter = 0;
  return (length) => {
    const out = new Uint8Array(length);
    for (let at = 0; at < length; at += 32) {
      const block = hmacSm3(key, utf8(String(counter++)));
      out.set(block.subarray(0, Math.min(32, length - at)), at);
    }
    return out;
  };
}

const random = deterministic("keys");
/** The recipient of nearly all cases, somebody else, and who signs. */
export const RECIPIENT = generateKeyPair(random);
export const OTHER = generateKeyPair(random);
export const SENDER = generateKeyPair(random);
const FILE_KEY: Bytes = random(16);
export const PAYLOAD_NONCE: Bytes = random(16);
export const PASSPHRASE = "password";
/** log₂ N of the passphrase stanzas here: small, so that the cases run fast. */
const LOG_N = 10;

export const VERSION = "p2p-encrypted-file/v1";
const SINGLE = new Uint8Array(12);

function derive(salt: Uint8Array, label: string, length: number): Bytes {
  return hkdfSm3(FILE_KEY, salt, utf8(`${VERSION} ${label}`), length);
}

/** "-> sm2 …" to `recipient`. `changed` may spoil share and wrapped key. */
export function sm2Line(
  recipient: Uint8Array = RECIPIENT.publicKey,
  changed: (share: Bytes, wrapped: Bytes) => [Uint8Array, Uint8Array] = (...both) => both,
): string {
  const ephemeral = generateKeyPair(deterministic(`ephemeral ${hex(recipient)}`));
  const share = ephemeral.publicKey;
  const secret = ecdh(ephemeral.secretKey, recipient);
  const key = hkdfSm3(secret, concat(share, recipient), utf8(`${VERSION} sm2`), 16);
  const words = changed(share, new Sm4Gcm(key).seal(SINGLE, FILE_KEY)).map(encodeBase64);
  return `-> sm2 ${words.join(" ")}`;
}

/** "-> scrypt …" for `passphrase`. */
export function scryptLine(
  passphrase: string = PASSPHRASE,
  logN: number = LOG_N,
  cost = String(logN),
): string {
  const salt = deterministic("salt")(16);
  const key = scryptKey(
    utf8(passphrase),
    concat(utf8(`${VERSION} scrypt`), salt),
    { logN, r: 8, p: 1 },
    16,
  );
  const wrapped = new Sm4Gcm(key).seal(SINGLE, FILE_KEY);
  return `-> scrypt ${encodeBase64(salt)} ${cost} ${encodeBase64(wrapped)}`;
}

/** "-> signed …": `sender` claims to have signed. */
export function signedLine(sender: Uint8Array = SENDER.publicKey): string {
  const key = derive(new Uint8Array(0), "sender", 16);
  return `-> signed ${encodeBase64(new Sm4Gcm(key).seal(SINGLE, sender))}`;
}

/** The header of `lines`, up to and with "---". */
export function covered(lines: readonly string[]): string {
  return `${VERSION}\n${lines.map((line) => `${line}\n`).join("")}---`;
}

/** The MAC over `text`, in base64. */
export function macOf(text: string): string {
  const key = derive(new Uint8Array(0), "header", 32);
  return encodeBase64(hmacSm3(key, utf8(text)));
}

/** The header of `lines` with its right MAC. */
export function header(lines: readonly string[] = [sm2Line()]): Bytes {
  const text = covered(lines);
  return utf8(`${text} ${macOf(text)}\n`);
}

/** The payload's cipher. */
const payloadCipher = new Sm4Gcm(derive(PAYLOAD_NONCE, "payload", 16));

/** Nonce of number `index`; `kind` is its last byte. */
function nonceOf(index: number, kind: number): Bytes {
  const nonce = new Uint8Array(12);
  new DataView(nonce.buffer).setUint32(7, index);
  nonce[11] = kind;
  return nonce;
}

/** One sealed chunk. */
export function chunk(index: number, last: boolean, plaintext: Uint8Array): Bytes {
  return payloadCipher.seal(nonceOf(index, last ? 1 : 0), plaintext);
}

/** Plaintext whose ciphertext is all zeros, so that the case compresses to nothing. */
export function plain(index: number, last: boolean, length = CHUNK): Bytes {
  return chunk(index, last, new Uint8Array(length)).slice(0, length);
}

/** A case file: header, nonce and whatever follows. */
export function file(...parts: readonly Uint8Array[]): Bytes {
  return concat(header(), PAYLOAD_NONCE, ...parts);
}

/** The message of a segment's signature, and the content digest that goes into the next one. */
export function segmentMessage(
  headerBytes: Uint8Array,
  segment: number,
  last: boolean,
  before: Uint8Array,
  chunks: readonly Uint8Array[],
): { message: Bytes; content: Bytes } {
  const content = sm3(before, ...chunks.map((plaintext) => sm3(plaintext)));
  const place = new Uint8Array(9);
  new DataView(place.buffer).setUint32(4, segment);
  place[8] = last ? 1 : 0;
  const context = concat(utf8(`${VERSION} signature`), sm3(headerBytes), PAYLOAD_NONCE);
  return { message: concat(context, place, content), content };
}

/** The random number of every signature here. (One key, one k: never sign so outside of a test.) */
const NUMBER_K: Bytes = deterministic("signature")(32);

/** How a signature record may be wrong. */
export interface RecordOptions {
  readonly secretKey?: Uint8Array;
  readonly id?: string;
  /** Last byte of the record's nonce. */
  readonly kind?: number;
}

/** A sealed signature over `message`. */
export function record(
  segment: number,
  last: boolean,
  message: Uint8Array,
  options: RecordOptions = {},
): Bytes {
  const id = utf8(options.id ?? `${VERSION} sender`);
  const secretKey = options.secretKey ?? SENDER.secretKey;
  const signature = new Sm2Signer(secretKey, id).update(message)
    .sign(random, () => () => NUMBER_K.slice());
  return payloadCipher.seal(
    nonceOf(segment, options.kind ?? (last ? 3 : 2)),
    rawSignature(signature),
  );
}

/** r‖s of a short-form DER signature. */
function rawSignature(der: Uint8Array): Bytes {
  const out = new Uint8Array(64);
  let at = 2;
  for (const end of [32, 64]) {
    const length = der[at + 1]!;
    const digits = der.subarray(at + 2, at + 2 + length);
    const value = digits.length > 32 ? digits.subarray(digits.length - 32) : digits;
    out.set(value, end - value.length);
    at += 2 + length;
  }
  return out;
}

/** The same signature as another tool would look at it; for the tests. */
export function verifies(publicKey: Uint8Array, message: Uint8Array, raw: Uint8Array): boolean {
  const der = derSequence(derUnsigned(raw.subarray(0, 32)), derUnsigned(raw.subarray(32)));
  return new Sm2Verifier(publicKey, utf8(`${VERSION} sender`)).update(message).verify(der);
}
