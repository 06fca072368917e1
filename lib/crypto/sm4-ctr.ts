/**
 * SM4 counter mode (NIST SP 800-38A §6.5, GB/T 17964), as a key stream laid over data of any cut.
 */
import { type Sm4, SM4_BLOCK_BYTES } from "./sm4.ts";

/** A running key stream. Enciphering and deciphering are the same. */
export class CtrStream {
  readonly #cipher: Sm4;
  readonly #counter = new Uint8Array(SM4_BLOCK_BYTES);
  readonly #view = new DataView(this.#counter.buffer);
  /** The block of key stream that is partly used up. */
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
    let at = this.#useUp(input, output, 0);
    const whole = input.length - (input.length - at) % SM4_BLOCK_BYTES;
    while (at < whole) {
      // As far as the counter's last 32 bits go.
      const room = (2 ** 32 - this.#view.getUint32(12)) * SM4_BLOCK_BYTES;
      const end = Math.min(whole, at + room);
      this.#cipher.ctr32(this.#counter, input.subarray(at, end), output.subarray(at, end));
      this.#carry();
      at = end;
    }
    if (at === input.length) return;
    this.#key.fill(0);
    this.#cipher.ctr32(this.#counter, this.#key, this.#key);
    this.#carry();
    this.#used = 0;
    this.#useUp(input, output, at);
  }

  /** Lays what is left of the current block over `input` from `at` on; where it ended. */
  #useUp(input: Uint8Array, output: Uint8Array, at: number): number {
    let i = at;
    while (i < input.length && this.#used < SM4_BLOCK_BYTES) {
      output[i] = input[i]! ^ this.#key[this.#used++]!;
      i++;
    }
    return i;
  }

  /** When the last 32 bits have come round to 0, the bits above them count. */
  #carry(): void {
    if (this.#counterBytes === 4 || this.#view.getUint32(12) !== 0) return;
    for (let i = 11; i >= 0; i--) {
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
