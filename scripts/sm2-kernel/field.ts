/**
 * AssemblyScript of arithmetic modulo the prime p and the order n of SM2 (GB/T 32918.5 §3), straight-line and without
 * a branch or address that depends on a value.
 *
 * A number is nine signed limbs of 29 bits, in Montgomery form with R = 2²⁶¹. Limbs may stray a little outside
 * 0…2²⁹ − 1 and values outside 0…p − 1: sums and differences are folded to hardly more than 2²⁵⁶, products come out
 * below 1.1·p (a·b / R + p), and only the conversion to bytes makes them canonical. A column of a product is a sum of
 * nine products below 2⁵⁸·⁵ and so fits in 63 bits.
 */
import { CURVE } from "../../lib/crypto/sm2-parameters.ts";
import { Emitter } from "../kernel/emit.ts";
import { ELEMENT, FIELD_TEMPORARIES } from "./layout.ts";

export const { p: P, n: N, b: B, Gx: GX, Gy: GY } = CURVE;

export const LIMBS = 9;
export const LIMB_BITS = 29;
const MASK = 2 ** LIMB_BITS - 1;
/** Montgomery's R. */
export const R = 1n << BigInt(LIMBS * LIMB_BITS);
/** The bits of the highest limb below 2²⁵⁶. */
const TOP_BITS = 256 - LIMB_BITS * (LIMBS - 1);

/** Limbs of a number, low first. */
export function limbs(value: bigint): number[] {
  return Array.from(
    { length: LIMBS },
    (_, i) => Number((value >> BigInt(i * LIMB_BITS)) & BigInt(MASK)),
  );
}

/**
 * m·2ᵏ terms of p + 1 = 2⁶⁴ − 2⁹⁶ − 2²²⁴ + 2²⁵⁶ by limb. As p ≡ −1 modulo 2²⁹, the multiple of p that clears the
 * lowest limb c is c itself: adding c·p is taking c away and adding c·(p + 1), shifts and no multiplication.
 */
const P_PLUS_1: readonly (readonly [limb: number, shift: number, sign: "+" | "-"])[] = [
  [2, 6, "+"],
  [3, 9, "-"],
  [7, 21, "-"],
  [8, 24, "+"],
];

function load(code: Emitter, pointer: string): string[] {
  return Array.from(
    { length: LIMBS },
    (_, i) => code.bind(`<i64>load<i32>(${pointer}, ${4 * i})`, "i64"),
  );
}

function store(code: Emitter, pointer: string, values: readonly string[]): void {
  values.forEach((value, i) => code.line(`store<i32>(${pointer}, <i32>${value}, ${4 * i});`));
}

/** Carries between limbs; the highest keeps what is left. */
function carry(code: Emitter, values: readonly string[]): string[] {
  const out: string[] = [];
  let over: string | undefined;
  values.forEach((value, i) => {
    const sum = over === undefined ? value : code.bind(`${value} + ${over}`, "i64");
    if (i === values.length - 1) return void out.push(sum);
    out.push(code.bind(`${sum} & ${MASK}`, "i64"));
    over = code.bind(`${sum} >> ${LIMB_BITS}`, "i64");
  });
  return out;
}

/** Takes multiples of 2²⁵⁶ from the top and puts their residue, 2²²⁴ + 2⁹⁶ − 2⁶⁴ + 1 each, below. */
function fold(code: Emitter, values: readonly string[]): string[] {
  const out = [...values];
  const over = code.bind(`${values[8]} >> ${TOP_BITS}`, "i64");
  out[8] = code.bind(`${values[8]} & ${2 ** TOP_BITS - 1}`, "i64");
  out[0] = code.bind(`${values[0]} + ${over}`, "i64");
  for (const [limb, shift, sign] of P_PLUS_1.slice(0, 3)) {
    const opposite = sign === "+" ? "-" : "+";
    out[limb] = code.bind(`${values[limb]} ${opposite} (${over} << ${shift})`, "i64");
  }
  return out;
}

/** The 17 columns of a product. */
function columns(code: Emitter, a: readonly string[], b: readonly string[]): string[] {
  return Array.from({ length: 2 * LIMBS - 1 }, (_, k) => {
    const terms: string[] = [];
    for (let i = Math.max(0, k - LIMBS + 1); i <= Math.min(k, LIMBS - 1); i++) {
      terms.push(`${a[i]} * ${b[k - i]}`);
    }
    return code.bind(terms.join(" + "), "i64");
  });
}

