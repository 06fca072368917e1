/** What a number can be, at least and at most: so the generator proves that nothing overflows. */
export class Bounds {
  constructor(readonly low: bigint, readonly high: bigint) {}

  /** What lies within a distance of 0. */
  static around(distance: bigint): Bounds {
    return new Bounds(-distance, distance);
  }

  plus(other: Bounds): Bounds {
    return new Bounds(this.low + other.low, this.high + other.high);
  }

  times(other: Bounds): Bounds {
    const products = [this.low, this.high].flatMap((a) => [a * other.low, a * other.high]);
    return new Bounds(
      products.reduce((a, b) => (a < b ? a : b)),
      products.reduce((a, b) => (a > b ? a : b)),
    );
  }

  /** A multiple. */
  scaled(factor: bigint): Bounds {
    return this.times(new Bounds(factor, factor));
  }

  /** What is left of it, shifted right. */
  shifted(bits: number): Bounds {
    return new Bounds(this.low >> BigInt(bits), this.high >> BigInt(bits));
  }

  within(other: Bounds): boolean {
    return this.low >= other.low && this.high <= other.high;
  }

  /** Whether it fits in a signed number of so many bits. */
  fits(bits: number): boolean {
    const half = 1n << BigInt(bits - 1);
    return this.low >= -half && this.high < half;
  }
}

/** The least and greatest of what a sum can be. */
export function sumOf(terms: readonly Bounds[]): Bounds {
  return terms.reduce((a, b) => a.plus(b), new Bounds(0n, 0n));
}
