/**
 * The chi-square test (Westfeld, Pfitzmann 1999, "Attacks on Steganographic Systems"): replacing low bits evens out
 * the two values of each pair 2k, 2k + 1 in the histogram. The result is the probability of a histogram as even as
 * this, or less, by chance: near 1 for a picture full of replaced bits, near 0 for a clean one. ±1 matching and
 * small payloads it does not see.
 */

/** Pairs with fewer samples on average are left out: the test needs a few in each. */
const LEAST_EXPECTED = 4;

/** Histogram of a channel. */
export class ChiSquareTest {
  readonly #counts = new Map<number, [number, number]>();

  /** Takes the next row of a channel. */
  add(row: Int32Array): void {
    for (const value of row) {
      let pair = this.#counts.get(value >> 1);
      if (pair === undefined) this.#counts.set(value >> 1, pair = [0, 0]);
      if ((value & 1) === 0) pair[0]++;
      else pair[1]++;
    }
  }

  /** The probability; 0 where there are too few samples to tell. */
  probability(): number {
    let statistic = 0;
    let categories = 0;
    for (const [even, odd] of this.#counts.values()) {
      const expected = (even + odd) / 2;
      if (expected < LEAST_EXPECTED) continue;
      statistic += (even - expected) ** 2 / expected;
      categories++;
    }
    return categories < 2 ? 0 : upperGamma((categories - 1) / 2, statistic / 2);
  }
}

/** The regularised upper incomplete gamma function Q(a, x) (Abramowitz and Stegun 6.5.29 and 6.5.31). */
export function upperGamma(a: number, x: number): number {
  if (x <= 0) return 1;
  const scale = Math.exp(a * Math.log(x) - x - logGamma(a));
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = 1; n < 10_000 && term > sum * 1e-15; n++) {
      term *= x / (a + n);
      sum += term;
    }
    return Math.max(0, 1 - scale * sum);
  }
  // Continued fraction, by the modified method of Lentz.
  let b = x + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let value = d;
  for (let n = 1; n < 10_000; n++) {
    const coefficient = -n * (n - a);
    b += 2;
    d = 1 / (coefficient * d + b || 1e-300);
    c = b + coefficient / c || 1e-300;
    value *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return scale * value;
}

/** ln Γ(x) for x > 0, by Stirling's series (Abramowitz and Stegun 6.1.41) from 10 upwards. */
export function logGamma(x: number): number {
  let shift = 0;
  let y = x;
  for (; y < 10; y++) shift += Math.log(y);
  const inverse = 1 / (y * y);
  const series = (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse / 1680))) / y;
  return (y - 0.5) * Math.log(y) - y + Math.log(2 * Math.PI) / 2 + series - shift;
}
