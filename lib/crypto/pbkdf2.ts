/**
 * PBKDF2 (RFC 8018 §5.2) with HMAC-SM3, and with the SHA HMACs that other tools use for encrypted keys.
 */
import { type Bytes, wipe } from "../bytes.ts";
import { hmacSm3 } from "./hmac.ts";
import { atOnce, checkIterations, type KdfOptions, withTurns } from "./kdf-cost.ts";
import {
  sm3,
  SM3_BLOCK_BYTES,
  SM3_BYTES,
  sm3CompressWords,
  sm3InitialState,
  type Sm3State,
} from "./sm3.ts";

/** A hash that HMAC, and so PBKDF2, can run on. */
export type Prf = "sm3" | "sha1" | "sha256" | "sha384" | "sha512";

/** Names of Web Cryptography (§30). */
const SHA = { sha1: "SHA-1", sha256: "SHA-256", sha384: "SHA-384", sha512: "SHA-512" } as const;

/** The chaining value after the one block key ⊕ pad (RFC 2104 §2). */
function keyedState(key: Uint8Array, pad: number): Sm3State {
  const block = new Uint8Array(SM3_BLOCK_BYTES);
  block.set(key.length > SM3_BLOCK_BYTES ? sm3(key) : key);
  const view = new DataView(block.buffer);
  for (let i = 0; i < block.length; i++) block[i] = block[i]! ^ pad;
  const words = Int32Array.from({ length: 16 }, (_, i) => view.getInt32(4 * i));
  const state = sm3InitialState();
  sm3CompressWords(state, words);
  wipe(block);
  words.fill(0);
  return state;
}

/** A block that holds a digest, the padding bit and the length of pad block + digest, in bits. */
function digestBlock(): Int32Array<ArrayBuffer> {
  const block = new Int32Array(16);
  block[8] = 0x80000000 | 0;
  block[15] = 8 * (SM3_BLOCK_BYTES + SM3_BYTES);
  return block;
}

/** Iterations between two pauses: about 20 ms. */
const ITERATIONS_PER_PAUSE = 2 ** 14;

/** PBKDF2-HMAC-SM3, in one go. */
export function pbkdf2Sm3(
  passphrase: Uint8Array,
  salt: Uint8Array,
  iterations: number,
  length: number,
): Bytes {
  return atOnce(pbkdf2Sm3Steps(passphrase, salt, iterations, length));
}

/** Two compressions an iteration, on words, with the pads compressed once. */
function* pbkdf2Sm3Steps(
  passphrase: Uint8Array,
  salt: Uint8Array,
  iterations: number,
  length: number,
): Generator<void, Bytes> {
  const inner = keyedState(passphrase, 0x36);
  const outer = keyedState(passphrase, 0x5c);
  const state = sm3InitialState();
  const block = digestBlock();
  const sum = new Int32Array(8);
  const out = new Uint8Array(length);
  const index = new Uint8Array(4);
  const derived = new Uint8Array(SM3_BYTES);
  const derivedView = new DataView(derived.buffer);
  for (let at = 0, i = 1; at < length; at += SM3_BYTES, i++) {
    new DataView(index.buffer).setUint32(0, i);
    const first = hmacSm3(passphrase, salt, index); // U_1
    const view = new DataView(first.buffer, first.byteOffset);
    for (let j = 0; j < 8; j++) sum[j] = block[j] = view.getInt32(4 * j);
    for (let round = 1; round < iterations; round++) {
      state.set(inner);
      sm3CompressWords(state, block);
      for (let j = 0; j < 8; j++) block[j] = state[j]!;
      state.set(outer);
      sm3CompressWords(state, block);
      for (let j = 0; j < 8; j++) {
        block[j] = state[j]!;
        sum[j] = sum[j]! ^ state[j]!;
      }
      if (round % ITERATIONS_PER_PAUSE === 0) yield;
    }
    for (let j = 0; j < 8; j++) derivedView.setInt32(4 * j, sum[j]!);
    out.set(derived.subarray(0, Math.min(SM3_BYTES, length - at)), at);
    wipe(first);
  }
  for (const words of [inner, outer, state, block, sum]) words.fill(0);
  wipe(derived);
  return out;
}

/**
 * PBKDF2 with any function, bounded, with turns for others: the SHA ones run in the platform, on a thread of its own.
 */
export async function pbkdf2Key(
  prf: Prf,
  passphrase: Uint8Array,
  salt: Uint8Array,
  iterations: number,
  length: number,
  options: KdfOptions = {},
): Promise<Bytes> {
  checkIterations(iterations, options);
  if (prf === "sm3") {
    return await withTurns(pbkdf2Sm3Steps(passphrase, salt, iterations, length), options.turn);
  }
  const raw = new Uint8Array(passphrase);
  const key = await crypto.subtle.importKey("raw", raw, "PBKDF2", false, ["deriveBits"]);
  wipe(raw);
  const parameters = { name: "PBKDF2", hash: SHA[prf], salt: new Uint8Array(salt), iterations };
  return new Uint8Array(await crypto.subtle.deriveBits(parameters, key, 8 * length));
}
