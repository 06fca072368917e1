/** The echo bots of examples/ answer each message exactly once and in order, however often they are killed. */
import assert from "node:assert/strict";
import { withFolder } from "../support/executable.ts";
import { echoRun } from "./echo.ts";
import { testWithPrograms } from "../support/requires.ts";

// `deno run -A tests/stress/echo.ts 1000 100` is the same at full size.
for (const bot of ["echo-bot.sh", "auto_reply.py"] as const) {
  testWithPrograms(
    `40 messages to ${bot}, which is killed 4 times: each is answered exactly once, in order`,
    ["setsid", "python3"],
    () =>
      withFolder(async (folder) => {
        const figures = await echoRun({ folder, bot, messages: 40, kills: 4, seed: 3 });
        const { answeredTwice, outOfOrder } = figures;
        assert.deepEqual(
          { answeredTwice, outOfOrder },
          { answeredTwice: 0, outOfOrder: 0 },
          JSON.stringify(figures),
        );
      }),
  );
}
