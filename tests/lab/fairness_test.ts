/** Flows of ours that share one bottleneck get about the same of it. */
import assert from "node:assert/strict";
import type { Conditions } from "./link.ts";
import { Flow, Pair } from "./pair.ts";
import { type SeededRandom, withSeed } from "./random.ts";
import { Trunk } from "./trunk.ts";

/** Bytes a millisecond: 10 Mbit/s. */
const RATE = 1250;
const DELAY = 20;
const MEASURED_MS = 20_000;
const JAIN_LEAST = 0.8;

/** Jain's index: 1 when all are the same, 1/n when one has everything. */
function jain(shares: readonly number[]): number {
  const sum = shares.reduce((a, b) => a + b, 0);
  return sum * sum / (shares.length * shares.reduce((a, b) => a + b * b, 0));
}

/**
 * Lets flows begin at `starts` (milliseconds, in order) on one line; the bytes that each got in `MEASURED_MS` from when
 * the last began.
 */
function shares(random: SeededRandom, conditions: Conditions, starts: readonly number[]): number[] {
  const there = new Trunk(conditions, random);
  const back = new Trunk({ delay: DELAY }, random);
  const data = new Uint8Array(RATE * (MEASURED_MS + starts.at(-1)!));
  const pairs: Pair[] = [];
  const flows: Flow[] = [];
  let now = 1000;
  const run = (until: number) => {
    while (now < until) {
      now = Math.max(now, Math.min(until, ...pairs.map((pair) => pair.nextTime())));
      for (const pair of pairs) pair.moveTo(now);
    }
  };
  const begin = now;
  for (const start of starts) {
    run(begin + start);
    const pair = new Pair(random, {}, { now }, { there: there.lane(), back: back.lane() });
    pair.now = now;
    pairs.push(pair);
    flows.push(new Flow(pair, pair.a, pair.b, data));
    pair.settle();
  }
  const before = flows.map(({ length }) => length);
  run(now + MEASURED_MS);
  return flows.map(({ length }, i) => length - before[i]!);
}

for (
  const [what, queue] of [
    ["a queue of one round trip", 2 * RATE * DELAY],
    ["a long queue", 8 * RATE * DELAY],
  ] as const
) {
  for (const starts of [[0, 0], [0, 5_000], [0, 0, 0, 0]]) {
    Deno.test(`${starts.length} flows, the last ${starts.at(-1)! / 1000} s after the first, share ${what}`, () =>
      withSeed((random) => {
        const got = shares(random, { rate: RATE, delay: DELAY, queue }, starts);
        const index = jain(got);
        assert.ok(index > JAIN_LEAST, `Jain's index is ${index}: ${got.join(", ")}`);
        const used = got.reduce((a, b) => a + b, 0) / (RATE * MEASURED_MS);
        assert.ok(used > 0.7, `${used} of the line was used`);
      }));
  }
}
