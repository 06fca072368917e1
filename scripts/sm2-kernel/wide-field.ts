/**
 * Arithmetic modulo p and n with products of 128 bits: five signed limbs of 52 bits, R = 2²⁶⁰. Sums and differences
 * carry nothing; of every value the generator knows what it and its limbs can be at most, carries or folds where
 * the next step needs it, and fails where anything could overflow.
 */
import { Bounds, sumOf } from "./bounds.ts";
import { CURVE } from "../../lib/crypto/sm2-parameters.ts";
import {
  limbMask,
  limbsOf,
  montgomeryR,
  reductionFactor,
  topBits,
  WIDE,
} from "./representation.ts";
import { type Local, WideCode } from "./wide-code.ts";

const { p: P, n: N } = CURVE;
const { limbs: LIMBS, limbBits: BITS } = WIDE;
const TOP = LIMBS - 1, COLUMNS = 2 * LIMBS;
const R = montgomeryR(WIDE), MASK = limbMask(WIDE);
const DIGIT = new Bounds(0n, MASK);

/** 2 to where the limb begins. */
const weight = (limb: number) => 1n << BigInt(limb * BITS);

/** A number in locals: its limbs, their bounds, and its own. */
export interface Value {
  readonly limbs: readonly Local[];
  readonly bounds: readonly Bounds[];
  readonly value: Bounds;
}

/** What numbers in memory keep to: −p…2·p, with limbs that hold eight carried ones and a little. */
export const RESTING = new Bounds(-P, 2n * P);
const RESTING_LIMB = Bounds.around(10n * (MASK + 1n));
const RESTING_TOP = RESTING.shifted(TOP * BITS).plus(Bounds.around(16n));

/** The same limb by limb. */
export const RESTING_LIMBS: readonly Bounds[] = Array.from(
  { length: LIMBS },
  (_, i) => i === TOP ? RESTING_TOP : RESTING_LIMB,
);

/** What numbers modulo n in memory keep to: sums of two results of a multiplication. */
const RESTING_N = new Bounds(0n, 4n * N);

/** (p + 1) / 2⁵² by limb is FACTOR at limb 0 and −16·FACTOR at limb 3. */
const FACTOR = (1n << 12n) - (1n << 44n), FACTOR_LIMB = 3, FACTOR_SHIFT = 4;

/** One product of limbs in a column. */
type Term = readonly [a: Local, b: Local, bounds: Bounds];

/** Writes one function's arithmetic. */
export class WideField extends WideCode {
  /** The number at an address. */
  number(parameter: number, offset = 0): Value {
    const limbs = this.#loadLimbs(parameter, offset);
    return { limbs, bounds: RESTING_LIMBS, value: RESTING };
  }

  /** A number that is always the same, in Montgomery form. */
  fixed(value: bigint): Value {
    const limbs = limbsOf((value * R) % P, WIDE);
    return {
      limbs: limbs.map((limb) => this.sharedConstant(limb)),
      bounds: limbs.map((limb) => new Bounds(limb, limb)),
      value: new Bounds(0n, P),
    };
  }

