/**
 * The files of `openssl enc`: "Salted__", eight bytes of salt, then the ciphertext in any mode of SM4. Key and IV come
 * from a passphrase, by PBKDF2 (`-pbkdf2 -md sm3`) or in the old way of EVP_BytesToKey with one iteration. Nothing
 * authenticates them, and whoever has one can try passphrases at the price of its iterations.
 */
import { md5, sha1 } from "@noble/hashes/legacy.js";
import { sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import { type Bytes, concat, equalConstantTime, utf8, wipe } from "../bytes.ts";
import { FormatError } from "../errors.ts";
import type { KdfOptions } from "./kdf-cost.ts";
import { pbkdf2Key, type Prf } from "./pbkdf2.ts";
import { sm3 } from "./sm3.ts";
import { SM4_BLOCK_BYTES, SM4_KEY_BYTES } from "./sm4.ts";

/** What such a file begins with. */
const MAGIC = utf8("Salted__");
const SALT_BYTES = 8;

/** Bytes in front of the ciphertext. */
export const SALTED_HEADER_BYTES: number = MAGIC.length + SALT_BYTES;

/** What `openssl enc -pbkdf2` does unless `-iter` says otherwise. */
export const SALTED_ITERATIONS = 10_000;

/** Digests by the names of `-md`. MD5 is for the old way alone. */
export type SaltedDigest = Prf | "md5";

/** How key and IV are made of the passphrase. */
export interface SaltedKdf {
  readonly digest: SaltedDigest;
  /** Of PBKDF2; undefined for EVP_BytesToKey. */
  readonly iterations: number | undefined;
}

const DIGESTS: Readonly<Record<SaltedDigest, (data: Uint8Array) => Uint8Array>> = {
  md5,
  sha1,
  sha256,
  sha384,
  sha512,
  sm3,
};

/** The header of a file with `salt`, 8 bytes. */
export function saltedHeader(salt: Uint8Array): Bytes {
  return concat(MAGIC, salt);
}

/** The salt of a file by its first 16 bytes; a FormatError where it is none of `openssl enc`. */
export function readSaltedHeader(header: Uint8Array): Uint8Array {
  const whole = header.length === SALTED_HEADER_BYTES &&
    equalConstantTime(header.subarray(0, MAGIC.length), MAGIC);
  if (!whole) throw new FormatError("openssl.not-salted", {});
  return header.subarray(MAGIC.length);
}

/** Key and IV for `salt`. The caller wipes them. */
export async function saltedKey(
  passphrase: Uint8Array,
  salt: Uint8Array,
  { digest, iterations }: SaltedKdf,
  options: KdfOptions = {},
): Promise<{ key: Bytes; iv: Bytes }> {
  const length = SM4_KEY_BYTES + SM4_BLOCK_BYTES;
  const derived = iterations === undefined
    ? bytesToKey(DIGESTS[digest], passphrase, salt, length)
    : await pbkdf2Key(prfOf(digest), passphrase, salt, iterations, length, options);
  const key = derived.slice(0, SM4_KEY_BYTES), iv = derived.slice(SM4_KEY_BYTES);
  wipe(derived);
  return { key, iv };
}

function prfOf(digest: SaltedDigest): Prf {
  if (digest === "md5") throw new FormatError("openssl.md5", {});
  return digest;
}

/** EVP_BytesToKey with a count of 1. */
function bytesToKey(
  hash: (data: Uint8Array) => Uint8Array,
  passphrase: Uint8Array,
  salt: Uint8Array,
  length: number,
): Bytes {
  let key: Bytes = new Uint8Array(0);
  let block: Uint8Array = new Uint8Array(0);
  while (key.length < length) {
    block = hash(concat(block, passphrase, salt));
    key = concat(key, block);
  }
  return key.slice(0, length);
}
