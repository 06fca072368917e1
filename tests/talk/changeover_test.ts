/**
 * A peer that is killed, begins anew, runs twice at once, is cut off: whatever happened, all that was sent comes, is told
 * as delivered once, and texts come in the order of sending, soon after the peer can be reached for good.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { ChangingPeer } from "./changing-peer.ts";

/** By then all has come: the longest pause between two calls, the longest call, and what a connection takes to be lost. */
const BOUND_MS = 60_000 + 10_000 + 20_000 + 5_000;

/** A few ways there and back, and what storing takes. */
const PROMPT_MS = 500;

type Step =
  | { readonly type: "text"; readonly count: number }
  | { readonly type: "file" | "goodbye" }
  | { readonly type: "start"; readonly elsewhere: boolean; readonly calls: boolean }
  | { readonly type: "kill"; readonly oldest: boolean }
  | { readonly type: "cut"; readonly ms: number }
  | { readonly type: "say"; readonly which: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ type: fc.constant("text"), count: fc.integer({ min: 1, max: 5 }) }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("file") }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("goodbye") }) },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant("start"),
      elsewhere: fc.boolean(),
      calls: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constant("kill"), oldest: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant("cut"), ms: fc.integer({ min: 1, max: 30_000 }) }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("say"), which: fc.nat(3) }) },
) as fc.Arbitrary<Step>;

/** Steps, each so many milliseconds after the one before. */
const schedule = fc.array(
  fc.tuple(step, fc.oneof(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 6_000 }))),
  { maxLength: 40 },
);

type Steps = ReadonlyArray<readonly [Step, number]>;

async function run(
  steps: Steps,
  kind: "disk" | "memory",
  refuses: boolean,
  end: (peer: ChangingPeer, more: () => void) => Promise<void>,
): Promise<void> {
  const peer = new ChangingPeer(kind);
  peer.refuses = refuses;
  let [texts, files] = [0, 0];
  await peer.clock.instead(async () => {
    peer.start(false, true);
    for (const [step, after] of steps) {
      await peer.clock.runTo(peer.clock.now + after);
      switch (step.type) {
        case "text":
          for (let i = 0; i < step.count; i++) peer.sendText(String(texts++));
          break;
        case "file":
          await peer.sendFile(`f${files++}`);
          break;
        case "start":
          peer.start(step.elsewhere, step.calls);
          break;
        case "kill":
          peer.kill(step.oldest);
          break;
        case "goodbye":
          peer.goodbye();
          break;
        case "cut":
          peer.cutUntil = Math.max(peer.cutUntil, peer.clock.now + step.ms);
          break;
        case "say":
          peer.say(step.which);
      }
    }
    await end(peer, () => peer.sendText(String(texts++)));
  });
  assert.deepEqual(peer.bugs, []);
  assert.deepEqual(peer.texts, Array.from({ length: texts }, (_, i) => String(i)));
  assert.deepEqual([...peer.cargo].sort(), Array.from({ length: files }, (_, i) => `f${i}`).sort());
  const delivered = peer.told.flatMap((event) => event.type === "delivered" ? [event.id] : []);
  assert.equal(delivered.length, texts + files, "told as delivered");
  assert.equal(new Set(delivered).size, texts + files, "told as delivered once");
}

/** The peer can be reached for good, but does not call. */
async function reachable(peer: ChangingPeer): Promise<void> {
  peer.mend();
  await peer.clock.runTo(peer.clock.now + BOUND_MS);
}

/** The peer calls, and stays. */
async function called(peer: ChangingPeer, more: () => void): Promise<void> {
  // What is asked for again after a cut comes a moment after it.
  await peer.clock.runTo(Math.max(peer.clock.now, peer.cutUntil) + 20);
  peer.start(true, true);
  await peer.clock.runTo(peer.clock.now + 15);
  more();
  await peer.clock.runTo(peer.clock.now + 30);
  more();
  await peer.clock.runTo(peer.clock.now + PROMPT_MS);
}

for (const kind of ["disk", "memory"] as const) {
  Deno.test(`whatever a peer's programs go through, all comes once, in order, in time; kept on ${kind}`, () =>
    fc.assert(
      fc.asyncProperty(
        schedule,
        fc.boolean(),
        (steps, refuses) => run(steps, kind, refuses, reachable),
      ),
      { numRuns: 1000 },
    ));

  Deno.test(`as soon as the peer calls, all texts come, by whatever they went before; kept on ${kind}`, () =>
    fc.assert(
      fc.asyncProperty(
        schedule.map((steps) => steps.filter(([{ type }]) => type !== "file")),
        fc.boolean(),
        (steps, refuses) => run(steps, kind, refuses, called),
      ),
      { numRuns: 1000 },
    ));
}
