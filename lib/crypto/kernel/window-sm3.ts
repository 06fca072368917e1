/**
 * SM3 (GB/T 32905-2016) on the WebAssembly kernel: messages pass through the window of its memory.
 */
import type { Bytes } from "../../bytes.ts";
import { copyFew } from "./arena.ts";
import { BLOCK } from "./engine.ts";
import type { KernelExports } from "./instance.ts";

/** Size of a digest, and how many share what the runtime allocates: an allocation costs as much as two blocks. */
const DIGEST_BYTES = 32;
const DIGESTS_TOGETHER = 16;

/** SM3 over one instance of the module. */
export class WindowSm3 {
  readonly #wasm: KernelExports;
  readonly #memory: Uint8Array;
  readonly #arguments: number;
  /** The chaining value among the arguments. */
  readonly #words: Int32Array;
  readonly #window: number;
  readonly #windowBytes: number;
  /** Room for the next digests, and how much of it is given away. */
  #room = new Int32Array(0);
  #given = 0;

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
    return this.#digest();
  }

  /** The digest among the arguments, in room that nobody else gets. */
  #digest(): Bytes {
    if (this.#given === this.#room.length) {
      this.#room = new Int32Array(DIGESTS_TOGETHER * DIGEST_BYTES / 4);
      this.#given = 0;
    }
    const room = this.#room;
    const at = this.#given;
    for (let i = 0; i < 8; i++) room[at + i] = this.#words[i]!; // faster than a slice
    this.#given += 8;
    return new Uint8Array(room.buffer, 4 * at, DIGEST_BYTES);
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
