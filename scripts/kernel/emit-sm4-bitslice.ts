/**
 * SM4 on 256 blocks at once, bitsliced: slice 32·w + j holds bit j of word w of all blocks, as two vectors side by side.
 * The S-box is the boolean circuit; L is 96 XORs, its rotations only names. The two vectors of a slice go through the
 * same operations, so that a compiler that knows 256-bit registers can use them.
 */
import type { Circuit } from "./circuit.ts";
import { place } from "./schedule.ts";
import { Emitter, PairEmitter, transposeBits, transposeBytes } from "./emit.ts";
import {
  BITSLICED_BLOCKS,
  KEPT_PAIRS,
  KEY_MASKS,
  NONCE_MASKS,
  ROUND_MASKS,
  ROUNDS,
  SLICE_BYTES,
  SLICES,
  SPILLED,
  SPILLED_SLICES,
  SUBSTITUTED,
  SUMS,
  WORD_SLICES_BYTES,
} from "./layout.ts";

/** How many values the emitted code holds at once: of x86-64's 16 vector registers the compiler keeps one. */
const REGISTERS = 15;

/** Where each word of a round lies: x0 is the one that changes. */
const wordAt = (round: number) => (w: number) => SLICES + WORD_SLICES_BYTES * ((w + round) % 4);

/**
 * The S-boxes of a round: of x1 ^ x2 ^ x3 ^ rk, 32 slices, to 32 slices at SUBSTITUTED. The sum lies at SUMS, so that all
 * rounds have this code in common and the processor's cache of decoded instructions holds it. No place is written twice: that
 * would keep the compiler from pairing the vectors.
 */
function substitute(circuit: Circuit, code: PairEmitter): void {
  const steps = place(circuit, REGISTERS);
  let spilled = 0;
  const spill = (name: string) => {
    const at = SPILLED + SLICE_BYTES * spilled++;
    code.store("0", at, name);
    return at;
  };
  for (let byte = 0; byte < 4; byte++) {
    const names = new Map<number, string>();
    const inputs = new Map<number, number>();
    const places = new Map<number, number>();
    const sum = (j: number) => {
      const key = code.bind(`v128.load32_splat(0, ${ROUND_MASKS + 4 * j})`);
      return code.xor(code.load("0", SUMS + SLICE_BYTES * j), key);
    };
    steps.forEach((step, at) => {
      if (step.kind === "input") {
        const { wire } = step;
        const before = inputs.get(wire);
        names.set(wire, before === undefined ? sum(8 * byte + wire) : code.load("0", before));
        const again = steps.some((s, i) => i > at && s.kind === "input" && s.wire === wire);
        if (before === undefined && again) inputs.set(wire, spill(names.get(wire)!));
      } else if (step.kind === "gate") {
        const { and, a, b, out } = step.gate;
        const [x, y] = [names.get(a)!, names.get(b)!];
        names.set(out, and ? code.and(x, y) : code.xor(x, y));
      } else if (step.kind === "output") {
        code.store("0", SUBSTITUTED + SLICE_BYTES * (8 * byte + step.bit), names.get(step.wire)!);
      } else if (step.kind === "store") {
        places.set(step.slot, spill(names.get(step.wire)!));
      } else {
        names.set(step.wire, code.load("0", places.get(step.slot)!));
      }
    });
  }
  if (spilled > SPILLED_SLICES) throw new Error(`place S-boxes: ${spilled} values spilled`);
}

/** The slices j, j + 8, j + 16, j + 24 of a word, by j modulo 32. */
type Residue = Map<number, string>;

const at = (residue: Residue, j: number) => residue.get((j + 64) % 32)!;

/**
 * x0 ^= L(B) (GB/T 32907-2016 §6.2 b), where bit j of L(B) is (B_j + B_{j+8}) + (B_{j−2} + B_{j−10} + B_{j−18}); and the
 * sums that the next round's S-boxes take.
 */
