/**
 * DES (FIPS 46-3) and triple DES (SP 800-67) in CBC mode, decryption only: what old key files and PKCS#12 containers are
 * encrypted with. Tables are looked up by secret values, so that its time tells of the key: for files on one's own disk
 * that is no matter, and nothing of ours is ever encrypted so.
 */
import type { Bytes } from "../../bytes.ts";
import { FormatError } from "../../errors.ts";

/** Block size of DES. */
export const DES_BLOCK_BYTES = 8;

/** Bits are counted from 1, the highest first (FIPS 46-3). */
const INITIAL = [58, 60, 62, 64, 57, 59, 61, 63].flatMap((top) =>
  Array.from({ length: 8 }, (_, i) => top - 8 * i)
);
const FINAL = INITIAL.map((_, i) => INITIAL.indexOf(i + 1) + 1);

const PERMUTATION =
  "16 7 20 21 29 12 28 17 1 15 23 26 5 18 31 10 2 8 24 14 32 27 3 9 19 13 30 6 22 11 4 25"
    .split(" ").map(Number);

/** The eight S-boxes, four rows of sixteen hexadecimal digits each. */
const S_BOXES = [
  "e4d12fb83a6c5907 0f74e2d1a6cb9538 41e8d62bfc973a50 fc8249175b3ea06d",
  "f18e6b34972dc05a 3d47f28ec01a69b5 0e7ba4d158c6932f d8a13f42b67c05e9",
  "a09e63f51dc7b428 d709346a285ecbf1 d6498f30b12c5ae7 1ad069874fe3b52c",
  "7de3069a1285bc4f d8b56f03472c1ae9 a690cb7df13e5284 3f06a1d8945bc72e",
  "2c417ab6853fd0e9 eb2c47d150fa3986 421bad78f9c5630e b8c71e2d6f09a453",
  "c1af92680d34e75b af427c9561de0b38 9ef528c3704a1db6 432c95fabe17608d",
  "4b2ef08d3c975a61 d0b7491ae35c2f86 14bdc37eaf680592 6bd814a7950fe23c",
  "d2846fb1a93e50c7 1fd8a374c56b0e92 7b419ce206adf358 21e74a8dfc90356b",
];

const KEY_CHOICE_1 =
  ("57 49 41 33 25 17 9 1 58 50 42 34 26 18 10 2 59 51 43 35 27 19 11 3 60 52 44 36 " +
    "63 55 47 39 31 23 15 7 62 54 46 38 30 22 14 6 61 53 45 37 29 21 13 5 28 20 12 4").split(" ")
    .map(Number);
const KEY_CHOICE_2 = ("14 17 11 24 1 5 3 28 15 6 21 10 23 19 12 4 26 8 16 7 27 20 13 2 " +
  "41 52 31 37 47 55 30 40 51 45 33 48 44 49 39 56 34 53 46 42 50 36 29 32").split(" ").map(Number);
const KEY_SHIFTS = [1, 1, 2, 2, 2, 2, 2, 2, 1, 2, 2, 2, 2, 2, 2, 1];

let tables: readonly Int32Array[] | undefined;

/** S-box and permutation in one: six bits in, their bits of the round's output. Made when the first old file comes. */
function roundTables(): readonly Int32Array[] {
  return tables ??= S_BOXES.map((rows, box) =>
    Int32Array.from({ length: 64 }, (_, six) => {
      const row = (six >> 4 & 2) | (six & 1);
      const four = parseInt(rows.split(" ")[row]![six >> 1 & 15]!, 16);
      const spread = four << (28 - 4 * box);
      return PERMUTATION.reduce(
        (word, from, i) => word | (spread >>> (32 - from) & 1) << (31 - i),
        0,
      );
    })
  );
}

function bitsOf(bytes: Uint8Array): number[] {
  return [...bytes].flatMap((byte) => Array.from({ length: 8 }, (_, i) => byte >> (7 - i) & 1));
}

