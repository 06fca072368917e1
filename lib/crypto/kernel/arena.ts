/**
 * Buffers inside the kernel's memory, and what it takes to work on a message where it stands: the kernel wants its
 * associated data, filled up with zeros, in the block in front of the text.
 */
import type { Bytes } from "../../bytes.ts";
import { BLOCK } from "./engine.ts";

/** Room behind each buffer: the kernel closes a message with up to two blocks behind its last. */
const SLACK = 4 * BLOCK;

/** `bytes` rounded up to whole blocks. */
export function padded(bytes: number): number {
  return (bytes + BLOCK - 1) & -BLOCK;
}

/** Copies a few bytes, which costs less than a call of `set`. */
export function copyFew(target: Uint8Array, at: number, source: Uint8Array): void {
  for (let i = 0; i < source.length; i++) target[at + i] = source[i]!;
}

/** A part of the kernel's memory. */
export class Arena {
  readonly #memory: ArrayBuffer;
  readonly #view: DataView;
  readonly #base: number;
  readonly #size: number;
  #used = 0;
  /** The four words that stood in front of each text. */
  readonly #framed: number[] = [];
  readonly #aad = new Uint8Array(BLOCK);

  /** @param base there must be a block of slack in front of it */
  constructor(memory: ArrayBuffer, base: number, size: number) {
    this.#memory = memory;
    this.#view = new DataView(memory);
    this.#base = base;
    this.#size = size;
  }

  /** A buffer that nobody else gets; undefined where there is no room left. */
  buffer(length: number): Bytes | undefined {
    const at = this.#used;
    const used = at + padded(length) + SLACK;
    if (used > this.#size) return undefined;
    this.#used = used;
    return new Uint8Array(this.#memory, this.#base + at, length);
  }

  /** Whether a message with this AAD stands in such a buffer, and is to stay there. */
  holds(aad: Uint8Array, input: Uint8Array, output: Uint8Array): boolean {
    return input.buffer === this.#memory && output.buffer === input.buffer &&
      input.byteOffset === output.byteOffset && aad.length <= BLOCK;
  }

  /**
   * Puts `aad` and zeros into the block in front of `text`, and keeps what stood there (perhaps `aad` itself) as number
   * `index`. Where the message then begins.
   */
  frame(text: number, aad: Uint8Array, index: number): number {
    if (aad.length === 0) return text;
    const at = text - BLOCK;
    const view = this.#view;
    for (let i = 0; i < BLOCK; i++) this.#aad[i] = i < aad.length ? aad[i]! : 0;
    for (let i = 0; i < 4; i++) this.#framed[4 * index + i] = view.getInt32(at + 4 * i);
    for (let i = 0; i < BLOCK; i++) view.setUint8(at + i, this.#aad[i]!);
    return at;
  }

  /** Puts back what `frame` has kept. */
  unframe(text: number, aad: Uint8Array, index: number): void {
    if (aad.length === 0) return;
    const at = text - BLOCK;
    for (let i = 0; i < 4; i++) this.#view.setInt32(at + 4 * i, this.#framed[4 * index + i]!);
  }
}
