/**
 * Flat places: samples that are the same as all their neighbours. A drawing, a screenshot and what is overexposed
 * are full of them, and there a change of one step is seen by anyone who looks at the lowest bits.
 */
import type { Pass } from "./png/header.ts";
import type { RowReader } from "./texture.ts";

/** A picture is as uneven as a photo where at least this part of what can carry is; ours. */
const PHOTO_PART = 0.75;
/**
 * Where less is uneven, each bit of a message needs so many uneven samples to choose from, on average; ours. With
 * fewer the code must change flat ones.
 */
export const LEAST_CHOICE = 4;

/** How much of a picture can carry, and how much of that is not flat. */
export interface CarrierRoom {
  /** Positions that can carry a bit. */
  readonly available: number;
  /** Those among them whose neighbourhood is not exactly flat. */
  readonly uneven: number;
}

/** Part of a picture's positions that are not flat, 0 … 1. */
export function unevenPart({ available, uneven }: CarrierRoom): number {
  return available === 0 ? 0 : uneven / available;
}

/** Whether a picture is uneven nearly everywhere, as photos are. */
export function isUneven(room: CarrierRoom): boolean {
  return unevenPart(room) >= PHOTO_PART;
}

/**
 * Counts the samples of one channel of one pass that carry, and are not the same as all of their up to eight neighbours.
 *
 * @param carries whether sample `x` of a row may carry; without it all may
 */
export function countUneven(
  { width, height }: Pick<Pass, "width" | "height">,
  read: RowReader,
  carries?: (row: number, x: number) => boolean,
): number {
  const line = () => new Int32Array(width);
  let [above, here, below] = [line(), line(), line()];
  read(0, here);
  above.set(here);
  let count = 0;
  for (let y = 0; y < height; y++) {
    if (y + 1 < height) read(y + 1, below);
    else below.set(here);
    if (carries === undefined) {
      for (let x = 0; x < width; x++) if (!isFlat(above, here, below, x)) count++;
    } else {
      for (let x = 0; x < width; x++) if (!isFlat(above, here, below, x) && carries(y, x)) count++;
    }
    [above, here, below] = [here, below, above];
  }
  return count;
}

function isFlat(above: Int32Array, here: Int32Array, below: Int32Array, x: number): boolean {
  const value = here[x]!;
  const left = x === 0 ? 0 : x - 1;
  const right = x + 1 === here.length ? x : x + 1;
  return here[left] === value && here[right] === value && above[x] === value &&
    below[x] === value && above[left] === value && above[right] === value &&
    below[left] === value && below[right] === value;
}
