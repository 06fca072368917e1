/**
 * A peer that is killed, begins anew, runs twice at once, is cut off: whatever happened, all that was sent comes, is told
 * as delivered once, and texts come in the order of sending, soon after the peer can be reached for good.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { ChangingPeer, SILENT_MS } from "./changing-peer.ts";

/** By then all has come: the longest pause between two calls, the longest call, and what a connection takes to be lost. */
const BOUND_MS = 60_000 + 10_000 + 20_000 + 5_000;

/** A few ways there and back, and what storing takes. */
const PROMPT_MS = 500;

type Step =
  | { readonly type: "text"; readonly count: number }
  | { readonly type: "file" | "goodbye" | "look" }
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
  { weight: 1, arbitrary: fc.record({ type: fc.constant("look") }) },
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

/** What may be one way or the other. */
const manner = fc.record({ refuses: fc.boolean(), toldLate: fc.boolean() });

type Manner = Pick<ChangingPeer, "refuses" | "toldLate">;

async function run(
  steps: Steps,
  kind: "disk" | "memory",
  manner: Manner,
  end: (peer: ChangingPeer, more: () => void) => Promise<void>,
): Promise<void> {
  const peer = new ChangingPeer(kind);
  Object.assign(peer, manner);
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
        case "look":
          peer.look();
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

/** A program is killed, and another is there: beside it before, or at its place afterwards without a call. */
const replacement = fc.record({
  beside: fc.boolean(),
  says: fc.nat(1),
  before: fc.integer({ min: 0, max: 300 }),
  down: fc.integer({ min: 0, max: 4_000 }),
  texts: fc.array(fc.integer({ min: 0, max: 600 }), { minLength: 1, maxLength: 6 }),
});

type Replacement = typeof replacement extends fc.Arbitrary<infer T> ? T : never;

async function replaced(
  peer: ChangingPeer,
  more: () => void,
  { beside, says, before, down, texts }: Replacement,
): Promise<void> {
  const { clock } = peer;
  await clock.runTo(100);
  more();
  await clock.runTo(200);
  if (beside) {
    peer.start(true, true);
    await clock.runTo(300);
    peer.say(says);
  }
  const begun = clock.now;
  for (const at of texts) clock.at(begun + at, more);
  clock.at(begun + before, () => peer.kill(true));
  if (!beside) clock.at(begun + before + down, () => peer.start(false, false));
  await clock.runTo(begun + Math.max(...texts) + SILENT_MS + PROMPT_MS);
}

for (const kind of ["disk", "memory"] as const) {
  Deno.test(`whatever a peer's programs go through, all comes once, in order, in time; kept on ${kind}`, () =>
    fc.assert(
      fc.asyncProperty(
        schedule,
        manner,
        (steps, manner) => run(steps, kind, manner, reachable),
      ),
      { numRuns: 1000 },
    ));

  Deno.test(`as soon as the peer calls, all texts come, by whatever they went before; kept on ${kind}`, () =>
    fc.assert(
      fc.asyncProperty(
        schedule.map((steps) => steps.filter(([{ type }]) => type !== "file")),
        manner,
        (steps, manner) => run(steps, kind, manner, called),
      ),
      { numRuns: 1000 },
    ));

  Deno.test(`whoever is killed and there again, or elsewhere, gets all as soon as silence is told; kept on ${kind}`, () =>
    fc.assert(
      fc.asyncProperty(
        replacement,
        manner,
        (replacement, manner) =>
          run([], kind, manner, (peer, more) => replaced(peer, more, replacement)),
      ),
      { numRuns: 500 },
    ));
}
