/**
 * The AssemblyScript of the SM2 kernel: scalar multiplication over `points.ts`, and what a signature needs modulo n.
 *
 * Secret scalars are recoded into 65 signed digits of four bits (Booth); each digit's multiple is chosen by reading
 * the whole table of its window, and added whether it is needed or not.
 */
import { baseTableSource } from "./base-table.ts";
import { fieldSource, N } from "./field.ts";
import { copyLines, pointSource } from "./points.ts";
import {
  AFFINE,
  AFFINE_TABLE,
  ARGUMENTS,
  ELEMENT,
  ENTRY,
  GIVEN,
  MULTIPLES,
  MULTIPLES_MADE,
  OTHER,
  POINT_TABLE,
  PREPARED,
  PREPARED_BYTES,
  PREPARED_POINTS,
  PRODUCTS,
  PRODUCTS_MADE,
  PROJECTIVE,
  RESULT,
  SCALAR,
  SCALAR_2,
  SECRETS,
  SECRETS_END,
  SUM,
  WINDOWS,
  WORDS,
} from "./layout.ts";
import { chooseSource, type Lanes, NARROW_LANES, replaceLines, WIDE_LANES } from "./lanes.ts";
import { narrowFunctions } from "./narrow-field.ts";
import { NARROW, type Representation, WIDE } from "./representation.ts";
import { IN_ONE_FUNCTION, wideDeclarations } from "./wide-functions.ts";

/** n − 2, to whose power 1/x is x. */
function exponentBits(): string {
  const bits = (N - 2n).toString(2).slice(1);
  return bits.split("").join(", ");
}

/** What differs between the two kernels: how numbers are written, and the functions that make the most of it. */
interface Variant {
  readonly representation: Representation;
  readonly products: string;
  readonly lanes: Lanes;
  /** Formulas that stand among the products. */
  readonly formulas: ReadonlySet<string>;
}

/** The kernels: one for every engine, one for engines with products of 128 bits. */
export type KernelName = "narrow" | "wide";

const VARIANTS: Readonly<Record<KernelName, () => Variant>> = {
  narrow: () => ({
    representation: NARROW,
    products: narrowFunctions(),
    lanes: NARROW_LANES,
    formulas: new Set(),
  }),
  wide: () => ({
    representation: WIDE,
    products: wideDeclarations(),
    lanes: WIDE_LANES,
    formulas: new Set(IN_ONE_FUNCTION),
  }),
};

