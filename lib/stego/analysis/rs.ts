/**
 * RS analysis (Fridrich, Goljan, Du 2001, "Reliable Detection of LSB Steganography in Color and Grayscale Images"):
 * estimates the part of samples whose lowest bit was replaced, from how often flipping low bits makes groups of
 * four neighbours smoother or rougher. It sees replacement; ±1 matching it sees little of.
 */

/** Neighbours in a group. */
const GROUP = 4;

/** Counts of regular minus singular groups, for the mask and its negative, as is and with all low bits flipped. */
export class RsEstimator {
  #mask = 0;
  #negative = 0;
  #maskFlipped = 0;
  #negativeFlipped = 0;
  #groups = 0;

  /** Takes the next row of a channel. */
  add(row: Int32Array): void {
    for (let x = 0; x + GROUP <= row.length; x += GROUP) {
      const a = row[x]!;
      const b = row[x + 1]!;
      const c = row[x + 2]!;
      const d = row[x + 3]!;
      this.#groups++;
      const as = roughness(a, b, c, d);
      this.#mask += Math.sign(roughness(a, b ^ 1, c ^ 1, d) - as);
      this.#negative += Math.sign(roughness(a, down(b), down(c), d) - as);
      const flipped = roughness(a ^ 1, b ^ 1, c ^ 1, d ^ 1);
      this.#maskFlipped += Math.sign(roughness(a ^ 1, b, c, d ^ 1) - flipped);
      this.#negativeFlipped += Math.sign(
        roughness(a ^ 1, down(b ^ 1), down(c ^ 1), d ^ 1) - flipped,
      );
    }
  }

  /** Estimated part of samples with a replaced low bit; undefined where nothing can be said. */
  estimate(): number | undefined {
    if (this.#groups === 0) return undefined;
    // Equation (4) there, for z; the payload is z / (z − ½), z the root of smaller absolute value.
    const a = 2 * (this.#maskFlipped + this.#mask);
    const b = this.#negative - this.#negativeFlipped - this.#maskFlipped - 3 * this.#mask;
    const c = this.#mask - this.#negative;
    const z = smallerRoot(a, b, c);
    return z === undefined ? undefined : plausible(z / (z - 0.5));
  }
}

/** Estimates of a part scatter about 0 … 1; far beyond, the model does not fit the picture (flat, or pure noise). */
const [LEAST, MOST] = [-0.5, 1.5];

/** `part`, where it can be one. */
export function plausible(part: number): number | undefined {
  return part >= LEAST && part <= MOST ? part : undefined;
}

/** Sum of differences of neighbours. */
function roughness(a: number, b: number, c: number, d: number): number {
  return Math.abs(b - a) + Math.abs(c - b) + Math.abs(d - c);
}

/** The shifted flip −1 ↔ 0, 1 ↔ 2, 3 ↔ 4, … */
function down(value: number): number {
  return ((value + 1) ^ 1) - 1;
}

/** The root of a z² + b z + c with the smaller absolute value; undefined where there is none. */
export function smallerRoot(a: number, b: number, c: number): number | undefined {
  if (a === 0) return b === 0 ? undefined : -c / b;
  const discriminant = b * b - 4 * a * c;
  // Noise can push a double root off the real axis; its real part is then the best there is.
  const root = Math.sqrt(Math.max(0, discriminant));
  const one = (-b + root) / (2 * a);
  const other = (-b - root) / (2 * a);
  return Math.abs(one) < Math.abs(other) ? one : other;
}
