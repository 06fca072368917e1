/**
 * How much a carrier holds and with which code: everything follows from the number of positions and the lengths,
 * so that nothing about it stands in the picture. docs/formats.md, "Hidden messages".
 */
import type { CodeShape } from "./code.ts";
import { type CarrierRoom, isUneven, LEAST_CHOICE, unevenPart } from "./flat.ts";

/** How a message is hidden. `stealth` changes little and only where it is hard to see; `quick` anywhere, and fits more. */
export type HidingLevel = "quick" | "stealth";

/** Least carrier bits for each bit of the message. At 8, about one sample in 60 changes where all is used. */
export const LEAST_WIDTH: Readonly<Record<HidingLevel, number>> = { quick: 1, stealth: 8 };

/** Carrier bits for each bit of a prefix or a head: as many as there are, to this. */
const SMALL_WIDTH = 64;
/** Prefix and head each take at most this part of the carrier. */
const SMALL_PART = 32;
/** Their code's height. */
const SMALL_HEIGHT = 10;

/** Most carrier bits for each bit of a body; wider codes gain next to nothing. */
const MOST_WIDTH = 127;
/** A body's code gets no wider than this where that would make the search long. */
const ENOUGH_WIDTH = 16;
/** How many carrier bits that means. */
const ENOUGH_ELEMENTS = 1 << 20;

/** Height of a body's code by the carrier bits it runs over: the search takes 2^height steps for each. */
const HEIGHTS: readonly (readonly [most: number, height: number])[] = [
  [1 << 20, 10],
  [1 << 21, 9],
  [1 << 22, 8],
];
const LEAST_HEIGHT = 7;

/** The code of a prefix or a head of at most `bytes`, in a carrier with `available` positions. */
export function smallShape(available: number, bytes: number): CodeShape {
  const width = Math.floor(available / (SMALL_PART * 8 * bytes));
  return { width: Math.min(Math.max(width, 1), SMALL_WIDTH), height: SMALL_HEIGHT };
}

/** The code of a body of `bytes`, with `left` positions. Its width is 0 where it does not fit. */
export function bodyShape(left: number, bytes: number): CodeShape {
  const bits = Math.max(1, 8 * bytes);
  const enough = Math.max(ENOUGH_WIDTH, Math.floor(ENOUGH_ELEMENTS / bits));
  const width = Math.min(Math.floor(left / bits), enough, MOST_WIDTH);
  const elements = width * bits;
  const height = HEIGHTS.find(([most]) => elements <= most)?.[1] ?? LEAST_HEIGHT;
  return { width, height };
}

/** Positions that `bytes` take with a code. */
export function elementsOf({ width }: CodeShape, bytes: number): number {
  return 8 * bytes * width;
}

/** Lengths that decide what fits, in bytes. */
export interface Layout {
  /** The prefix as it is, and the longest of its kind. */
  readonly prefix: number;
  readonly longestPrefix: number;
  /** The head of the body, from which its length follows. */
  readonly head: number;
}

/** Positions left for the body. Below zero where not even the rest fits. */
export function leftForBody(available: number, layout: Layout): number {
  return available -
    elementsOf(smallShape(available, layout.longestPrefix), layout.prefix) -
    elementsOf(smallShape(available, layout.head), layout.head);
}

/** The longest body behind its head, in bytes. */
export function longestBody(available: number, layout: Layout, level: HidingLevel): number {
  return Math.max(0, Math.floor(leftForBody(available, layout) / (8 * LEAST_WIDTH[level])));
}

/**
 * The longest body behind its head that need not change what is flat, in bytes. In a photo that is all of
 * `longestBody`; elsewhere `quick`, which changes samples anywhere, can hide nothing so, and at `stealth` every code
 * must leave the search uneven samples enough.
 */
export function longestUnseenBody(room: CarrierRoom, layout: Layout, level: HidingLevel): number {
  const { available } = room;
  const most = longestBody(available, layout, level);
  if (isUneven(room)) return most;
  const part = unevenPart(room);
  const narrowest = Math.min(
    smallShape(available, layout.longestPrefix).width,
    smallShape(available, layout.head).width,
  );
  if (level === "quick" || part * narrowest < LEAST_CHOICE) return 0;
  const widened = part * ENOUGH_WIDTH < LEAST_CHOICE
    ? Math.floor(ENOUGH_ELEMENTS * part / (8 * LEAST_CHOICE))
    : Infinity;
  return Math.min(Math.floor(most * part), widened);
}
