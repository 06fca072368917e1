/**
 * The WebAssembly kernel as an engine: data is copied into a window of the module's memory, worked on in place, and
 * copied out. The addresses come from the module itself (`scripts/kernel/layout.ts`).
 */
import type { Bytes } from "../../bytes.ts";
import { FailureError } from "../../errors.ts";
import { Arena, copyFew } from "./arena.ts";
import { type BatchMessage, BLOCK, Engine, type LateTests, type PreparedKey } from "./engine.ts";
import { instantiate, type KernelExports } from "./instance.ts";
import { SlotKey, Slots } from "./slots.ts";
import { EMPTY_AAD, place, room, WindowBatches } from "./window-batches.ts";
import { WindowChains } from "./window-chains.ts";
import { WindowSm3 } from "./window-sm3.ts";

/** The second of the 16-byte arguments, after a counter or chain. */
const SECOND = 16;

/** What the byte-sliced parts of the kernel do alone: 128 blocks, one of them before the text (`BITSLICE_FROM`). */
const SMALL_BYTES = 127 * BLOCK;

/**
 * How much of longer messages the byte-sliced parts do before the bitsliced ones take over. Those are four times as
 * fast once the compiler has optimised them, but that takes it 20 ms, and until then they are the slower ones: a program
 * that handles less is done before.
 */
const EARLY_BYTES = 2 * 1024 * 1024;

/** An engine over one instance of the module. */
export class WasmEngine extends Engine {
  override readonly name: string;
  readonly #wasm: KernelExports;
  readonly #memory: Uint8Array;
  readonly #slots: Slots;
  readonly #arguments: number;
  /** Start of the window, behind one block of slack. */
  readonly #window: number;
  /** How much data goes through at once: whole batches of 4 KiB. */
  readonly #windowBytes: number;
  readonly #sm3: WindowSm3;
  readonly #chains: WindowChains;
  readonly #arena: Arena;
  readonly #batches: WindowBatches;
  readonly #tests: LateTests;
  /** Which of them have been passed. */
  readonly #late = { large: "untested", chain: "untested" } as Record<
    keyof LateTests,
    "untested" | "in test" | "tested"
  >;
  /** Bytes of longer messages that the byte-sliced parts still do. */
  #early = EARLY_BYTES;
  /** How much of the present message goes through at once. */
  #part: number;

