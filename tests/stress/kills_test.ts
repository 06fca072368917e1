/** Nothing is lost, shown twice or acknowledged without a row, however often either side is killed. */
import assert from "node:assert/strict";
import { withFolder } from "../support/executable.ts";
import { killRun } from "./kills.ts";

// `deno run -A tests/stress/kills.ts 10000 200` is the same at full size.
Deno.test("60 messages under 20 % loss and 4 kills of either side: all arrive, each once", () =>
  withFolder(async (folder) => {
    const figures = await killRun({ folder, messages: 60, kills: 4, loss: 0.2, seed: 7 });
    const { lost, shownTwice, receiptsWithoutRow, written } = figures;
    assert.ok(written > 0);
    assert.deepEqual({ lost, shownTwice, receiptsWithoutRow }, {
      lost: 0,
      shownTwice: 0,
      receiptsWithoutRow: 0,
    }, JSON.stringify(figures));
  }));
