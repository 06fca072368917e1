/**
 * The engine for machines without SIMD, in TypeScript: SM4 bitsliced over 32 blocks with the same boolean circuit
 * as the kernel, GHASH bit by bit under masks. Slow, but no branch and no address depends on a key or on data.
 */
import { LocalProtocolError } from "../../errors.ts";
import {
  SBOX_GATES,
  SBOX_INPUT_CONSTANT,
  SBOX_OUTPUT_CONSTANT,
  SBOX_OUTPUTS,
} from "./built/sbox.ts";
import { BLOCK, Engine, type PreparedKey } from "./engine.ts";
import { sm3CompressBlocks } from "./sm3-scalar.ts";

/** Rounds (GB/T 32907-2016 §5), and blocks worked on at once. */
const ROUNDS = 32;
const LANES = 32;

/** The 8 inputs of the circuit and its wires. */
const wires = new Int32Array(8 + SBOX_GATES.length / 3);

/** The S-box on 8 slices at `from` of `slices`, in place; slice j is bit j, constants included. */
function sboxSlices(slices: Int32Array, from: number): void {
  for (let j = 0; j < 8; j++) wires[j] = slices[from + j]! ^ -((SBOX_INPUT_CONSTANT >> j) & 1);
  for (let g = 0, out = 8; g < SBOX_GATES.length; g += 3, out++) {
    const a = wires[SBOX_GATES[g + 1]!]!;
    const b = wires[SBOX_GATES[g + 2]!]!;
    wires[out] = SBOX_GATES[g] === 1 ? a & b : a ^ b;
  }
  for (let j = 0; j < 8; j++) {
    slices[from + j] = wires[SBOX_OUTPUTS[j]!]! ^ -((SBOX_OUTPUT_CONSTANT >> j) & 1);
  }
}

/** System parameter FK (GB/T 32907-2016 §7.3 a). */
const FK = [0xa3b1bac6, 0x56aa3350, 0x677d9197, 0xb27022dc] as const;

function rotate(x: number, by: number): number {
  return (x << by) | (x >>> (32 - by));
}

/** The S-box on the four bytes of a word: four lanes of the circuit. */
function sboxWord(x: number): number {
  const slices = new Int32Array(8);
  for (let bit = 0; bit < 32; bit++) slices[bit & 7]! |= ((x >>> bit) & 1) << (bit >> 3);
  sboxSlices(slices, 0);
  let s = 0;
  for (let bit = 0; bit < 32; bit++) s |= ((slices[bit & 7]! >>> (bit >> 3)) & 1) << bit;
  return s;
}

class ScalarKey implements PreparedKey {
  readonly rounds = new Int32Array(ROUNDS);
  /** H, once it was needed. */
  hash: Int32Array | undefined;
  wiped = false;

  /** Key schedule (GB/T 32907-2016 §7.3). */
  constructor(key: Uint8Array) {
    const view = new DataView(key.buffer, key.byteOffset, BLOCK);
    const k = FK.map((fk, i) => view.getInt32(4 * i) ^ fk);
    for (let i = 0; i < ROUNDS; i++) {
      let ck = 0; // byte j of CK_i is (4i + j)·7 mod 256
      for (let j = 0; j < 4; j++) ck = (ck << 8) | ((4 * i + j) * 7 & 0xff);
      const s = sboxWord(k[1]! ^ k[2]! ^ k[3]! ^ ck);
      const next = k[0]! ^ s ^ rotate(s, 13) ^ rotate(s, 23);
      k.shift();
      k.push(next);
      this.rounds[i] = next;
    }
  }

  wipe(): void {
    this.rounds.fill(0);
    this.hash?.fill(0);
    this.wiped = true;
  }
}

/** State: slice 32·w + j is bit j of word w of all lanes; and the round's sums. */
const state = new Int32Array(128);
const sums = new Int32Array(32);

/** Enciphers (or deciphers) up to 32 blocks of `words`, four words each, in place. */
function cryptLanes(rounds: Int32Array, decrypt: boolean, words: Int32Array, count: number): void {
  state.fill(0);
  for (let lane = 0; lane < count; lane++) {
    for (let w = 0; w < 4; w++) {
      const word = words[4 * lane + w]!;
      for (let j = 0; j < 32; j++) state[32 * w + j]! |= ((word >>> j) & 1) << lane;
    }
  }
  for (let i = 0; i < ROUNDS; i++) {
    const key = rounds[decrypt ? ROUNDS - 1 - i : i]!;
    const x0 = 32 * (i & 3), x1 = 32 * ((i + 1) & 3);
    const x2 = 32 * ((i + 2) & 3), x3 = 32 * ((i + 3) & 3);
    for (let j = 0; j < 32; j++) {
      sums[j] = state[x1 + j]! ^ state[x2 + j]! ^ state[x3 + j]! ^ -((key >>> j) & 1);
    }
    for (let byte = 0; byte < 32; byte += 8) sboxSlices(sums, byte);
    // L: bit j of B <<< r is bit j − r of B (§6.2).
    for (let j = 0; j < 32; j++) {
      state[x0 + j]! ^= sums[j]! ^ sums[(j + 30) & 31]! ^ sums[(j + 22) & 31]! ^
        sums[(j + 14) & 31]! ^ sums[(j + 8) & 31]!;
    }
  }
  for (let lane = 0; lane < count; lane++) {
    for (let w = 0; w < 4; w++) {
      let word = 0;
      for (let j = 0; j < 32; j++) word |= ((state[32 * (3 - w) + j]! >>> lane) & 1) << j;
      words[4 * lane + w] = word;
    }
  }
}

