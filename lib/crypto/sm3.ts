/**
 * SM3 cryptographic hash, GB/T 32905-2016 (ISO/IEC 10118-3:2018): messages of any size to 256 bits.
 */
import type { Bytes } from "../bytes.ts";
import { type Engine, kernel, runningKernel } from "./kernel/kernel.ts";
import { SM3_IV, sm3CompressBlocks } from "./kernel/sm3-scalar.ts";

export { sm3CompressWords } from "./kernel/sm3-scalar.ts";

/** Digest size (GB/T 32905 §5.1). */
export const SM3_BYTES = 32;
/** Size of a message block (GB/T 32905 §5.3.1). */
export const SM3_BLOCK_BYTES = 64;

/** The chaining value: eight words A…H. */
export type Sm3State = Int32Array<ArrayBuffer>;

/** A fresh chaining value. */
export function sm3InitialState(): Sm3State {
  return SM3_IV.slice();
}

/** From this many bytes on the kernel is worth starting; once it runs it takes every block. */
const KERNEL_FROM = 8 * SM3_BLOCK_BYTES;
/** The same for many small messages: hashing so much without it has taken as long as starting it. */
const KERNEL_AFTER = 128 * 1024;
let hashedWithout = 0;

/** The kernel for so many bytes, or undefined where they are better hashed without. */
function engineFor(bytes: number): Engine | undefined {
  const running = runningKernel();
  if (running) return running;
  hashedWithout += bytes;
  return bytes >= KERNEL_FROM || hashedWithout >= KERNEL_AFTER ? kernel() : undefined;
}

/** Compresses the whole blocks at `from`…`to` of `bytes`. */
function compressBlocks(state: Sm3State, bytes: Uint8Array, from: number, to: number): void {
  const blocks = from === 0 && to === bytes.length ? bytes : bytes.subarray(from, to);
  if (blocks.length === 0) return;
  const engine = engineFor(blocks.length);
  if (engine) engine.sm3(state, blocks);
  else sm3CompressBlocks(state, blocks);
}

/** Writes a word, most significant byte first. */
function setWord(bytes: Uint8Array, at: number, word: number): void {
  bytes[at] = word >>> 24;
  bytes[at + 1] = word >>> 16;
  bytes[at + 2] = word >>> 8;
  bytes[at + 3] = word;
}

/** SM3 over a message that comes in pieces. */
export class Sm3 {
  #state: Sm3State = sm3InitialState();
  readonly #block = new Uint8Array(SM3_BLOCK_BYTES);
  #buffered = 0;
  #length = 0;
  #finished = false;

  /** Appends `bytes` to the message. */
  update(bytes: Uint8Array): this {
    if (this.#finished) throw new TypeError("hash: update after digest");
    this.#length += bytes.length;
    let at = 0;
    if (this.#buffered > 0) {
      at = Math.min(SM3_BLOCK_BYTES - this.#buffered, bytes.length);
      this.#block.set(bytes.subarray(0, at), this.#buffered);
      this.#buffered += at;
      if (this.#buffered < SM3_BLOCK_BYTES) return this;
      compressBlocks(this.#state, this.#block, 0, SM3_BLOCK_BYTES);
      this.#buffered = 0;
    }
    const end = bytes.length - (bytes.length - at) % SM3_BLOCK_BYTES;
    compressBlocks(this.#state, bytes, at, end);
    this.#block.set(bytes.subarray(end), 0);
    this.#buffered = bytes.length - end;
    return this;
  }

  /** Pads (GB/T 32905 §5.2) and returns the hash value; the object is used up. */
  digest(): Bytes {
    if (this.#finished) throw new TypeError("hash: digest taken twice");
    this.#finished = true;
    const block = this.#block;
    block[this.#buffered] = 0x80;
    block.fill(0, this.#buffered + 1);
    if (this.#buffered >= SM3_BLOCK_BYTES - 8) {
      compressBlocks(this.#state, block, 0, SM3_BLOCK_BYTES);
      block.fill(0);
    }
    setWord(block, SM3_BLOCK_BYTES - 8, Math.floor(this.#length / 2 ** 29));
    setWord(block, SM3_BLOCK_BYTES - 4, (this.#length * 8) % 2 ** 32);
    compressBlocks(this.#state, block, 0, SM3_BLOCK_BYTES);
    const out = new Uint8Array(SM3_BYTES);
    for (let i = 0; i < 8; i++) setWord(out, 4 * i, this.#state[i]!);
    this.#state.fill(0);
    block.fill(0);
    return out;
  }

  /** An independent copy of the state so far. */
  clone(): Sm3 {
    const copy = new Sm3();
    copy.#state.set(this.#state);
    copy.#block.set(this.#block);
    copy.#buffered = this.#buffered;
    copy.#length = this.#length;
    copy.#finished = this.#finished;
    return copy;
  }
}

/** SM3 of the concatenation of `parts`. */
export function sm3(...parts: readonly Uint8Array[]): Bytes {
  let length = 0;
  for (let i = 0; i < parts.length; i++) length += parts[i]!.length;
  const engine = engineFor(length);
  const value = engine?.sm3Message(parts, length);
  if (value) return value;
  const hash = new Sm3();
  for (const part of parts) hash.update(part);
  return hash.digest();
}
