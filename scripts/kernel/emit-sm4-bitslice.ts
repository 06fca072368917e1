/**
 * SM4 on 128 blocks at once, bitsliced: vector 32·w + j holds bit j of word w of all blocks. The S-box is the
 * boolean circuit; L is 96 XORs, its rotations only names.
 */
import type { Circuit } from "./circuit.ts";
import { place } from "./schedule.ts";
import { Emitter, transposeBits, transposeBytes } from "./emit.ts";
import { NONCE_MASKS, ROUND_MASKS, SLICES, SPILLED, SUBSTITUTED, SUMS } from "./layout.ts";

/** How many values the emitted code holds at once: of x86-64's 16 vector registers the compiler keeps one, and one is spare. */
export const REGISTERS = 14;

/** The S-boxes of one round: 32 slices at SUMS to 32 slices at SUBSTITUTED. */
function substitute(circuit: Circuit): string {
  const code = new Emitter();
  for (let byte = 0; byte < 4; byte++) {
    const names = new Map<number, string>();
    for (const step of place(circuit, REGISTERS)) {
      if (step.kind === "input") {
        names.set(step.wire, code.load("0", SUMS + 16 * (8 * byte + step.wire)));
      } else if (step.kind === "gate") {
        const { and, a, b, out } = step.gate;
        const [x, y] = [names.get(a)!, names.get(b)!];
        names.set(out, and ? code.and(x, y) : code.xor(x, y));
      } else if (step.kind === "output") {
        code.store("0", SUBSTITUTED + 16 * (8 * byte + step.bit), names.get(step.wire)!);
      } else if (step.kind === "store") {
        code.store("0", SPILLED + 16 * step.slot, names.get(step.wire)!);
      } else {
        names.set(step.wire, code.load("0", SPILLED + 16 * step.slot));
      }
    }
  }
  return `function bitsliceSubstitute(): void {\n${code.text()}}\n`;
}

/** Addresses of the words of a round, x0 being the one that changes. */
interface RoundWords {
  readonly x0: number;
  readonly x2: number;
  readonly x3: number;
}

/** The slices j, j + 8, j + 16, j + 24 of a word, by j modulo 32. */
type Residue = Map<number, string>;

const at = (residue: Residue, j: number) => residue.get((j + 64) % 32)!;

/**
 * x0 ^= L(B) (GB/T 32907-2016 §6.2 b), where bit j of L(B) is (B_j + B_{j+8}) + (B_{j−2} + B_{j−10} + B_{j−18}); and
 * what the next round's S-boxes read, x2 ^ x3 ^ (new x0) ^ rk.
 */
function diffuse(code: Emitter, { x0, x2, x3 }: RoundWords): void {
  const indices = (r: number) => [r, r + 8, r + 16, r + 24];
  const load = (r: number): Residue =>
    new Map(indices(r).map((j) => [j, code.load("0", SUBSTITUTED + 16 * j)]));
  /** Adds to word x0 the pairs of this residue and the triples of the one before. */
  const add = (r: number, pairs: Residue, triples: Residue) => {
    for (const j of indices(r)) {
      const old = code.load("0", x0 + 16 * j);
      const sum = code.xor(code.xor(at(pairs, j + 8), at(triples, j - 2)), old);
      code.store("0", x0 + 16 * j, sum);
      const others = code.xor(code.load("0", x2 + 16 * j), code.load("0", x3 + 16 * j));
      const key = code.bind(`v128.load32_splat(0, ${ROUND_MASKS + 4 * j})`);
      code.store("0", SUMS + 16 * j, code.xor(code.xor(others, key), sum));
    }
  };
  for (const first of [0, 1]) {
    let triples: Residue = new Map();
    for (let r = first; r < 8; r += 2) {
      const b = load(r);
      const pairs: Residue = new Map(indices(r).map((j) => [j, code.xor(b.get(j)!, at(b, j - 8))]));
      if (r === first) {
        for (const [j, pair] of pairs) code.store("0", SUBSTITUTED + 16 * j, pair);
      } else add(r, pairs, triples);
      triples = new Map(indices(r).map((j) => [j, code.xor(pairs.get(j)!, at(b, j - 16))]));
    }
    add(first, load(first), triples);
  }
}

