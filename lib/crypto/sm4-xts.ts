/**
 * SM4-XTS: for sectors of disks, which must not grow. There are two, which differ in how a tweak becomes the next one:
 * GB/T 17964-2021 counts its bits from the other end than IEEE 1619-2018 and NIST SP 800-38E, and so all blocks but the
 * first of a sector differ. OpenSSL from 3.1 on and GmSSL take GB/T's unless told otherwise. Nothing authenticates.
 */
import { type Bytes, equalConstantTime, wipe } from "../bytes.ts";
import { FormatError, InvalidKeyError, LimitError } from "../errors.ts";
import { Sm4, SM4_BLOCK_BYTES, SM4_KEY_BYTES } from "./sm4.ts";
import type { CipherDirection } from "./sm4-modes.ts";

/** Whose XTS. */
export type XtsStandard = "gb" | "ieee";

/** Two keys of SM4: for the data, and for the tweaks. */
export const XTS_KEY_BYTES = 2 * SM4_KEY_BYTES;

/** The most of one sector: 2²⁰ blocks (SP 800-38E §4). */
export const XTS_MAX_BYTES = SM4_BLOCK_BYTES * 2 ** 20;

/** The tweak of the next block: the product with α. */
function nextTweak(tweak: Uint8Array, standard: XtsStandard): void {
  if (standard === "ieee") {
    let carry = 0;
    for (let i = 0; i < SM4_BLOCK_BYTES; i++) {
      const byte = tweak[i]!;
      tweak[i] = byte << 1 | carry;
      carry = byte >> 7;
    }
    tweak[0]! ^= 0x87 & -carry;
    return;
  }
  let carry = 0;
  for (let i = 0; i < SM4_BLOCK_BYTES; i++) {
    const byte = tweak[i]!;
    tweak[i] = byte >> 1 | carry << 7;
    carry = byte & 1;
  }
  tweak[0]! ^= 0xe1 & -carry;
}

/**
 * One sector, at least a block long: as many bytes come out as go in.
 *
 * @param key 32 bytes: the key of the data, then the key of the tweaks
 * @param iv 16 bytes: the number of the sector, as its user writes it
 */
export function sm4Xts(
  standard: XtsStandard,
  direction: CipherDirection,
  key: Uint8Array,
  iv: Uint8Array,
  data: Uint8Array,
): Bytes {
  checkXts(direction, key, iv, data);
  const cipher = new Sm4(key.subarray(0, SM4_KEY_BYTES));
  const tweaker = new Sm4(key.subarray(SM4_KEY_BYTES));
  const tweak = new Uint8Array(iv);
  tweaker.encryptBlock(tweak, 0, tweak, 0);
  tweaker.wipe();
  const decrypt = direction === "decrypt";
  const rest = data.length % SM4_BLOCK_BYTES;
  // The last whole block takes part in the stealing, where there is any.
  const plainBytes = data.length - rest - (rest === 0 ? 0 : SM4_BLOCK_BYTES);
  const out = new Uint8Array(data.length);
  const tweaks = new Uint8Array(plainBytes);
  for (let at = 0; at < plainBytes; at += SM4_BLOCK_BYTES) {
    tweaks.set(tweak, at);
    nextTweak(tweak, standard);
  }
  const body = out.subarray(0, plainBytes);
  for (let i = 0; i < plainBytes; i++) body[i] = data[i]! ^ tweaks[i]!;
  cipher.ecb(decrypt, body, body);
  for (let i = 0; i < plainBytes; i++) body[i] = body[i]! ^ tweaks[i]!;
  if (rest > 0) {
    const second = tweak.slice();
    nextTweak(second, standard);
    // Encryption takes the tweaks in order, decryption has to take the later one first.
    const order = decrypt ? [second, tweak] : [tweak, second];
    const whole = oneBlock(cipher, decrypt, data.subarray(plainBytes, plainBytes + 16), order[0]!);
    const last = whole.slice();
    last.set(data.subarray(plainBytes + SM4_BLOCK_BYTES));
    out.set(oneBlock(cipher, decrypt, last, order[1]!), plainBytes);
    out.set(whole.subarray(0, rest), plainBytes + SM4_BLOCK_BYTES);
    wipe(whole, last, second);
  }
  cipher.wipe();
  wipe(tweak, tweaks);
  return out;
}

function oneBlock(cipher: Sm4, decrypt: boolean, block: Uint8Array, tweak: Uint8Array): Bytes {
  const out = new Uint8Array(SM4_BLOCK_BYTES);
  for (let i = 0; i < SM4_BLOCK_BYTES; i++) out[i] = block[i]! ^ tweak[i]!;
  cipher.ecb(decrypt, out, out);
  for (let i = 0; i < SM4_BLOCK_BYTES; i++) out[i] = out[i]! ^ tweak[i]!;
  return out;
}

function checkXts(
  direction: CipherDirection,
  key: Uint8Array,
  iv: Uint8Array,
  data: Uint8Array,
): void {
  if (key.length !== XTS_KEY_BYTES) throw new InvalidKeyError("xts.key-length", {});
  if (iv.length !== SM4_BLOCK_BYTES) throw new InvalidKeyError("sm4.iv-length", { mode: "XTS" });
  const halves = [key.subarray(0, SM4_KEY_BYTES), key.subarray(SM4_KEY_BYTES)] as const;
  if (direction === "encrypt" && equalConstantTime(...halves)) {
    throw new InvalidKeyError("xts.one-key", {});
  }
  if (data.length < SM4_BLOCK_BYTES) throw new FormatError("xts.too-short", {});
  if (data.length > XTS_MAX_BYTES) throw new LimitError("xts.too-long", { most: XTS_MAX_BYTES });
}
