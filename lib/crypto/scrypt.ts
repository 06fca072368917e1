/**
 * scrypt (RFC 7914): a key from a passphrase at a cost in memory that guessing has to pay too. Our own, since the
 * library's asynchronous one never lets the event loop turn: a signal could not end it.
 */
import { pbkdf2 } from "@noble/hashes/pbkdf2.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { type Bytes, wipe } from "../bytes.ts";
import { LimitError } from "../errors.ts";
import {
  atOnce,
  checkScryptCost,
  type KdfOptions,
  type ScryptCost,
  withTurns,
} from "./kdf-cost.ts";

export type { ScryptCost } from "./kdf-cost.ts";

/** 32-bit words of a block of Salsa20 (RFC 7914 §3). */
const SALSA_WORDS = 16;

/** Blocks of Salsa20 between two pauses: about 20 ms. */
const BLOCKS_PER_PAUSE = 2 ** 16;

/** scrypt of `passphrase`, in one go. */
export function scryptKey(
  passphrase: Uint8Array,
  salt: Uint8Array,
  cost: ScryptCost,
  length: number,
  options: KdfOptions = {},
): Bytes {
  checkScryptCost(cost, options);
  return atOnce(scryptSteps(passphrase, salt, cost, length));
}

/** The same, with turns for others. */
export async function scryptKeyAsync(
  passphrase: Uint8Array,
  salt: Uint8Array,
  cost: ScryptCost,
  length: number,
  options: KdfOptions = {},
): Promise<Bytes> {
  checkScryptCost(cost, options);
  return await withTurns(scryptSteps(passphrase, salt, cost, length), options.turn);
}

/** RFC 7914 §6. Words are little-endian, as on every machine that the runtime is built for. */
function* scryptSteps(
  passphrase: Uint8Array,
  salt: Uint8Array,
  { logN, r, p }: ScryptCost,
  length: number,
): Generator<void, Bytes> {
  const blockBytes = 128 * r;
  const blocks = pbkdf2(sha256, passphrase, salt, { c: 1, dkLen: p * blockBytes });
  const words = new Int32Array(blocks.slice().buffer);
  const table = tableOf(32 * r * 2 ** logN);
  const scratch = new Int32Array(32 * r);
  try {
    for (let lane = 0; lane < p; lane++) {
      const at = 32 * r * lane;
      yield* romix(words.subarray(at, at + 32 * r), 2 ** logN, r, table, scratch);
    }
    const mixed = new Uint8Array(words.buffer);
    return pbkdf2(sha256, passphrase, mixed, { c: 1, dkLen: length }) as Bytes;
  } finally {
    wipe(blocks);
    for (const secret of [words, table, scratch]) secret.fill(0);
  }
}

function tableOf(words: number): Int32Array<ArrayBuffer> {
  try {
    return new Int32Array(words);
  } catch (cause) {
    if (cause instanceof RangeError) {
      throw new LimitError("kdf.no-memory", { memory: 4 * words }, { cause });
    }
    throw cause;
  }
}

/** scryptROMix (RFC 7914 §5) of `x`, in place. */
function* romix(
  x: Int32Array,
  n: number,
  r: number,
  table: Int32Array,
  scratch: Int32Array,
): Generator<void, void> {
  const words = 32 * r;
  const perPause = Math.max(1, Math.floor(BLOCKS_PER_PAUSE / (2 * r)));
  let untilPause = perPause;
  table.set(x);
  for (let i = 1; i < n; i++) {
    blockMix(table, (i - 1) * words, table, i * words, r);
    if (--untilPause === 0) {
      untilPause = perPause;
      yield;
    }
  }
  blockMix(table, (n - 1) * words, x, 0, r);
  for (let i = 0; i < n; i++) {
    const j = (x[words - SALSA_WORDS]! & (n - 1)) * words; // Integerify: n is a power of two below 2³¹
    for (let k = 0; k < words; k++) scratch[k] = x[k]! ^ table[j + k]!;
    blockMix(scratch, 0, x, 0, r);
    if (--untilPause === 0) {
      untilPause = perPause;
      yield;
    }
  }
}

/** scryptBlockMix (RFC 7914 §4) of 2r blocks at `at` in `from`, to `to`: those of even number come first. */
function blockMix(from: Int32Array, at: number, to: Int32Array, toAt: number, r: number): void {
  let even = toAt, odd = toAt + SALSA_WORDS * r;
  salsaOfXor(from, at + SALSA_WORDS * (2 * r - 1), from, at, to, even);
  for (let i = 1; i < 2 * r; i++) {
    if (i % 2 === 1) {
      salsaOfXor(to, even, from, at + SALSA_WORDS * i, to, odd);
      even += SALSA_WORDS;
    } else {
      salsaOfXor(to, odd, from, at + SALSA_WORDS * i, to, even);
      odd += SALSA_WORDS;
    }
  }
}

