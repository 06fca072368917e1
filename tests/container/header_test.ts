/** The header parser: fed whole, byte by byte, with trailing bytes, and with anything at all. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { concat, utf8 } from "../../lib/bytes.ts";
import { ContainerError } from "../../lib/container/format.ts";
import {
  encodeHeader,
  type Header,
  headerHolds,
  HeaderReader,
} from "../../lib/container/header.ts";
import { readKeyStanzas } from "../../lib/container/recipients.ts";
import { readSignedStanza } from "../../lib/container/signature.ts";

const word = fc.string({
  unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
  minLength: 1,
  maxLength: 40,
});
const stanza = fc.record(
  { type: word, words: fc.array(word, { maxLength: 5 }) },
  { noNullPrototype: true },
);
const fileKey = fc.uint8Array({ minLength: 16, maxLength: 16 });

function read(...pieces: Uint8Array[]): { header: Header; rest: Uint8Array } | undefined {
  const reader = new HeaderReader();
  let found: { header: Header; rest: Uint8Array } | undefined;
  for (const [i, piece] of pieces.entries()) {
    found = reader.push(piece);
    if (found !== undefined) return { ...found, rest: concat(found.rest, ...pieces.slice(i + 1)) };
  }
  return found;
}

Deno.test("a header is read as it was written, however it is cut, and what follows is left", () => {
  fc.assert(
    fc.property(
      fc.array(stanza, { minLength: 1, maxLength: 8 }),
      fileKey,
      fc.uint8Array({ maxLength: 50 }),
      (stanzas, key, trailing) => {
        const bytes = encodeHeader(stanzas, key);
        const all = concat(bytes, trailing);
        for (const pieces of [[all], [...all].map((byte) => Uint8Array.of(byte))]) {
          const { header, rest } = read(...pieces)!;
          assert.deepEqual(header.stanzas, stanzas);
          assert.deepEqual(header.bytes, bytes);
          assert.deepEqual(rest, trailing);
          assert.ok(headerHolds(header, key));
          assert.ok(!headerHolds(header, key.map((byte) => byte ^ 1)));
        }
      },
    ),
  );
});

Deno.test("no beginning of a header is a header", () => {
  const bytes = encodeHeader([{ type: "sm2", words: ["a", "b"] }], new Uint8Array(16));
  for (let length = 0; length < bytes.length; length++) {
    const reader = new HeaderReader();
    assert.equal(reader.push(bytes.subarray(0, length)), undefined);
    assert.throws(() => reader.end(), ContainerError);
  }
});

/** Accepted, or our own error; nothing else. */
function acceptedOrRefused(bytes: Uint8Array): boolean {
  try {
    const found = read(bytes);
    if (found === undefined) return false;
    readKeyStanzas(found.header.stanzas);
    readSignedStanza(found.header.stanzas);
    return true;
  } catch (error) {
    assert.ok(error instanceof ContainerError, String(error));
    return false;
  }
}

Deno.test("fuzz: any change of a header is accepted or refused with our own error", () => {
  const good = encodeHeader([
    { type: "sm2", words: [`A${"w".repeat(43)}`, "B".repeat(43)] },
    { type: "scrypt", words: ["C".repeat(22), "17", "D".repeat(43)] },
    { type: "signed", words: ["E".repeat(66)] },
  ], new Uint8Array(16));
  const edit = fc.record({
    at: fc.nat(good.length),
    remove: fc.nat(4),
    insert: fc.oneof(
      fc.uint8Array({ maxLength: 4 }),
      fc.constantFrom("\n", " ", "-> ", "--- ", "sm2", "scrypt", "signed", "=", "\r\n").map(utf8),
    ),
  });
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
      let bytes: Uint8Array = good;
      for (const { at, remove, insert } of edits) {
        bytes = concat(bytes.subarray(0, at), insert, bytes.subarray(at + remove));
      }
      acceptedOrRefused(bytes);
    }),
    { numRuns: 3000 },
  );
});

Deno.test("fuzz: any bytes at all are accepted or refused with our own error", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (bytes, behindVersion) => {
      const first = behindVersion ? utf8("p2p-encrypted-file/v1\n-> ") : new Uint8Array(0);
      acceptedOrRefused(concat(first, bytes));
    }),
    { numRuns: 3000 },
  );
});

Deno.test("a header that never ends is refused before it fills the memory", () => {
  const reader = new HeaderReader();
  reader.push(utf8("p2p-encrypted-file/v1\n"));
  const line = utf8(`-> x ${"y".repeat(4000)}\n`);
  assert.throws(() => {
    for (let i = 0; i < 100; i++) reader.push(line);
  }, ContainerError);
});