/** The 17 columns of a square: the mixed terms once, with one factor doubled. */
function squareColumns(code: Emitter, a: readonly string[]): string[] {
  const twice = a.map((limb) => code.bind(`${limb} << 1`, "i64"));
  return Array.from({ length: 2 * LIMBS - 1 }, (_, k) => {
    const terms: string[] = [];
    for (let i = Math.max(0, k - LIMBS + 1); 2 * i < k; i++) {
      terms.push(`${twice[i]} * ${a[k - i]}`);
    }
    if (k % 2 === 0) terms.push(`${a[k / 2]} * ${a[k / 2]}`);
    return code.bind(terms.join(" + "), "i64");
  });
}

/** A product modulo p row by row: few values are alive at a time, which spares the compiler its stack. */
function multiplyP(code: Emitter): string[] {
  let t = Array.from({ length: LIMBS }, () => "0");
  for (let i = 0; i < LIMBS; i++) {
    const a = code.bind(`<i64>load<i32>(a, ${4 * i})`, "i64");
    const row = t.map((value, j) => {
      const product = `${a} * <i64>load<i32>(b, ${4 * j})`;
      return j === 0 || value !== "0"
        ? code.bind(value === "0" ? product : `${value} + ${product}`, "i64")
        : code.bind(product, "i64");
    });
    const m = code.bind(`${row[0]} & ${MASK}`, "i64");
    row[1] = code.bind(`${row[1]} + (${row[0]} >> ${LIMB_BITS})`, "i64");
    for (const [limb, shift, sign] of P_PLUS_1) {
      row[limb] = code.bind(`${row[limb]} ${sign} (${m} << ${shift})`, "i64");
    }
    t = [...row.slice(1), "0"];
  }
  return carry(code, t);
}

/** Montgomery reduction of 17 columns modulo p. */
function reduceP(code: Emitter, product: readonly string[]): string[] {
  const c = [...product, "0"];
  for (let k = 0; k < LIMBS; k++) {
    const m = code.bind(`${c[k]} & ${MASK}`, "i64");
    c[k + 1] = code.bind(`${c[k + 1]} + (${c[k]} >> ${LIMB_BITS})`, "i64"); // (c − m) / 2²⁹
    for (const [limb, shift, sign] of P_PLUS_1) {
      c[k + limb] = code.bind(`${c[k + limb]} ${sign} (${m} << ${shift})`, "i64");
    }
  }
  return carry(code, c.slice(LIMBS));
}

/** Montgomery reduction of 17 columns modulo any odd number. */
function reduceAny(code: Emitter, product: readonly string[], modulus: bigint): string[] {
  const c = [...product, "0"];
  const digits = limbs(modulus);
  let inverse = 1n; // −1 / modulus modulo 2²⁹, by Newton's iteration
  const word = 1n << BigInt(LIMB_BITS);
  for (let i = 0; i < 6; i++) inverse = (inverse * (2n - modulus * inverse)) % word;
  const factor = Number(((-inverse % word) + word) % word);
  for (let k = 0; k < LIMBS; k++) {
    const m = code.bind(`((${c[k]} & ${MASK}) * ${factor}) & ${MASK}`, "i64");
    digits.forEach((digit, j) => {
      c[k + j] = code.bind(`${c[k + j]} + ${m} * ${digit}`, "i64");
    });
    c[k + 1] = code.bind(`${c[k + 1]} + (${c[k]} >> ${LIMB_BITS})`, "i64");
  }
  return carry(code, c.slice(LIMBS));
}

function define(name: string, parameters: string, body: (code: Emitter) => void): string {
  const code = new Emitter();
  body(code);
  const list = parameters.split(" ").map((parameter) => `${parameter}: usize`).join(", ");
  return `function ${name}(${list}): void {\n${code.text()}}\n`;
}

/** 3·p, more than any number that is taken away; the highest limb holds all that is left. */
function multipleForSubtraction(): number[] {
  const digits = limbs(3n * P);
  digits[LIMBS - 1] = Number((3n * P) >> BigInt((LIMBS - 1) * LIMB_BITS));
  return digits;
}

/** A block of constant limbs. */
function constantElement(name: string, value: bigint): string {
  return `const ${name}: usize = memory.data<i32>([${
    [...limbs(value), 0, 0, 0].join(", ")
  }], 16);\n`;
}

/** Bytes to limbs: `WORDS` holds four 64-bit words, low first. */
function unpack(code: Emitter): string[] {
  const words = [0, 1, 2, 3].map((i) => code.bind(`load<u64>(words, ${8 * i})`, "u64"));
  return Array.from({ length: LIMBS }, (_, i) => {
    const bit = i * LIMB_BITS;
    const word = bit >> 6, shift = bit & 63;
    const low = shift === 0 ? words[word]! : `(${words[word]} >> ${shift})`;
    const spills = shift > 64 - LIMB_BITS && word < 3;
    const both = spills ? `(${low} | (${words[word + 1]} << ${64 - shift}))` : low;
    return code.bind(`<i64>(${both} & ${MASK})`, "i64");
  });
}