  /** @param tests throw when what they are for computes wrongly; called before its first use */
  constructor(
    module: WebAssembly.Module,
    name: string,
    tests: LateTests,
  ) {
    super();
    this.name = name;
    this.#tests = tests;
    const wasm = instantiate(module);
    this.#wasm = wasm;
    this.#memory = new Uint8Array(wasm.memory.buffer);
    this.#arguments = wasm.ARGUMENTS.value;
    this.#sm3 = new WindowSm3(wasm);
    this.#chains = new WindowChains(wasm);
    this.#slots = new Slots(
      this.#memory,
      wasm.CONTEXTS.value,
      wasm.CONTEXT_BYTES.value,
      wasm.SLOTS.value,
    );
    this.#arena = new Arena(wasm.memory.buffer, wasm.ARENA.value, wasm.ARENA_BYTES.value);
    this.#batches = new WindowBatches(wasm, this.#arena);
    this.#window = wasm.WINDOW.value;
    this.#windowBytes = wasm.WINDOW_BYTES.value;
    this.#part = this.#windowBytes;
  }

  override buffer(length: number): Bytes | undefined {
    return this.#arena.buffer(length);
  }

  override prepare(key: Uint8Array): PreparedKey {
    const prepared = new SlotKey(this.#slots);
    const context = this.#slots.address(prepared);
    this.#memory.set(key, this.#arguments);
    this.#wasm.sm4Key(context, this.#arguments);
    this.#memory.fill(0, this.#arguments, this.#arguments + BLOCK);
    return prepared;
  }

  override expectMuch(): void {
    this.#early = 0;
  }

  /** Whether a message of `bytes` is long, but comes before the parts for such are worth their compilation. */
  #isEarly(bytes: number): boolean {
    return bytes > SMALL_BYTES && bytes <= this.#early && this.#late.large === "untested";
  }

  /** Makes sure that the parts for much at once or for several messages, or for chains, have been tested. */
  #ready(part: keyof LateTests): void {
    if (this.#late[part] !== "untested") return;
    this.#late[part] = "in test";
    try {
      this.#tests[part](this);
    } catch (error) {
      this.#late[part] = "untested"; // it fails again at every use
      throw error;
    }
    this.#late[part] = "tested";
  }

  /** The context of `key` for a message of `bytes`, with its GHASH tables where `hash` is asked for. */
  #context(key: PreparedKey, hash: boolean, bytes: number): number {
    const early = this.#isEarly(bytes);
    if (early) this.#early -= bytes;
    else if (bytes > SMALL_BYTES) this.#ready("large");
    this.#part = early ? SMALL_BYTES : this.#windowBytes;
    if (!(key instanceof SlotKey)) throw new FailureError("kernel.wiped-key", {});
    const context = this.#slots.address(key);
    if (hash && !key.hashReady) {
      this.#wasm.ghashKey(context);
      key.hashReady = true;
    }
    return context;
  }

  /** Copies a 16-byte value in, runs `work` on it, and copies it back. */
  #withValue(value: Uint8Array, offset: number, work: (address: number) => void): void {
    const address = this.#arguments + offset;
    this.#memory.set(value, address);
    work(address);
    value.set(this.#memory.subarray(address, address + BLOCK));
  }

  /** Passes `input` through the window: `work` on each part, copied to `output` where there is one. */
  #pass(
    input: Uint8Array,
    output: Uint8Array | undefined,
    work: (address: number, blocks: number, bytes: number) => void,
  ): void {
    const { length } = input;
    for (let at = 0; at < length; at += this.#part) {
      const bytes = Math.min(this.#part, length - at);
      const end = this.#window + bytes;
      this.#memory.set(bytes === length ? input : input.subarray(at, at + bytes), this.#window);
      const blocks = (bytes + BLOCK - 1) >>> 4;
      this.#memory.fill(0, end, this.#window + BLOCK * blocks);
      work(this.#window, blocks, bytes);
      output?.set(this.#memory.subarray(this.#window, end), at);
    }
  }

  override ctr(key: PreparedKey, counter: Uint8Array, input: Uint8Array, output: Uint8Array): void {
    const context = this.#context(key, false, input.length);
    this.#withValue(counter, 0, (address) => {
      this.#pass(input, output, (at, blocks) => this.#wasm.sm4Ctr(context, address, at, blocks));
    });
  }

  override ecb(key: PreparedKey, decrypt: boolean, input: Uint8Array, output: Uint8Array): void {
    const context = this.#context(key, false, input.length);
    this.#pass(
      input,
      output,
      (at, blocks) => this.#wasm.sm4Ecb(context, at, blocks, decrypt ? 1 : 0),
    );
  }

  override cbc(
    key: PreparedKey,
    decrypt: boolean,
    chain: Uint8Array,
    input: Uint8Array,
    output: Uint8Array,
  ): void {
    if (decrypt) this.#ready("large"); // that takes half a window at once
    const context = decrypt ? this.#context(key, false, input.length) : this.#chain(key);
    if (decrypt) this.#chains.cbcDecrypt(context, chain, input, output);
    else this.#chains.serial("cbc", context, chain, input, output);
  }

  override cfb(
    key: PreparedKey,
    decrypt: boolean,
    chain: Uint8Array,
    input: Uint8Array,
    output: Uint8Array,
  ): void {
    if (decrypt) this.#ready("large");
    const context = decrypt ? this.#context(key, false, input.length) : this.#chain(key);
    if (decrypt) this.#chains.cfbDecrypt(context, chain, input, output);
    else this.#chains.serial("cfb", context, chain, input, output);
  }

  override ofb(key: PreparedKey, chain: Uint8Array, input: Uint8Array, output: Uint8Array): void {
    this.#chains.serial("ofb", this.#chain(key), chain, input, output);
  }

  /** The context of `key` for one block after the other. */
  #chain(key: PreparedKey): number {
    this.#ready("chain");
    return this.#context(key, false, 0);
  }

  override ghash(key: PreparedKey, hash: Uint8Array, data: Uint8Array): void {
    const context = this.#context(key, true, data.length);
    this.#withValue(hash, SECOND, (address) => {
      this.#pass(data, undefined, (at, blocks) => this.#wasm.ghash(context, address, at, blocks));
    });
  }

  override gcmPiece(
    key: PreparedKey,
    decrypt: boolean,
    counter: Uint8Array,
    hash: Uint8Array,
    input: Uint8Array,
    output: Uint8Array,
  ): void {
    const early = this.#isEarly(input.length);
    const context = this.#context(key, true, input.length);
    const wasm = this.#wasm;
    if (early) this.#part = this.#windowBytes; // it goes through in parts there
    this.#withValue(counter, 0, (counterAt) => {
      this.#withValue(hash, SECOND, (hashAt) => {
        this.#pass(input, output, (start, all, bytes) => {
          let [at, blocks] = [start, all];
          if (early) {
            const whole = bytes >>> 4;
            wasm.gcmSmall(context, counterAt, hashAt, at, whole, decrypt ? 1 : 0);
            at += BLOCK * whole;
            blocks -= whole;
            if (blocks === 0) return;
          }
          if (decrypt) wasm.ghash(context, hashAt, at, blocks);
          wasm.sm4Ctr(context, counterAt, at, blocks);
          if (decrypt) return;
          // The key stream ran on over the zeros behind a partial block.
          this.#memory.fill(0, start + bytes, at + BLOCK * blocks);
          wasm.ghash(context, hashAt, at, blocks);
        });
      });
    });
  }

  override gcmSeal(
    key: PreparedKey,
    nonce: Uint8Array,
    aad: Uint8Array,
    input: Uint8Array,
    output: Uint8Array,
  ): void {
    if (room(aad.length, input.length) > this.#windowBytes || this.#isEarly(input.length)) {
      return super.gcmSeal(key, nonce, aad, input, output);
    }
    const context = this.#context(key, true, input.length);
    if (this.#arena.holds(aad, input, output)) {
      const message = this.#arena.frame(input.byteOffset, aad, 0);
      copyFew(this.#memory, this.#arguments, nonce);
      this.#wasm.gcmSeal(context, message, aad.length, input.length);
      return this.#arena.unframe(input.byteOffset, aad, 0);
    }
    const text = place(this.#memory, this.#window, aad, input);
    copyFew(this.#memory, this.#arguments, nonce);
    this.#wasm.gcmSeal(context, this.#window, aad.length, input.length);
    output.set(this.#memory.subarray(text, text + input.length + BLOCK));
  }

  override gcmOpen(
    key: PreparedKey,
    nonce: Uint8Array,
    aad: Uint8Array,
    input: Uint8Array,
    output: Uint8Array,
  ): boolean {
    if (room(aad.length, input.length) > this.#windowBytes || this.#isEarly(input.length)) {
      return super.gcmOpen(key, nonce, aad, input, output);
    }
    const context = this.#context(key, true, input.length);
    const bytes = input.length - BLOCK;
    if (this.#arena.holds(aad, input, output)) {
      const message = this.#arena.frame(input.byteOffset, aad, 0);
      copyFew(this.#memory, this.#arguments, nonce);
      const authentic = this.#wasm.gcmOpen(context, message, aad.length, bytes) !== 0;
      this.#arena.unframe(input.byteOffset, aad, 0);
      return authentic;
    }
    const text = place(this.#memory, this.#window, aad, input);
    copyFew(this.#memory, this.#arguments, nonce);
    if (this.#wasm.gcmOpen(context, this.#window, aad.length, bytes) === 0) return false;
    output.set(this.#memory.subarray(text, text + bytes));
    return true;
  }

  override gcmSealMany(key: PreparedKey, messages: readonly BatchMessage[]): void {
    this.#ready("large"); // before data lies in the window, where the test works, too
    const context = () => this.#context(key, true, 0);
    this.#batches.seal(messages, context, ({ nonce, aad = EMPTY_AAD, input, output }) => {
      this.gcmSeal(key, nonce, aad, input, output);
    });
  }

  override gcmOpenMany(key: PreparedKey, messages: readonly BatchMessage[]): boolean[] {
    this.#ready("large");
    const context = () => this.#context(key, true, 0);
    return this.#batches.open(
      messages,
      context,
      ({ nonce, aad = EMPTY_AAD, input, output }) => this.gcmOpen(key, nonce, aad, input, output),
    );
  }

  override sm3(state: Int32Array, data: Uint8Array): void {
    this.#sm3.blocks(state, data);
  }

  override sm3Message(parts: readonly Uint8Array[], length: number): Bytes | undefined {
    return this.#sm3.message(parts, length);
  }

  override sm3Four(states: Int32Array, data: Uint8Array): void {
    if (!this.#sm3.four(states, data)) super.sm3Four(states, data);
  }
}
