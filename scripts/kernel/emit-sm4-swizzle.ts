/**
 * SM4 on 16 blocks at once, byte-sliced: vector 4·w + k holds byte k of word w of all blocks. The S-box inverts in
 * GF(2⁴)² with 16-entry tables and nothing but look-ups and XOR, after Hamburg ("Accelerating AES with vector
 * permute instructions", CHES 2009), here with a basis for SM4's field found by trial. The same S-box serves the key
 * schedule.
 *
 * Write y = A·x + c as i·α + j·β over GF(2⁴) with N(α) = N(β) = 1, a = Tr(α·β¹⁶), k = i + j. Then
 *   N = i² + a·i·j + j²,   u = 1/(1/i + a/k) + j = N/((1+a)·i + j),   v = 1/(1/j + a/k) + i = N/(i + (1+a)·j),
 * and y⁻¹ = (i·α¹⁶ + j·β¹⁶)/N is linear in 1/u and 1/v. Infinity is 0x80: a look-up there gives 0.
 *
 * The state is kept in split form, every byte as i·16 + k of A·x: that is linear, so XOR and L work on it as well, and
 * only blocks that come and go are converted.
 */
import { dataBlock, Emitter } from "./emit.ts";
import { STATE16 } from "./layout.ts";
import {
  AFFINE_CONSTANT,
  affineMap,
  apply,
  invert,
  multiply,
  SBOX,
  SM4_MODULUS,
} from "./sm4-facts.ts";
import { inputConstant } from "./sbox-search.ts";

const mul = (a: number, b: number) => multiply(a, b, SM4_MODULUS);
const inv = (a: number) => invert(a, SM4_MODULUS);

function power(x: number, exponent: number): number {
  let result = 1;
  for (let i = 0; i < exponent; i++) result = mul(result, x);
  return result;
}

const INFINITY = 0x80;

/** The look-up tables of the S-box, each of 16 bytes. */
interface Tables {
  /** Split form of a byte's low and high nibble, and the way back. */
  toLow: number[];
  toHigh: number[];
  fromLow: number[];
  fromHigh: number[];
  /** 1/n and a/n, in nibbles of the subfield. */
  inverse: number[];
  scaledInverse: number[];
  /** The contributions of u and v to S(x), without the constant c. */
  outU: number[];
  outV: number[];
}

/** Finds the basis and makes the tables. */
function sboxTables(): Tables {
  const affine = affineMap();
  const subfield = Array.from({ length: 256 }, (_, z) => z).filter((z) => power(z, 16) === z);
  // A linear basis of the subfield numbers its elements 0…15.
  const element = [0];
  for (const z of subfield) {
    if (element.length === 16) break;
    if (!element.includes(z)) element.push(...element.map((e) => e ^ z));
  }
  const nibble = new Map(element.map((z, n) => [z, n]));
  const unitNorm = Array.from({ length: 256 }, (_, z) => z).filter((z) => power(z, 17) === 1);
  const alpha = unitNorm[0]!;
  const conjugate = (z: number) => power(z, 16);
  const beta = unitNorm.find((z) => {
    const a = mul(alpha, conjugate(z)) ^ mul(conjugate(alpha), z);
    return !nibble.has(mul(z, inv(alpha))) && a !== 0;
  })!;
  const a = mul(alpha, conjugate(beta)) ^ mul(conjugate(alpha), beta);
  const split = new Map<number, number>();
  for (let i = 0; i < 16; i++) {
    for (let j = 0; j < 16; j++) {
      split.set(mul(element[i]!, alpha) ^ mul(element[j]!, beta), (i << 4) | (i ^ j));
    }
  }
  const entries = (f: (n: number) => number) => Array.from({ length: 16 }, (_, n) => f(n));
  const reciprocal = (numerator: number) => (n: number) =>
    n === 0 ? INFINITY : nibble.get(mul(numerator, inv(element[n]!)))!;
  // With U = 1/u and V = 1/v: i/N = ((1+a)·U + V)/a², j/N = (U + (1+a)·V)/a².
  const scale = inv(mul(a, a));
  const ca = mul(scale, conjugate(alpha));
  const cb = mul(scale, conjugate(beta));
  const outU = (n: number) => {
    const w = n === 0 ? 0 : inv(element[n]!);
    return apply(affine, mul(w, mul(1 ^ a, ca) ^ cb));
  };
  const outV = (n: number) => {
    const w = n === 0 ? 0 : inv(element[n]!);
    return apply(affine, mul(w, ca ^ mul(1 ^ a, cb)));
  };
  const toSplit = (x: number) => split.get(apply(affine, x))!;
  const fromSplit = new Map(Array.from({ length: 256 }, (_, x) => [toSplit(x), x]));
  return {
    toLow: entries((n) => toSplit(n)),
    toHigh: entries((n) => toSplit(n << 4)),
    fromLow: entries((n) => fromSplit.get(n)!),
    fromHigh: entries((n) => fromSplit.get(n << 4)!),
    inverse: entries(reciprocal(1)),
    scaledInverse: entries(reciprocal(a)),
    outU: entries(outU),
    outV: entries(outV),
  };
}

