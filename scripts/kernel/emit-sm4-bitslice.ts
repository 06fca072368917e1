/**
 * SM4 on 128 blocks at once, bitsliced: vector 32·w + j holds bit j of word w of all blocks. The S-box is the
 * boolean circuit; L is 96 XORs, its rotations only names.
 */
import type { Circuit } from "./circuit.ts";
import { Emitter, transposeBits, transposeBytes } from "./emit.ts";
import { SLICES } from "./layout.ts";

/** Emits the S-box circuit over 8 slices, least significant bit first. */
function sbox(code: Emitter, circuit: Circuit, inputs: readonly string[]): string[] {
  const wires = [...inputs];
  for (const { and, a, b, out } of circuit.gates) {
    wires[out] = and ? code.and(wires[a]!, wires[b]!) : code.xor(wires[a]!, wires[b]!);
  }
  return circuit.outputs.map((wire) => wires[wire]!);
}

/** One round (GB/T 32907-2016 §6): x0 ^= L(τ(x1 ^ x2 ^ x3 ^ rk)), pointers to 32 slices each. */
function round(circuit: Circuit): string {
  const code = new Emitter();
  const b: string[] = [];
  for (let byte = 0; byte < 4; byte++) {
    const inputs: string[] = [];
    for (let bit = 0; bit < 8; bit++) {
      const j = 8 * byte + bit;
      const sum = code.xor(
        code.xor(code.load("x1", 16 * j), code.load("x2", 16 * j)),
        code.load("x3", 16 * j),
      );
      inputs.push(code.xor(sum, code.bind(`v128.load32_splat(masks, ${4 * j})`)));
    }
    b.push(...sbox(code, circuit, inputs));
  }
  // L(B)_j = (B_j + B_{j+8}) + (B_{j-2} + B_{j-10} + B_{j-18}); indices modulo 32, one residue of 8 at a time.
  const at = (names: string[], j: number) => names[(j + 64) % 32]!;
  const triples: string[] = [];
  const order = [0, 2, 4, 6, 1, 3, 5, 7];
  const pairsOf = (residue: number) => {
    const pairs: string[] = [];
    for (let j = residue; j < 32; j += 8) pairs[j] = code.xor(b[j]!, at(b, j - 8));
    return pairs;
  };
  const triplesOf = (residue: number, pairs: string[]) => {
    for (let j = residue; j < 32; j += 8) triples[j] = code.xor(pairs[j]!, at(b, j - 16));
  };
  const firsts = new Map<number, string[]>();
  for (const residue of order) {
    const pairs = pairsOf(residue);
    if (residue < 2) {
      firsts.set(residue, pairs);
      triplesOf(residue, pairs);
      continue;
    }
    for (let j = residue; j < 32; j += 8) {
      const sum = code.xor(at(pairs, j + 8), at(triples, j - 2));
      code.store("x0", 16 * j, code.xor(code.load("x0", 16 * j), sum));
    }
    triplesOf(residue, pairs);
    if (residue < 6) continue;
    const first = firsts.get(residue - 6)!;
    for (let j = residue - 6; j < 32; j += 8) {
      const sum = code.xor(at(first, j + 8), at(triples, j - 2));
      code.store("x0", 16 * j, code.xor(code.load("x0", 16 * j), sum));
    }
  }
  return `function bitsliceRound(x0: usize, x1: usize, x2: usize, x3: usize, masks: usize): void {
${code.text()}}
`;
}

/** Where the 8 slices of byte k of the state begin; the same place holds its 8 byte vectors. */
const inputAddress = (k: number) => SLICES + 512 * (k >> 2) + 128 * (3 - (k & 3));
/** The same after the reversal R at the end (GB/T 32907-2016 §7.1). */
const outputAddress = (k: number) => inputAddress((3 - (k >> 2)) * 4 + (k & 3));

/** Turns 16 groups of 8 slices into byte vectors, or back. */
function bitsToBytes(): string {
  const code = new Emitter();
  const rows = Array.from({ length: 8 }, (_, i) => code.load("at", 16 * i));
  transposeBits(code, rows).forEach((row, i) => code.store("at", 16 * i, row));
  return `function transposeSlices(): void {
  for (let at: usize = ${SLICES}; at < ${SLICES + 2048}; at += 128) {
${code.text()}  }
}
`;
}

