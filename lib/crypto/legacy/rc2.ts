/**
 * RC2 (RFC 2268) in CBC mode, decryption only: what PKCS#12 files of the old kind put around certificates, mostly with
 * 40 bits of key. Nothing of ours is ever encrypted so.
 */
import { type Bytes, fromHex } from "../../bytes.ts";
import { FormatError } from "../../errors.ts";
import { withoutPadding } from "./des.ts";

const BLOCK_BYTES = 8;

/** "PITABLE", a permutation made of the digits of π (RFC 2268 §2). */
const TABLE = fromHex(
  "d978f9c419ddb5ed28e9fd794aa0d89dc67e37832b76538e624c6488448bfba2" +
    "179a59f587b34f1361456d8d09817d32bd8f40eb86b77b0bf09521225c6b4e82" +
    "54d66593ce60b21c7356c014a78cf1dc1275ca1f3bbee4d1423dd430a33cb626" +
    "6fbf0eda4669075727f21d9bbc944303f811c7f690ef3ee706c3d52fc8661ed7" +
    "08e8eade8052eef784aa72ac354d6a2a961ad2715a1549744b9fd05e0418a4ec" +
    "c2e0416e0f51cbcc2491af50a1f47039997c3a8523b8b47afc02365b25559731" +
    "2d5dfa98e38a92ae05df2910676cbac9d300e6cfe19ea82c6316013f58e289a9" +
    "0d38341bab33ffb0bb480c5fb9b1cd2ec5f3db47e5a59c770aa62068fe7fc1ad",
);

/** 64 words of 16 bits (RFC 2268 §2). */
function expandedKey(key: Uint8Array, effectiveBits: number): Uint16Array {
  const bytes = new Uint8Array(128);
  bytes.set(key);
  for (let i = key.length; i < 128; i++) {
    bytes[i] = TABLE[bytes[i - 1]! + bytes[i - key.length]! & 0xff]!;
  }
  const kept = Math.ceil(effectiveBits / 8);
  const mask = 0xff >> (8 * kept - effectiveBits);
  bytes[128 - kept] = TABLE[bytes[128 - kept]! & mask]!;
  for (let i = 127 - kept; i >= 0; i--) bytes[i] = TABLE[bytes[i + 1]! ^ bytes[i + kept]!]!;
  return Uint16Array.from({ length: 64 }, (_, i) => bytes[2 * i]! | bytes[2 * i + 1]! << 8);
}

const TURNS = [1, 2, 3, 5] as const;

/** One block, four words (RFC 2268 §4). */
function decryptWords(r: Uint16Array, key: Uint16Array): void {
  let j = 63;
  const mix = () => {
    for (let i = 3; i >= 0; i--) {
      const turn = TURNS[i]!;
      const word = r[i]! >>> turn | r[i]! << (16 - turn);
      const [a, b, c] = [r[(i + 3) & 3]!, r[(i + 2) & 3]!, r[(i + 1) & 3]!];
      r[i] = word - key[j--]! - (a & b) - (~a & c);
    }
  };
  const mash = () => {
    for (let i = 3; i >= 0; i--) r[i] = r[i]! - key[r[(i + 3) & 3]! & 63]!;
  };
  for (let i = 0; i < 5; i++) mix();
  mash();
  for (let i = 0; i < 6; i++) mix();
  mash();
  for (let i = 0; i < 5; i++) mix();
}

/** Deciphers whole blocks and takes the padding off; a FormatError where it is not good. */
export function rc2CbcDecrypt(
  key: Uint8Array,
  effectiveBits: number,
  iv: Uint8Array,
  data: Uint8Array,
): Bytes {
  if (data.length === 0 || data.length % BLOCK_BYTES !== 0) {
    throw new FormatError("key.padding", {});
  }
  const words = expandedKey(key, effectiveBits);
  const out = new Uint8Array(data.length);
  const block = new Uint16Array(4);
  for (let at = 0; at < data.length; at += BLOCK_BYTES) {
    for (let i = 0; i < 4; i++) block[i] = data[at + 2 * i]! | data[at + 2 * i + 1]! << 8;
    decryptWords(block, words);
    for (let i = 0; i < BLOCK_BYTES; i++) {
      const chain = at === 0 ? iv[i]! : data[at - BLOCK_BYTES + i]!;
      out[at + i] = (block[i >> 1]! >> 8 * (i & 1) & 0xff) ^ chain;
    }
  }
  return withoutPadding(out, BLOCK_BYTES);
}