/** A look-up as the machine does it. */
const lookUp = (table: readonly number[], index: number) => index & 0x80 ? 0 : table[index & 15]!;

/** Evaluates the tables on all 256 inputs against the S-box. */
export function checkTables(): boolean {
  const t = sboxTables();
  for (let x = 0; x < 256; x++) {
    const shifted = x ^ inputConstant();
    const ik = t.toLow[shifted & 15]! ^ t.toHigh[shifted >> 4]!;
    if ((t.fromLow[ik & 15]! ^ t.fromHigh[ik >> 4]!) !== shifted) return false;
    const i = ik >> 4;
    const k = ik & 15;
    const j = i ^ k;
    const ak = lookUp(t.scaledInverse, k);
    const u = lookUp(t.inverse, lookUp(t.inverse, i) ^ ak) ^ j;
    const v = lookUp(t.inverse, lookUp(t.inverse, j) ^ ak) ^ i;
    if ((lookUp(t.outU, u) ^ lookUp(t.outV, v) ^ AFFINE_CONSTANT) !== SBOX[x]) return false;
  }
  return true;
}

/** A linear map of bytes by a table for each nibble. */
export function nibbleMap(code: Emitter, x: string, low: string, high: string): string {
  const byLow = code.swizzle(low, code.and(x, "mask"));
  return code.xor(byLow, code.swizzle(high, code.highNibbles(x, "mask")));
}

/** u and v of the bytes in `x`, which are in split form (constants folded in by the caller). */
function uv(code: Emitter, x: string): readonly [string, string] {
  return inverted(code, x, code.highNibbles(x, "mask"));
}

/** The same where their high nibbles are at hand. Of a byte 0 both are infinity. */
export function inverted(code: Emitter, x: string, i: string): readonly [string, string] {
  const k = code.and(x, "mask");
  const inverseOfI = code.swizzle("inverse", i);
  const ak = code.swizzle("scaled", k);
  const j = code.xor(i, k);
  const iak = code.xor(inverseOfI, ak);
  const inverseOfJ = code.swizzle("inverse", j);
  const byIak = code.swizzle("inverse", iak);
  const byJak = code.swizzle("inverse", code.xor(inverseOfJ, ak));
  return [code.xor(byIak, j), code.xor(byJak, i)];
}

/** P = S ^ S<<2 and Q = S ^ S>>6 of a byte: with them L is out_k = Q_k + P_{k−1} + Σ(P + Q). */
const p = (s: number) => s ^ ((s << 2) & 0xff);
const q = (s: number) => s ^ (s >> 6);

/** Nothing: a look-up there gives 0. */
const NONE = 0x80;

/** Look-ups that bring the bytes from `first` on to the front of a lane of 32 bits each, and from there to their place. */
function taken(first: number): number[] {
  return Array.from({ length: 16 }, (_, k) => k % 4 === 0 ? first + k / 4 : NONE);
}
function placed(w: number): number[] {
  return Array.from({ length: 16 }, (_, k) => k >> 2 === w ? 4 * (k & 3) : NONE);
}

/**
 * One round on the 16 blocks at `state`; `words` says where each word lies. `fresh` are the four bytes of x3 where the
 * round before has just made them: only they are on the critical path. The result is the bytes of the new x0.
 */
