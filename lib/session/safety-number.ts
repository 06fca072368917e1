/**
 * The safety number: 60 digits that two people compare out of band. Built as Signal builds its numeric fingerprint
 * (5200 rounds of a hash over version, key and key again; 30 digits a side; the smaller half first), with SM3.
 */
import { type Bytes, utf8 } from "../bytes.ts";
import { sm3 } from "../crypto/sm3.ts";

/** Rounds of hashing, so that a key with a near-equal number costs more to find (Signal: 5200). */
const ROUNDS = 5200;
/** Five digits from each five bytes, six groups a side. */
const GROUP_BYTES = 5;
const GROUPS = 6;
const GROUP_RANGE = 100_000;

const SAFETY_NUMBER_LABEL = utf8("p2p safety number 1");

function half(publicKey: Uint8Array): string {
  let hash: Bytes = sm3(SAFETY_NUMBER_LABEL, publicKey);
  for (let i = 0; i < ROUNDS; i++) hash = sm3(hash, publicKey);
  let digits = "";
  for (let i = 0; i < GROUPS; i++) {
    const group = hash.subarray(i * GROUP_BYTES, (i + 1) * GROUP_BYTES);
    let value = 0;
    for (const byte of group) value = value * 256 + byte;
    digits += String(value % GROUP_RANGE).padStart(GROUP_BYTES, "0");
  }
  return digits;
}

/** 60 digits for two public keys (33 bytes each), the same whoever asks. */
export function safetyNumber(oneKey: Uint8Array, otherKey: Uint8Array): string {
  return [half(oneKey), half(otherKey)].sort().join("");
}

/** The number in twelve groups of five, for people. */
export function formatSafetyNumber(number: string): string {
  return (number.match(/.{5}/g) ?? []).join(" ");
}
