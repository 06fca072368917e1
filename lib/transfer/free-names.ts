/**
 * Free variants of names that are taken: `name (n).ext`. However many are taken, and whoever chose them, a free one is
 * found in few steps.
 */
import { MAX_COMPONENT_BYTES, shorten, splitExtension } from "./names.ts";
import { utf8 } from "../bytes.ts";

/** Room for the largest number, its brackets and the blank before: the stem is the same for all numbers. */
const NUMBER_BYTES = 11;

/** `name (n).ext`: the n-th alternative of a name that is taken; the name itself for 0. */
export function numberedName(name: string, n: number): string {
  if (n === 0) return name;
  const [stem, extension] = numberedParts(name);
  return `${stem} (${n})${extension}`;
}

/** What stands before and behind the number in all alternatives of `name`. */
export function numberedParts(name: string): readonly [stem: string, extension: string] {
  const [stem, extension] = splitExtension(name);
  const room = MAX_COMPONENT_BYTES - NUMBER_BYTES - utf8(extension).length;
  return [shorten(stem, room), extension];
}

/**
 * A number from `first` on that is not taken, and before which one is taken (unless it is `first`): the first one where
 * there are no gaps. Asks a logarithmic number of times.
 */
export function freeNumber(isTaken: (n: number) => boolean, first: number): number {
  if (!isTaken(first)) return first;
  let taken = first;
  let step = 1;
  while (isTaken(taken + step)) {
    taken += step;
    step *= 2;
  }
  let free = taken + step;
  while (free - taken > 1) {
    const middle = Math.floor((taken + free) / 2);
    if (isTaken(middle)) taken = middle;
    else free = middle;
  }
  return free;
}
