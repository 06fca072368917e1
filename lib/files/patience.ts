/**
 * Turns of the event loop for work that never waits by itself: whatever all of it together has done since the last turn
 * counts, so that datagrams, timers and signals are never kept waiting for long, however many do such work.
 */
import { nextTurn } from "../transfer/turn.ts";

/** Longer than the system needs to copy a piece of memory, in milliseconds. */
export const SLOW_MS = 10;

/**
 * What is done in one turn, in milliseconds. Whoever is answered needs several turns for it, and has to be answered while
 * many others keep this program busy.
 */
const TURN_MS = 3;

let spent = 0;
let turn: Promise<void> | undefined;

/** After work that began at `begun` (by `performance.now()`): a promise to wait for when it adds up. */
export function turnAfter(begun: number): Promise<void> | undefined {
  spent += performance.now() - begun;
  if (spent < TURN_MS) return undefined;
  turn ??= nextTurn().then(() => {
    spent = 0;
    turn = undefined;
  });
  return turn;
}

/** Counts the steps of a loop of short ones, and says when it should wait. */
export class Steps {
  #begun = performance.now();
  #count = 0;

  /** After a step: a promise to wait for now and then. */
  after(): Promise<void> | undefined {
    if (++this.#count % 64 !== 0) return undefined;
    const begun = this.#begun;
    this.#begun = performance.now();
    return turnAfter(begun);
  }
}

/** Names sorted within a turn. */
const SORTED_AT_ONCE = 4096;

/** `names` in the order of their code units, sorted in turns: there may be a million. */
export async function sortInTurns(names: readonly string[]): Promise<string[]> {
  if (names.length <= SORTED_AT_ONCE) return [...names].sort();
  const steps = new Steps();
  let runs: string[][] = [];
  for (let at = 0; at < names.length; at += SORTED_AT_ONCE) {
    const begun = performance.now();
    runs.push(names.slice(at, at + SORTED_AT_ONCE).sort());
    await turnAfter(begun);
  }
  while (runs.length > 1) {
    const merged: string[][] = [];
    for (let i = 0; i < runs.length; i += 2) {
      const [a, b = []] = runs.slice(i, i + 2) as [string[], string[]?];
      const out: string[] = [];
      for (let x = 0, y = 0; x < a.length || y < b.length;) {
        const takeA = y === b.length || (x < a.length && a[x]! <= b[y]!);
        out.push(takeA ? a[x++]! : b[y++]!);
        const pause = steps.after();
        if (pause !== undefined) await pause;
      }
      merged.push(out);
    }
    runs = merged;
  }
  return runs[0]!;
}