  #loadLimbs(parameter: number, offset: number): Local[] {
    return Array.from({ length: LIMBS }, (_, i) => this.load(parameter, offset + 8 * i));
  }

  /** Stores a number as numbers in memory have to be. */
  keep(parameter: number, offset: number, number: Value): void {
    const { limbs } = this.resting(number);
    limbs.forEach((limb, i) => this.store(parameter, offset + 8 * i, limb));
  }

  /** The number, or one that is the same modulo p and may lie in memory. */
  resting(number: Value): Value {
    const small = number.value.within(RESTING) ? number : this.#fold(number);
    const fits = small.value.within(RESTING) &&
      small.bounds.every((limb, i) => limb.within(RESTING_LIMBS[i]!));
    if (!fits) throw new Error("write field function: a result does not fit");
    return small;
  }

  /** a·x + b·y for small numbers a > 0 and b. */
  sum(a: bigint, x: Value, b = 0n, y = x): Value {
    const limbs = x.limbs.map((limb, i) => {
      this.#multiple(limb, a);
      if (b !== 0n) {
        this.#multiple(y.limbs[i]!, b < 0n ? -b : b);
        this.operation(b < 0n ? "sub" : "add");
      }
      return this.take();
    });
    const bounds = x.bounds.map((limb, i) => limb.scaled(a).plus(y.bounds[i]!.scaled(b)));
    return { limbs, bounds, value: x.value.scaled(a).plus(y.value.scaled(b)) };
  }

  #multiple(limb: Local, factor: bigint): void {
    this.get(limb);
    if (factor === 1n) return;
    this.constant(factor);
    this.operation("mul");
  }

  /** The same number with limbs of 52 bits but for the highest. */
  carried({ limbs, bounds, value }: Value): Value {
    const over = limbs.slice(0, TOP).map((limb) => {
      this.get(limb);
      this.constant(BITS);
      this.operation("shiftRight");
      return this.take();
    });
    const carried = limbs.map((limb, i) => {
      this.get(limb);
      if (i < TOP) {
        this.get(this.sharedConstant(MASK));
        this.operation("and");
      }
      if (i > 0) {
        this.get(over[i - 1]!);
        this.operation("add");
      }
      return this.take();
    });
    const after = bounds.map((limb, i) =>
      sumOf([i < TOP ? DIGIT : limb, ...i > 0 ? [bounds[i - 1]!.shifted(BITS)] : []])
    );
    return { limbs: carried, bounds: after, value };
  }

  /** Takes multiples of 2²⁵⁶ from the top and puts their residue, 2²²⁴ + 2⁹⁶ − 2⁶⁴ + 1 each, below. */
  #fold({ limbs, bounds }: Value): Value {
    const bits = topBits(WIDE), topMask = (1n << BigInt(bits)) - 1n;
    this.get(limbs[TOP]!);
    this.constant(bits);
    this.operation("shiftRight");
    const over = this.take(), overBounds = bounds[TOP]!.shifted(bits);
    const shifted = (shift: number) => {
      this.get(over);
      this.constant(shift);
      this.operation("shl");
    };
    const folded = limbs.map((limb, i) => {
      if (i === 2 || i === 3) return limb;
      this.get(limb);
      if (i === 0) this.get(over);
      if (i === 1) {
        shifted(44);
        this.operation("add");
        shifted(12);
        this.operation("sub");
        return this.take();
      }
      if (i === TOP) {
        this.get(this.sharedConstant(topMask));
        this.operation("and");
        shifted(16);
      }
      this.operation("add");
      return this.take();
    });
    const after = bounds.map((limb, i) => {
      if (i === 0) return limb.plus(overBounds);
      if (i === 1) return limb.plus(overBounds.scaled(-FACTOR));
      return i === TOP ? new Bounds(0n, topMask).plus(overBounds.scaled(1n << 16n)) : limb;
    });
    const value = sumOf(after.map((limb, i) => limb.scaled(weight(i))));
    return { limbs: folded, bounds: after, value };
  }

  /** a·b / R modulo p. */
  product(a: Value, b: Value): Value {
    const terms = columnsOf((i, j) => [a.limbs[i]!, b.limbs[j]!, a.bounds[i]!.times(b.bounds[j]!)]);
    return this.#reduce(terms, a.value.times(b.value));
  }

  /** a² / R modulo p: the mixed products once, with one factor doubled. */
  square(a: Value): Value {
    const twice = this.sum(2n, a);
    const terms = columnsOf((i, j) => {
      if (i > j) return undefined;
      const x = i < j ? twice : a;
      return [x.limbs[i]!, a.limbs[j]!, x.bounds[i]!.times(a.bounds[j]!)];
    });
    const { high } = a.value.times(a.value);
    return this.#reduce(terms, new Bounds(0n, high));
  }

  /**
   * Montgomery's reduction. As p ≡ −1 modulo 2⁵², the multiple of p that clears the lowest limb c of a column is c
   * itself: adding c·p is taking c away and adding c·(p + 1), which FACTOR says.
   */
  #reduce(terms: readonly (readonly Term[])[], value: Bounds): Value {
    const digits: Local[] = [];
    const near = (k: number) => digits[k - 1], far = (k: number) => digits[k - 1 - FACTOR_LIMB];
    return this.#columns(terms, {
      digits,
      modulus: P,
      value,
      reduction: (k) => {
        const a = near(k), b = far(k);
        if (a === undefined && b === undefined) return undefined;
        if (a !== undefined) this.get(a);
        if (b !== undefined) {
          this.get(b);
          this.constant(FACTOR_SHIFT);
          this.operation("shl");
        }
        if (a !== undefined && b !== undefined) this.operation("sub");
        const factor = a === undefined ? -FACTOR : FACTOR;
        this.get(this.sharedConstant(factor));
        this.operation("mulWide");
        const farBounds = DIGIT.scaled(-FACTOR << BigInt(FACTOR_SHIFT));
        return sumOf([
          ...a === undefined ? [] : [DIGIT.scaled(FACTOR)],
          ...b === undefined ? [] : [farBounds],
        ]);
      },
    });
  }

  /** a·b / R modulo n, in memory as numbers modulo n are. */
  productModuloN(a: number, b: number, out: number): void {
    const [x, y] = [a, b].map((parameter) => this.#loadLimbs(parameter, 0));
    const top = new Bounds(0n, RESTING_N.high >> BigInt(TOP * BITS));
    const bounds = x!.map((_, i) => i === TOP ? top : DIGIT);
    const terms = columnsOf((i, j) => [x![i]!, y![j]!, bounds[i]!.times(bounds[j]!)]);
    const digits: Local[] = [], modulus = limbsOf(N, WIDE);
    const factor = this.sharedConstant(reductionFactor(N, WIDE));
    const { limbs, value } = this.#columns(terms, {
      digits,
      modulus: N,
      value: RESTING_N.times(RESTING_N),
      reduction: (k) => {
        const parts: Bounds[] = [];
        for (let i = Math.max(0, k - TOP); i < Math.min(k, LIMBS); i++) {
          this.get(digits[i]!, this.sharedConstant(modulus[k - i]!));
          this.operation("mulWide");
          if (parts.length > 0) this.operation("addWide");
          parts.push(DIGIT.scaled(modulus[k - i]!));
        }
        return parts.length === 0 ? undefined : sumOf(parts);
      },
      clear: (low, high) => {
        this.get(low, factor);
        this.operation("mul");
        this.get(this.sharedConstant(MASK));
        this.operation("and");
        const digit = this.take();
        this.get(low, high, digit, this.sharedConstant(modulus[0]!));
        this.operation("mulWide", "addWide");
        return { digit, bounds: DIGIT.scaled(modulus[0]!) };
      },
    });
    if (!value.within(RESTING_N.shifted(1))) throw new Error("write nMul: the result is too large");
    limbs.forEach((limb, i) => this.store(out, 8 * i, limb));
  }

  /** Sums of columns, reduced as they come; the upper half of them is the result. */
  #columns(terms: readonly (readonly Term[])[], how: Reduction): Value {
    const out: Local[] = [];
    let carry: Local | undefined, carryBounds = new Bounds(0n, 0n);
    for (let k = 0; k < COLUMNS - 1; k++) {
      const parts = (terms[k] ?? []).map(([a, b, bounds], i) => {
        this.get(a, b);
        this.operation("mulWide");
        if (i > 0) this.operation("addWide");
        return bounds;
      });
      const reduction = how.reduction(k);
      if (reduction !== undefined) {
        this.operation("addWide");
        parts.push(reduction);
      }
      if (carry !== undefined) {
        this.get(carry, carry);
        this.constant(63);
        this.operation("shiftRight", "addWide");
        parts.push(carryBounds);
      }
      let high = this.take(), low = this.take();
      if (k < LIMBS && how.clear !== undefined) {
        const { digit, bounds } = how.clear(low, high);
        how.digits.push(digit);
        parts.push(bounds);
        high = this.take();
        low = this.take();
      } else {
        this.get(low, this.sharedConstant(MASK));
        this.operation("and");
        (k < LIMBS ? how.digits : out).push(this.take());
      }
      const column = sumOf(parts);
      carryBounds = column.shifted(BITS);
      if (!column.fits(128) || !carryBounds.fits(64)) {
        throw new Error("write field function: a column overflows");
      }
      this.get(low);
      this.constant(BITS);
      this.operation("shiftRightUnsigned");
      this.get(high);
      this.constant(64 - BITS);
      this.operation("shl", "or");
      carry = this.take();
    }
    // (product + digits · modulus) / R, with digits below R
    const value = new Bounds(
      how.value.low >> BigInt(LIMBS * BITS),
      (how.value.high >> BigInt(LIMBS * BITS)) + how.modulus + 1n,
    );
    const bounds = out.map(() => DIGIT);
    return { limbs: [...out, carry!], bounds: [...bounds, value.shifted(TOP * BITS)], value };
  }
}

/** How columns of a product are reduced. */
interface Reduction {
  /** The digits so far; what reduces a column is added to them. */
  readonly digits: Local[];
  readonly modulus: bigint;
  /** The product. */
  readonly value: Bounds;
  /** Puts what the digits so far add to column k on the stack and says its bounds; undefined where that is nothing. */
  reduction(k: number): Bounds | undefined;
  /** Leaves the column cleared in its lowest limb on the stack; without it, that limb is dropped and is the digit. */
  clear?(low: Local, high: Local): { digit: Local; bounds: Bounds };
}

/** The terms of a product by column. */
function columnsOf(term: (i: number, j: number) => Term | undefined): Term[][] {
  return Array.from({ length: COLUMNS - 1 }, (_, k) => {
    const terms: Term[] = [];
    for (let i = Math.max(0, k - TOP); i <= Math.min(k, TOP); i++) {
      const found = term(i, k - i);
      if (found !== undefined) terms.push(found);
    }
    return terms;
  });
}
