/**
 * SM4 block cipher, GB/T 32907-2016 (ISO/IEC 18033-3:2010/Amd 1:2021): 128-bit blocks and keys, 32 rounds. The work
 * is done by the kernel, in time that does not depend on key or data.
 */
import { InvalidKeyError } from "../errors.ts";
import { kernel, type PreparedKey } from "./kernel/kernel.ts";

/** Block and key size (GB/T 32907 §5). */
export const SM4_BLOCK_BYTES = 16;
export const SM4_KEY_BYTES = 16;

/** Prepares a key for the kernel; an InvalidKeyError when it has not 16 bytes. */
export function prepareSm4Key(key: Uint8Array): PreparedKey {
  if (key.length !== SM4_KEY_BYTES) {
    throw new InvalidKeyError("sm4.key-length", { bytes: key.length });
  }
  return kernel().prepare(key);
}

/** One SM4 key: blocks in both directions. Outputs may be the inputs' arrays. */
export class Sm4 {
  readonly #key: PreparedKey;

  constructor(key: Uint8Array) {
    this.#key = prepareSm4Key(key);
  }

  /** Enciphers the block at `from` of `input` to `to` of `output`. */
  encryptBlock(input: Uint8Array, from: number, output: Uint8Array, to: number): void {
    const block = input.subarray(from, from + SM4_BLOCK_BYTES);
    kernel().ecb(this.#key, false, block, output.subarray(to, to + SM4_BLOCK_BYTES));
  }

  /** Deciphers the block at `from` of `input` to `to` of `output`. */
  decryptBlock(input: Uint8Array, from: number, output: Uint8Array, to: number): void {
    const block = input.subarray(from, from + SM4_BLOCK_BYTES);
    kernel().ecb(this.#key, true, block, output.subarray(to, to + SM4_BLOCK_BYTES));
  }

  /** ECB over whole blocks. */
  ecb(decrypt: boolean, input: Uint8Array, output: Uint8Array): void {
    kernel().ecb(this.#key, decrypt, input, output);
  }

  /** CBC over whole blocks; `chain` (16 bytes) is left at the last ciphertext block. */
  cbc(decrypt: boolean, chain: Uint8Array, input: Uint8Array, output: Uint8Array): void {
    kernel().cbc(this.#key, decrypt, chain, input, output);
  }

  /** CFB-128 over whole blocks; `chain` (16 bytes) is left at the last ciphertext block. */
  cfb(decrypt: boolean, chain: Uint8Array, input: Uint8Array, output: Uint8Array): void {
    kernel().cfb(this.#key, decrypt, chain, input, output);
  }

  /** OFB over whole blocks; `chain` (16 bytes) is left at the last block of key stream. */
  ofb(chain: Uint8Array, input: Uint8Array, output: Uint8Array): void {
    kernel().ofb(this.#key, chain, input, output);
  }

  /** Key stream over `input` from `counter` on, whose last 4 bytes count modulo 2³²; left at the next block. */
  ctr32(counter: Uint8Array, input: Uint8Array, output: Uint8Array): void {
    kernel().ctr(this.#key, counter, input, output);
  }

  /** Overwrites the round keys. The object is of no use afterwards. */
  wipe(): void {
    this.#key.wipe();
  }
}
