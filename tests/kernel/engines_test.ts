/**
 * Every engine against the slow readable twins in `tests/reference`, on random keys, lengths and cuts.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { type EngineKind, makeEngine } from "../../lib/crypto/kernel/kernel.ts";
import type { Engine } from "../../lib/crypto/kernel/kernel.ts";
import { multiply, seal } from "../reference/gcm.ts";
import { cbc, cfb, ctr32, decryptBlock, ecb, encryptBlock, ofb } from "../reference/sm4.ts";
import { sm3 } from "../reference/sm3.ts";
import { concat, fromHex, hex } from "../../lib/bytes.ts";
import { testUnless } from "../support/requires.ts";

const KINDS: readonly EngineKind[] = ["relaxed", "plain", "scalar"];

/** Long enough for the bitsliced batches, the byte-sliced tails and the four-fold GHASH. */
const LONGEST = 9000;

const block = fc.uint8Array({ minLength: 16, maxLength: 16 });
const nonce = fc.uint8Array({ minLength: 12, maxLength: 12 });
const aad = fc.uint8Array({ maxLength: 70 });
/** Lengths 0…9000 with the edges of blocks and batches drawn often; contents from a seed. */
const length = fc.oneof(
  fc.integer({ min: 0, max: LONGEST }),
  fc.constantFrom(
    0,
    1,
    15,
    16,
    17,
    255,
    256,
    257,
    1264,
    1265,
    1280,
    1281,
    1792,
    1793,
    2048,
    4080,
    4095,
    4096,
    4097,
  ),
  fc.integer({ min: 0, max: 80 }),
);
const data = fc.tuple(length, fc.integer()).map(([size, seed]) => pattern(size, seed));
const wholeBlocks = fc.tuple(fc.integer({ min: 0, max: 560 }), fc.integer())
  .map(([count, seed]) => pattern(16 * count, seed));