/** Loads blocks 16q…16q+15 at `source` into byte vectors. */
function loadGroup(): string {
  const code = new Emitter();
  const rows = Array.from({ length: 16 }, (_, i) => code.load("source", 16 * i));
  transposeBytes(code, rows).forEach((row, k) => code.store("q", inputAddress(k), row));
  return `function loadGroup(source: usize, q: usize): void {
${code.text()}}
`;
}

/** Stores the result for blocks 16q…16q+15, as it is or laid over what is there. */
function storeGroup(name: string, over: boolean): string {
  const code = new Emitter();
  const rows = Array.from({ length: 16 }, (_, k) => code.load("q", outputAddress(k)));
  transposeBytes(code, rows).forEach((row, i) => {
    code.store("target", 16 * i, over ? code.xor(row, code.load("target", 16 * i)) : row);
  });
  return `function ${name}(target: usize, q: usize): void {
${code.text()}}
`;
}

/** Lane of block 16q + p: byte p, bit q. The index bits 0–3 as byte masks, 4–6 as bit masks. */
function counterIndex(bit: number): string {
  if (bit >= 4) return `v128.splat<u8>(${[0xaa, 0xcc, 0xf0][bit - 4]})`;
  const bytes = Array.from({ length: 16 }, (_, p) => (p >> bit) & 1 ? -1 : 0);
  return `i8x16(${bytes.join(", ")})`;
}

/** All AssemblyScript of the bitsliced kernel. */
export function bitsliceSource(circuit: Circuit): string {
  const low = Array.from({ length: 7 }, (_, bit) => `
  base = i32x4.splat(-((counter >> ${bit}) & 1));
  index = ${counterIndex(bit)};
  half = v128.xor(base, index);
  v128.store(${SLICES + 3 * 512 + 16 * bit}, v128.xor(half, carry));
  carry = v128.or(v128.and(base, index), v128.and(carry, half));`).join("");
  return `
${round(circuit)}${bitsToBytes()}${loadGroup()}${storeGroup("xorGroup", true)}${
    storeGroup("storeGroup", false)
  }
/** Slices of 128 counter blocks: three words of nonce, and counter, counter + 1, … modulo 2³². */
function counterSlices(nonce: usize, counter: i32): void {
  for (let word: usize = 0; word < 3; word++) {
    const value = bswap<i32>(load<i32>(nonce + 4 * word));
    for (let bit: usize = 0; bit < 32; bit++) {
      v128.store(${SLICES} + 512 * word + 16 * bit, i32x4.splat(-((value >> <i32>bit) & 1)));
    }
  }
  let carry: v128 = i32x4.splat(0);
  let base: v128, index: v128, half: v128;${low}
  for (let bit: usize = 7; bit < 32; bit++) {
    base = i32x4.splat(-((counter >> <i32>bit) & 1));
    v128.store(${SLICES + 3 * 512} + 16 * bit, v128.xor(base, carry));
    carry = v128.and(carry, base);
  }
}

/** 32 rounds; masks steps by step a round (backwards to decipher). */
function bitsliceRounds(masks: usize, step: i32): void {
  for (let i = 0; i < 8; i++) {
    bitsliceRound(${SLICES}, ${SLICES + 512}, ${SLICES + 1024}, ${SLICES + 1536}, masks);
    masks += step;
    bitsliceRound(${SLICES + 512}, ${SLICES + 1024}, ${SLICES + 1536}, ${SLICES}, masks);
    masks += step;
    bitsliceRound(${SLICES + 1024}, ${SLICES + 1536}, ${SLICES}, ${SLICES + 512}, masks);
    masks += step;
    bitsliceRound(${SLICES + 1536}, ${SLICES}, ${SLICES + 512}, ${SLICES + 1024}, masks);
    masks += step;
  }
  transposeSlices();
}

/** Lays the key stream of 128 counters over 2 KiB at target. */
function bitsliceCtr(context: usize, nonce: usize, counter: i32, target: usize): void {
  counterSlices(nonce, counter);
  bitsliceRounds(context + CTX_MASKS, 128);
  for (let q: usize = 0; q < 8; q++) xorGroup(target + 256 * q, 16 * q);
}

/** Enciphers or deciphers 128 blocks in place. */
function bitsliceEcb(context: usize, target: usize, decrypt: bool): void {
  for (let q: usize = 0; q < 8; q++) loadGroup(target + 256 * q, 16 * q);
  transposeSlices();
  if (decrypt) bitsliceRounds(context + CTX_MASKS + 31 * 128, -128);
  else bitsliceRounds(context + CTX_MASKS, 128);
  for (let q: usize = 0; q < 8; q++) storeGroup(target + 256 * q, 16 * q);
}
`;
}
