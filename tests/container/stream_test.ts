/** Whole files: round trips, and every small and large change of one. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { concat, hex, utf8 } from "../../lib/bytes.ts";
import { decodeBase64 } from "../../lib/container/base64.ts";
import { PoolRunner } from "../../lib/container/pool.ts";
import { bytesSource } from "../../lib/container/source.ts";
import { LocalProtocolError } from "../../lib/errors.ts";
import { deterministic } from "../../scripts/container-cases/build.ts";
import { alice, bob, laterSource, open, seal } from "./support.ts";

const CHUNK = 65536;
const SEALED_CHUNK = CHUNK + 16;

function pattern(length: number, seed = 1): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 31 + (i >>> 8) * seed) & 0xff);
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

Deno.test("what is encrypted is decrypted: any length near a boundary, any options", async () => {
  const length = fc.oneof(
    fc.nat(300),
    fc.record({ chunks: fc.constantFrom(1, 2, 15, 16, 17), more: fc.integer({ min: -1, max: 1 }) })
      .map(({ chunks, more }) => chunks * CHUNK + more),
  );
  await fc.assert(
    fc.asyncProperty(length, fc.boolean(), fc.boolean(), async (bytes, sign, armour) => {
      const plaintext = pattern(bytes);
      const sealed = await seal(plaintext, { sender: sign ? bob : undefined, armour });
      for (const source of [bytesSource(sealed), laterSource(sealed)]) {
        const { payload, sender, failure } = await open(source);
        assert.equal(failure, undefined);
        assert.ok(same(payload, plaintext));
        assert.deepEqual(sender, sign ? bob.publicKey : undefined);
      }
    }),
    { numRuns: 40 },
  );
});

for (const [name, options] of Object.entries({ plain: {}, signed: { sender: bob } })) {
  Deno.test(`every truncation of a small ${name} file is refused and gives nothing out`, async () => {
    const sealed = await seal(utf8("hello"), options);
    for (let length = 0; length < sealed.length; length++) {
      const { payload, failure } = await open(bytesSource(sealed.subarray(0, length)));
      assert.ok(failure !== undefined && payload.length === 0, `${length} bytes`);
    }
  });

  Deno.test(`every changed byte of a small ${name} file is refused and gives nothing out`, async () => {
    const sealed = await seal(utf8("hello"), options);
    for (let at = 0; at < sealed.length; at++) {
      const changed = sealed.slice();
      changed[at]! ^= 1 << (at % 8);
      const { payload, failure } = await open(bytesSource(changed));
      assert.ok(failure !== undefined && payload.length === 0, `byte ${at}`);
    }
  });

  Deno.test(`trailing bytes behind a ${name} file are refused`, async () => {
    for (const length of [0, 5, CHUNK, 16 * CHUNK]) {
      const sealed = await seal(pattern(length), options);
      for (const more of [1, 15, 16, 17, 80, 96, SEALED_CHUNK]) {
        const { failure } = await open(bytesSource(concat(sealed, new Uint8Array(more))));
        assert.equal(failure, "payload");
      }
    }
  });
}

Deno.test("chunks in any other order or number are refused; what comes out is a beginning", async () => {
  const count = 4;
  const plaintext = pattern(count * CHUNK);
  const sealed = await seal(plaintext);
  const start = sealed.length - count * SEALED_CHUNK;
  const chunks = Array.from(
    { length: count },
    (_, i) => sealed.subarray(start + i * SEALED_CHUNK, start + (i + 1) * SEALED_CHUNK),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(count - 1), { maxLength: 6 }), async (order) => {
      fc.pre(order.join() !== "0,1,2,3");
      const mixed = concat(sealed.subarray(0, start), ...order.map((i) => chunks[i]!));
      const { payload, failure } = await open(bytesSource(mixed));
      assert.equal(failure, "payload");
      assert.ok(same(payload, plaintext.subarray(0, payload.length)));
    }),
    { numRuns: 60 },
  );
});

Deno.test("parts of two files to the same recipient do not go together", async () => {
  const first = await seal(pattern(2 * CHUNK));
  const second = await seal(pattern(2 * CHUNK, 3));
  for (const cut of [40, 150, first.length - SEALED_CHUNK, first.length - 10]) {
    const { failure } = await open(
      bytesSource(concat(first.subarray(0, cut), second.subarray(cut))),
    );
    assert.ok(failure !== undefined, `cut at ${cut}`);
  }
});

Deno.test("fuzz: any bytes behind a good header are refused with our own error", async () => {
  const sealed = await seal(new Uint8Array(0));
  const header = sealed.subarray(0, sealed.length - 32);
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (bytes) => {
      const { payload, failure } = await open(bytesSource(concat(header, bytes)));
      assert.ok(failure !== undefined && payload.length === 0);
    }),
    { numRuns: 200 },
  );
});

Deno.test("a pool writes and reads the same bytes as one thread, signed or not", async () => {
  for (const sender of [undefined, bob]) {
    const plaintext = pattern(35 * CHUNK + 17);
    const once = () => ({ random: deterministic("pool"), sender });
    const inline = await seal(plaintext, once());
    const pooled = await seal(plaintext, { ...once(), runner: (key) => new PoolRunner(key, 3) });
    assert.ok(same(inline, pooled));
    const { payload } = await open(bytesSource(inline), {
      runner: (key) => new PoolRunner(key, 2),
    });
    assert.ok(same(payload, plaintext));
  }
});

Deno.test("a failing source ends a pooled run with its own error", async () => {
  let pieces = 0;
  const failing = {
    fill(into: Uint8Array): number {
      if (++pieces > 40) throw new Error("read test: broken");
      return into.length;
    },
  };
  const { encryptContainer } = await import("../../lib/container/encrypt.ts");
  await assert.rejects(
    encryptContainer(failing, { write: () => undefined }, {
      recipients: [alice.publicKey],
      random: deterministic("failing"),
      runner: (key) => new PoolRunner(key, 2),
    }),
    /read test: broken/,
  );
});

Deno.test("several recipients and a passphrase each open it; nobody else does", async () => {
  const sealed = await seal(utf8("to many"), {
    recipients: [alice.publicKey, bob.publicKey, alice.publicKey],
    passphrase: utf8("correct horse"),
    scryptLogN: 10,
  });
  const text = new TextDecoder().decode(sealed);
  assert.equal(text.match(/^-> sm2 /gm)?.length, 2, "a recipient named twice counts once");
  for (const { secretKey } of [alice, bob]) {
    const { payload } = await open(bytesSource(sealed), { identities: [secretKey] });
    assert.deepEqual(payload, utf8("to many"));
  }
  const byPassphrase = { identities: [], passphrase: "correct horse" };
  assert.deepEqual((await open(bytesSource(sealed), byPassphrase)).payload, utf8("to many"));
  for (const passphrase of ["", "correct horse ", "Correct horse"]) {
    const { failure } = await open(bytesSource(sealed), { identities: [], passphrase });
    assert.equal(failure, "no match");
  }
});

Deno.test("a file shows neither its recipients nor its sender", async () => {
  const sealed = await seal(utf8("secret"), {
    recipients: [alice.publicKey],
    sender: bob,
  });
  const shown = hex(sealed);
  const words = new TextDecoder().decode(sealed).split(/\s/);
  for (const { publicKey } of [alice, bob]) {
    const x = hex(publicKey.subarray(1));
    assert.ok(!shown.includes(x));
    for (const word of words) {
      const decoded = decodeBase64(word, Math.floor(word.length * 3 / 4));
      assert.ok(decoded === undefined || !hex(decoded).includes(x));
    }
  }
});

Deno.test("the same text encrypted twice has nothing but its form in common", async () => {
  const [first, second] = [await seal(utf8("the same")), await seal(utf8("the same"))];
  const lines = (bytes: Uint8Array) => new TextDecoder().decode(bytes).split("\n").slice(1, 3);
  for (const [i, line] of lines(first).entries()) assert.notEqual(line, lines(second)[i]);
  assert.notDeepEqual(first.slice(-24), second.slice(-24));
});

Deno.test("neither recipient nor passphrase is a mistake of ours", async () => {
  await assert.rejects(seal(utf8("x"), { recipients: [] }), LocalProtocolError);
});
