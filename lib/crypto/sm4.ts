/**
 * SM4 block cipher, GB/T 32907-2016 (ISO/IEC 18033-3:2010/Amd 1:2021): 128-bit blocks and keys, 32 rounds.
 *
 * Table-driven, so its timing depends on the data through the cache; SECURITY.md says what that means.
 */
import { fromHex } from "../bytes.ts";
import { InvalidKeyError } from "../errors.ts";

/** Block and key size (GB/T 32907 §5). */
export const SM4_BLOCK_BYTES = 16;
export const SM4_KEY_BYTES = 16;

const ROUNDS = 32;

/** The S-box (GB/T 32907 §6.2 a). */
export const SM4_SBOX: Uint8Array = fromHex(
  "d690e9fecce13db716b614c228fb2c052b679a762abe04c3aa44132649860699" +
    "9c4250f491ef987a33540b43edcfac62e4b31ca9c908e89580df94fa758f3fa6" +
    "4707a7fcf37317ba83593c19e6854fa8686b81b27164da8bf8eb0f4b70569d35" +
    "1e240e5e6358d1a225227c3b01217887d40046579fd327524c3602e7a0c4c89e" +
    "eabf8ad240c738b5a3f7f2cef96115a1e0ae5da49b341a55ad933230f58cb1e3" +
    "1df6e22e8266ca60c02923ab0d534e6fd5db3745defd8e2f03ff6a726d6c5b51" +
    "8d1baf92bbddbc7f11d95c411f105ad80ac13188a5cd7bbd2d74d012b8e5b4b0" +
    "8969974a0c96777e65b9f109c56ec68418f07dec3adc4d2079ee5f3ed7cb3948",
);

/** System parameter FK (GB/T 32907 §7.3 a). */
const FK = [0xa3b1bac6, 0x56aa3350, 0x677d9197, 0xb27022dc] as const;

/** Fixed parameter CK: byte j of word i is (4i + j)·7 mod 256 (GB/T 32907 §7.3 b). */
const CK = Int32Array.from({ length: ROUNDS }, (_, i) => {
  const byte = (j: number) => (4 * i + j) * 7 & 0xff;
  return byte(0) << 24 | byte(1) << 16 | byte(2) << 8 | byte(3);
});

function rotate(x: number, by: number): number {
  return (x << by) | (x >>> (32 - by));
}

/** S-box and linear transform L (GB/T 32907 §6.2 b) in one table for each of the four byte positions. */
function roundTable(shift: number): Int32Array<ArrayBuffer> {
  return Int32Array.from({ length: 256 }, (_, byte) => {
    const s = SM4_SBOX[byte]! << shift;
    return s ^ rotate(s, 2) ^ rotate(s, 10) ^ rotate(s, 18) ^ rotate(s, 24);
  });
}
const T0 = roundTable(24), T1 = roundTable(16), T2 = roundTable(8), T3 = roundTable(0);

/** T of the round function F (GB/T 32907 §6). */
function t(x: number): number {
  return T0[x >>> 24]! ^ T1[(x >>> 16) & 0xff]! ^ T2[(x >>> 8) & 0xff]! ^ T3[x & 0xff]!;
}

/** T′ of the key schedule: the S-box, then L′ (GB/T 32907 §7.3). */
function tKey(x: number): number {
  const s = SM4_SBOX[x >>> 24]! << 24 | SM4_SBOX[(x >>> 16) & 0xff]! << 16 |
    SM4_SBOX[(x >>> 8) & 0xff]! << 8 | SM4_SBOX[x & 0xff]!;
  return s ^ rotate(s, 13) ^ rotate(s, 23);
}

/** One SM4 key: single blocks in both directions. */
export class Sm4 {
  readonly #encrypt = new Int32Array(ROUNDS);
  readonly #decrypt = new Int32Array(ROUNDS);

  constructor(key: Uint8Array) {
    if (key.length !== SM4_KEY_BYTES) {
      throw new InvalidKeyError(`read SM4 key: ${key.length} bytes where there must be 16`);
    }
    const view = new DataView(key.buffer, key.byteOffset, SM4_KEY_BYTES);
    const k = FK.map((fk, i) => view.getInt32(4 * i) ^ fk);
    for (let i = 0; i < ROUNDS; i++) {
      const next = k[0]! ^ tKey(k[1]! ^ k[2]! ^ k[3]! ^ CK[i]!);
      k.shift();
      k.push(next);
      this.#encrypt[i] = next;
      this.#decrypt[ROUNDS - 1 - i] = next;
    }
  }

  /** Enciphers the block at `from` of `input` to `to` of `output` (which may be the same array). */
  encryptBlock(input: Uint8Array, from: number, output: Uint8Array, to: number): void {
    crypt(this.#encrypt, input, from, output, to);
  }

  /** Deciphers the block at `from` of `input` to `to` of `output` (which may be the same array). */
  decryptBlock(input: Uint8Array, from: number, output: Uint8Array, to: number): void {
    crypt(this.#decrypt, input, from, output, to);
  }

  /** Overwrites the round keys. The object is of no use afterwards. */
  wipe(): void {
    this.#encrypt.fill(0);
    this.#decrypt.fill(0);
  }
}

/** 32 rounds, four at a time so that the words need not move, then the reversal R (GB/T 32907 §7.1). */
function crypt(
  keys: Int32Array,
  input: Uint8Array,
  from: number,
  output: Uint8Array,
  to: number,
): void {
  let x0 = word(input, from), x1 = word(input, from + 4);
  let x2 = word(input, from + 8), x3 = word(input, from + 12);
  for (let i = 0; i < ROUNDS; i += 4) {
    x0 ^= t(x1 ^ x2 ^ x3 ^ keys[i]!);
    x1 ^= t(x2 ^ x3 ^ x0 ^ keys[i + 1]!);
    x2 ^= t(x3 ^ x0 ^ x1 ^ keys[i + 2]!);
    x3 ^= t(x0 ^ x1 ^ x2 ^ keys[i + 3]!);
  }
  setWord(output, to, x3);
  setWord(output, to + 4, x2);
  setWord(output, to + 8, x1);
  setWord(output, to + 12, x0);
}

function word(bytes: Uint8Array, at: number): number {
  return bytes[at]! << 24 | bytes[at + 1]! << 16 | bytes[at + 2]! << 8 | bytes[at + 3]!;
}

function setWord(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}
