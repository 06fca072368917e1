/** Clocks of others that are off: said and marked, and nothing is ordered by them. Pure. */
import type { Conversation } from "../net/conversation.ts";

/** A clock that is off by more than this is marked, in milliseconds. */
const CLOCK_OFF_MS = 120_000;

/** How far a peer's clock is off, where that is worth a word. */
export function clockOf(
  { clockAhead }: Pick<Conversation, "clockAhead">,
): { readonly clockAhead?: number } {
  return clockAhead === undefined || Math.abs(clockAhead) < CLOCK_OFF_MS ? {} : { clockAhead };
}

/** The same of a message that others passed on: one from the future was written by a clock that is ahead. */
export function clockOfMessage(time: number, now: number): { readonly clockAhead?: number } {
  return clockOf({ clockAhead: Math.max(0, time - now) });
}