/** The whole source. */
export function sm2KernelSource(kernel: KernelName): string {
  const { representation, products, lanes, formulas } = VARIANTS[kernel]();
  return `
export const ARGUMENTS: usize = ${ARGUMENTS};
export const RESULT: usize = ${RESULT};
export const DATA_END: usize = __data_end;
const SCALAR: usize = ${SCALAR};
const SCALAR_2: usize = ${SCALAR_2};
const WORDS: usize = ${WORDS};
const SUM: usize = ${SUM};
const ENTRY: usize = ${ENTRY};
const OTHER: usize = ${OTHER};
const GIVEN: usize = ${GIVEN};
const POINT_TABLE: usize = ${POINT_TABLE};
const AFFINE_TABLE: usize = ${AFFINE_TABLE};
const PRODUCTS: usize = ${PRODUCTS};
const MULTIPLES_MADE: usize = ${MULTIPLES_MADE};
const PRODUCTS_MADE: usize = ${PRODUCTS_MADE};
export const PREPARED: usize = ${PREPARED};
export const PREPARED_BYTES: usize = ${PREPARED_BYTES};
export const PREPARED_POINTS: i32 = ${PREPARED_POINTS};
const N_BITS: usize = memory.data<u8>([${exponentBits()}]);
${fieldSource(representation, products)}
${baseTableSource(representation)}
${pointSource(formulas)}
${chooseSource(lanes, "chooseAffine", AFFINE, MULTIPLES)}

/** Overwrites everything that a secret may have touched. */
export function forget(): void {
  memory.fill(${SECRETS}, 0, ${SECRETS_END - SECRETS});
}

/** 32 big-endian bytes to little-endian at out, with zeros behind. */
function readScalar(out: usize, bytes: usize): void {
  wordsFromBytes(out, bytes);
  store<u64>(out + 32, 0);
}

/** The five bits that window w of the recoding looks at: one below its four. */
function windowBits(scalar: usize, w: i32): i32 {
  if (w == 0) return (load<i32>(scalar) << 1) & 31;
  const bit = 4 * w - 1;
  return (load<i32>(scalar + usize(bit >> 3)) >> (bit & 7)) & 31;
}

const ZERO: usize = memory.data<i32>([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 16);

/** Negates y of ENTRY where sign is 1. */
function negateEntry(sign: i32): void {
  const mask = ${lanes.mask("-i64(sign)")};
  fSub(OTHER, ZERO, ENTRY + ${ELEMENT});
  ${replaceLines(lanes, { to: `ENTRY + ${ELEMENT}`, from: "OTHER", mask: "mask", bytes: ELEMENT })}
}

/** ENTRY = the multiple that the window's digit takes of the table; all ones where the digit is not 0. */
function chooseEntry(scalar: usize, w: i32, table: usize): i64 {
  const bits = windowBits(scalar, w);
  const sign = bits >> 4;
  const digit = (((bits ^ -sign) & 31) + 1) >> 1;
  ${copyLines("ENTRY", "table", AFFINE)} // some point of the curve where the digit is 0
  chooseAffine(table, digit);
  negateEntry(sign);
  return -i64(digit != 0);
}

/**
 * Adds the affine ENTRY to the Jacobian SUM, where \`needed\` is all ones; \`begun\` is all ones where SUM is not infinity.
 * The two must not be the same nor opposite points.
 */
function addEntry(needed: i64, begun: i64): void {
  const first = ${lanes.mask("needed & ~begun")}, mask = ${lanes.mask("needed")};
  jacobianAdd(GIVEN, SUM, ENTRY);
  ${replaceLines(lanes, { to: "GIVEN", from: "ENTRY", mask: "first", bytes: PROJECTIVE })}
  ${replaceLines(lanes, { to: "SUM", from: "GIVEN", mask: "mask", bytes: PROJECTIVE })}
}

/**
 * SUM = [scalar]P, in projective coordinates, by P's table of all windows. Sums of windows never meet their own next
 * term or its opposite: below window w they are less than 0.54·16ʷ, and the whole is less than n.
 */
function sumTable(scalar: usize, table: usize): void {
  setInfinity(SUM);
  copyElement(ENTRY + ${AFFINE}, F_ONE);
  let begun: i64 = 0;
  for (let w = 0; w < ${WINDOWS}; w++) {
    const needed = chooseEntry(scalar, w, table + usize(w) * ${MULTIPLES * AFFINE});
    addEntry(needed, begun);
    begun |= needed;
  }
  toProjective(SUM);
}

/** The same for a scalar that anybody may know: what is 0 is passed over. */
function sumTablePublic(scalar: usize, table: usize): void {
  setInfinity(SUM);
  copyElement(ENTRY + ${AFFINE}, F_ONE);
  let begun = false;
  for (let w = 0; w < ${WINDOWS}; w++) {
    const bits = windowBits(scalar, w);
    const sign = bits >> 4;
    const digit = (((bits ^ -sign) & 31) + 1) >> 1;
    if (digit == 0) continue;
    const from = table + usize(w * ${MULTIPLES} + digit - 1) * ${AFFINE};
    copyElement(ENTRY, from);
    if (sign) fSub(ENTRY + ${ELEMENT}, ZERO, from + ${ELEMENT});
    else copyElement(ENTRY + ${ELEMENT}, from + ${ELEMENT});
    if (begun) jacobianAdd(SUM, SUM, ENTRY);
    else { ${copyLines("SUM", "ENTRY", PROJECTIVE)} }
    begun = true;
  }
  toProjective(SUM);
}

/**
 * SUM = [scalar]GIVEN, in projective coordinates. Sixteen times the windows above w is less than n / 16 and more than the
 * next term for every w but 0: there [n − 6]P would add [−3]P to itself, so the last addition is a complete one.
 */
function sumGiven(scalar: usize): void {
  memory.copy(POINT_TABLE, GIVEN, ${PROJECTIVE});
  for (let d: usize = 1; d < ${MULTIPLES}; d++) {
    addPoints(POINT_TABLE + d * ${PROJECTIVE}, POINT_TABLE + (d - 1) * ${PROJECTIVE}, GIVEN);
  }
  toAffine(AFFINE_TABLE, POINT_TABLE, PRODUCTS, ${MULTIPLES});
  setInfinity(SUM);
  copyElement(ENTRY + ${AFFINE}, F_ONE);
  let begun: i64 = 0;
  for (let w = ${WINDOWS - 1}; w > 0; w--) {
    const needed = chooseEntry(scalar, w, AFFINE_TABLE);
    addEntry(needed, begun);
    begun |= needed;
    jacobianDouble(SUM, SUM);
    jacobianDouble(SUM, SUM);
    jacobianDouble(SUM, SUM);
    jacobianDouble(SUM, SUM);
  }
  const last = ${lanes.mask("chooseEntry(scalar, 0, AFFINE_TABLE)")};
  toProjective(SUM);
  addPoints(GIVEN, SUM, ENTRY);
  ${replaceLines(lanes, { to: "SUM", from: "GIVEN", mask: "last", bytes: PROJECTIVE })}
}

/** The point in the second and third argument: its multiples of all windows to the table. */
export function prepare(table: usize): void {
  fromArguments(GIVEN, ARGUMENTS + 32);
  memory.copy(MULTIPLES_MADE, GIVEN, ${PROJECTIVE});
  for (let w: usize = 0; w < ${WINDOWS}; w++) {
    const first = MULTIPLES_MADE + w * ${MULTIPLES * PROJECTIVE};
    for (let d: usize = 1; d < ${MULTIPLES}; d++) {
      addPoints(first + d * ${PROJECTIVE}, first + (d - 1) * ${PROJECTIVE}, first);
    }
    if (w < ${WINDOWS - 1}) {
      doublePoint(first + ${MULTIPLES * PROJECTIVE}, first + ${(MULTIPLES - 1) * PROJECTIVE});
    }
  }
  toAffine(table, MULTIPLES_MADE, PRODUCTS_MADE, ${WINDOWS * MULTIPLES});
}

/** RESULT = [k]G for k in the first argument. */
export function multiplyBase(): void {
  readScalar(SCALAR, ARGUMENTS);
  sumTable(SCALAR, BASE_TABLE);
  toResult(SUM);
}

/** RESULT = [k]P for k in the first argument and the table of a prepared P. */
export function multiplyPrepared(table: usize): void {
  readScalar(SCALAR, ARGUMENTS);
  sumTable(SCALAR, table);
  toResult(SUM);
}

/** RESULT = [k]P for k in the first argument and P in the second and third. */
export function multiply(): void {
  readScalar(SCALAR, ARGUMENTS);
  fromArguments(GIVEN, ARGUMENTS + 32);
  sumGiven(SCALAR);
  toResult(SUM);
}

/** RESULT = [s]G + POINT_TABLE for s in SCALAR_2; 0 where that is infinity. */
function addBase(): i32 {
  sumTablePublic(SCALAR_2, BASE_TABLE);
  addPoints(SUM, SUM, POINT_TABLE);
  if (fEqual(SUM + ${AFFINE}, ZERO)) return 0;
  toResult(SUM);
  return 1;
}

/** RESULT = [s]G + [t]P for s in RESULT, t in the first argument, P in the others; 0 where that is infinity. */
export function combine(): i32 {
  readScalar(SCALAR, ARGUMENTS);
  readScalar(SCALAR_2, RESULT);
  fromArguments(GIVEN, ARGUMENTS + 32);
  sumGiven(SCALAR);
  memory.copy(POINT_TABLE, SUM, ${PROJECTIVE});
  return addBase();
}

/** The same with the table of a prepared P. */
export function combinePrepared(table: usize): i32 {
  readScalar(SCALAR, ARGUMENTS);
  readScalar(SCALAR_2, RESULT);
  sumTablePublic(SCALAR, table);
  memory.copy(POINT_TABLE, SUM, ${PROJECTIVE});
  return addBase();
}

/** Whether x and y in the second and third argument, both below p, are a point of the curve. */
export function isPoint(): i32 {
  fromArguments(GIVEN, ARGUMENTS + 32);
  curveEquation(SUM, GIVEN);
  fSqr(OTHER, GIVEN + ${ELEMENT});
  return fEqual(SUM, OTHER);
}

/** The y of the given oddness for the x in the second argument, in the third; 0 where there is none. */
export function decompress(odd: i32): i32 {
  fFromBytes(GIVEN, ARGUMENTS + 32);
  curveEquation(SUM, GIVEN);
  fRoot(OTHER, SUM);
  fSqr(ENTRY, OTHER);
  const exists = fEqual(ENTRY, SUM);
  fToBytes(ARGUMENTS + 64, OTHER);
  if ((load<u8>(ARGUMENTS + 95) & 1) != <u8>odd) {
    fSub(OTHER, ZERO, OTHER);
    fToBytes(ARGUMENTS + 64, OTHER);
  }
  return exists;
}

/** RESULT = (1 + d)⁻¹ modulo n for d in the first argument. */
export function invertKey(): void {
  const d = ENTRY, inverse = OTHER;
  nFromBytes(d, ARGUMENTS);
  nAdd(d, d, N_ONE);
  copyElement(inverse, d);
  for (let i: usize = 0; i < ${(N - 2n).toString(2).length - 1}; i++) {
    nMul(inverse, inverse, inverse);
    if (load<u8>(N_BITS + i)) nMul(inverse, inverse, d); // the exponent is public
  }
  nToResult(inverse);
}

/** RESULT = a·(k + r) − r modulo n, for a = (1 + d)⁻¹, k, r in the arguments (GB/T 32918.2 §6.1 A6, rewritten). */
export function signature(): void {
  const inverse = ENTRY, k = SUM, r = SUM + ${ELEMENT};
  nFromBytes(inverse, ARGUMENTS);
  nFromBytes(k, ARGUMENTS + 32);
  nFromBytes(r, ARGUMENTS + 64);
  nAdd(k, k, r);
  nMul(k, k, inverse);
  nSub(k, k, r);
  nToResult(k);
}

/** Out of Montgomery form, canonical, big-endian. */
function nToResult(a: usize): void {
  nMul(a, a, INTEGER_ONE);
  nPack(WORDS, a);
  bytesFromWords(RESULT, WORDS);
}
`;
}
