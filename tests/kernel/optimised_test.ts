/**
 * What the optimising compiler makes of the kernel, against the scalar engine. The engine's first calls run as the
 * baseline compiler translated them; only code that has run for a while is what bulk work meets.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { hex } from "../../lib/bytes.ts";
import { makeEngine } from "../../lib/crypto/kernel/kernel.ts";

/** Calls after which every function in use has been compiled anew, and bytes of each. */
const WARM_CALLS = 400;
const WARM_BYTES = 1 << 16;

const bytes = (size: number) => fc.uint8Array({ minLength: size, maxLength: size });

Deno.test("the optimised kernel computes what the scalar engine computes", async () => {
  const engine = makeEngine("relaxed") ?? makeEngine("plain");
  const scalar = makeEngine("scalar")!;
  assert.ok(engine, "no WebAssembly SIMD here");
  const warm = engine.prepare(new Uint8Array(16));
  const text = new Uint8Array(WARM_BYTES + 16);
  const small = Array.from({ length: 16 }, () => {
    return {
      nonce: text.subarray(0, 12),
      input: new Uint8Array(1200),
      output: new Uint8Array(1216),
    };
  });
  for (let call = 0; call < WARM_CALLS; call++) {
    engine.gcmSeal(warm, text.subarray(0, 12), new Uint8Array(0), text.subarray(16), text);
    engine.ecb(warm, call % 2 === 0, text.subarray(16), text);
    engine.gcmSealMany(warm, small);
    if (call % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 0)); // lets new code in
  }
  await fc.assert(
    fc.asyncProperty(
      bytes(16),
      bytes(12),
      fc.oneof(fc.integer({ min: 0, max: 20_000 }), fc.constantFrom(4096, 8192, 16_384)),
      fc.integer({ min: 0, max: 255 }),
      (secret, nonce, size, fill) => {
        const input = Uint8Array.from({ length: size }, (_, i) => (i * fill) ^ (i >> 8));
        const whole = input.subarray(0, size & ~15);
        const results = [engine, scalar].map((each) => {
          const key = each.prepare(secret);
          const sealed = new Uint8Array(size + 16);
          each.gcmSeal(key, nonce, secret, input, sealed);
          const opened = new Uint8Array(size);
          assert.ok(each.gcmOpen(key, nonce, secret, sealed, opened));
          assert.equal(hex(opened), hex(input));
          const blocks = new Uint8Array(whole.length);
          each.ecb(key, true, whole, blocks);
          key.wipe();
          return hex(sealed) + hex(blocks);
        });
        assert.equal(results[0], results[1]);
        return Promise.resolve();
      },
    ),
    { numRuns: 60 },
  );
});
