/** Armour and base64: round trips at every cut, and any change. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { base64, concat, utf8, utf8Text } from "../../lib/bytes.ts";
import { ArmourSink, ArmourSource, looksArmoured } from "../../lib/container/armour.ts";
import { decodeBase64, encodeBase64 } from "../../lib/container/base64.ts";
import { ContainerError } from "../../lib/container/format.ts";
import { BytesSink, bytesSource, type Source } from "../../lib/container/source.ts";
import { laterSource } from "./support.ts";

async function armoured(...pieces: Uint8Array[]): Promise<Uint8Array> {
  const out = new BytesSink();
  const sink = new ArmourSink(out);
  for (const piece of pieces) await sink.write(piece);
  await sink.end();
  return out.bytes();
}

async function unarmoured(source: Source, pieceBytes = 1000): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  const armour = new ArmourSource(source);
  for (;;) {
    const piece = new Uint8Array(pieceBytes);
    const length = await armour.fill(piece);
    parts.push(piece.subarray(0, length));
    if (length < pieceBytes) return concat(...parts);
  }
}

Deno.test("base64 without padding agrees with the platform's", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const text = encodeBase64(bytes);
      assert.equal(text, base64(bytes).replaceAll("=", ""));
      assert.deepEqual(decodeBase64(text, bytes.length), bytes);
      assert.equal(decodeBase64(text, bytes.length + 1), undefined);
    }),
  );
});

Deno.test("of all last characters one alone is canonical", () => {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (const [stem, length] of [["AA", 1], ["AAA", 2]] as const) {
    const accepted = [...alphabet].filter((last) =>
      decodeBase64(stem.slice(0, -1) + last, length) !== undefined
    );
    assert.equal(accepted.length, length === 1 ? 4 : 16);
  }
});

Deno.test("what is armoured comes back, written and read in any pieces", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 500 }),
      fc.nat(500),
      fc.integer({ min: 1, max: 200 }),
      async (bytes, cut, pieceBytes) => {
        const text = await armoured(bytes.subarray(0, cut), bytes.subarray(cut));
        assert.deepEqual(text, await armoured(bytes));
        assert.ok(looksArmoured(text));
        assert.ok(utf8Text(text).split("\n").every((line) => line.length <= 64));
        assert.deepEqual(await unarmoured(bytesSource(text), pieceBytes), bytes);
        const crlf = utf8(utf8Text(text).replaceAll("\n", "\r\n"));
        assert.deepEqual(await unarmoured(laterSource(crlf), pieceBytes), bytes);
      },
    ),
  );
});

Deno.test("a large armoured text comes back", async () => {
  const bytes = Uint8Array.from({ length: 300_001 }, (_, i) => i * 7 + (i >>> 9));
  assert.deepEqual(await unarmoured(bytesSource(await armoured(bytes)), 1 << 16), bytes);
});

Deno.test("fuzz: changed armour gives the same bytes or our own error", async () => {
  const bytes = Uint8Array.from({ length: 130 }, (_, i) => i * 11);
  const text = await armoured(bytes);
  await fc.assert(
    fc.asyncProperty(
      fc.nat(text.length),
      fc.nat(3),
      fc.oneof(fc.uint8Array({ maxLength: 3 }), fc.constantFrom("\n", "\r\n", "=", " ").map(utf8)),
      async (at, remove, insert) => {
        const changed = concat(text.subarray(0, at), insert, text.subarray(at + remove));
        try {
          const read = await unarmoured(bytesSource(changed));
          const plain = utf8Text(concat(changed)).replaceAll("\r\n", "\n").trim();
          // Canonical: bytes that were read can be written in this one way only.
          assert.equal(utf8Text(await armoured(read)).trim(), plain);
        } catch (error) {
          assert.ok(error instanceof ContainerError, String(error));
        }
      },
    ),
    { numRuns: 2000 },
  );
});