function pattern(size: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let state = seed | 1;
  for (let i = 0; i < size; i++) {
    state = Math.imul(state, 1664525) + 1013904223 | 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

/** One test for each engine. */
function forEngines(name: string, run: (engine: Engine) => void): void {
  for (const kind of KINDS) {
    const engine = makeEngine(kind);
    const reason = engine === undefined ? "needs a machine that runs it" : undefined;
    testUnless(reason, `${kind} engine: ${name}`, () => run(engine!));
  }
}

function same(actual: Uint8Array, expected: Uint8Array): void {
  if (actual.length === expected.length && actual.every((byte, i) => byte === expected[i])) return;
  assert.equal(hex(actual), hex(expected));
}

forEngines("the standard's examples of SM4", (engine) => {
  const key = fromHex("0123456789abcdeffedcba9876543210");
  const expected = fromHex("681edf34d206965e86b3e94f536e4246");
  const out = new Uint8Array(16);
  const prepared = engine.prepare(key);
  engine.ecb(prepared, false, key, out);
  same(out, expected);
  same(encryptBlock(key, key), expected);
  same(decryptBlock(key, expected), key);
  // GB/T 32907-2016 A.2: a million times over.
  if (engine.name === "scalar") return;
  const chain = new Uint8Array(16);
  for (let i = 0; i < 1000; i++) engine.ecb(prepared, false, i === 0 ? key : chain, chain);
  let slow = Uint8Array.from(key);
  for (let i = 0; i < 1000; i++) slow = encryptBlock(key, slow) as typeof slow;
  same(chain, slow);
});

forEngines("counter mode, with the counter wrapping at 2³²", (engine) => {
  const counter = fc.tuple(nonce, fc.oneof(fc.integer(), fc.integer({ min: -600, max: 0 })))
    .map(([head, count]) => {
      const bytes = new Uint8Array(16);
      bytes.set(head);
      new DataView(bytes.buffer).setInt32(12, count);
      return bytes;
    });
  fc.assert(
    fc.property(block, counter, data, (key, first, input) => {
      const prepared = engine.prepare(key);
      const running = first.slice();
      const output = new Uint8Array(input.length);
      engine.ctr(prepared, running, input, output);
      same(output, ctr32(key, first, input));
      const view = new DataView(running.buffer);
      const begin = new DataView(first.buffer).getUint32(12);
      assert.equal(view.getUint32(12), (begin + Math.ceil(input.length / 16)) % 2 ** 32);
      prepared.wipe();
    }),
    { numRuns: 60 },
  );
});

forEngines("blocks by themselves and chained, both ways", (engine) => {
  fc.assert(
    fc.property(block, block, wholeBlocks, fc.boolean(), (key, iv, input, decrypt) => {
      const prepared = engine.prepare(key);
      const output = new Uint8Array(input.length);
      engine.ecb(prepared, decrypt, input, output);
      same(output, ecb(key, decrypt, input));
      const chain = iv.slice();
      engine.cbc(prepared, decrypt, chain, input, output);
      same(output, cbc(key, decrypt, iv, input));
      const last = (cipher: Uint8Array) => input.length === 0 ? iv : cipher.slice(-16);
      same(chain, last(decrypt ? input : output));
      chain.set(iv);
      engine.cfb(prepared, decrypt, chain, input, output);
      same(output, cfb(key, decrypt, iv, input));
      same(chain, last(decrypt ? input : output));
      chain.set(iv);
      engine.ofb(prepared, chain, input, output);
      same(output, ofb(key, iv, input));
      same(chain, last(output.map((byte, i) => byte ^ input[i]!)));
      const inPlace = input.slice();
      chain.set(iv);
      engine.cfb(prepared, decrypt, chain, inPlace, inPlace);
      same(inPlace, cfb(key, decrypt, iv, input));
      prepared.wipe();
    }),
    { numRuns: 60 },
  );
});

forEngines("GCM seals as the reference does, and opens", (engine) => {
  fc.assert(
    fc.property(block, nonce, aad, data, (key, iv, head, text) => {
      const prepared = engine.prepare(key);
      const sealed = new Uint8Array(text.length + 16);
      engine.gcmSeal(prepared, iv, head, text, sealed);
      same(sealed, seal(key, iv, head, text));
      const opened = new Uint8Array(text.length);
      assert.equal(engine.gcmOpen(prepared, iv, head, sealed, opened), true);
      same(opened, text);
      prepared.wipe();
    }),
    { numRuns: 60 },
  );
});

forEngines("GCM opens nothing that was changed, and writes nothing then", (engine) => {
  fc.assert(
    fc.property(block, nonce, aad, data, fc.nat(), (key, iv, head, text, where) => {
      const prepared = engine.prepare(key);
      const sealed = new Uint8Array(text.length + 16);
      engine.gcmSeal(prepared, iv, head, text, sealed);
      const bit = where % (8 * sealed.length);
      sealed[bit >> 3]! ^= 1 << (bit & 7);
      const opened = new Uint8Array(text.length).fill(0xa5);
      assert.equal(engine.gcmOpen(prepared, iv, head, sealed, opened), false);
      assert.ok(opened.every((byte) => byte === 0xa5));
      prepared.wipe();
    }),
    { numRuns: 60 },
  );
});

forEngines("GCM in pieces is GCM in one", (engine) => {
  fc.assert(
    fc.property(
      block,
      nonce,
      fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 6 }),
      data,
      fc.boolean(),
      (key, iv, cuts, last, decrypt) => {
        const pieces = [...cuts.map((count, i) => pattern(16 * count, i)), last];
        const prepared = engine.prepare(key);
        const whole = concat(...pieces);
        const counter = Uint8Array.of(...iv, 0, 0, 0, 2);
        const hash = new Uint8Array(16);
        const out = pieces.map((piece) => {
          const output = new Uint8Array(piece.length);
          engine.gcmPiece(prepared, decrypt, counter, hash, piece, output);
          return output;
        });
        same(concat(...out), ctr32(key, Uint8Array.of(...iv, 0, 0, 0, 2), whole));
        const expected = new Uint8Array(16);
        engine.ghash(prepared, expected, decrypt ? whole : concat(...out));
        same(hash, expected);
        prepared.wipe();
      },
    ),
    { numRuns: 60 },
  );
});

