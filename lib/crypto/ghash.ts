/**
 * GHASH, the universal hash of GCM (NIST SP 800-38D §6.4), with one 256-entry table per key.
 */
import type { Bytes } from "../bytes.ts";

const BLOCK_BYTES = 16;

/** The reduction of the byte that a shift by 8 pushes out: byte · x¹²⁸ mod the polynomial, top 16 bits. */
const REDUCTION = Int32Array.from({ length: 256 }, (_, byte) => {
  let r = 0;
  for (let bit = 0; bit < 8; bit++) if (byte & (1 << bit)) r ^= 0xe100 >>> (7 - bit);
  return r << 16;
});

/** Z ⊕ block, byte by byte; rewritten for every block. */
const SCRATCH = new Uint8Array(BLOCK_BYTES);

/** A running GHASH. `reset` starts the next message under the same key. */
export class Ghash {
  /** byte · H for all bytes, four words each. */
  readonly #table = new Int32Array(4 * 256);
  readonly #block = new Uint8Array(BLOCK_BYTES);
  #buffered = 0;
  #z0 = 0;
  #z1 = 0;
  #z2 = 0;
  #z3 = 0;

  /** @param h the hash subkey H: the block cipher of the zero block (§7.1). */
  constructor(h: Uint8Array) {
    const view = new DataView(h.buffer, h.byteOffset, BLOCK_BYTES);
    const table = this.#table;
    let v0 = view.getInt32(0), v1 = view.getInt32(4), v2 = view.getInt32(8), v3 = view.getInt32(12);
    for (let bit = 0x80; bit > 0; bit >>= 1) { // the leftmost bit is the coefficient of x⁰ (§6.3)
      table.set([v0, v1, v2, v3], 4 * bit);
      const out = v3 & 1;
      v3 = (v3 >>> 1) | (v2 << 31);
      v2 = (v2 >>> 1) | (v1 << 31);
      v1 = (v1 >>> 1) | (v0 << 31);
      v0 = (v0 >>> 1) ^ (out === 0 ? 0 : 0xe1000000);
    }
    for (let high = 2; high < 256; high *= 2) {
      for (let low = 1; low < high; low++) {
        for (let i = 0; i < 4; i++) {
          table[4 * (high + low) + i] = table[4 * high + i]! ^ table[4 * low + i]!;
        }
      }
    }
  }

  /** Starts over. */
  reset(): void {
    this.#z0 =
      this.#z1 =
      this.#z2 =
      this.#z3 =
        0;
    this.#buffered = 0;
  }

  /** Appends `bytes`. */
  update(bytes: Uint8Array): this {
    let at = 0;
    if (this.#buffered > 0) {
      at = Math.min(BLOCK_BYTES - this.#buffered, bytes.length);
      this.#block.set(bytes.subarray(0, at), this.#buffered);
      this.#buffered += at;
      if (this.#buffered < BLOCK_BYTES) return this;
      this.#absorb(this.#block, 0, BLOCK_BYTES);
      this.#buffered = 0;
    }
    const end = bytes.length - (bytes.length - at) % BLOCK_BYTES;
    this.#absorb(bytes, at, end);
    this.#block.set(bytes.subarray(end), 0);
    this.#buffered = bytes.length - end;
    return this;
  }

  /** Fills the current block with zeros. */
  pad(): this {
    if (this.#buffered === 0) return this;
    this.#block.fill(0, this.#buffered);
    this.#buffered = 0;
    this.#absorb(this.#block, 0, BLOCK_BYTES);
    return this;
  }

  /** Appends the closing block: the two lengths, given in bytes, as 64-bit counts of bits (§7.1 step 5). */
  lengths(aadBytes: number, textBytes: number): this {
    const block = new Uint8Array(BLOCK_BYTES);
    const view = new DataView(block.buffer);
    view.setUint32(0, Math.floor(aadBytes / 2 ** 29));
    view.setUint32(4, (aadBytes * 8) % 2 ** 32);
    view.setUint32(8, Math.floor(textBytes / 2 ** 29));
    view.setUint32(12, (textBytes * 8) % 2 ** 32);
    return this.update(block);
  }

  /** The hash of the whole blocks so far. */
  value(): Bytes {
    const out = new Uint8Array(BLOCK_BYTES);
    const view = new DataView(out.buffer);
    view.setInt32(0, this.#z0);
    view.setInt32(4, this.#z1);
    view.setInt32(8, this.#z2);
    view.setInt32(12, this.#z3);
    return out;
  }

  /** Overwrites all that depends on the key. */
  wipe(): void {
    this.#table.fill(0);
    this.#block.fill(0);
    this.reset();
  }

  /** Z = (Z ⊕ block) · H for every block at `from`…`to` (§6.4), a byte of Z at a time from the right. */
  #absorb(bytes: Uint8Array, from: number, to: number): void {
    const table = this.#table;
    const block = SCRATCH;
    let z0 = this.#z0, z1 = this.#z1, z2 = this.#z2, z3 = this.#z3;
    for (let at = from; at < to; at += BLOCK_BYTES) {
      block[0] = z0 >>> 24 ^ bytes[at]!;
      block[1] = z0 >>> 16 ^ bytes[at + 1]!;
      block[2] = z0 >>> 8 ^ bytes[at + 2]!;
      block[3] = z0 ^ bytes[at + 3]!;
      block[4] = z1 >>> 24 ^ bytes[at + 4]!;
      block[5] = z1 >>> 16 ^ bytes[at + 5]!;
      block[6] = z1 >>> 8 ^ bytes[at + 6]!;
      block[7] = z1 ^ bytes[at + 7]!;
      block[8] = z2 >>> 24 ^ bytes[at + 8]!;
      block[9] = z2 >>> 16 ^ bytes[at + 9]!;
      block[10] = z2 >>> 8 ^ bytes[at + 10]!;
      block[11] = z2 ^ bytes[at + 11]!;
      block[12] = z3 >>> 24 ^ bytes[at + 12]!;
      block[13] = z3 >>> 16 ^ bytes[at + 13]!;
      block[14] = z3 >>> 8 ^ bytes[at + 14]!;
      block[15] = z3 ^ bytes[at + 15]!;
      let entry = 4 * block[15]!;
      z0 = table[entry]!;
      z1 = table[entry + 1]!;
      z2 = table[entry + 2]!;
      z3 = table[entry + 3]!;
      for (let i = 14; i >= 0; i--) {
        const out = z3 & 0xff;
        entry = 4 * block[i]!;
        z3 = (z3 >>> 8 | z2 << 24) ^ table[entry + 3]!;
        z2 = (z2 >>> 8 | z1 << 24) ^ table[entry + 2]!;
        z1 = (z1 >>> 8 | z0 << 24) ^ table[entry + 1]!;
        z0 = (z0 >>> 8) ^ REDUCTION[out]! ^ table[entry]!;
      }
    }
    this.#z0 = z0;
    this.#z1 = z1;
    this.#z2 = z2;
    this.#z3 = z3;
  }
}
