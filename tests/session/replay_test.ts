/** The replay window: its edges, reverse order, jumps, and agreement with a plain set. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { REPLAY_WINDOW, ReplayWindow } from "../../lib/session/replay.ts";

Deno.test("replay window: a number counts once", () => {
  const window = new ReplayWindow();
  assert.equal(window.largest, -1);
  assert.equal(window.accept(0), true);
  assert.equal(window.accept(0), false);
  assert.equal(window.accept(1), true);
  assert.equal(window.fresh(1), false);
});

Deno.test("replay window: the oldest number that counts is 8127 behind the largest", () => {
  assert.equal(REPLAY_WINDOW, 8128);
  for (const largest of [8128, 10_000, 2 ** 32 + 5, Number.MAX_SAFE_INTEGER]) {
    const window = new ReplayWindow();
    assert.equal(window.accept(largest), true);
    assert.equal(window.accept(largest - REPLAY_WINDOW), false);
    assert.equal(window.accept(largest - REPLAY_WINDOW + 1), true);
    assert.equal(window.accept(largest - REPLAY_WINDOW + 1), false);
  }
});

Deno.test("replay window: reverse order within the window", () => {
  const window = new ReplayWindow();
  for (let i = REPLAY_WINDOW - 1; i >= 0; i--) assert.equal(window.accept(i), true, String(i));
  for (let i = REPLAY_WINDOW - 1; i >= 0; i--) assert.equal(window.accept(i), false, String(i));
});

Deno.test("replay window: a jump farther than the ring forgets everything before it", () => {
  const window = new ReplayWindow();
  for (let i = 0; i < 100; i++) window.accept(i);
  assert.equal(window.accept(1_000_000), true);
  for (let i = 1_000_000 - REPLAY_WINDOW + 1; i < 1_000_000; i++) {
    assert.equal(window.accept(i), true, String(i));
  }
  assert.equal(window.accept(99), false);
});

Deno.test("replay window: agrees with a set of all numbers seen", () => {
  fc.assert(fc.property(
    fc.array(fc.oneof(fc.nat(200), fc.nat(20_000), fc.nat(100_000)), { maxLength: 400 }),
    (numbers) => {
      const window = new ReplayWindow();
      const seen = new Set<number>();
      let largest = -1;
      for (const number of numbers) {
        const expected = !seen.has(number) && largest - number < REPLAY_WINDOW;
        assert.equal(window.fresh(number), expected);
        assert.equal(window.accept(number), expected);
        seen.add(number);
        largest = Math.max(largest, number);
      }
    },
  ));
});
