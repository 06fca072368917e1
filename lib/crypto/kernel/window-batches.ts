/**
 * Messages in the window of the kernel: AAD, zeros to a whole block, text; and as many of them at once as fit, which
 * is faster for short ones.
 */
import { type Arena, copyFew, padded } from "./arena.ts";
import { type BatchMessage, BLOCK } from "./engine.ts";
import type { KernelExports } from "./instance.ts";

export const EMPTY_AAD = new Uint8Array(0);

/** Longer messages are faster one by one: then their own parts fill the lanes of the kernel. */
const BATCH_MESSAGE_BYTES = 4096;

/** Room that one message takes in the window: padded parts, closing block, a block for its tag, one in front. */
export function room(aadBytes: number, textBytes: number): number {
  return padded(aadBytes) + padded(textBytes) + 3 * BLOCK;
}

/** Copies a message to `at` in `memory`. Where its text begins. */
export function place(memory: Uint8Array, at: number, aad: Uint8Array, text: Uint8Array): number {
  const start = at + padded(aad.length);
  if (aad.length <= 2 * BLOCK) copyFew(memory, at, aad);
  else memory.set(aad, at);
  for (let i = at + aad.length; i < start; i++) memory[i] = 0;
  memory.set(text, start);
  return start;
}

/** Seals and opens several messages at once. */
export class WindowBatches {
  readonly #wasm: KernelExports;
  readonly #arena: Arena;
  readonly #memory: Uint8Array;
  readonly #view: DataView;
  readonly #descriptors: number;
  readonly #descriptorBytes: number;
  readonly #maxBatch: number;
  readonly #window: number;
  readonly #windowBytes: number;
  /** Where each text of a batch is. */
  readonly #texts: Int32Array;

  constructor(wasm: KernelExports, arena: Arena) {
    this.#wasm = wasm;
    this.#arena = arena;
    this.#memory = new Uint8Array(wasm.memory.buffer);
    this.#view = new DataView(wasm.memory.buffer);
    this.#descriptors = wasm.DESCRIPTORS.value;
    this.#descriptorBytes = wasm.DESCRIPTOR_BYTES.value;
    this.#maxBatch = wasm.MAX_BATCH.value;
    this.#window = wasm.WINDOW.value;
    this.#windowBytes = wasm.WINDOW_BYTES.value;
    this.#texts = new Int32Array(this.#maxBatch);
  }

  /**
   * Seals messages.
   *
   * @param context where the key lies
   * @param single seals one that is too big to go with others
   */
  seal(
    messages: readonly BatchMessage[],
    context: () => number,
    single: (message: BatchMessage) => void,
  ): void {
    this.#inBatches(messages, 0, (first, count) => {
      this.#wasm.gcmSealMany(context(), count);
      for (let i = 0; i < count; i++) this.#bringOut(messages[first + i]!, i, BLOCK);
    }, single);
  }

  /** Opens messages likewise; which of them are authentic. */
  open(
    messages: readonly BatchMessage[],
    context: () => number,
    single: (message: BatchMessage) => boolean,
  ): boolean[] {
    const results: boolean[] = [];
    this.#inBatches(messages, BLOCK, (first, count) => {
      this.#wasm.gcmOpenMany(context(), count);
      for (let i = 0; i < count; i++) {
        const at = this.#descriptors + i * this.#descriptorBytes;
        const authentic = this.#view.getInt32(at + 12, true) === 1;
        this.#bringOut(messages[first + i]!, i, authentic ? -BLOCK : undefined);
        results.push(authentic);
      }
    }, (message) => results.push(single(message)));
    return results;
  }

  /** Copies message `index` of a batch out, `longer` than it was; not where it is undefined. */
  #bringOut(message: BatchMessage, index: number, longer: number | undefined): void {
    const { aad = EMPTY_AAD, input, output } = message;
    const text = this.#texts[index]!;
    if (this.#arena.holds(aad, input, output)) this.#arena.unframe(text, aad, index);
    else if (longer !== undefined) {
      output.set(this.#memory.subarray(text, text + input.length + longer));
    }
  }

  /** Lays out as many messages as fit and runs `run` on them; a message too big for that goes to `single`. */
  #inBatches(
    messages: readonly BatchMessage[],
    tagBytes: number,
    run: (first: number, count: number) => void,
    single: (message: BatchMessage) => unknown,
  ): void {
    const limit = this.#window + this.#windowBytes;
    for (let first = 0; first < messages.length;) {
      let count = 0;
      let at = this.#window;
      while (first + count < messages.length && count < this.#maxBatch) {
        const { nonce, aad = EMPTY_AAD, input, output } = messages[first + count]!;
        const bytes = input.length - tagBytes;
        if (bytes > BATCH_MESSAGE_BYTES || at + room(aad.length, bytes) > limit) break;
        const descriptor = this.#descriptors + count * this.#descriptorBytes;
        let message = at;
        if (this.#arena.holds(aad, input, output)) {
          this.#texts[count] = input.byteOffset;
          message = this.#arena.frame(input.byteOffset, aad, count);
        } else {
          this.#texts[count] = place(this.#memory, at, aad, input);
          at += room(aad.length, bytes);
        }
        this.#view.setInt32(descriptor, message, true);
        this.#view.setInt32(descriptor + 4, aad.length, true);
        this.#view.setInt32(descriptor + 8, bytes, true);
        copyFew(this.#memory, descriptor + 16, nonce);
        count++;
      }
      if (count >= 2) run(first, count);
      else {
        const message = messages[first]!;
        if (count === 1) this.#bringOut(message, 0, undefined);
        single(message);
      }
      first += Math.max(1, count);
    }
  }
}