function diffuse(code: PairEmitter, x0: number, x1: number): void {
  const indices = (r: number) => [r, r + 8, r + 16, r + 24];
  const load = (r: number): Residue =>
    new Map(indices(r).map((j) => [j, code.load("0", SUBSTITUTED + SLICE_BYTES * j)]));
  /** Adds to word x0 the pairs of this residue and the triples of the one before. */
  const add = (r: number, pairs: Residue, triples: Residue) => {
    for (const j of indices(r)) {
      const old = code.load("0", x0 + SLICE_BYTES * j);
      const x4 = code.xor(code.xor(at(pairs, j + 8), at(triples, j - 2)), old);
      code.store("0", x0 + SLICE_BYTES * j, x4);
      const sum = code.load("0", SUMS + SLICE_BYTES * j);
      const others = code.xor(sum, code.load("0", x1 + SLICE_BYTES * j));
      code.store("0", SUMS + SLICE_BYTES * j, code.xor(others, x4));
    }
  };
  for (const first of [0, 1]) {
    let triples: Residue = new Map();
    for (let r = first; r < 8; r += 2) {
      const b = load(r);
      const pairs: Residue = new Map(indices(r).map((j) => [j, code.xor(b.get(j)!, at(b, j - 8))]));
      if (r === first) {
        for (const [j, pair] of pairs) code.store("0", KEPT_PAIRS + SLICE_BYTES * j, pair);
      } else add(r, pairs, triples);
      triples = new Map(indices(r).map((j) => [j, code.xor(pairs.get(j)!, at(b, j - 16))]));
    }
    const pairs: Residue = new Map(
      indices(first).map((j) => [j, code.load("0", KEPT_PAIRS + SLICE_BYTES * j)]),
    );
    add(first, pairs, triples);
  }
}

/** All rounds, and their parts; each has its masks put where the S-boxes expect them. */
function rounds(circuit: Circuit): string {
  const masks = (round: number) =>
    Array.from({ length: 8 }, (_, k) => {
      const from = KEY_MASKS + 128 * round + 16 * k;
      return `  v128.store(0, v128.load(0, ${from}), ${ROUND_MASKS + 16 * k});\n`;
    }).join("");
  const all = Array.from({ length: ROUNDS }, (_, i) => {
    // A round's masks are stored long before they are loaded: loads of parts of what was just stored have to wait.
    const next = i + 1 < ROUNDS ? masks(i + 1) : "";
    return `  bitsliceSubstitute();\n${next}  bitsliceDiffuse${i % 4}();\n`;
  }).join("");
  const boxes = new PairEmitter();
  substitute(circuit, boxes);
  const diffusions = [0, 1, 2, 3].map((round) => {
    const code = new PairEmitter();
    diffuse(code, wordAt(round)(0), wordAt(round)(1));
    return `function bitsliceDiffuse${round}(): void {\n${code.text()}}\n`;
  });
  const sums = new PairEmitter();
  for (let j = 0; j < 32; j++) {
    const [x1, x2, x3] = [1, 2, 3].map((w) => sums.load("0", wordAt(0)(w) + SLICE_BYTES * j));
    sums.store("0", SUMS + SLICE_BYTES * j, sums.xor(sums.xor(x1!, x2!), x3!));
  }
  return `function bitsliceSubstitute(): void {\n${boxes.text()}}
${diffusions.join("")}function sumSlices(): void {\n${sums.text()}}
/** ${ROUNDS} rounds with the masks that are set. */
function bitsliceRounds(): void {\n${masks(0)}  sumSlices();\n${all}  transposeSlices();\n}
`;
}

/** Where the 8 slices of byte k of the state begin; the same place holds its 16 byte vectors. */
const inputAddress = (k: number) => SLICES + SLICE_BYTES * (32 * (k >> 2) + 8 * (3 - (k & 3)));
/** The same after the reversal R at the end (GB/T 32907-2016 §7.1). */
const outputAddress = (k: number) => inputAddress((3 - (k >> 2)) * 4 + (k & 3));

/** Turns 16 groups of 8 slices into byte vectors, or back. Written out, for addresses that are known to be in memory. */
function bitsToBytes(): string {
  const code = new PairEmitter();
  for (let at = SLICES; at < SLICES + 4 * WORD_SLICES_BYTES; at += 8 * SLICE_BYTES) {
    const rows = Array.from({ length: 8 }, (_, i) => code.load("0", at + SLICE_BYTES * i));
    transposeBits(code, rows).forEach((row, i) => code.store("0", at + SLICE_BYTES * i, row));
  }
  return `function transposeSlices(): void {\n${code.text()}}\n`;
}

/** Blocks whose bytes are one row of byte vectors: bit q of a slice's bytes is about row q. */
const ROW_BLOCKS = SLICE_BYTES;

