/**
 * AssemblyScript of numbers modulo the prime p and the order n of SM2 (GB/T 32918.5 §3), straight-line and without a
 * branch or address that depends on a value: what both kernels have in common. Their products are in `narrow-field.ts`
 * and `wide-field.ts`.
 */
import { CURVE } from "../../lib/crypto/sm2-parameters.ts";
import { Emitter } from "../kernel/emit.ts";
import { ELEMENT, FIELD_TEMPORARIES } from "./layout.ts";
import { limbMask, limbsOf, montgomeryR, type Representation } from "./representation.ts";

export const { p: P, n: N, b: B, Gx: GX, Gy: GY } = CURVE;

/** Writes functions over numbers in one representation. */
export class FieldEmitter extends Emitter {
  constructor(readonly representation: Representation) {
    super();
  }

  /** The limbs of the number at an address. */
  number(pointer: string): string[] {
    const { limbs, word, wordBytes } = this.representation;
    const type = word === "i64" ? "" : "<i64>";
    return Array.from(
      { length: limbs },
      (_, i) => this.bind(`${type}load<${word}>(${pointer}, ${wordBytes * i})`, "i64"),
    );
  }

  /** Stores limbs at an address. */
  keep(pointer: string, values: readonly string[]): void {
    const { word, wordBytes } = this.representation;
    const type = word === "i64" ? "" : "<i32>";
    values.forEach((value, i) =>
      this.line(`store<${word}>(${pointer}, ${type}${value}, ${wordBytes * i});`)
    );
  }

  /** Carries between limbs; the highest keeps what is left. */
  carry(values: readonly string[]): string[] {
    const { limbBits } = this.representation;
    const out: string[] = [];
    let over: string | undefined;
    values.forEach((value, i) => {
      const sum = over === undefined ? value : this.bind(`${value} + ${over}`, "i64");
      if (i === values.length - 1) return void out.push(sum);
      out.push(this.bind(`${sum} & ${limbMask(this.representation)}`, "i64"));
      over = this.bind(`${sum} >> ${limbBits}`, "i64");
    });
    return out;
  }
}

/** A function of addresses. */
export function define(
  representation: Representation,
  name: string,
  parameters: string,
  body: (code: FieldEmitter) => void,
): string {
  const code = new FieldEmitter(representation);
  body(code);
  const list = parameters.split(" ").map((parameter) => `${parameter}: usize`).join(", ");
  return `function ${name}(${list}): void {\n${code.text()}}\n`;
}

/** The words of an element: limbs, and zeros behind. */
export function elementWords(value: bigint, representation: Representation): bigint[] {
  const words = limbsOf(value, representation);
  while (words.length * representation.wordBytes < ELEMENT) words.push(0n);
  return words;
}

/** A block of constant limbs. */
function constantElement(
  name: string,
  value: bigint,
  representation: Representation,
): string {
  const words = elementWords(value, representation).join(", ");
  return `const ${name}: usize = memory.data<${representation.word}>([${words}], 16);\n`;
}

/** Bytes to limbs: `WORDS` holds four 64-bit words, low first. */
function unpack(code: FieldEmitter): string[] {
  const { limbs, limbBits } = code.representation, mask = limbMask(code.representation);
  const words = [0, 1, 2, 3].map((i) => code.bind(`load<u64>(words, ${8 * i})`, "u64"));
  return Array.from({ length: limbs }, (_, i) => {
    const bit = i * limbBits;
    const word = bit >> 6, shift = bit & 63;
    const low = shift === 0 ? words[word]! : `(${words[word]} >> ${shift})`;
    const spills = shift > 64 - limbBits && word < 3;
    const both = spills ? `(${low} | (${words[word + 1]} << ${64 - shift}))` : low;
    return code.bind(`<i64>(${both} & ${mask})`, "i64");
  });
}

/** Limbs, all in range, to four words. */
function pack(code: FieldEmitter, values: readonly string[]): void {
  const { limbBits } = code.representation;
  for (let word = 0; word < 4; word++) {
    const terms: string[] = [];
    for (let i = 0; i < values.length; i++) {
      const shift = i * limbBits - 64 * word;
      if (shift >= 64 || shift <= -limbBits) continue;
      terms.push(
        shift >= 0 ? `(<u64>${values[i]} << ${shift})` : `(<u64>${values[i]} >> ${-shift})`,
      );
    }
    code.line(`store<u64>(words, ${terms.join(" | ")}, ${8 * word});`);
  }
}

/** Subtracts the modulus once where the value is not below it; limbs come out in range. */
function canonical(
  code: FieldEmitter,
  values: readonly string[],
  modulus: bigint,
): string[] {
  const inRange = code.carry(values), digits = limbsOf(modulus, code.representation);
  const less = code.carry(
    inRange.map((value, i) => code.bind(`${value} - ${digits[i]}`, "i64")),
  );
  const keep = code.bind(`${less.at(-1)} >> 63`, "i64"); // all ones where it was below
  return inRange.map((value, i) =>
    code.bind(`(${value} & ${keep}) | (${less[i]} & ~${keep})`, "i64")
  );
}

/** All field and scalar functions but the `products`. The names say the modulus: f for p, n for n. */
export function fieldSource(representation: Representation, products: string): string {
  const R = montgomeryR(representation);
  const element = (name: string, value: bigint) => constantElement(name, value, representation);
  const own = (name: string, parameters: string, body: (code: FieldEmitter) => void) =>
    define(representation, name, parameters, body);
  return [
    element("F_ONE", R % P),
    element("F_R2", (R * R) % P),
    element("F_B", (B * R) % P),
    element("N_ONE", R % N),
    element("N_R2", (R * R) % N),
    element("INTEGER_ONE", 1n),
    products,
    // Few additions modulo n: their results, at most 4·n, stay as they are until the next multiplication
    own("nAdd", "out a b", (code) => {
      const b = code.number("b");
      const sum = code.number("a").map((limb, i) => code.bind(`${limb} + ${b[i]}`, "i64"));
      code.keep("out", code.carry(sum));
    }),
    own("nSub", "out a b", (code) => {
      const b = code.number("b"), twice = limbsOf(2n * N, representation);
      const difference = code.number("a").map((limb, i) =>
        code.bind(`${limb} - ${b[i]} + ${twice[i]}`, "i64")
      );
      code.keep("out", code.carry(difference));
    }),
    own("unpack", "out words", (code) => code.keep("out", unpack(code))),
    // Values below 2·modulus: what a multiplication by the integer 1 leaves is at most the modulus
    own("fPack", "words a", (code) => pack(code, canonical(code, code.number("a"), P))),
    own("nPack", "words a", (code) => pack(code, canonical(code, code.number("a"), N))),
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