/** Limbs, all in range, to four words. */
function pack(code: Emitter, values: readonly string[]): void {
  for (let word = 0; word < 4; word++) {
    const terms: string[] = [];
    for (let i = 0; i < LIMBS; i++) {
      const shift = i * LIMB_BITS - 64 * word;
      if (shift >= 64 || shift <= -LIMB_BITS) continue;
      terms.push(
        shift >= 0 ? `(<u64>${values[i]} << ${shift})` : `(<u64>${values[i]} >> ${-shift})`,
      );
    }
    code.line(`store<u64>(words, ${terms.join(" | ")}, ${8 * word});`);
  }
}

/** Subtracts the modulus once where the value is not below it; limbs come out in range. */
function canonical(code: Emitter, values: readonly string[], modulus: bigint): string[] {
  const inRange = carry(code, values);
  const less = carry(
    code,
    inRange.map((value, i) => code.bind(`${value} - ${limbs(modulus)[i]}`, "i64")),
  );
  const keep = code.bind(`${less[8]} >> 63`, "i64"); // all ones where it was below
  return inRange.map((value, i) =>
    code.bind(`(${value} & ${keep}) | (${less[i]} & ~${keep})`, "i64")
  );
}

/** All field and scalar functions. The names say the modulus: f for p, n for n. */
export function fieldSource(): string {
  const subtract = multipleForSubtraction();
  return [
    constantElement("F_ONE", R % P),
    constantElement("F_R2", (R * R) % P),
    constantElement("F_B", (B * R) % P),
    constantElement("N_ONE", R % N),
    constantElement("N_R2", (R * R) % N),
    constantElement("INTEGER_ONE", 1n),
    define("fMul", "out a b", (code) => {
      store(code, "out", multiplyP(code));
    }),
    define("fSqr", "out a", (code) => {
      store(code, "out", reduceP(code, squareColumns(code, load(code, "a"))));
    }),
    define("fAdd", "out a b", (code) => {
      const b = load(code, "b");
      const sum = load(code, "a").map((limb, i) => code.bind(`${limb} + ${b[i]}`, "i64"));
      store(code, "out", fold(code, carry(code, sum)));
    }),
    define("fTriple", "out a", (code) => {
      const sum = load(code, "a").map((limb) => code.bind(`${limb} * 3`, "i64"));
      store(code, "out", fold(code, carry(code, sum)));
    }),
    define("fSub", "out a b", (code) => {
      const b = load(code, "b");
      const difference = load(code, "a").map((limb, i) =>
        code.bind(`${limb} - ${b[i]} + ${subtract[i]}`, "i64")
      );
      store(code, "out", fold(code, carry(code, difference)));
    }),
    define("nMul", "out a b", (code) => {
      store(code, "out", reduceAny(code, columns(code, load(code, "a"), load(code, "b")), N));
    }),
    // Few additions modulo n: their results, at most 4·n, stay as they are until the next multiplication
    define("nAdd", "out a b", (code) => {
      const b = load(code, "b");
      const sum = load(code, "a").map((limb, i) => code.bind(`${limb} + ${b[i]}`, "i64"));
      store(code, "out", carry(code, sum));
    }),
    define("nSub", "out a b", (code) => {
      const b = load(code, "b"), twice = limbs(2n * N);
      twice[LIMBS - 1] = Number((2n * N) >> BigInt((LIMBS - 1) * LIMB_BITS));
      const difference = load(code, "a").map((limb, i) =>
        code.bind(`${limb} - ${b[i]} + ${twice[i]}`, "i64")
      );
      store(code, "out", carry(code, difference));
    }),
    define("unpack", "out words", (code) => store(code, "out", unpack(code))),
    // Values below 2·modulus: what a multiplication by the integer 1 leaves is at most the modulus
    define("fPack", "words a", (code) => pack(code, canonical(code, load(code, "a"), P))),
    define("nPack", "words a", (code) => pack(code, canonical(code, load(code, "a"), N))),
    helpers(),
  ].join("\n");
}

