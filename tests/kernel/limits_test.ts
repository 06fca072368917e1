/**
 * What lies around the kernels: more keys than slots, messages longer than the window, wiped keys, a broken engine,
 * the committed build.
 */
import assert from "node:assert/strict";
import { equalConstantTime, fromHex, hex } from "../../lib/bytes.ts";
import { LocalProtocolError } from "../../lib/errors.ts";
import { Engine, type PreparedKey } from "../../lib/crypto/kernel/engine.ts";
import { makeEngine, selfTestEngine, startEngine } from "../../lib/crypto/kernel/kernel.ts";
import { ScalarEngine } from "../../lib/crypto/kernel/scalar.ts";
import { parseCircuit } from "../../scripts/kernel/circuit-file.ts";
import { checkSbox } from "../../scripts/kernel/sbox-search.ts";
import { checkTables } from "../../scripts/kernel/emit-sm4-swizzle.ts";
import { sm3 } from "../reference/sm3.ts";

const NONCE = fromHex("00001234567800000000abcd");
const NO_AAD = new Uint8Array(0);

function engines(): Engine[] {
  return (["relaxed", "plain"] as const).map(makeEngine).filter((made) => made !== undefined);
}

function numberedKey(i: number): Uint8Array {
  const key = new Uint8Array(16);
  new DataView(key.buffer).setUint32(8, i + 1);
  return key;
}

Deno.test("more keys than slots work in turn, in any order", () => {
  for (const engine of engines()) {
    const text = new Uint8Array(3000).map((_, i) => i);
    const keys = Array.from({ length: 100 }, (_, i) => engine.prepare(numberedKey(i)));
    const seals = () =>
      keys.map((key) => {
        const sealed = new Uint8Array(text.length + 16);
        engine.gcmSeal(key, NONCE, NO_AAD, text, sealed);
        return hex(sealed.subarray(text.length));
      });
    const first = seals();
    assert.equal(new Set(first).size, keys.length);
    keys.reverse();
    assert.deepEqual(seals(), first.toReversed());
    keys.forEach((key, i) => i % 2 === 0 && key.wipe());
    const again = engine.prepare(numberedKey(0));
    const sealed = new Uint8Array(text.length + 16);
    engine.gcmSeal(again, NONCE, NO_AAD, text, sealed);
    assert.equal(hex(sealed.subarray(text.length)), first[0]);
  }
});

Deno.test("a wiped key is of no more use", () => {
  for (const engine of [...engines(), new ScalarEngine()]) {
    const key = engine.prepare(numberedKey(1));
    key.wipe();
    key.wipe();
    const block = new Uint8Array(16);
    assert.throws(() => engine.ecb(key, false, block, block), LocalProtocolError);
  }
});

Deno.test("messages longer than the window are the same on every build", () => {
  const text = new Uint8Array(700_003).map((_, i) => i ^ (i >> 8));
  const sealed = engines().map((engine) => {
    const key = engine.prepare(numberedKey(7));
    const out = new Uint8Array(text.length + 16);
    engine.gcmSeal(key, NONCE, numberedKey(8), text, out);
    const opened = new Uint8Array(text.length);
    assert.ok(engine.gcmOpen(key, NONCE, numberedKey(8), out, opened));
    assert.ok(equalConstantTime(opened, text));
    out[400_000]! ^= 1;
    opened.fill(9);
    assert.ok(!engine.gcmOpen(key, NONCE, numberedKey(8), out, opened));
    assert.ok(opened.every((byte) => byte === 9));
    out[400_000]! ^= 1;
    // The same in pieces, cut at whole blocks.
    const counter = Uint8Array.of(...NONCE, 0, 0, 0, 2);
    const hash = new Uint8Array(16);
    const pieces = new Uint8Array(text.length);
    const cut = 300_000;
    engine.gcmPiece(key, false, counter, hash, text.subarray(0, cut), pieces.subarray(0, cut));
    engine.gcmPiece(key, false, counter, hash, text.subarray(cut), pieces.subarray(cut));
    assert.ok(equalConstantTime(pieces, out.subarray(0, text.length)));
    // In place.
    const inPlace = new Uint8Array(text.length + 16);
    inPlace.set(text);
    engine.gcmSeal(key, NONCE, numberedKey(8), inPlace.subarray(0, text.length), inPlace);
    assert.ok(equalConstantTime(inPlace, out));
    return hex(out.subarray(text.length));
  });
  assert.equal(new Set(sealed).size, 1);
});