/** Loads every other block of one row at `source` into byte vectors, the first or the second of each slice. */
function loadRow(): string {
  const code = new Emitter();
  transposeBytes(
    code,
    (i) => code.load("source", 32 * i),
    (k, vector) => code.store("at", inputAddress(k), vector),
  );
  return `function loadRow(source: usize, at: usize): void {
${code.text()}}
`;
}

/** Stores the result for every other block of one row, as it is or laid over what is there. */
function storeRow(name: string, over: boolean): string {
  const code = new Emitter();
  transposeBytes(code, (k) => code.load("at", outputAddress(k)), (i, vector) => {
    code.store("target", 32 * i, over ? code.xor(vector, code.load("target", 32 * i)) : vector);
  });
  return `function ${name}(target: usize, at: usize): void {
${code.text()}}
`;
}

/**
 * The bits of the blocks' indices: block 32q + 2p + v is bit q of byte p of vector v. Bit 0 is the vector, bits 1–4
 * are byte masks, 5–7 bit masks.
 */
function counterIndex(code: PairEmitter, bit: number): string {
  if (bit === 0) return code.bindHalves("i32x4.splat(0)", "i32x4.splat(-1)");
  if (bit > 4) return code.bind(`v128.splat<u8>(${[0xaa, 0xcc, 0xf0][bit - 5]})`);
  const bytes = Array.from({ length: 16 }, (_, p) => (p >> (bit - 1)) & 1 ? -1 : 0);
  return code.bind(`i8x16(${bytes.join(", ")})`);
}

/** Slices of 256 counter blocks: the nonce, and counter, counter + 1, … modulo 2³² by a ripple of carries. */
function counterSlices(): string {
  const code = new PairEmitter();
  for (let j = 0; j < 96; j++) {
    const mask = code.bind(`v128.load32_splat(0, ${NONCE_MASKS + 4 * j})`);
    code.store("0", SLICES + SLICE_BYTES * j, mask);
  }
  let carry = "";
  for (let bit = 0; bit < 32; bit++) {
    code.line(`const base${bit}: i32 = -((counter >> ${bit}) & 1);`);
    const base = code.bind(`i32x4.splat(base${bit})`);
    let sum = base;
    let both = "";
    if (2 ** bit < BITSLICED_BLOCKS) {
      const index = counterIndex(code, bit);
      sum = code.xor(base, index);
      both = code.and(base, index);
    }
    const slice = SLICES + 3 * WORD_SLICES_BYTES + SLICE_BYTES * bit;
    code.store("0", slice, carry === "" ? sum : code.xor(sum, carry));
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
  /** Even blocks are in the first vector of a slice, odd ones in the second. */
  const rows = (body: string) =>
    `for (let row: usize = 0; row < 8; row++) {
    ${body}(target + ${16 * ROW_BLOCKS} * row, ${SLICE_BYTES} * row);
    ${body}(target + ${16 * ROW_BLOCKS} * row + 16, ${SLICE_BYTES} * row + 16);
  }`;
  return `
${rounds(circuit)}${bitsToBytes()}${loadRow()}${storeRow("xorRow", true)}${
    storeRow("storeRow", false)
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
/** Sets the masks of a key's rounds, the last first to decipher. */
function setMasks(context: usize, decrypt: bool): void {
  if (!decrypt) return memory.copy(${KEY_MASKS}, context + CTX_MASKS, ${128 * ROUNDS});
  for (let i: usize = 0; i < ${ROUNDS}; i++) {
    memory.copy(${KEY_MASKS} + 128 * i, context + CTX_MASKS + 128 * (${ROUNDS - 1} - i), 128);
  }
}

/** Nothing of a key stays behind. */
function clearMasks(): void {
  memory.fill(${KEY_MASKS}, 0, ${128 * ROUNDS});
  memory.fill(${ROUND_MASKS}, 0, 128);
}

/** Lays the key stream of ${BITSLICED_BLOCKS} counters over their blocks at target; the masks of key and nonce are set. */
function bitsliceCtr(counter: i32, target: usize): void {
  counterSlices(counter);
  bitsliceRounds();
  ${rows("xorRow")}
}

/** Enciphers or deciphers ${BITSLICED_BLOCKS} blocks in place; the masks are set. */
function bitsliceEcb(target: usize): void {
  ${rows("loadRow")}
  transposeSlices();
  bitsliceRounds();
  ${rows("storeRow")}
}
`;
}
