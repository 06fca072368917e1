/**
 * An engine that has just started does long messages with its small parts for a while, until the large ones are worth
 * their compilation: what it computes is the same before, after, and at the change.
 */
import { Buffer } from "node:buffer";
import assert from "node:assert/strict";
import fc from "fast-check";
import { type Engine, makeEngine, startEngine } from "../../lib/crypto/kernel/kernel.ts";
import { hex } from "../../lib/bytes.ts";
import { testUnless } from "../support/requires.ts";

/** Longer than one window of the kernel, so that some messages change over within themselves. */
const LONGEST = 600_000;

const KEY = Uint8Array.from({ length: 16 }, (_, i) => 7 * i);
const NONCE = Uint8Array.from({ length: 12 }, (_, i) => 3 * i);

/** Everything an engine does with one long message, its whole blocks where it takes no others. */
const WORK = {
  seal: (engine: Engine, text: Uint8Array) => {
    const out = new Uint8Array(text.length + 16);
    engine.gcmSeal(engine.prepare(KEY), NONCE, KEY, text, out);
    return out;
  },
  ctr: (engine: Engine, text: Uint8Array) => {
    const out = new Uint8Array(text.length);
    engine.ctr(engine.prepare(KEY), KEY.slice(), text, out);
    return out;
  },
  ecb: (engine: Engine, text: Uint8Array) => {
    const whole = text.subarray(0, text.length & ~15);
    const out = new Uint8Array(whole.length);
    engine.ecb(engine.prepare(KEY), false, whole, out);
    return out;
  },
  cbc: (engine: Engine, text: Uint8Array) => {
    const whole = text.subarray(0, text.length & ~15);
    const out = new Uint8Array(whole.length);
    engine.cbc(engine.prepare(KEY), true, KEY.slice(), whole, out);
    return out;
  },
  cfb: (engine: Engine, text: Uint8Array) => {
    const whole = text.subarray(0, text.length & ~15);
    const out = new Uint8Array(whole.length);
    engine.cfb(engine.prepare(KEY), true, KEY.slice(), whole, out);
    return out;
  },
  ofb: (engine: Engine, text: Uint8Array) => {
    const whole = text.subarray(0, text.length & ~15);
    const out = new Uint8Array(whole.length);
    engine.ofb(engine.prepare(KEY), KEY.slice(), whole, out);
    return out;
  },
  ghash: (engine: Engine, text: Uint8Array) => {
    const hash = new Uint8Array(16);
    engine.ghash(engine.prepare(KEY), hash, text);
    return hash;
  },
} as const satisfies Record<string, (engine: Engine, text: Uint8Array) => Uint8Array>;

const steps = fc.array(
  fc.tuple(
    fc.constantFrom(...Object.keys(WORK) as (keyof typeof WORK)[]),
    fc.oneof(fc.integer({ min: 0, max: LONGEST }), fc.integer({ min: 2000, max: 2100 })),
  ),
  { minLength: 1, maxLength: 8 },
);

for (const kind of ["relaxed", "plain"] as const) {
  const whole = makeEngine(kind);
  const reason = whole === undefined ? "needs a machine that runs it" : undefined;
  testUnless(reason, `${kind} engine: one that has just started computes the same`, () =>
    fc.assert(
      fc.property(steps, (work) => {
        const young = startEngine(kind)!;
        for (const [name, length] of work) {
          const text = Uint8Array.from({ length }, (_, i) => i * 31 + (i >>> 8));
          const right = WORK[name](whole!, text);
          assert.equal(Buffer.compare(WORK[name](young, text), right), 0, `${name} of ${length}`);
        }
      }),
      { numRuns: 25 },
    ));

  testUnless(
    reason,
    `${kind} engine: one that has just started opens what is authentic, and nothing else`,
    () => {
      const young = startEngine(kind)!;
      const text = new Uint8Array(65536).fill(3);
      for (let i = 0; i < 40; i++) {
        const sealed = WORK.seal(whole!, text);
        const out = new Uint8Array(text.length);
        assert.ok(young.gcmOpen(young.prepare(KEY), NONCE, KEY, sealed, out));
        assert.equal(hex(out), hex(text));
        sealed[i * 1000]! ^= 1;
        out.fill(9);
        assert.ok(!young.gcmOpen(young.prepare(KEY), NONCE, KEY, sealed, out));
        assert.ok(out.every((byte) => byte === 9));
      }
    },
  );
}
