/** A few of the many runs of `tests/lab/many-sends.ts`: small things through a bad network, all of them arrive. */
import assert from "node:assert/strict";
import { manySends } from "./many-sends.ts";
import { runSeed } from "./random.ts";

for (const [what, count] of [["file", 10], ["folder", 5]] as const) {
  Deno.test(`${count} runs of send-file, each a ${what}, over 15 % loss, 10 % duplicates and reordering`, async () => {
    assert.deepEqual(await manySends({ what, count, seed: runSeed(), parallel: 2 }), []);
  });
}
