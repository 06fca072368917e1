/** A short run of the fuzzer over every target; `deno task fuzz --seconds N` is the long one. */
import assert from "node:assert/strict";
import { FailureError } from "../../lib/errors.ts";
import { runSeed } from "../lab/random.ts";
import { fuzz, FuzzFinding } from "./fuzz.ts";
import { honestTransfers, receive } from "./transfer-target.ts";
import { TARGETS } from "./targets.ts";

const SHORT_RUN_MS = 700;

for (const target of TARGETS) {
  Deno.test(`${target.name}: arbitrary bytes are accepted or refused with our own error`, async () => {
    const end = performance.now() + SHORT_RUN_MS;
    const inputs = await fuzz(target, runSeed(), (n) => n < 200 || performance.now() < end);
    assert.ok(inputs >= 200);
  });
}

Deno.test("the honest transfers that the fuzzer changes arrive", async () => {
  for (const input of honestTransfers()) {
    assert.ok(await receive(input.subarray(1)) > 0, `${input}`);
  }
});

Deno.test("the fuzzer finds what breaks the contract, and names the seed", async () => {
  const run = (bytes: Uint8Array) => {
    if (bytes.length > 100) throw new FailureError("kernel.none", {});
    if (bytes[0] === 0x41) throw new TypeError("a bug");
  };
  await assert.rejects(
    fuzz({ name: "broken", run }, 1, (n) => n < 100_000),
    (error) => error instanceof FuzzFinding && error.message.includes("--seed"),
  );
});
