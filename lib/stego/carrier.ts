/**
 * What of a picture may carry: numbered positions with a bit each, their costs, and how a bit is changed. Only the
 * lowest bits of colour samples carry (samples.ts), or palette indices with a twin (palette.ts); alpha never does,
 * nor a pixel that cannot be seen.
 *
 * Positions count the passes in their order, in a pass the rows, in a row the pixels, in a pixel the colour samples.
 */
import type { BitSet } from "./order.ts";

/** Makes unpredictable bytes; passed in by the caller. */
export type RandomBytes = (length: number) => Uint8Array;

/** A picture as a row of bits. */
export interface Carrier {
  /** Number of positions; a position is a number below it. */
  readonly size: number;
  /** How many of them may carry. Changing bits does not change which. */
  readonly available: number;
  /** Counts those that may carry and do not lie in an exactly flat neighbourhood (flat.ts). */
  countUneven(): number;
  /** A new set of the positions that may not carry. */
  unavailable(): BitSet;
  /** The bits at `positions`. */
  readBits(positions: Uint32Array, out: Uint8Array): void;
  /** Costs of changing the bits at `positions`, 1 to MAX_COST, by how well the surroundings hide it. */
  readCosts(positions: Uint32Array, out: Int32Array): void;
  /** Whether the positions are still the same ones after the changes: a reader finds them from the picture alone. */
  positionsHold(): boolean;
  /** Changes the bits at those `positions` whose entry in `flips` is 1. */
  change(positions: Uint32Array, flips: Uint8Array, random: RandomBytes): void;
}