function round(
  code: Emitter,
  state: number,
  words: readonly number[],
  fresh: readonly string[],
): string[] {
  const at = (w: number, k: number) => state + 64 * words[w]! + 16 * k;
  const ps: string[] = [];
  const qs: string[] = [];
  const sums: string[] = [];
  for (let k = 0; k < 4; k++) {
    const others = code.xor(code.load("0", at(1, k)), code.load("0", at(2, k)));
    const keyed = code.xor(others, code.bind(`v128.load32_splat(keys, ${4 * k})`));
    const [u, v] = uv(code, code.xor(keyed, fresh[k] ?? code.load("0", at(3, k))));
    ps.push(code.xor(code.swizzle("pU", u), code.swizzle("pV", v)));
    qs.push(code.xor(code.swizzle("qU", u), code.swizzle("qV", v)));
    sums.push(code.xor(ps[k]!, qs[k]!));
  }
  const sum = code.xor(code.xor(sums[0]!, sums[1]!), code.xor(sums[2]!, sums[3]!));
  return [0, 1, 2, 3].map((k) => {
    const own = code.xor(code.xor(qs[k]!, ps[(k + 3) % 4]!), code.load("0", at(0, k)));
    const out = code.xor(own, sum);
    code.store("0", at(0, k), out);
    return out;
  });
}

/** The vectors of static data by name. */
function vectors(): Record<string, number[]> {
  const t = sboxTables();
  const split = (x: number) => t.toLow[x & 15]! ^ t.toHigh[x >> 4]!;
  return {
    mask: new Array<number>(16).fill(15),
    toLow: t.toLow,
    toHigh: t.toHigh,
    fromLow: t.fromLow,
    fromHigh: t.fromHigh,
    inverse: t.inverse,
    scaled: t.scaledInverse,
    outU: t.outU,
    outV: t.outV,
    pU: t.outU.map((s) => split(p(s))),
    pV: t.outV.map((s) => split(p(s))),
    qU: t.outU.map((s) => split(q(s))),
    qV: t.outV.map((s) => split(q(s))),
    cU: t.outU.map((s) => split(p(s) ^ q(s))),
    cV: t.outV.map((s) => split(p(s) ^ q(s))),
    spread: taken(0),
    take0: taken(0),
    take1: taken(4),
    take2: taken(8),
    take3: taken(12),
    place0: placed(0),
    place1: placed(1),
    place2: placed(2),
    place3: placed(3),
  };
}

/** The named vector, read where it is used: for those that no register is to be kept for. */
export function tableOnce(code: Emitter, name: string): string {
  return code.load("SBOX_TABLES", 16 * Object.keys(vectors()).indexOf(name));
}

/** Statements that load the named vectors. */
export function loadTables(...names: readonly string[]): string {
  const all = Object.keys(vectors());
  return names.map((name) =>
    `  const ${name}: v128 = v128.load(SBOX_TABLES, ${16 * all.indexOf(name)});\n`
  ).join("");
}

/** All AssemblyScript of the swizzle kernel. */
export function swizzleSource(): string {
  const convert = new Emitter();
  convert.line(`return ${nibbleMap(convert, "x", "toLow", "toHigh")};`);
  const one = new Emitter();
  const [u, v] = uv(one, nibbleMap(one, "x", "toLow", "toHigh"));
  one.line(`return v128.xor(SWIZZLE(outU, ${u}), SWIZZLE(outV, ${v}));`);
  const rounds = (name: string, states: readonly number[]) => {
    const body = new Emitter();
    const fresh: string[][] = states.map(() => []);
    for (let i = 0; i < 4; i++) {
      const words = [0, 1, 2, 3].map((w) => (w + i) % 4);
      states.forEach((state, s) => fresh[s] = round(body, state, words, fresh[s]!));
      body.line("keys += step;");
    }
    return `function ${name}(keys: usize, step: i32): void {
${loadTables("mask", "inverse", "scaled", "pU", "pV", "qU", "qV")}
  for (let i = 0; i < 8; i++) {
${body.text()}  }
}
`;
  };
  return `
${dataBlock("SBOX_TABLES", Object.values(vectors()))}
/** 16 bytes in split form. */
function toSplit(x: v128): v128 {
${loadTables("mask", "toLow", "toHigh")}${convert.text()}}

/** The S-box without its constants on 16 bytes: S(x ^ inputConstant) ^ c. */
function sbox16(x: v128): v128 {
${loadTables("mask", "toLow", "toHigh", "inverse", "scaled", "outU", "outV")}${one.text()}}

/** 32 rounds on the 16 blocks in the state; keys steps by step bytes a round (backwards to decipher). */
${rounds("swizzleRounds", [STATE16])}
/** The same on two states: one works while the other waits for its last round. */
${rounds("swizzleRoundsTwice", [STATE16, STATE16 + 256])}`;
}
