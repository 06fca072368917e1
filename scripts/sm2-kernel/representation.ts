/**
 * How a number is written in the SM2 kernel's memory: signed limbs, low first, in Montgomery form. There are two kernels
 * from the same source: one that every WebAssembly engine runs, and one for engines with products of 128 bits ("wide
 * arithmetic").
 */

/** One way of writing numbers. */
export interface Representation {
  readonly limbs: number;
  readonly limbBits: number;
  /** AssemblyScript's type of a limb in memory, and its size. */
  readonly word: "i32" | "i64";
  readonly wordBytes: 4 | 8;
}

/** Products of two limbs, and sums of nine such, fit in 64 bits. */
export const NARROW: Representation = { limbs: 9, limbBits: 29, word: "i32", wordBytes: 4 };

/** Products of two limbs take 128 bits; a limb has room for sums that are carried later. */
export const WIDE: Representation = { limbs: 5, limbBits: 52, word: "i64", wordBytes: 8 };

/** Montgomery's R. */
export function montgomeryR({ limbs, limbBits }: Representation): bigint {
  return 1n << BigInt(limbs * limbBits);
}

/** The bits of the highest limb below 2²⁵⁶. */
export function topBits({ limbs, limbBits }: Representation): number {
  return 256 - limbBits * (limbs - 1);
}

/** What an and with it keeps of a limb. */
export function limbMask({ limbBits }: Representation): bigint {
  return (1n << BigInt(limbBits)) - 1n;
}

/** Limbs of a number, low first; the highest holds all that is left. */
export function limbsOf(value: bigint, representation: Representation): bigint[] {
  const { limbs, limbBits } = representation;
  return Array.from({ length: limbs }, (_, i) => {
    const rest = value >> BigInt(i * limbBits);
    return i === limbs - 1 ? rest : rest & limbMask(representation);
  });
}

/** −1 / modulus modulo 2 to the limb's bits, by Newton's iteration: what makes a limb's digit of reduction. */
export function reductionFactor(modulus: bigint, representation: Representation): bigint {
  const word = limbMask(representation) + 1n;
  let inverse = 1n;
  for (let i = 0; i < 6; i++) inverse = (inverse * (2n - modulus * inverse)) % word;
  return ((-inverse % word) + word) % word;
}
