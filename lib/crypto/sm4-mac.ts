/**
 * MACs of SM4: CMAC (NIST SP 800-38B, GB/T 15852.1-2020 algorithm 5) and CBC-MAC (GB/T 15852.1 algorithm 1 with padding
 * method 1, what PBOC and POS devices use). CBC-MAC is secure only where all messages have one length that was agreed on.
 */
import { type Bytes, wipe } from "../bytes.ts";
import { Sm4, SM4_BLOCK_BYTES } from "./sm4.ts";

/** Which MAC. */
export type Sm4MacMode = "cmac" | "cbc-mac";

/** The product with x in GF(2¹²⁸), bits counted from the left (SP 800-38B §5.3). */
function doubled(block: Uint8Array): Bytes {
  const out = new Uint8Array(SM4_BLOCK_BYTES);
  let carry = 0;
  for (let i = SM4_BLOCK_BYTES - 1; i >= 0; i--) {
    out[i] = block[i]! << 1 | carry;
    carry = block[i]! >> 7;
  }
  out[SM4_BLOCK_BYTES - 1]! ^= 0x87 & -carry;
  return out;
}

/** How much is enciphered at a time: the output of a MAC is thrown away. */
const MAC_PIECE_BYTES = 64 * 1024;

/** The MAC of a message that comes in pieces: 16 bytes. */
export class Sm4Mac {
  readonly #cipher: Sm4;
  readonly #mode: Sm4MacMode;
  readonly #chain = new Uint8Array(SM4_BLOCK_BYTES);
  /** What waits: the last block is treated in its own way, so a whole one may wait too. */
  readonly #pending = new Uint8Array(SM4_BLOCK_BYTES);
  #waiting = 0;

  constructor(mode: Sm4MacMode, key: Uint8Array) {
    this.#mode = mode;
    this.#cipher = new Sm4(key);
  }

  /** Appends `bytes` to the message. */
  update(bytes: Uint8Array): this {
    let at = 0;
    if (this.#waiting > 0) {
      at = Math.min(bytes.length, SM4_BLOCK_BYTES - this.#waiting);
      this.#pending.set(bytes.subarray(0, at), this.#waiting);
      this.#waiting += at;
      if (at === bytes.length) return this;
      this.#absorb(this.#pending);
    }
    // At least one byte stays behind.
    const whole = at + Math.floor((bytes.length - at - 1) / SM4_BLOCK_BYTES) * SM4_BLOCK_BYTES;
    for (; at < whole; at += MAC_PIECE_BYTES) {
      this.#absorb(bytes.subarray(at, Math.min(whole, at + MAC_PIECE_BYTES)));
    }
    const rest = bytes.subarray(Math.max(0, whole));
    this.#pending.set(rest);
    this.#waiting = rest.length;
    return this;
  }

  #absorb(blocks: Uint8Array): void {
    this.#cipher.cbc(false, this.#chain, blocks, new Uint8Array(blocks.length));
  }

  /** The MAC; the object is used up. */
  digest(): Bytes {
    const last = this.#pending;
    last.fill(0, this.#waiting);
    if (this.#mode === "cmac") {
      const zero = new Uint8Array(SM4_BLOCK_BYTES);
      this.#cipher.encryptBlock(zero, 0, zero, 0);
      let subkey = doubled(zero);
      if (this.#waiting < SM4_BLOCK_BYTES) {
        last[this.#waiting] = 0x80;
        subkey = doubled(subkey);
      }
      for (let i = 0; i < SM4_BLOCK_BYTES; i++) last[i] = last[i]! ^ subkey[i]!;
      wipe(zero, subkey);
    }
    this.#absorb(last);
    this.#cipher.wipe();
    wipe(last);
    return this.#chain;
  }
}
