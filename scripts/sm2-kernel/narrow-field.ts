/**
 * AssemblyScript of arithmetic modulo p and n that every WebAssembly engine runs: nine signed limbs of 29 bits, in
 * Montgomery form with R = 2²⁶¹.
 *
 * Limbs may stray a little outside 0…2²⁹ − 1 and values outside 0…p − 1: sums and differences are folded to hardly
 * more than 2²⁵⁶, products come out below 1.1·p (a·b / R + p), and only the conversion to bytes makes them canonical.
 * A column of a product is a sum of nine products below 2⁵⁸·⁵ and so fits in 63 bits.
 */
import { define, FieldEmitter, N, P } from "./field.ts";
import { limbMask, limbsOf, NARROW, reductionFactor, topBits } from "./representation.ts";

const { limbs: LIMBS, limbBits: LIMB_BITS } = NARROW;
const MASK = limbMask(NARROW);

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

/** Takes multiples of 2²⁵⁶ from the top and puts their residue, 2²²⁴ + 2⁹⁶ − 2⁶⁴ + 1 each, below. */
function fold(code: FieldEmitter, values: readonly string[]): string[] {
  const out = [...values];
  const over = code.bind(`${values[8]} >> ${topBits(NARROW)}`, "i64");
  out[8] = code.bind(`${values[8]} & ${2 ** topBits(NARROW) - 1}`, "i64");
  out[0] = code.bind(`${values[0]} + ${over}`, "i64");
  for (const [limb, shift, sign] of P_PLUS_1.slice(0, 3)) {
    const opposite = sign === "+" ? "-" : "+";
    out[limb] = code.bind(`${values[limb]} ${opposite} (${over} << ${shift})`, "i64");
  }
  return out;
}

/** The 17 columns of a product. */
function columns(code: FieldEmitter, a: readonly string[], b: readonly string[]): string[] {
  return Array.from({ length: 2 * LIMBS - 1 }, (_, k) => {
    const terms: string[] = [];
    for (let i = Math.max(0, k - LIMBS + 1); i <= Math.min(k, LIMBS - 1); i++) {
      terms.push(`${a[i]} * ${b[k - i]}`);
    }
    return code.bind(terms.join(" + "), "i64");
  });
}

/** The 17 columns of a square: the mixed terms once, with one factor doubled. */
function squareColumns(code: FieldEmitter, a: readonly string[]): string[] {
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
function multiplyP(code: FieldEmitter): string[] {
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
  return code.carry(t);
}

/** Montgomery reduction of 17 columns modulo p. */
function reduceP(code: FieldEmitter, product: readonly string[]): string[] {
  const c = [...product, "0"];
  for (let k = 0; k < LIMBS; k++) {
    const m = code.bind(`${c[k]} & ${MASK}`, "i64");
    c[k + 1] = code.bind(`${c[k + 1]} + (${c[k]} >> ${LIMB_BITS})`, "i64"); // (c − m) / 2²⁹
    for (const [limb, shift, sign] of P_PLUS_1) {
      c[k + limb] = code.bind(`${c[k + limb]} ${sign} (${m} << ${shift})`, "i64");
    }
  }
  return code.carry(c.slice(LIMBS));
}

/** Montgomery reduction of 17 columns modulo any odd number. */
function reduceAny(code: FieldEmitter, product: readonly string[], modulus: bigint): string[] {
  const c = [...product, "0"];
  const digits = limbsOf(modulus, NARROW), factor = reductionFactor(modulus, NARROW);
  for (let k = 0; k < LIMBS; k++) {
    const m = code.bind(`((${c[k]} & ${MASK}) * ${factor}) & ${MASK}`, "i64");
    digits.forEach((digit, j) => {
      c[k + j] = code.bind(`${c[k + j]} + ${m} * ${digit}`, "i64");
    });
    c[k + 1] = code.bind(`${c[k + 1]} + (${c[k]} >> ${LIMB_BITS})`, "i64");
  }
  return code.carry(c.slice(LIMBS));
}

const SQUARE_TIMES = `
/** out = a squared \`times\` times. */
function fSqrTimes(out: usize, a: usize, times: i32): void {
  fSqr(out, a);
  for (let i = 1; i < times; i++) fSqr(out, out);
}
`;

/** The functions by name, as the wide kernel has them from elsewhere. */
export function narrowFunctions(): string {
  const subtract = limbsOf(3n * P, NARROW); // more than any number that is taken away
  return [
    define(NARROW, "fMul", "out a b", (code) => {
      code.keep("out", multiplyP(code));
    }),
    define(NARROW, "fSqr", "out a", (code) => {
      code.keep("out", reduceP(code, squareColumns(code, code.number("a"))));
    }),
    define(NARROW, "fAdd", "out a b", (code) => {
      const b = code.number("b");
      const sum = code.number("a").map((limb, i) => code.bind(`${limb} + ${b[i]}`, "i64"));
      code.keep("out", fold(code, code.carry(sum)));
    }),
    define(NARROW, "fTriple", "out a", (code) => {
      const sum = code.number("a").map((limb) => code.bind(`${limb} * 3`, "i64"));
      code.keep("out", fold(code, code.carry(sum)));
    }),
    define(NARROW, "fSub", "out a b", (code) => {
      const b = code.number("b");
      const difference = code.number("a").map((limb, i) =>
        code.bind(`${limb} - ${b[i]} + ${subtract[i]}`, "i64")
      );
      code.keep("out", fold(code, code.carry(difference)));
    }),
    define(NARROW, "nMul", "out a b", (code) => {
      code.keep("out", reduceAny(code, columns(code, code.number("a"), code.number("b")), N));
    }),
    SQUARE_TIMES,
  ].join("\n");
}
