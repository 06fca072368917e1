/** Chunk digests against a plain computation of their definition, and the longest common beginning of two files. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { concat, hex, utf8 } from "../../lib/bytes.ts";
import { sm3 } from "../../lib/crypto/sm3.ts";
import {
  chunkDigests,
  chunkLength,
  commonLength,
  LEAF_BYTES,
  MAX_PARTIAL_CHUNKS,
  type Read,
} from "../../lib/transfer/chunks.ts";
import { pattern } from "./support.ts";

/** docs/protocol.md, "Chunk digests", word by word. */
function plain(bytes: Uint8Array): string {
  const leaves: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += LEAF_BYTES) {
    leaves.push(sm3(bytes.subarray(at, at + LEAF_BYTES)));
  }
  return hex(sm3(utf8("p2p chunk 1"), ...leaves));
}

/** Gives at most `most` bytes at once. */
function reader(bytes: Uint8Array, most = 100_000): Read {
  let at = 0;
  return (out) => {
    const length = Math.min(out.length, bytes.length - at, most);
    out.set(bytes.subarray(at, at + length));
    at += length;
    return Promise.resolve(length);
  };
}

async function digests(bytes: Uint8Array, chunk: number, most?: number): Promise<string[]> {
  const found: string[] = [];
  for await (const digest of chunkDigests(reader(bytes, most), bytes.length, chunk)) {
    found.push(hex(digest));
  }
  return found;
}

Deno.test("the digests are those that the document defines, whatever is read at once", async () => {
  const bytes = pattern(1_500_000);
  const lengths = [1, LEAF_BYTES - 1, LEAF_BYTES, 16 * LEAF_BYTES, 17 * LEAF_BYTES - 3, 700_000];
  for (const chunk of [...lengths, 2_000_000]) {
    const cut = bytes.subarray(0, Math.min(chunk * 3 + 5, bytes.length));
    const expected: string[] = [];
    for (let at = 0; at < cut.length; at += chunk) {
      expected.push(plain(cut.subarray(at, at + chunk)));
    }
    for (const most of [1, 4097, Infinity]) {
      if (most === 1 && cut.length > 100_000) continue;
      assert.deepEqual(await digests(cut, chunk, most), expected, `chunks of ${chunk}`);
    }
  }
  assert.deepEqual(await digests(new Uint8Array(0), 1000), []);
});

Deno.test("the common beginning ends where the first chunk differs, wherever two files part", async () => {
  const have = pattern(700_000);
  const chunk = 300_000;
  const known = concat(
    ...await Array.fromAsync(chunkDigests(reader(have), have.length, chunk)),
  );
  const common = (source: Uint8Array) => commonLength(reader(source), have.length, chunk, known);
  await fc.assert(
    fc.asyncProperty(fc.nat(have.length - 1), async (at) => {
      const other = have.slice();
      other[at]! ^= 1;
      assert.equal(await common(other), at - at % chunk);
    }),
    { numRuns: 30, examples: [[0], [299_999], [300_000], [599_999], [600_000], [699_999]] },
  );
  assert.equal(await common(have), have.length);
  assert.equal(await common(concat(have, pattern(1_000_000, 5))), have.length);
  assert.equal(await common(have.subarray(0, 650_000)), 600_000);
  assert.equal(await common(new Uint8Array(0)), 0);
});

Deno.test("a partial that turns out shorter than it was has the chunks that it has whole", async () => {
  const short = reader(pattern(2_100_000));
  assert.equal((await Array.fromAsync(chunkDigests(short, 2_200_000, 1_000_000))).length, 2);
});

Deno.test("digests of the largest file fit a record, and little is sent again", () => {
  for (const have of [1, 1_000_000, 2 ** 30, 2 ** 40, Number.MAX_SAFE_INTEGER]) {
    const chunk = chunkLength(have);
    assert.ok(Math.ceil(have / chunk) <= MAX_PARTIAL_CHUNKS);
    assert.ok(have < 2 ** 25 || chunk < 0.005 * have);
  }
});

Deno.test("hashing leaves turns to everything else", async () => {
  let turns = 0;
  const timer = setInterval(() => turns++, 0);
  await digests(pattern(8_000_000), 1_000_000, Infinity);
  clearInterval(timer);
  assert.ok(turns > 3, `${turns} turns`);
});