/** What a round does after its S-boxes, for each of the four positions of the words. */
function diffusions(): string {
  const masks = Array.from(
    { length: 8 },
    (_, i) => `  v128.store(${ROUND_MASKS + 16 * i}, v128.load(masks, ${16 * i}));\n`,
  ).join("");
  const bodies = [0, 1, 2, 3].map((i) => {
    const code = new Emitter();
    const word = (w: number) => SLICES + 512 * ((w + i) % 4);
    diffuse(code, { x0: word(0), x2: word(2), x3: word(3) });
    return `function bitsliceDiffuse${i}(masks: usize): void {\n  roundMasks(masks);\n${code.text()}}\n`;
  });
  return `
/** Puts a round's masks where the code expects them. */
@inline
function roundMasks(masks: usize): void {
${masks}}

/** What the first round's S-boxes read. */
function firstSums(masks: usize): void {
  for (let j: usize = 0; j < 32; j++) {
    const sum = v128.xor(
      v128.xor(v128.load(${SLICES + 512} + 16 * j), v128.load(${SLICES + 1024} + 16 * j)),
      v128.xor(v128.load(${SLICES + 1536} + 16 * j), v128.load32_splat(masks + 4 * j)));
    v128.store(${SUMS} + 16 * j, sum);
  }
}
${bodies.join("")}`;
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

/** Slices of 128 counter blocks: the nonce, and counter, counter + 1, … modulo 2³² by a ripple of carries. */
function counterSlices(): string {
  const code = new Emitter();
  for (let j = 0; j < 96; j++) {
    code.store("0", SLICES + 16 * j, code.bind(`v128.load32_splat(0, ${NONCE_MASKS + 4 * j})`));
  }
  let carry = "";
  for (let bit = 0; bit < 32; bit++) {
    const base = code.bind(`i32x4.splat(-((counter >> ${bit}) & 1))`);
    let sum = base;
    let both = "";
    if (bit < 7) {
      const index = code.bind(counterIndex(bit));
      sum = code.xor(base, index);
      both = code.and(base, index);
    }
    code.store("0", SLICES + 3 * 512 + 16 * bit, carry === "" ? sum : code.xor(sum, carry));
    if (carry === "") carry = both;
    else {
      const over = code.and(sum, carry);
      carry = both === "" ? over : code.xor(both, over);
    }
  }
  return `function counterSlices(counter: i32): void {\n${code.text()}}\n`;
}

/** All AssemblyScript of the bitsliced kernel. */
export function bitsliceSource(circuit: Circuit): string {
  return `
${substitute(circuit)}${diffusions()}${bitsToBytes()}${loadGroup()}${storeGroup("xorGroup", true)}${
    storeGroup("storeGroup", false)
  }
/** The bits of the nonce's three words, as masks. */
function nonceMasks(nonce: usize): void {
  for (let word: usize = 0; word < 3; word++) {
    const value = bswap<i32>(load<i32>(nonce + 4 * word));
    for (let bit: usize = 0; bit < 32; bit++) {
      store<i32>(${NONCE_MASKS} + 128 * word + 4 * bit, -((value >> <i32>bit) & 1));
    }
  }
}

${counterSlices()}
/** 32 rounds; masks steps by step a round (backwards to decipher). The last one's sums are of no use. */
function bitsliceRounds(masks: usize, step: i32): void {
  firstSums(masks);
  for (let i = 0; i < 8; i++) {
    bitsliceSubstitute();
    bitsliceDiffuse0((masks += step));
    bitsliceSubstitute();
    bitsliceDiffuse1((masks += step));
    bitsliceSubstitute();
    bitsliceDiffuse2((masks += step));
    bitsliceSubstitute();
    bitsliceDiffuse3((masks += step));
  }
  transposeSlices();
}

/** Lays the key stream of 128 counters over 2 KiB at target; the nonce's masks are set. */
function bitsliceCtr(context: usize, counter: i32, target: usize): void {
  counterSlices(counter);
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