Deno.test("an engine that computes wrongly refuses to work", () => {
  class Broken extends ScalarEngine {
    override ghash(...[key, hash, data]: Parameters<ScalarEngine["ghash"]>): void {
      super.ghash(key, hash, data);
      hash[3]! ^= data.length > 2000 ? 1 : 0;
    }
  }
  assert.throws(() => selfTestEngine(new Broken()), { code: "kernel.self-test" });
  selfTestEngine(new ScalarEngine());
});

Deno.test("the committed S-box circuit and the look-up tables are SM4's on all 256 inputs", async () => {
  const file = new URL("../../lib/crypto/kernel/built/sbox.ts", import.meta.url);
  const circuit = parseCircuit(await Deno.readTextFile(file));
  assert.ok(checkSbox(circuit));
  assert.ok(circuit.gates.length <= 111);
  assert.ok(checkTables());
  const wrong = { ...circuit, outputs: circuit.outputs.toReversed() };
  assert.ok(!checkSbox(wrong));
});

Deno.test("the SM3 reference gives the standard's examples", () => {
  assert.equal(
    hex(sm3(new TextEncoder().encode("abc"))),
    "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
  );
  assert.equal(
    hex(sm3(new TextEncoder().encode("abcd".repeat(16)))),
    "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732",
  );
});

Deno.test("in its own buffers the kernel seals and opens where the data stands, and elsewhere the same", () => {
  const engine = startEngine("relaxed") ?? startEngine("plain");
  assert.ok(engine);
  const buffers = [0, 1].map(() => engine.buffer(70_000));
  assert.ok(buffers[0] && buffers[1]);
  const [buffer, neighbour] = buffers as [Uint8Array, Uint8Array];
  const key = engine.prepare(new Uint8Array(16).fill(5));
  const nonce = new Uint8Array(12);
  neighbour.fill(0xbb);
  for (const size of [0, 1, 16, 100, 1452, 4096, 65_536]) {
    for (const aadBytes of [0, 8, 16, 17]) {
      const text = Uint8Array.from({ length: size }, (_, i) => i * 3);
      const packet = Uint8Array.from({ length: aadBytes + size }, (_, i) => i + 1);
      packet.set(text, aadBytes);
      const aad = packet.subarray(0, aadBytes);
      const expected = new Uint8Array(size + 16);
      engine.gcmSeal(key, nonce, aad, text, expected);
      for (const at of [0, 1001, buffer.length - packet.length - 16]) {
        const start = at + aadBytes;
        const here = (from: number, to?: number): Uint8Array => buffer.subarray(from, to);
        const lay = () => {
          buffer.fill(0xaa);
          buffer.set(packet, at);
        };
        const check = (end: number) => {
          assert.deepEqual(here(at, start), aad);
          assert.ok(here(0, at).every((byte) => byte === 0xaa), "bytes in front have changed");
          assert.ok(here(end + 32).every((byte) => byte === 0xaa), "bytes far behind have changed");
          assert.ok(neighbour.every((byte) => byte === 0xbb), "another buffer has changed");
        };
        lay();
        const end = start + size + 16;
        engine.gcmSeal(key, nonce, here(at, start), here(start, start + size), here(start, end));
        assert.deepEqual(here(start, end), expected);
        check(end);
        assert.ok(engine.gcmOpen(key, nonce, here(at, start), here(start, end), here(start)));
        assert.deepEqual(here(start, start + size), text);
        check(end);
        lay();
        buffer.set(expected, start);
        buffer[start]! ^= 1;
        assert.ok(!engine.gcmOpen(key, nonce, here(at, start), here(start, end), here(start)));
        check(end);
      }
    }
  }
  key.wipe();
});

