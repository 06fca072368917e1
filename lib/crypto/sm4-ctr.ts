/**
 * SM4 counter mode (NIST SP 800-38A §6.5, GB/T 17964), as a key stream laid over data of any cut.
 */
import { type Sm4, SM4_BLOCK_BYTES } from "./sm4.ts";

/** A running key stream. Enciphering and deciphering are the same. */
export class CtrStream {
  readonly #cipher: Sm4;
  readonly #counter = new Uint8Array(SM4_BLOCK_BYTES);
  readonly #key = new Uint8Array(SM4_BLOCK_BYTES);
  /** How many of the counter's last bytes count: 16, or GCM's 4. */
  readonly #counterBytes: number;
  #used = SM4_BLOCK_BYTES;

  /** @param counterBytes 16 counts through the whole block; 4 wraps at 2³² (inc₃₂ of SP 800-38D §6.2). */
  constructor(cipher: Sm4, firstCounter: Uint8Array, counterBytes: 4 | 16) {
    this.#cipher = cipher;
    this.#counter.set(firstCounter);
    this.#counterBytes = counterBytes;
  }

  /** Lays the key stream over `input` into `output` (which may be the same array). */
  apply(input: Uint8Array, output: Uint8Array): void {
    const key = this.#key;
    for (let i = 0; i < input.length; i++) {
      if (this.#used === SM4_BLOCK_BYTES) this.#nextBlock();
      output[i] = input[i]! ^ key[this.#used++]!;
    }
  }

  #nextBlock(): void {
    this.#cipher.encryptBlock(this.#counter, 0, this.#key, 0);
    this.#used = 0;
    const end = SM4_BLOCK_BYTES - this.#counterBytes;
    for (let i = SM4_BLOCK_BYTES - 1; i >= end; i--) {
      const next = (this.#counter[i]! + 1) & 0xff;
      this.#counter[i] = next;
      if (next !== 0) break;
    }
  }

  /** Overwrites the key stream that is left over. */
  wipe(): void {
    this.#key.fill(0);
    this.#counter.fill(0);
  }
}
