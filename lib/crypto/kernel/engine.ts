/**
 * What an SM4/GHASH/SM3 engine can do, and GCM (NIST SP 800-38D §7) written over it for messages of any size.
 * There are two engines: the WebAssembly kernel and, where SIMD is missing, a scalar one. Both take the same time
 * for any key and any data of the same length.
 */
import { type Bytes, equalConstantTime, wipe } from "../../bytes.ts";

/** Block and key size (GB/T 32907-2016 §5). */
export const BLOCK = 16;

const EMPTY = new Uint8Array(0);

/** A key that an engine has prepared. */
export interface PreparedKey {
  /** Overwrites it. Using it afterwards is an error. */
  wipe(): void;
}

/** One message for `sealMany` and `openMany`. */
export interface BatchMessage {
  /** 12 bytes. */
  readonly nonce: Uint8Array;
  readonly aad?: Uint8Array;
  /** Plaintext to seal; ciphertext ‖ tag to open. */
  readonly input: Uint8Array;
  /** Gets ciphertext ‖ tag, or the plaintext. May be `input`'s array. */
  readonly output: Uint8Array;
}

/** Known answers of parts that most programs do not need. */
export interface LateTests {
  /** What is for much data, and for several messages. */
  large(engine: Engine): void;
  /** What does one block after the other. */
  chain(engine: Engine): void;
}

/** The block where GCM's closing lengths go (SP 800-38D §7.1 step 5), given in bytes. */
export function lengthBlock(aadBytes: number, textBytes: number): Uint8Array {
  const block = new Uint8Array(BLOCK);
  const view = new DataView(block.buffer);
  view.setUint32(0, Math.floor(aadBytes / 2 ** 29));
  view.setUint32(4, (aadBytes * 8) % 2 ** 32);
  view.setUint32(8, Math.floor(textBytes / 2 ** 29));
  view.setUint32(12, (textBytes * 8) % 2 ** 32);
  return block;
}

/** J0 of a 12-byte nonce (SP 800-38D §7.1 step 2). */
function firstCounter(nonce: Uint8Array): Uint8Array {
  const block = new Uint8Array(BLOCK);
  block.set(nonce);
  block[BLOCK - 1] = 1;
  return block;
}

/** The primitives an engine gives, and GCM over them. */
export abstract class Engine {
  /** For people: "relaxed SIMD", "SIMD", "scalar". */
  abstract readonly name: string;

  /**
   * A buffer, for as long as the program runs, in which messages are sealed and opened without copying when output and
   * input begin at the same place. Up to 32 bytes behind such a message are overwritten. Undefined where there is
   * nothing to gain, or no room left.
   */
  buffer(_length: number): Bytes | undefined {
    return undefined;
  }

  /** Much data is coming: what is fastest for that is worth its compilation from the first byte on. */
  expectMuch(): void {}

  /** Prepares a 16-byte key. */
  abstract prepare(key: Uint8Array): PreparedKey;

  /**
   * Lays the key stream over `input`. `counter` (16 bytes) counts modulo 2³² in its last 4 (inc₃₂) and is left at
   * the next unused block; a last partial block uses one up.
   */
  abstract ctr(key: PreparedKey, counter: Uint8Array, input: Uint8Array, output: Uint8Array): void;

  /** Whole blocks, each by itself. */
  abstract ecb(key: PreparedKey, decrypt: boolean, input: Uint8Array, output: Uint8Array): void;

  /** Whole blocks, chained; `chain` (16 bytes) is left at the last ciphertext block. */
  abstract cbc(
    key: PreparedKey,
    decrypt: boolean,
    chain: Uint8Array,
    input: Uint8Array,
    output: Uint8Array,
  ): void;

  /** Whole blocks in CFB-128; `chain` (16 bytes) is left at the last ciphertext block. */
  cfb(
    key: PreparedKey,
    decrypt: boolean,
    chain: Uint8Array,
    input: Uint8Array,
    output: Uint8Array,
  ): void {
    for (let at = 0; at < input.length; at += BLOCK) {
      const block = input.slice(at, at + BLOCK);
      this.ecb(key, false, chain, chain);
      for (let i = 0; i < BLOCK; i++) {
        output[at + i] = block[i]! ^ chain[i]!;
        chain[i] = decrypt ? block[i]! : output[at + i]!;
      }
    }
  }

