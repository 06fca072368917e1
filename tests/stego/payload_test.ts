/** Payloads: what they say, signed and in parts, and what hostile ones do. */
import assert from "node:assert/strict";
import { brotliCompressSync, constants } from "node:zlib";
import fc from "fast-check";
import { concat } from "../../lib/bytes.ts";
import { FormatError, LimitError, P2PError } from "../../lib/errors.ts";
import { says } from "../support/english.ts";
import {
  attachSignature,
  decodePart,
  decodePayload,
  detachSignature,
  encodePart,
  encodePayload,
  type HiddenMessage,
  MAX_CONTENT_BYTES,
  signedBytes,
} from "../../lib/stego/payload.ts";

/** All of a hidden message's content. */
async function contentOf(message: HiddenMessage): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of message.content()) pieces.push(piece);
  return concat(...pieces);
}

const text = (words: string) => new TextEncoder().encode(words);

Deno.test("texts and files come back as they were", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 2000 }),
      fc.option(fc.string({ unit: "grapheme", maxLength: 60 }), { nil: undefined }),
      fc.nat(20),
      async (piece, name, times) => {
        const content = concat(...Array.from({ length: times }, () => piece));
        const message = decodePayload(await encodePayload({ name, content }));
        assert.deepEqual(await contentOf(message), content);
        assert.equal(message.size, content.length);
        if (name === undefined || text(name).length <= 255) assert.equal(message.name, name);
      },
    ),
  );
});

Deno.test("content is compressed where that helps, and only there", async () => {
  const words = text("天地玄黃 宇宙洪荒 日月盈昃 辰宿列張 ".repeat(20));
  assert.ok((await encodePayload({ name: undefined, content: words })).length < words.length / 4);
  const noise = crypto.getRandomValues(new Uint8Array(1000));
  assert.equal((await encodePayload({ name: undefined, content: noise })).length, 1001);
  assert.equal((await encodePayload({ name: "a.bin", content: noise })).length, 1007);
});

Deno.test("a name that is too long loses its beginning, never its ending", async () => {
  const name = `${"長".repeat(100)}.pdf`;
  const got = decodePayload(await encodePayload({ name, content: text("x") })).name!;
  assert.ok(text(got).length <= 255 && got.endsWith("長.pdf"), got);
});

Deno.test("a signature covers the payload and where it lies, and comes off again", async () => {
  const payload = await encodePayload({ name: "a", content: text("hello") });
  const signature = { signer: new Uint8Array(33).fill(2), value: new Uint8Array(71).fill(9) };
  const signed = attachSignature(payload, signature);
  assert.deepEqual(detachSignature(signed), { payload, signature });
  assert.deepEqual(detachSignature(payload), { payload, signature: undefined });
  const prefixes = [text("one"), text("two")];
  const covered = signedBytes(prefixes, payload);
  assert.notDeepEqual(covered, signedBytes(prefixes.toReversed(), payload));
  assert.notDeepEqual(covered, signedBytes([text("onetwo"), payload], new Uint8Array(0)));
  assert.throws(() => decodePayload(signed), FormatError);
});

Deno.test("parts say which they are; a whole payload is none", async () => {
  const part = { set: new Uint8Array(8).fill(7), index: 1, count: 3, piece: text("piece") };
  assert.deepEqual(decodePart(encodePart(part)), part);
  assert.equal(decodePart(await encodePayload({ name: undefined, content: text("x") })), undefined);
  assert.throws(() => decodePart(encodePart({ ...part, index: 3 })), FormatError);
});

Deno.test("a compression bomb stops at the size that is stated, and a large statement is refused", async () => {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 1 };
  const bomb = brotliCompressSync(new Uint8Array(20_000_000), { params });
  const payload = (size: number) => {
    const head = new Uint8Array(5);
    head[0] = 2;
    new DataView(head.buffer).setUint32(1, size);
    return concat(head, bomb);
  };
  for (const size of [0, 1000, 20_000_001]) {
    await assert.rejects(contentOf(decodePayload(payload(size))), FormatError);
  }
  assert.equal((await contentOf(decodePayload(payload(20_000_000)))).length, 20_000_000);
  assert.throws(() => decodePayload(payload(20_000_000), 19_999_999), LimitError);
  assert.throws(() => decodePayload(payload(MAX_CONTENT_BYTES + 1)), LimitError);
  await assert.rejects(
    encodePayload({ name: undefined, content: new Uint8Array(MAX_CONTENT_BYTES + 1) }),
    LimitError,
  );
});

Deno.test("any bytes are a payload or our own error", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 80 }), async (bytes) => {
      const all = async (payload: Uint8Array) => await contentOf(decodePayload(payload));
      for (const read of [all, decodePart, detachSignature]) {
        try {
          await read(bytes);
        } catch (error) {
          if (!(error instanceof P2PError)) throw error;
        }
      }
    }),
    { numRuns: 3000 },
  );
  assert.throws(() => decodePayload(Uint8Array.of(0x10)), says(/newer version/));
});
