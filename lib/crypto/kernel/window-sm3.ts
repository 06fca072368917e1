/**
 * SM3 (GB/T 32905-2016) on the WebAssembly kernel: messages pass through the window of its memory.
 */
import type { Bytes } from "../../bytes.ts";
import { copyFew } from "./arena.ts";
import { BLOCK } from "./engine.ts";
import type { KernelExports } from "./instance.ts";

/** SM3 over one instance of the module. */
export class WindowSm3 {
  readonly #wasm: KernelExports;
  readonly #memory: Uint8Array;
  readonly #arguments: number;
  /** The chaining value among the arguments. */
  readonly #words: Int32Array;
  readonly #window: number;
  readonly #windowBytes: number;

  constructor(wasm: KernelExports) {
    this.#wasm = wasm;
    this.#memory = new Uint8Array(wasm.memory.buffer);
    this.#arguments = wasm.ARGUMENTS.value;
    this.#words = new Int32Array(wasm.memory.buffer, this.#arguments, 8);
    this.#window = wasm.WINDOW.value;
    this.#windowBytes = wasm.WINDOW_BYTES.value;
  }

  /** SM3's compression function over whole 64-byte blocks, into the chaining value of 8 words. */
  blocks(state: Int32Array, data: Uint8Array): void {
    this.#words.set(state);
    for (let at = 0; at < data.length; at += this.#windowBytes) {
      const bytes = Math.min(this.#windowBytes, data.length - at);
      this.#memory.set(
        bytes === data.length ? data : data.subarray(at, at + bytes),
        this.#window,
      );
      this.#wasm.sm3(this.#arguments, this.#window, bytes >>> 6);
    }
    state.set(this.#words);
  }

  /** The digest of a whole message of `length` bytes in `parts`; undefined where it is longer than the window. */
  message(parts: readonly Uint8Array[], length: number): Bytes | undefined {
    if (length + 72 > this.#windowBytes) return undefined;
    const memory = this.#memory;
    let at = this.#window;
    for (let i = 0; i < parts.length; i++) {
      const part = parts[i]!;
      if (part.length <= 2 * BLOCK) copyFew(memory, at, part);
      else memory.set(part, at);
      at += part.length;
    }
    this.#wasm.sm3Message(length);
    const value = new Uint8Array(32);
    for (let i = 0; i < 32; i++) value[i] = memory[this.#arguments + i]!; // faster than a slice
    return value;
  }

  /** `Engine.sm3Four`; false, and nothing done, where the data is longer than the window. */
  four(states: Int32Array, data: Uint8Array): boolean {
    if (data.length > this.#windowBytes) return false;
    const memory = new Int32Array(this.#memory.buffer, this.#arguments, states.length);
    memory.set(states);
    this.#memory.set(data, this.#window);
    this.#wasm.sm3x4(this.#arguments, this.#window, data.length / 4, data.length >>> 8);
    states.set(memory);
    return true;
  }
}