const lanes = new Int32Array(4 * LANES);
const laneBytes = new Uint8Array(BLOCK * LANES);
const laneView = new DataView(laneBytes.buffer);

/** Enciphers or deciphers the first `count` blocks of `laneBytes`. */
function cryptBytes(key: ScalarKey, decrypt: boolean, count: number): void {
  for (let i = 0; i < 4 * count; i++) lanes[i] = laneView.getInt32(4 * i);
  cryptLanes(key.rounds, decrypt, lanes, count);
  for (let i = 0; i < 4 * count; i++) laneView.setInt32(4 * i, lanes[i]!);
}

function ownKey(key: PreparedKey): ScalarKey {
  if (!(key instanceof ScalarKey) || key.wiped) {
    throw new LocalProtocolError("kernel.wiped-key", {});
  }
  return key;
}

/** The engine without SIMD. */
export class ScalarEngine extends Engine {
  override readonly name = "scalar";

  override prepare(key: Uint8Array): PreparedKey {
    return new ScalarKey(key);
  }

  override ctr(key: PreparedKey, counter: Uint8Array, input: Uint8Array, output: Uint8Array): void {
    const own = ownKey(key);
    const view = new DataView(counter.buffer, counter.byteOffset, BLOCK);
    for (let at = 0; at < input.length; at += laneBytes.length) {
      const bytes = Math.min(laneBytes.length, input.length - at);
      const count = Math.ceil(bytes / BLOCK);
      for (let lane = 0; lane < count; lane++) {
        laneBytes.set(counter, BLOCK * lane);
        view.setUint32(12, (view.getUint32(12) + 1) >>> 0);
      }
      cryptBytes(own, false, count);
      for (let i = 0; i < bytes; i++) output[at + i] = input[at + i]! ^ laneBytes[i]!;
    }
  }

  override ecb(key: PreparedKey, decrypt: boolean, input: Uint8Array, output: Uint8Array): void {
    const own = ownKey(key);
    for (let at = 0; at < input.length; at += laneBytes.length) {
      const bytes = Math.min(laneBytes.length, input.length - at);
      laneBytes.set(input.subarray(at, at + bytes));
      cryptBytes(own, decrypt, bytes / BLOCK);
      output.set(laneBytes.subarray(0, bytes), at);
    }
  }

  override cbc(
    key: PreparedKey,
    decrypt: boolean,
    chain: Uint8Array,
    input: Uint8Array,
    output: Uint8Array,
  ): void {
    const own = ownKey(key);
    for (let at = 0; at < input.length; at += BLOCK) {
      const block = input.slice(at, at + BLOCK);
      for (let i = 0; i < BLOCK; i++) laneBytes[i] = block[i]! ^ (decrypt ? 0 : chain[i]!);
      cryptBytes(own, decrypt, 1);
      for (let i = 0; i < BLOCK; i++) output[at + i] = laneBytes[i]! ^ (decrypt ? chain[i]! : 0);
      chain.set(decrypt ? block : laneBytes.subarray(0, BLOCK));
    }
  }

  override ghash(key: PreparedKey, hash: Uint8Array, data: Uint8Array): void {
    const own = ownKey(key);
    if (own.hash === undefined) {
      laneBytes.fill(0, 0, BLOCK);
      cryptBytes(own, false, 1);
      own.hash = Int32Array.from({ length: 4 }, (_, i) => laneView.getInt32(4 * i));
    }
    const view = new DataView(hash.buffer, hash.byteOffset, BLOCK);
    const z = Int32Array.from({ length: 4 }, (_, i) => view.getInt32(4 * i));
    for (let at = 0; at < data.length; at += BLOCK) {
      for (let i = 0; i < BLOCK; i++) z[i >> 2]! ^= (data[at + i] ?? 0) << (24 - 8 * (i & 3));
      multiply(z, own.hash);
    }
    for (let i = 0; i < 4; i++) view.setInt32(4 * i, z[i]!);
  }

  override sm3(chaining: Int32Array, data: Uint8Array): void {
    sm3CompressBlocks(chaining, data);
  }
}

/** z = z·h in GF(2¹²⁸) (SP 800-38D §6.3): for each bit of z a multiple of h, under a mask. */
function multiply(z: Int32Array, h: Int32Array): void {
  let v0 = h[0]!, v1 = h[1]!, v2 = h[2]!, v3 = h[3]!;
  let r0 = 0, r1 = 0, r2 = 0, r3 = 0;
  for (let bit = 0; bit < 128; bit++) {
    const mask = -((z[bit >> 5]! >>> (31 - (bit & 31))) & 1);
    r0 ^= v0 & mask;
    r1 ^= v1 & mask;
    r2 ^= v2 & mask;
    r3 ^= v3 & mask;
    const out = -(v3 & 1);
    v3 = (v3 >>> 1) | (v2 << 31);
    v2 = (v2 >>> 1) | (v1 << 31);
    v1 = (v1 >>> 1) | (v0 << 31);
    v0 = (v0 >>> 1) ^ (out & 0xe1000000);
  }
  z[0] = r0;
  z[1] = r1;
  z[2] = r2;
  z[3] = r3;
}