forEngines("several packets per call are the packets one by one", (engine) => {
  const packet = fc.tuple(nonce, aad, fc.integer({ min: 0, max: 1500 }), fc.integer());
  fc.assert(
    fc.property(block, fc.array(packet, { maxLength: 40 }), fc.nat(), (key, packets, bad) => {
      const prepared = engine.prepare(key);
      const messages = packets.map(([iv, head, size, seed]) => ({
        nonce: iv,
        aad: head,
        input: pattern(size, seed),
        output: new Uint8Array(size + 16),
      }));
      engine.gcmSealMany(prepared, messages);
      for (const { nonce: iv, aad: head, input, output } of messages) {
        const alone = new Uint8Array(input.length + 16);
        engine.gcmSeal(prepared, iv, head, input, alone);
        same(output, alone);
      }
      const damaged = packets.length > 0 ? bad % packets.length : -1;
      const sealed = messages.map(({ nonce: iv, aad: head, input, output }, i) => {
        if (i === damaged) output[bad % output.length]! ^= 0x40;
        return { nonce: iv, aad: head, input: output, output: new Uint8Array(input.length) };
      });
      const results = engine.gcmOpenMany(prepared, sealed);
      assert.deepEqual(results, sealed.map((_, i) => i !== damaged));
      sealed.forEach(({ output }, i) => {
        same(output, i === damaged ? new Uint8Array(output.length) : messages[i]!.input);
      });
      prepared.wipe();
    }),
    { numRuns: engine.name === "scalar" ? 5 : 40 },
  );
});

forEngines("SM3 over whole blocks", (engine) => {
  const iv = fromHex("7380166f4914b2b9172442d7da8a0600a96f30bc163138aae38dee4db0fb0e4e");
  fc.assert(
    fc.property(fc.integer({ min: 0, max: LONGEST }), fc.integer(), (size, seed) => {
      const message = pattern(size, seed);
      const state = new Int32Array(8);
      const view = new DataView(iv.buffer);
      for (let i = 0; i < 8; i++) state[i] = view.getInt32(4 * i);
      const end = new Uint8Array(1 + (119 - size % 64) % 64 + 8);
      end[0] = 0x80;
      new DataView(end.buffer).setBigUint64(end.length - 8, BigInt(8 * size));
      engine.sm3(state, concat(message, end));
      const out = new DataView(new ArrayBuffer(32));
      state.forEach((word, i) => out.setInt32(4 * i, word));
      same(new Uint8Array(out.buffer), sm3(message));
    }),
    { numRuns: 60 },
  );
});

Deno.test("the reference multiplies as SP 800-38D says: 1 is the leftmost bit", () => {
  const one = 1n << 127n;
  const x = 1n << 126n;
  assert.equal(multiply(one, 0x1234n), 0x1234n);
  assert.equal(multiply(x, 1n), 0xe1n << 120n); // x · x¹²⁷ = x¹²⁸ = 1 + x + x² + x⁷
});

forEngines("SM3 of a message in parts", (engine) => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 560 }), { maxLength: 5 }), (sizes) => {
      const parts = sizes.map(pattern);
      const message = concat(...parts);
      const value = engine.sm3Message(parts, message.length);
      if (value) same(value, sm3(message));
      else assert.equal(engine.name, "scalar");
    }),
    { numRuns: 60 },
  );
  assert.equal(engine.sm3Message([new Uint8Array(2 ** 20)], 2 ** 20), undefined);
});
