/**
 * What of a picture may carry: numbered positions with a bit each, their costs, and how a bit is changed. Only the
 * lowest bits of colour samples carry (samples.ts), or palette indices with a twin (palette.ts); alpha never does,
 * nor a pixel that cannot be seen.
 */
import { FailureError } from "../errors.ts";
import type { BitSet } from "./order.ts";
import { PaletteCarrier } from "./palette.ts";
import { ColourType } from "./png/header.ts";
import type { Png } from "./png/read.ts";
import { SampleCarrier } from "./samples.ts";

/** Makes unpredictable bytes; passed in by the caller. */
export type RandomBytes = (length: number) => Uint8Array;

/** A picture as a row of bits. */
export interface Carrier {
  /** Number of positions; a position is a number below it. */
  readonly size: number;
  /** How many of them may carry. Changing bits does not change which. */
  readonly available: number;
  /** A new set of the positions that may not carry. */
  unavailable(): BitSet;
  /** The bits at `positions`. */
  readBits(positions: Uint32Array, out: Uint8Array): void;
  /** Costs of changing the bits at `positions`, 1 to MAX_COST, by how well the surroundings hide it. */
  readCosts(positions: Uint32Array, out: Int32Array): void;
  /** Changes the bits at those `positions` whose entry in `flips` is 1. */
  change(positions: Uint32Array, flips: Uint8Array, random: RandomBytes): void;
}

/** The picture cannot carry anything unseen, whatever the key. */
export class UnsuitablePictureError extends FailureError {
  override readonly code: string = "unsuitable-picture";
}

/** The picture as a carrier; an UnsuitablePictureError where nothing of it could change unseen. */
export function carrierOf(png: Png): Carrier {
  const { colourType, bitDepth } = png.header;
  if (colourType === ColourType.palette) {
    const carrier = new PaletteCarrier(png);
    if (carrier.available === 0) {
      throw new UnsuitablePictureError("use picture: its palette has no two colours close enough", {
        hint: "a photo in 8 or 16 bits per channel hides best",
      });
    }
    return carrier;
  }
  if (bitDepth < 8) {
    throw new UnsuitablePictureError(
      `use picture: a change of one step would be seen in ${bitDepth}-bit grey`,
      { hint: "a photo in 8 or 16 bits per channel hides best" },
    );
  }
  const carrier = new SampleCarrier(png);
  if (carrier.available === 0) {
    throw new UnsuitablePictureError("use picture: all of it is transparent");
  }
  return carrier;
}