/** Salsa20/8 (RFC 7914 §3) of the block at `a` ⊕ the block at `b`. */
function salsaOfXor(
  aWords: Int32Array,
  a: number,
  bWords: Int32Array,
  b: number,
  out: Int32Array,
  to: number,
): void {
  const y0 = aWords[a + 0]! ^ bWords[b + 0]!;
  const y1 = aWords[a + 1]! ^ bWords[b + 1]!;
  const y2 = aWords[a + 2]! ^ bWords[b + 2]!;
  const y3 = aWords[a + 3]! ^ bWords[b + 3]!;
  const y4 = aWords[a + 4]! ^ bWords[b + 4]!;
  const y5 = aWords[a + 5]! ^ bWords[b + 5]!;
  const y6 = aWords[a + 6]! ^ bWords[b + 6]!;
  const y7 = aWords[a + 7]! ^ bWords[b + 7]!;
  const y8 = aWords[a + 8]! ^ bWords[b + 8]!;
  const y9 = aWords[a + 9]! ^ bWords[b + 9]!;
  const y10 = aWords[a + 10]! ^ bWords[b + 10]!;
  const y11 = aWords[a + 11]! ^ bWords[b + 11]!;
  const y12 = aWords[a + 12]! ^ bWords[b + 12]!;
  const y13 = aWords[a + 13]! ^ bWords[b + 13]!;
  const y14 = aWords[a + 14]! ^ bWords[b + 14]!;
  const y15 = aWords[a + 15]! ^ bWords[b + 15]!;
  let x0 = y0;
  let x1 = y1;
  let x2 = y2;
  let x3 = y3;
  let x4 = y4;
  let x5 = y5;
  let x6 = y6;
  let x7 = y7;
  let x8 = y8;
  let x9 = y9;
  let x10 = y10;
  let x11 = y11;
  let x12 = y12;
  let x13 = y13;
  let x14 = y14;
  let x15 = y15;
  for (let round = 0; round < 8; round += 2) {
    x4 ^= rotate((x0 + x12) | 0, 7);
    x8 ^= rotate((x4 + x0) | 0, 9);
    x12 ^= rotate((x8 + x4) | 0, 13);
    x0 ^= rotate((x12 + x8) | 0, 18);
    x9 ^= rotate((x5 + x1) | 0, 7);
    x13 ^= rotate((x9 + x5) | 0, 9);
    x1 ^= rotate((x13 + x9) | 0, 13);
    x5 ^= rotate((x1 + x13) | 0, 18);
    x14 ^= rotate((x10 + x6) | 0, 7);
    x2 ^= rotate((x14 + x10) | 0, 9);
    x6 ^= rotate((x2 + x14) | 0, 13);
    x10 ^= rotate((x6 + x2) | 0, 18);
    x3 ^= rotate((x15 + x11) | 0, 7);
    x7 ^= rotate((x3 + x15) | 0, 9);
    x11 ^= rotate((x7 + x3) | 0, 13);
    x15 ^= rotate((x11 + x7) | 0, 18);
    x1 ^= rotate((x0 + x3) | 0, 7);
    x2 ^= rotate((x1 + x0) | 0, 9);
    x3 ^= rotate((x2 + x1) | 0, 13);
    x0 ^= rotate((x3 + x2) | 0, 18);
    x6 ^= rotate((x5 + x4) | 0, 7);
    x7 ^= rotate((x6 + x5) | 0, 9);
    x4 ^= rotate((x7 + x6) | 0, 13);
    x5 ^= rotate((x4 + x7) | 0, 18);
    x11 ^= rotate((x10 + x9) | 0, 7);
    x8 ^= rotate((x11 + x10) | 0, 9);
    x9 ^= rotate((x8 + x11) | 0, 13);
    x10 ^= rotate((x9 + x8) | 0, 18);
    x12 ^= rotate((x15 + x14) | 0, 7);
    x13 ^= rotate((x12 + x15) | 0, 9);
    x14 ^= rotate((x13 + x12) | 0, 13);
    x15 ^= rotate((x14 + x13) | 0, 18);
  }
  out[to + 0] = x0 + y0;
  out[to + 1] = x1 + y1;
  out[to + 2] = x2 + y2;
  out[to + 3] = x3 + y3;
  out[to + 4] = x4 + y4;
  out[to + 5] = x5 + y5;
  out[to + 6] = x6 + y6;
  out[to + 7] = x7 + y7;
  out[to + 8] = x8 + y8;
  out[to + 9] = x9 + y9;
  out[to + 10] = x10 + y10;
  out[to + 11] = x11 + y11;
  out[to + 12] = x12 + y12;
  out[to + 13] = x13 + y13;
  out[to + 14] = x14 + y14;
  out[to + 15] = x15 + y15;
}

/** `word` rotated left. */
function rotate(word: number, bits: number): number {
  return word << bits | word >>> (32 - bits);
}
