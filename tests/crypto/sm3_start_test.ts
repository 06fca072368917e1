// The kernel is not started for a few small messages, but for many of them.
import assert from "node:assert/strict";
import { hex, utf8 } from "../../lib/bytes.ts";
import { runningKernel } from "../../lib/crypto/kernel/kernel.ts";
import { sm3 } from "../../lib/crypto/sm3.ts";

Deno.test("SM3: who hashes many small messages gets the kernel, and the same digests", () => {
  const message = utf8("a message of some forty bytes, no more");
  const digest = hex(sm3(message));
  for (let i = 0; i < 100; i++) sm3(message);
  assert.equal(runningKernel(), undefined);
  for (let i = 0; i < 128 * 1024 / message.length; i++) sm3(message);
  assert.notEqual(runningKernel(), undefined);
  assert.equal(hex(sm3(message)), digest);
});
