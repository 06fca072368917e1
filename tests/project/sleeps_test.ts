/** Tests wait for what happens, not for time to pass. */
import assert from "node:assert/strict";
import { sources } from "../support/imports.ts";

/** A promise that time alone fulfils; a turn of the event loop (no time, or 0) is none. */
const SLEEP =
  /\bnew Promise\b(?:<\w+>)?\(\(\w+\) =>\s*(?:Deno\.unrefTimer\()?setTimeout\(\w+, (?!0\))/g;

function sleepsIn(text: string): number {
  return text.match(SLEEP)?.length ?? 0;
}

/** Where time is what a test is about: how often, and why. */
const ALLOWED: Readonly<Record<string, readonly [count: number, why: string]>> = {
  "tests/support/until.ts": [1, "looks again at what tells nobody"],
  "tests/support/runs.ts": [1, "the bound of what is awaited"],
  "tests/lab/proxy.ts": [1, "a network takes its time"],
  "tests/lab/blackout_test.ts": [1, "how long the network is away"],
  "tests/lab/namespaces_test.ts": [1, "how long the network lies"],
  "tests/stress/kills.ts": [1, "kills come at random times"],
  "tests/stress/echo.ts": [1, "kills come at random times"],
  "tests/state/identity_file_test.ts": [1, "kills come at other times each round"],
  "tests/e2e/killed-receiver_test.ts": [1, "kills come at random times"],
  "tests/e2e/support.ts": [
    1,
    "a question must have stood for half a second before it can be answered",
  ],
  "tests/e2e/crowd_test.ts": [2, "how fast a flood comes"],
  "tests/e2e/hostile_test.ts": [1, "how often an honest peer asks"],
  "tests/e2e/hostile-files_test.ts": [1, "how often an honest peer asks"],
  "tests/talk/hostile-peer.ts": [1, "how fast a flood comes"],
  "tests/talk/talk_test.ts": [2, "a face that takes its time; the bound of what is awaited"],
  "tests/net/conversation_test.ts": [3, "a program that takes its time, a flood that does not"],
  "tests/files/small_files.ts": [1, "what is known of a folder counts for 20 ms"],
  "tests/interop/commands_test.ts": [1, "how often memory is looked at"],
  "tests/stego/memory_test.ts": [1, "how often memory is looked at"],
};

Deno.test("no test waits for time to pass, but where time is what it is about", () => {
  const sleeping = sources("tests")
    .filter(({ path }) => path !== "tests/project/sleeps_test.ts")
    .map(({ path, text }) => [path, sleepsIn(text)] as const)
    .filter(([, count]) => count > 0);
  const allowed = Object.entries(ALLOWED).map(([path, [count]]) => [path, count]);
  assert.deepEqual(sleeping.sort(), allowed.sort());
});

Deno.test("a sleep is found, and a turn or a bound is none", () => {
  for (
    const text of [
      "await new Promise((resolve) => setTimeout(resolve, 300));",
      "new Promise<void>((r) => setTimeout(r, ms))",
      "new Promise((done) => Deno.unrefTimer(setTimeout(done, 5_000)))",
    ]
  ) assert.equal(sleepsIn(text), 1, text);
  for (
    const text of [
      "await new Promise((resolve) => setTimeout(resolve, 0));",
      "await new Promise((resolve) => setTimeout(resolve));",
      "const timer = setTimeout(() => child.kill(), 2000);",
    ]
  ) assert.equal(sleepsIn(text), 0, text);
});