  /** Whole blocks in OFB; `chain` (16 bytes) is left at the last block of key stream. */
  ofb(key: PreparedKey, chain: Uint8Array, input: Uint8Array, output: Uint8Array): void {
    for (let at = 0; at < input.length; at += BLOCK) {
      this.ecb(key, false, chain, chain);
      for (let i = 0; i < BLOCK; i++) output[at + i] = input[at + i]! ^ chain[i]!;
    }
  }

  /** GHASH: `hash` (16 bytes) goes through `data`, filled up with zeros to a whole block. */
  abstract ghash(key: PreparedKey, hash: Uint8Array, data: Uint8Array): void;

  /** SM3's compression function over whole 64-byte blocks, into the chaining value of 8 words. */
  abstract sm3(state: Int32Array, data: Uint8Array): void;

  /**
   * SM3 of a whole message of `length` bytes in `parts`, from the initial value on; undefined where the engine has no
   * better way than block by block.
   */
  sm3Message(_parts: readonly Uint8Array[], _length: number): Bytes | undefined {
    return undefined;
  }

  /**
   * SM3's compression function over four messages of one length, whole 64-byte blocks one behind the other in `data`;
   * `states` holds word i of all four, for each i.
   */
  sm3Four(states: Int32Array, data: Uint8Array): void {
    const length = data.length / 4;
    const state = new Int32Array(8);
    for (let lane = 0; lane < 4; lane++) {
      for (let i = 0; i < 8; i++) state[i] = states[4 * i + lane]!;
      this.sm3(state, data.subarray(lane * length, (lane + 1) * length));
      for (let i = 0; i < 8; i++) states[4 * i + lane] = state[i]!;
    }
  }

  /** The next piece of a GCM message: key stream over it and its ciphertext into the hash. */
  gcmPiece(
    key: PreparedKey,
    decrypt: boolean,
    counter: Uint8Array,
    hash: Uint8Array,
    input: Uint8Array,
    output: Uint8Array,
  ): void {
    if (decrypt) this.ghash(key, hash, input);
    this.ctr(key, counter, input, output);
    if (!decrypt) this.ghash(key, hash, output.subarray(0, input.length));
  }

  /** Seals: `output` gets ciphertext ‖ tag. */
  gcmSeal(
    key: PreparedKey,
    nonce: Uint8Array,
    aad: Uint8Array,
    input: Uint8Array,
    output: Uint8Array,
  ): void {
    const counter = firstCounter(nonce);
    const tag = new Uint8Array(BLOCK);
    const hash = new Uint8Array(BLOCK);
    this.ctr(key, counter, tag, tag);
    this.ghash(key, hash, aad);
    this.gcmPiece(key, false, counter, hash, input, output);
    this.ghash(key, hash, lengthBlock(aad.length, input.length));
    for (let i = 0; i < BLOCK; i++) tag[i] = tag[i]! ^ hash[i]!;
    output.set(tag, input.length);
  }

  /** Opens `input` = ciphertext ‖ tag; false, and no plaintext, when it is not authentic. */
  gcmOpen(
    key: PreparedKey,
    nonce: Uint8Array,
    aad: Uint8Array,
    input: Uint8Array,
    output: Uint8Array,
  ): boolean {
    const text = input.subarray(0, input.length - BLOCK);
    const counter = firstCounter(nonce);
    const tag = new Uint8Array(BLOCK);
    const hash = new Uint8Array(BLOCK);
    this.ctr(key, counter, tag, tag);
    this.ghash(key, hash, aad);
    this.ghash(key, hash, text);
    this.ghash(key, hash, lengthBlock(aad.length, text.length));
    for (let i = 0; i < BLOCK; i++) tag[i] = tag[i]! ^ hash[i]!;
    const authentic = equalConstantTime(tag, input.subarray(text.length));
    wipe(tag);
    if (authentic) this.ctr(key, counter, text, output);
    return authentic;
  }

  /** Seals every message. */
  gcmSealMany(key: PreparedKey, messages: readonly BatchMessage[]): void {
    for (const { nonce, aad = EMPTY, input, output } of messages) {
      this.gcmSeal(key, nonce, aad, input, output);
    }
  }

  /** Opens every message; which of them were authentic. */
  gcmOpenMany(key: PreparedKey, messages: readonly BatchMessage[]): boolean[] {
    return messages.map(({ nonce, aad = EMPTY, input, output }) =>
      this.gcmOpen(key, nonce, aad, input, output)
    );
  }
}
