/** The readable twin of lib/stego/trellis.ts: the Viterbi search of a syndrome-trellis code, one state at a time. */
import { type CodeShape, columnsOf, UNREACHABLE } from "../../lib/stego/code.ts";

/** The cheapest flips of `carrier` that make it carry `message`, and what they cost. */
export function referenceSearch(
  shape: CodeShape,
  carrier: Uint8Array,
  costs: Int32Array,
  message: Uint8Array,
): { flips: Uint8Array; total: number } {
  const { height, width } = shape;
  const columns = columnsOf(shape);
  let best = new Array<number>(1 << height).fill(UNREACHABLE);
  best[0] = 0;
  const chosen: number[][] = [];
  for (let i = 0, element = 0; i < message.length; i++) {
    for (let j = 0; j < width; j++, element++) {
      const costOf = (bit: number) => bit === carrier[element] ? 0 : costs[element]!;
      const bits: number[] = [];
      const next = best.map((cost, state) => {
        const stay = cost + costOf(0);
        const move = best[state ^ columns[j]!]! + costOf(1);
        bits.push(move < stay ? 1 : 0);
        return Math.min(stay, move);
      });
      chosen.push(bits);
      best = next;
    }
    best = best.map((_, state) => best[2 * state + message[i]!] ?? UNREACHABLE);
  }
  const total = Math.min(...best);
  let state = best.indexOf(total);
  const flips = new Uint8Array(carrier.length);
  for (let i = message.length - 1, element = carrier.length - 1; i >= 0; i--) {
    state = 2 * state + message[i]!;
    for (let j = width - 1; j >= 0; j--, element--) {
      const bit = chosen[element]![state]!;
      flips[element] = bit ^ carrier[element]!;
      if (bit === 1) state ^= columns[j]!;
    }
  }
  return { flips, total };
}
