/**
 * The hand-written AssemblyScript around the emitted SM4 rounds: key schedule, counter, ECB and CBC modes.
 */
import {
  BATCH,
  BITSLICE_FROM,
  BITSLICED_BLOCKS,
  CTX_H16,
  CTX_MASKS,
  CTX_SPLIT,
  CTX_STATE,
  CTX_TABLES,
  CTX_WORDS,
  SPLIT_BYTES,
  STATE16,
  TABLE_BYTES,
} from "./layout.ts";
import { Emitter, transposeBytes } from "./emit.ts";
import { loadTables, nibbleMap } from "./emit-sm4-swizzle.ts";
import { AFFINE_CONSTANT } from "./sm4-facts.ts";
import { inputConstant } from "./sbox-search.ts";

const rotate = (x: number, by: number) => (x << by) | (x >>> (32 - by));
const everyByte = (byte: number) => Math.imul(byte, 0x01010101);

/** L of the word whose bytes are all c: what every round leaves in the state when the kernels leave c out. */
function leftOver(): number {
  const x = everyByte(AFFINE_CONSTANT);
  return x ^ rotate(x, 2) ^ rotate(x, 10) ^ rotate(x, 18) ^ rotate(x, 24);
}

/** Whether round i sees it an odd number of times: word j of the state holds it ⌊j/4⌋ times. */
function oddRounds(): number {
  let bits = 0;
  for (let i = 0; i < 8; i++) {
    const count = ((i + 1) >> 2) + ((i + 2) >> 2) + ((i + 3) >> 2);
    bits |= (count & 1) << i;
  }
  return bits;
}

/** Blocks in memory to one of the 16-block states (`state` is its offset), in split form there, and back. */
function stateMoves(): string {
  const load = new Emitter();
  transposeBytes(load, (i) => load.load("source", 16 * i), (k, row) => {
    load.store("state", STATE16 + 16 * k, nibbleMap(load, row, "toLow", "toHigh"));
  });
  const move = (name: string, over: boolean) => {
    const code = new Emitter();
    // Byte k of the output comes from word 3 − ⌊k/4⌋: the reversal R.
    const byte = (k: number) =>
      nibbleMap(
        code,
        code.load("state", STATE16 + 64 * (3 - (k >> 2)) + 16 * (k & 3)),
        "fromLow",
        "fromHigh",
      );
    transposeBytes(code, byte, (i, row) => {
      const value = over ? code.xor(row, code.load("target", 16 * i)) : row;
      code.store("target", 16 * i, value);
    });
    return `function ${name}(target: usize, state: usize): void {\n${
      loadTables("mask", "fromLow", "fromHigh")
    }${code.text()}}\n`;
  };
  const tables = loadTables("mask", "toLow", "toHigh");
  return `function loadState(source: usize, state: usize): void {\n${tables}${load.text()}}\n` +
    move("storeState", false) + move("xorState", true);
}

