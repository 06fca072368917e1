/**
 * Sample pair analysis (Dumitrescu, Wu, Wang 2003, "Detection of LSB Steganography via Sample Pair Analysis"):
 * estimates the part of samples whose lowest bit was replaced, from pairs of neighbours that differ by even and by
 * odd amounts. Like RS it sees replacement, and little of ±1 matching.
 */
import { plausible, smallerRoot } from "./rs.ts";

/** Counts the classes of pairs. */
export class PairEstimator {
  #pairs = 0;
  #x = 0;
  #y = 0;
  #w = 0;
  #z = 0;

  /** Takes the next row of a channel. */
  add(row: Int32Array): void {
    for (let i = 0; i + 1 < row.length; i++) {
      const u = row[i]!;
      const v = row[i + 1]!;
      this.#pairs++;
      if (u === v) {
        this.#z++;
        continue;
      }
      if (u >> 1 === v >> 1) this.#w++;
      if ((u < v) === ((v & 1) === 0)) this.#x++;
      else this.#y++;
    }
  }

  /** Estimated part of samples with a replaced low bit; undefined where nothing can be said. */
  estimate(): number | undefined {
    if (this.#pairs === 0) return undefined;
    // Equation (2.12) there, for pairs of neighbours only; the smaller root is the part.
    const part = smallerRoot(
      (this.#w + this.#z) / 2,
      2 * this.#x - this.#pairs,
      this.#y - this.#x,
    );
    return part === undefined ? undefined : plausible(part);
  }
}
