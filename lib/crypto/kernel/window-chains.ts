/**
 * The modes that chain blocks, on the WebAssembly kernel: CBC (NIST SP 800-38A §6.2), CFB-128 (§6.3) and OFB (§6.4), whole
 * blocks of any number. Chains are left where the next block goes on.
 */
import { BLOCK } from "./engine.ts";
import type { KernelExports } from "./instance.ts";

/** What is done one block after the other, as the module numbers it (`scripts/kernel/emit-sm4-chain.ts`). */
const SERIAL = { cbc: 0, cfb: 1, ofb: 2 } as const;

/** Chained modes over one instance of the module; keys are given by the addresses of their contexts. */
export class WindowChains {
  readonly #wasm: KernelExports;
  readonly #memory: Uint8Array;
  readonly #arguments: number;
  readonly #window: number;
  readonly #windowBytes: number;

  constructor(wasm: KernelExports) {
    this.#wasm = wasm;
    this.#memory = new Uint8Array(wasm.memory.buffer);
    this.#arguments = wasm.ARGUMENTS.value;
    this.#window = wasm.WINDOW.value;
    this.#windowBytes = wasm.WINDOW_BYTES.value;
  }

  /** Enciphers by CBC or CFB, or lays OFB's key stream over `input`: each block waits for the one before. */
  serial(
    mode: keyof typeof SERIAL,
    context: number,
    chain: Uint8Array,
    input: Uint8Array,
    output: Uint8Array,
  ): void {
    const at = this.#arguments;
    this.#memory.set(chain, at);
    this.#pieces(input, output, this.#windowBytes, (blocks) => {
      this.#wasm.sm4Chain(context, at, this.#window, blocks, SERIAL[mode]);
    });
    chain.set(this.#memory.subarray(at, at + BLOCK));
  }

  /** Deciphers CBC, many blocks side by side. */
  cbcDecrypt(context: number, chain: Uint8Array, input: Uint8Array, output: Uint8Array): void {
    const at = this.#arguments;
    this.#memory.set(chain, at);
    this.#halves(input, output, (cipher, blocks) => {
      this.#wasm.sm4Ecb(context, this.#window, blocks, 1);
      this.#wasm.cbcUnchain(at, cipher, this.#window, blocks);
    });
    chain.set(this.#memory.subarray(at, at + BLOCK));
  }

  /** Deciphers CFB likewise: what is enciphered is the ciphertext one block later. */
  cfbDecrypt(context: number, chain: Uint8Array, input: Uint8Array, output: Uint8Array): void {
    const memory = this.#memory;
    this.#halves(input, output, (cipher, blocks) => {
      const last = cipher + BLOCK * (blocks - 1);
      memory.copyWithin(this.#window + BLOCK, cipher, last);
      memory.set(chain, this.#window);
      chain.set(memory.subarray(last, last + BLOCK));
      this.#wasm.sm4Ecb(context, this.#window, blocks, 0);
      this.#wasm.xorBlocks(this.#window, cipher, blocks);
    });
  }

  /** Half the window holds the ciphertext still, whose address is given, the other half becomes plaintext. */
  #halves(
    input: Uint8Array,
    output: Uint8Array,
    work: (cipher: number, blocks: number) => void,
  ): void {
    const half = this.#windowBytes >>> 1;
    const cipher = this.#window + half;
    this.#pieces(input, output, half, (blocks) => {
      this.#memory.copyWithin(cipher, this.#window, this.#window + BLOCK * blocks);
      work(cipher, blocks);
    });
  }

  /** Passes `input` through the window, `bytes` at a time. */
  #pieces(
    input: Uint8Array,
    output: Uint8Array,
    bytes: number,
    work: (blocks: number) => void,
  ): void {
    for (let at = 0; at < input.length; at += bytes) {
      const piece = input.subarray(at, at + bytes);
      this.#memory.set(piece, this.#window);
      work(piece.length / BLOCK);
      output.set(this.#memory.subarray(this.#window, this.#window + piece.length), at);
    }
  }
}