/** All AssemblyScript of keys and modes. */
export function sm4Source(): string {
  return `
const CTX_WORDS: usize = ${CTX_WORDS};
const CTX_SPLIT: usize = ${CTX_SPLIT};
const CTX_MASKS: usize = ${CTX_MASKS};
const CTX_STATE: usize = ${CTX_STATE};
const CTX_H16: usize = ${CTX_H16};
const BATCH: usize = ${BATCH};
${stateMoves()}
/** Key schedule (GB/T 32907-2016 §7.3) of the 16 bytes at key, and the masks of the bitsliced rounds. */
export function sm4Key(context: usize, key: usize): void {
  let k0 = bswap<i32>(load<i32>(key)) ^ ${0xa3b1bac6 | 0};
  let k1 = bswap<i32>(load<i32>(key, 4)) ^ ${0x56aa3350 | 0};
  let k2 = bswap<i32>(load<i32>(key, 8)) ^ ${0x677d9197 | 0};
  let k3 = bswap<i32>(load<i32>(key, 12)) ^ ${0xb27022dc | 0};
  for (let i = 0; i < 32; i++) {
    let ck = 0; // byte j of CK_i is (4i + j)·7 mod 256
    for (let j = 0; j < 4; j++) ck = (ck << 8) | (((4 * i + j) * 7) & 255);
    const sum = k1 ^ k2 ^ k3 ^ ck ^ ${everyByte(inputConstant())};
    const s = i32x4.extract_lane(sbox16(i32x4.splat(sum)), 0) ^ ${everyByte(AFFINE_CONSTANT)};
    const next = k0 ^ s ^ rotl<i32>(s, 13) ^ rotl<i32>(s, 23);
    k0 = k1;
    k1 = k2;
    k2 = k3;
    k3 = next;
    let folded = next ^ ${everyByte(inputConstant())};
    if ((${oddRounds()} >> (i & 7)) & 1) folded ^= ${leftOver()};
    const split = i32x4.extract_lane(toSplit(i32x4.splat(folded)), 0);
    store<i32>(context + CTX_WORDS + 4 * i, bswap<i32>(split));
    for (let k = 0; k < 4; k++) {
      const byte = (split >> (24 - 8 * k)) & 255;
      store<i32>(context + CTX_SPLIT + ${SPLIT_BYTES} * i + 4 * k, byte * 0x01010101);
    }
    for (let bit = 0; bit < 32; bit++) {
      store<i32>(context + CTX_MASKS + 128 * i + 4 * bit, -((folded >> bit) & 1));
    }
  }
  store<i32>(context + CTX_STATE, 0);
}

/** H = the cipher of the zero block, and the tables of its powers up to H¹⁶ (SP 800-38D §7.1 step 1). */
export function ghashKey(context: usize): void {
  memory.fill(BATCH, 0, 256);
  loadState(BATCH, 0);
  swizzleRounds(context + CTX_SPLIT, ${SPLIT_BYTES});
  storeState(BATCH, 0);
  for (let i: usize = 0; i < 5; i++) {
    const table = context + ${CTX_TABLES} + ${TABLE_BYTES} * i;
    powerTables(table, BATCH);
    if (i == 4) break;
    setLane(BATCH);
    multiplyLanes(table);
    storeLane(BATCH, 0);
  }
  memory.copy(context + CTX_H16, BATCH, 16);
  memory.fill(BATCH, 0, 256);
  store<i32>(context + CTX_STATE, 1);
}

/** The tables of H³², H⁴⁸ and H⁶⁴, made when a long message first needs them. */
function ghashBulkKey(context: usize): void {
  setLane(context + CTX_H16);
  for (let i: usize = 5; i < 8; i++) {
    multiplyLanes(context + ${CTX_TABLES + 4 * TABLE_BYTES});
    storeLane(BATCH, 0);
    powerTables(context + ${CTX_TABLES} + ${TABLE_BYTES} * i, BATCH);
    setLane(BATCH);
  }
  memory.fill(BATCH, 0, 16);
  store<i32>(context + CTX_STATE, 2);
}

/** Lays blocks blocks at source over those at target. */
export function xorBlocks(target: usize, source: usize, blocks: i32): void {
  for (; blocks > 0; blocks--) {
    v128.store(target, v128.xor(v128.load(target), v128.load(source)));
    target += 16;
    source += 16;
  }
}

/** count counter blocks from nonce and counter on. */
function counterBlocks(target: usize, nonce: usize, counter: i32, count: i32): void {
  const block = v128.load(nonce);
  for (; count > 0; count--) {
    v128.store(target, i32x4.replace_lane(block, 3, bswap<i32>(counter)));
    counter++;
    target += 16;
  }
}

const BITSLICE_FROM: i32 = ${BITSLICE_FROM};

/** Counter mode in place; the last 4 bytes of nonce count modulo 2³² and are left at the next value. */
export function sm4Ctr(context: usize, nonce: usize, target: usize, blocks: i32): void {
  let counter = bswap<i32>(load<i32>(nonce, 12));
  const bitsliced = blocks > BITSLICE_FROM;
  if (bitsliced) {
    nonceMasks(nonce);
    setMasks(context, false);
  }
  for (; blocks >= ${BITSLICED_BLOCKS}; blocks -= ${BITSLICED_BLOCKS}) {
    bitsliceCtr(counter, target);
    counter += ${BITSLICED_BLOCKS};
    target += ${16 * BITSLICED_BLOCKS};
  }
  if (blocks > BITSLICE_FROM) {
    memory.fill(BATCH, 0, ${16 * BITSLICED_BLOCKS});
    bitsliceCtr(counter, BATCH);
    xorBlocks(target, BATCH, blocks);
    counter += blocks;
  } else {
    while (blocks > 0) {
      const groups = blocks > 16 ? 2 : 1;
      counterBlocks(BATCH, nonce, counter, 16 * groups);
      loadState(BATCH, 0);
      if (groups == 2) {
        loadState(BATCH + 256, 256);
        swizzleRoundsTwice(context + CTX_SPLIT, ${SPLIT_BYTES});
      } else swizzleRounds(context + CTX_SPLIT, ${SPLIT_BYTES});
      const count = min<i32>(blocks, 16 * groups);
      if (count == 16 * groups) {
        xorState(target, 0);
        if (groups == 2) xorState(target + 256, 256);
      } else {
        storeState(BATCH, 0);
        if (groups == 2) storeState(BATCH + 256, 256);
        xorBlocks(target, BATCH, count);
      }
      counter += count;
      blocks -= count;
      target += 16 * count;
    }
  }
  if (bitsliced) clearMasks();
  store<i32>(nonce, bswap<i32>(counter), 12);
}

/** Groups of 16 blocks in place on the byte-sliced kernel. */
function swizzleEcb(context: usize, target: usize, groups: i32, decrypt: i32): void {
  const keys = context + CTX_SPLIT + (decrypt ? ${31 * SPLIT_BYTES} : 0);
  const step = decrypt ? ${-SPLIT_BYTES} : ${SPLIT_BYTES};
  for (; groups > 1; groups -= 2) {
    loadState(target, 0);
    loadState(target + 256, 256);
    swizzleRoundsTwice(keys, step);
    storeState(target, 0);
    storeState(target + 256, 256);
    target += 512;
  }
  if (groups == 0) return;
  loadState(target, 0);
  swizzleRounds(keys, step);
  storeState(target, 0);
}

/** Each block by itself, in place. */
export function sm4Ecb(context: usize, target: usize, blocks: i32, decrypt: i32): void {
  const bitsliced = blocks > BITSLICE_FROM;
  if (bitsliced) setMasks(context, decrypt != 0);
  for (; blocks >= ${BITSLICED_BLOCKS}; blocks -= ${BITSLICED_BLOCKS}) {
    bitsliceEcb(target);
    target += ${16 * BITSLICED_BLOCKS};
  }
  if (blocks > BITSLICE_FROM) {
    memory.copy(BATCH, target, 16 * blocks);
    bitsliceEcb(BATCH);
    memory.copy(target, BATCH, 16 * blocks);
    return clearMasks();
  }
  if (bitsliced) clearMasks();
  const groups = blocks >> 4;
  swizzleEcb(context, target, groups, decrypt);
  blocks &= 15;
  if (blocks == 0) return;
  target += 256 * groups;
  memory.copy(BATCH, target, 16 * blocks);
  swizzleEcb(context, BATCH, 1, decrypt);
  memory.copy(target, BATCH, 16 * blocks);
}

/** Lays vector and the ciphertext before each block over deciphered blocks: the second half of CBC. */
export function cbcUnchain(vector: usize, cipher: usize, target: usize, blocks: i32): void {
  let before = v128.load(vector);
  for (; blocks > 0; blocks--) {
    const next = v128.load(cipher);
    v128.store(target, v128.xor(v128.load(target), before));
    before = next;
    cipher += 16;
    target += 16;
  }
  v128.store(vector, before);
}
`;
}
