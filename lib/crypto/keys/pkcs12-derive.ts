/**
 * Keys from passphrases as PKCS#12 makes them by itself (RFC 7292 appendix B.2): for its MAC, and for the old ciphers.
 */
import { md5, sha1 } from "@noble/hashes/legacy.js";
import { sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import { type Bytes, concat, utf8Text, wipe } from "../../bytes.ts";
import { FormatError } from "../../errors.ts";
import { checkIterations, type KdfOptions, withTurns } from "../kdf-cost.ts";
import { sm3, SM3_BLOCK_BYTES } from "../sm3.ts";

/** The hashes that PKCS#12 files use. */
export type Pkcs12Hash = "md5" | "sha1" | "sha256" | "sha384" | "sha512" | "sm3";

interface KdfHash {
  /** Bytes of a block, v in the standard. */
  readonly block: number;
  readonly digest: (data: Uint8Array) => Uint8Array;
}

const HASHES: Readonly<Record<Pkcs12Hash, KdfHash>> = {
  md5: { block: 64, digest: md5 },
  sha1: { block: 64, digest: sha1 },
  sha256: { block: 64, digest: sha256 },
  sha384: { block: 128, digest: sha384 },
  sha512: { block: 128, digest: sha512 },
  sm3: { block: SM3_BLOCK_BYTES, digest: sm3 },
};

/** What a key is for: "ID" in the standard (appendix B.3). */
export const Pkcs12Purpose = { key: 1, iv: 2, mac: 3 } as const;

/** Iterations between two pauses: about 20 ms. */
const ITERATIONS_PER_PAUSE = 2 ** 13;

/** A passphrase as PKCS#12 wants it: UTF-16, the high byte first, and two zeros (appendix B.1). */
export function bmpString(passphrase: Uint8Array): Bytes {
  const text = textOf(passphrase);
  const out = new Uint8Array(2 * text.length + 2);
  for (let i = 0; i < text.length; i++) {
    out[2 * i] = text.charCodeAt(i) >> 8;
    out[2 * i + 1] = text.charCodeAt(i);
  }
  return out;
}

/** Bytes that are no text are taken for Latin-1, as OpenSSL does. */
function textOf(passphrase: Uint8Array): string {
  try {
    return utf8Text(passphrase);
  } catch (error) {
    if (error instanceof FormatError) return String.fromCharCode(...passphrase);
    throw error;
  }
}

/** `bytes` again and again to whole blocks; nothing stays nothing. */
function repeated(bytes: Uint8Array, block: number): Bytes {
  const out = new Uint8Array(block * Math.ceil(bytes.length / block));
  for (let i = 0; i < out.length; i++) out[i] = bytes[i % bytes.length]!;
  return out;
}

/** I_j ← I_j + B + 1 modulo 2^8v, for every block of `input` (step 6 C). */
function addToBlocks(input: Bytes, addend: Uint8Array, block: number): void {
  for (let start = 0; start < input.length; start += block) {
    let carry = 1;
    for (let i = block - 1; i >= 0; i--) {
      carry += input[start + i]! + addend[i]!;
      input[start + i] = carry;
      carry >>= 8;
    }
  }
}

/**
 * A key of `length` bytes.
 *
 * @param passphrase as `bmpString` makes it, or empty
 */
export async function pkcs12Key(
  hash: Pkcs12Hash,
  purpose: number,
  passphrase: Uint8Array,
  salt: Uint8Array,
  iterations: number,
  length: number,
  options: KdfOptions = {},
): Promise<Bytes> {
  checkIterations(iterations, options);
  const steps = pkcs12KeySteps(HASHES[hash], purpose, passphrase, salt, iterations, length);
  return await withTurns(steps, options.turn);
}

function* pkcs12KeySteps(
  { block, digest }: KdfHash,
  purpose: number,
  passphrase: Uint8Array,
  salt: Uint8Array,
  iterations: number,
  length: number,
): Generator<void, Bytes> {
  const diversifier = new Uint8Array(block).fill(purpose);
  const input = concat(repeated(salt, block), repeated(passphrase, block));
  const out = new Uint8Array(length);
  for (let at = 0; at < length;) {
    let a = digest(concat(diversifier, input));
    for (let round = 1; round < iterations; round++) {
      a = digest(a);
      if (round % ITERATIONS_PER_PAUSE === 0) yield;
    }
    out.set(a.subarray(0, length - at), at);
    at += a.length;
    addToBlocks(input, repeated(a, block), block);
  }
  wipe(input);
  return out;
}
