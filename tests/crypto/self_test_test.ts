// The self-test passes here, covers every engine, and notices an engine that computes wrongly.
import assert from "node:assert/strict";
import { cryptoSelfTest } from "../../lib/crypto/self-test.ts";
import { ScalarEngine } from "../../lib/crypto/kernel/scalar.ts";
import { selfTestEngine } from "../../lib/crypto/kernel/kernel.ts";
import { english } from "../support/english.ts";
import { FailureError } from "../../lib/errors.ts";

Deno.test("self-test: every known answer is right on this machine", () => {
  const results = cryptoSelfTest();
  assert.deepEqual(results.filter(({ ok }) => !ok), []);
  const names = results.map(({ name }) => english(name)).join();
  for (const word of ["SM2 sig", "SM2 enc", "SM3", "SM4-GCM", "CBC", "HKDF", "kernel"]) {
    assert.ok(names.includes(word), word);
  }
});

Deno.test("self-test: an engine with one wrong bit does not start", () => {
  class WrongSm3 extends ScalarEngine {
    override sm3(state: Int32Array, blocks: Uint8Array): void {
      super.sm3(state, blocks);
      state[0]! ^= 1;
    }
  }
  class WrongTag extends ScalarEngine {
    override gcmSeal(...given: Parameters<ScalarEngine["gcmSeal"]>): void {
      super.gcmSeal(...given);
      const sealed = given[4];
      sealed[given[3].length]! ^= 1;
    }
  }
  selfTestEngine(new ScalarEngine());
  assert.throws(() => selfTestEngine(new WrongSm3()), FailureError);
  assert.throws(() => selfTestEngine(new WrongTag()), FailureError);
});

Deno.test("self-test: a wrong answer is reported, not thrown", () => {
  const { fill } = Uint8Array.prototype;
  const original = crypto.getRandomValues;
  try {
    crypto.getRandomValues = (array) => {
      fill.call(array, 1);
      return array;
    };
    const failed = cryptoSelfTest().filter(({ ok }) => !ok);
    assert.deepEqual(failed.map(({ name }) => name.code), ["self-test.random"]);
  } finally {
    crypto.getRandomValues = original;
  }
});