/** Powers and conversions, written by hand over the functions above. */
function helpers(): string {
  return `
const T: usize = ${FIELD_TEMPORARIES};

/** Big-endian bytes to words and back. */
function wordsFromBytes(words: usize, bytes: usize): void {
  for (let i: usize = 0; i < 4; i++) store<u64>(words + 8 * i, bswap<u64>(load<u64>(bytes + 24 - 8 * i)));
}
function bytesFromWords(bytes: usize, words: usize): void {
  for (let i: usize = 0; i < 4; i++) store<u64>(bytes + 24 - 8 * i, bswap<u64>(load<u64>(words + 8 * i)));
}

/** A number below 2²⁵⁶ in bytes to Montgomery form. */
function fFromBytes(out: usize, bytes: usize): void {
  wordsFromBytes(WORDS, bytes);
  unpack(out, WORDS);
  fMul(out, out, F_R2);
}
function fToBytes(bytes: usize, a: usize): void {
  fMul(T, a, INTEGER_ONE);
  fPack(WORDS, T);
  bytesFromWords(bytes, WORDS);
}
function nFromBytes(out: usize, bytes: usize): void {
  wordsFromBytes(WORDS, bytes);
  unpack(out, WORDS);
  nMul(out, out, N_R2);
}

function copyElement(out: usize, a: usize): void {
  ${
    Array.from({ length: ELEMENT / 8 }, (_, i) =>
      `store<i64>(out, load<i64>(a, ${8 * i}), ${8 * i});`).join(" ")
  }
}

/** 1 where a ≡ b. */
function fEqual(a: usize, b: usize): i32 {
  fSub(T, a, b);
  fMul(T, T, INTEGER_ONE);
  fPack(WORDS, T);
  const bits = load<u64>(WORDS) | load<u64>(WORDS, 8) | load<u64>(WORDS, 16) | load<u64>(WORDS, 24);
  return i32(bits == 0);
}

/** out = a squared \`times\` times. */
function fSqrTimes(out: usize, a: usize, times: i32): void {
  fSqr(out, a);
  for (let i = 1; i < times; i++) fSqr(out, out);
}

/** x to the powers 2²−1, 2⁴−1, 2⁸−1, 2¹⁶−1, 2³²−1 at T + 1…5, and 2³¹−1 at T + 6 (in elements). */
function fOnes(x: usize): void {
  const x2 = T + ${ELEMENT}, x4 = T + ${2 * ELEMENT}, x8 = T + ${3 * ELEMENT}, x16 = T + ${
    4 * ELEMENT
  }, x32 = T + ${5 * ELEMENT}, x31 = T + ${6 * ELEMENT}, y = T + ${7 * ELEMENT};
  fSqr(y, x); fMul(x2, y, x);
  fSqrTimes(y, x2, 2); fMul(x4, y, x2);
  fSqrTimes(y, x4, 4); fMul(x8, y, x4);
  fSqrTimes(y, x8, 8); fMul(x16, y, x8);
  fSqrTimes(y, x16, 16); fMul(x32, y, x16);
  fSqrTimes(y, x16, 8); fMul(y, y, x8); // 2²⁴ − 1
  fSqrTimes(y, y, 4); fMul(y, y, x4); // 2²⁸ − 1
  fSqrTimes(y, y, 2); fMul(y, y, x2); // 2³⁰ − 1
  fSqr(y, y); fMul(x31, y, x); // 2³¹ − 1
}

/** out = 1/x (0 for 0): x to the power p − 2 = fffffffe ffffffff ffffffff ffffffff ffffffff 00000000 ffffffff fffffffd. */
function fInvert(out: usize, x: usize): void {
  fOnes(x);
  const x2 = T + ${ELEMENT}, x4 = T + ${2 * ELEMENT}, x8 = T + ${3 * ELEMENT}, x16 = T + ${
    4 * ELEMENT
  }, x32 = T + ${5 * ELEMENT}, x31 = T + ${6 * ELEMENT}, y = T + ${7 * ELEMENT};
  fSqr(y, x31); // fffffffe
  for (let i = 0; i < 4; i++) { fSqrTimes(y, y, 32); fMul(y, y, x32); }
  fSqrTimes(y, y, 64); fMul(y, y, x32); // 00000000 ffffffff
  fSqrTimes(y, y, 16); fMul(y, y, x16);
  fSqrTimes(y, y, 8); fMul(y, y, x8);
  fSqrTimes(y, y, 4); fMul(y, y, x4);
  fSqrTimes(y, y, 2); fMul(y, y, x2); // 30 ones of the last word
  fSqrTimes(y, y, 2); fMul(out, y, x); // …01
}

/**
 * out = x to the power (p + 1)/4, the root of x where it has one (p ≡ 3 modulo 4):
 * (p + 1)/4 = 3fffffff bfffffff ffffffff ffffffff ffffffff c0000000 40000000 00000000.
 */
function fRoot(out: usize, x: usize): void {
  fOnes(x);
  const x32 = T + ${5 * ELEMENT}, x31 = T + ${6 * ELEMENT}, y = T + ${7 * ELEMENT};
  // p + 1 = 2²⁵⁶ − 2²²⁴ − 2⁹⁶ + 2⁶⁴ in words: fffffffe ffffffff ffffffff ffffffff ffffffff 00000001 00000000 00000000
  fSqr(y, x31);
  for (let i = 0; i < 4; i++) { fSqrTimes(y, y, 32); fMul(y, y, x32); }
  fSqrTimes(y, y, 32); fMul(y, y, x); // 00000001
  fSqrTimes(out, y, 62); // 64 zeros, over 4
}
`;
}
