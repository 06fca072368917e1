/**
 * SM4 in CFB-128 and OFB mode (NIST SP 800-38A §6.3, §6.4; GB/T 17964-2021): each block of key stream comes from the
 * last block of ciphertext (CFB) or of key stream (OFB). Here for OpenSSL's files; no padding, no authentication.
 */
import type { Bytes } from "../bytes.ts";
import { type Sm4, SM4_BLOCK_BYTES } from "./sm4.ts";

/** What is fed back into the cipher. */
export type Feedback = "ciphertext-out" | "ciphertext-in" | "key-stream";

/** A running CFB or OFB key stream over data of any cut. */
export class FeedbackStream {
  readonly #cipher: Sm4;
  readonly #feedback: Feedback;
  /** The block being used up; what is fed back takes the place of what has been used. */
  readonly #register: Bytes;
  #used = SM4_BLOCK_BYTES;

  /** @param feedback CFB encryption feeds its output back, CFB decryption its input, OFB the key stream. */
  constructor(cipher: Sm4, iv: Uint8Array, feedback: Feedback) {
    this.#cipher = cipher;
    this.#feedback = feedback;
    this.#register = new Uint8Array(iv);
  }

  /** The transformed `chunk`. */
  update(chunk: Uint8Array): Bytes {
    const out = new Uint8Array(chunk.length);
    const begin = Math.min(chunk.length, SM4_BLOCK_BYTES - this.#used);
    const end = chunk.length - (chunk.length - begin) % SM4_BLOCK_BYTES;
    this.#useUp(chunk, out, 0, begin);
    if (end > begin) this.#blocks(chunk.subarray(begin, end), out.subarray(begin, end));
    if (chunk.length > end) {
      this.#cipher.encryptBlock(this.#register, 0, this.#register, 0);
      this.#used = 0;
      this.#useUp(chunk, out, end, chunk.length);
    }
    return out;
  }

  #blocks(input: Uint8Array, output: Uint8Array): void {
    const register = this.#register;
    if (this.#feedback === "key-stream") this.#cipher.ofb(register, input, output);
    else this.#cipher.cfb(this.#feedback === "ciphertext-in", register, input, output);
  }

  /** Bytes `from`…`to` with what is left of the present block. */
  #useUp(chunk: Uint8Array, out: Uint8Array, from: number, to: number): void {
    const register = this.#register;
    for (let i = from; i < to; i++) {
      const input = chunk[i]!;
      const output = input ^ register[this.#used]!;
      out[i] = output;
      if (this.#feedback === "ciphertext-out") register[this.#used] = output;
      else if (this.#feedback === "ciphertext-in") register[this.#used] = input;
      this.#used++;
    }
  }

  /** Ends the stream and overwrites its key. */
  finish(): Bytes {
    this.#register.fill(0);
    this.#cipher.wipe();
    return new Uint8Array(0);
  }
}