Deno.test("several messages at once are the same in the kernel's own buffers, and mixed with others", () => {
  const engine = startEngine("relaxed") ?? startEngine("plain");
  assert.ok(engine);
  const key = engine.prepare(new Uint8Array(16).fill(6));
  const nonces = Array.from({ length: 12 }, (_, i) => new Uint8Array(12).fill(i));
  const sizes = [1452, 0, 5, 1452, 4096, 5000, 1200, 16, 31, 1452, 1452, 7];
  const inside = sizes.map((size) => engine.buffer(8 + size + 16));
  const outside = sizes.map((size) => new Uint8Array(8 + size + 16));
  for (const mixed of [false, true]) {
    const expected = sizes.map((size, i) => {
      const sealed = new Uint8Array(size + 16);
      const text = Uint8Array.from({ length: size }, (_, j) => i + j);
      engine.gcmSeal(key, nonces[i]!, new Uint8Array(8).fill(i), text, sealed);
      return sealed;
    });
    const buffers = sizes.map((_, i) => (mixed && i % 3 === 0 ? outside[i]! : inside[i]!));
    const jobs = sizes.map((size, i) => {
      const buffer = buffers[i]!;
      buffer.fill(i, 0, 8);
      for (let j = 0; j < size; j++) buffer[8 + j] = i + j;
      const [aad, text] = [buffer.subarray(0, 8), buffer.subarray(8, 8 + size)];
      return { nonce: nonces[i]!, aad, input: text, output: buffer.subarray(8) };
    });
    engine.gcmSealMany(key, jobs);
    buffers.forEach((buffer, i) => {
      assert.ok(buffer.subarray(0, 8).every((byte) => byte === i), `header ${i}`);
      assert.deepEqual(new Uint8Array(buffer.subarray(8)), expected[i], `packet ${i}`);
    });
    buffers[4]![20]! ^= 1;
    const opened = engine.gcmOpenMany(
      key,
      jobs.map(({ nonce, aad, output }) => ({ nonce, aad, input: output, output })),
    );
    assert.deepEqual(opened, sizes.map((_, i) => i !== 4));
    buffers.forEach((buffer, i) => {
      assert.ok(buffer.subarray(0, 8).every((byte) => byte === i), `header ${i}`);
      if (i === 4) return;
      const text = Uint8Array.from({ length: sizes[i]! }, (_, j) => i + j);
      assert.deepEqual(new Uint8Array(buffer.subarray(8, 8 + sizes[i]!)), text, `text ${i}`);
    });
  }
  key.wipe();
});

Deno.test("what is tested only before its first use computes the same at that use", () => {
  const scalar = makeEngine("scalar")!;
  const nonce = new Uint8Array(12).fill(1);
  const aad = new Uint8Array(20).fill(2);
  const input = Uint8Array.from({ length: 6000 }, (_, i) => i * 5);
  const uses: ((engine: Engine, key: PreparedKey) => Uint8Array)[] = [
    (engine, key) => {
      const output = new Uint8Array(input.length + 16);
      engine.gcmSeal(key, nonce, aad, input, output);
      return output;
    },
    (engine, key) => {
      const messages = [0, 1, 2].map((i) => {
        return { nonce, aad, input: input.subarray(i), output: new Uint8Array(6016) };
      });
      engine.gcmSealMany(key, messages);
      return messages[2]!.output;
    },
    (engine, key) => {
      const messages = [0, 1, 2].map((i) => {
        return { nonce, aad, input: input.subarray(0, 700 + i), output: new Uint8Array(720) };
      });
      engine.gcmSealMany(key, messages);
      return messages[2]!.output;
    },
    (engine, key) => {
      const output = new Uint8Array(input.length);
      engine.ctr(key, new Uint8Array(16).fill(3), input, output);
      return output;
    },
    (engine, key) => {
      const hash = new Uint8Array(16);
      engine.ghash(key, hash, input);
      return hash;
    },
    (engine, key) => {
      const output = new Uint8Array(6000);
      engine.cbc(key, true, new Uint8Array(16), input, output);
      return output;
    },
  ];
  for (const use of uses) {
    const engine = startEngine("relaxed") ?? startEngine("plain");
    assert.ok(engine);
    const [made, expected] = [engine, scalar].map((each) => {
      return hex(use(each, each.prepare(new Uint8Array(16).fill(4))));
    });
    assert.equal(made, expected);
  }
});