/** Sixteen rounds of eight six-bit pieces of key. */
function roundKeys(key: Uint8Array): number[][] {
  const bits = bitsOf(key);
  const chosen = KEY_CHOICE_1.map((from) => bits[from - 1]!);
  let left = chosen.slice(0, 28), right = chosen.slice(28);
  return KEY_SHIFTS.map((shift) => {
    left = [...left.slice(shift), ...left.slice(0, shift)];
    right = [...right.slice(shift), ...right.slice(0, shift)];
    const both = [...left, ...right];
    const round = KEY_CHOICE_2.map((from) => both[from - 1]!);
    return Array.from(
      { length: 8 },
      (_, i) => round.slice(6 * i, 6 * i + 6).reduce((piece, bit) => piece << 1 | bit, 0),
    );
  });
}

/** Sixteen rounds over two words, between the permutations, which cancel out where three passes meet. */
function rounds(words: Int32Array, keys: readonly (readonly number[])[]): void {
  let left = words[0]!, right = words[1]!;
  const spread = roundTables();
  for (const key of keys) {
    let mixed = 0;
    for (let i = 0; i < 8; i++) {
      const turn = 4 * i + 5 & 31;
      const six = (right << turn | right >>> (32 - turn)) & 0x3f;
      mixed |= spread[i]![six ^ key[i]!]!;
    }
    [left, right] = [right, left ^ mixed];
  }
  [words[0], words[1]] = [right, left];
}

function permuted(words: Int32Array, table: readonly number[]): void {
  const high = words[0]!, low = words[1]!;
  const out = [0, 0];
  table.forEach((from, i) => {
    const bit = from <= 32 ? high >>> (32 - from) & 1 : low >>> (64 - from) & 1;
    out[i >> 5]! |= bit << (31 - (i & 31));
  });
  words.set(out);
}

/**
 * Deciphers whole blocks and takes the padding off (RFC 8018 §6.1.1); a FormatError where it is not good, which a wrong
 * key gives.
 *
 * @param key 8 bytes for DES, 16 or 24 for triple DES with two or three keys
 */
export function desCbcDecrypt(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Bytes {
  if (data.length === 0 || data.length % DES_BLOCK_BYTES !== 0) throw badPadding();
  const parts = Array.from(
    { length: key.length / 8 },
    (_, i) => roundKeys(key.slice(8 * i, 8 * i + 8)),
  );
  const first = parts[0]!;
  const backwards = (keys: number[][]) => keys.toReversed();
  // Encryption is E(K3, D(K2, E(K1, block))): its inverse begins with the last key, which is the first of two.
  const passes = parts.length === 1
    ? [backwards(first)]
    : [backwards(parts[2] ?? first), parts[1]!, backwards(first)];
  const out = new Uint8Array(data.length);
  const input = new DataView(data.buffer, data.byteOffset), output = new DataView(out.buffer);
  const chain = new DataView(new Uint8Array(iv).buffer);
  const words = new Int32Array(2);
  for (let at = 0; at < data.length; at += DES_BLOCK_BYTES) {
    words[0] = input.getInt32(at);
    words[1] = input.getInt32(at + 4);
    permuted(words, INITIAL);
    for (const keys of passes) rounds(words, keys);
    permuted(words, FINAL);
    output.setInt32(at, words[0]! ^ chain.getInt32(0));
    output.setInt32(at + 4, words[1]! ^ chain.getInt32(4));
    chain.setInt32(0, input.getInt32(at));
    chain.setInt32(4, input.getInt32(at + 4));
  }
  return withoutPadding(out, DES_BLOCK_BYTES);
}

function badPadding(): FormatError {
  return new FormatError("key.padding", {});
}

/** `data` without the padding of PKCS#5 and #7. */
export function withoutPadding(data: Bytes, block: number): Bytes {
  const fill = data[data.length - 1]!;
  const good = fill >= 1 && fill <= block &&
    data.subarray(data.length - fill).every((b) => b === fill);
  if (!good) throw badPadding();
  return data.slice(0, data.length - fill);
}
