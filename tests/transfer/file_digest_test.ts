/** The file digest against a plain computation of its definition. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { concat, hex, utf8 } from "../../lib/bytes.ts";
import { sm3 } from "../../lib/crypto/sm3.ts";
import { digestPrefix, matchPrefix, type Read } from "../../lib/transfer/checkpoints.ts";
import { FileDigest, LEAF_BYTES } from "../../lib/transfer/file-digest.ts";
import { pattern } from "./support.ts";

/** docs/protocol.md, "File digest", word by word. */
function plain(bytes: Uint8Array): string {
  const leaves: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += LEAF_BYTES) {
    leaves.push(sm3(bytes.subarray(at, at + LEAF_BYTES)));
  }
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(bytes.length));
  return hex(sm3(utf8("p2p file 1"), ...leaves, length));
}

const SIZES = [
  0,
  1,
  LEAF_BYTES - 1,
  LEAF_BYTES,
  LEAF_BYTES + 1,
  16 * LEAF_BYTES,
  17 * LEAF_BYTES - 3,
  700_000,
];

Deno.test("the digest is the one that the document defines", () => {
  for (const size of SIZES) {
    const bytes = pattern(size);
    assert.equal(hex(new FileDigest().update(bytes).digest()), plain(bytes), `${size} bytes`);
  }
});

Deno.test("it does not matter in what pieces the bytes come, or who cloned whom when", () => {
  const bytes = pattern(700_000);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 300_000 }), { maxLength: 8 }), (cuts) => {
      const digest = new FileDigest();
      let at = 0;
      for (const length of cuts) {
        digest.update(bytes.subarray(at, at + length));
        at = Math.min(at + length, bytes.length);
        assert.equal(hex(digest.clone().digest()), plain(bytes.subarray(0, at)));
      }
      assert.equal(hex(digest.update(bytes.subarray(at)).digest()), plain(bytes));
    }),
    { numRuns: 20 },
  );
});

function reader(bytes: Uint8Array): Read {
  let at = 0;
  return (out) => {
    const length = Math.min(out.length, bytes.length - at, 100_000);
    out.set(bytes.subarray(at, at + length));
    at += length;
    return Promise.resolve(length);
  };
}

Deno.test("the longest common checkpoint is found wherever two files part", async () => {
  const have = pattern(2_500_000);
  const step = 1_000_000;
  const known = await digestPrefix(reader(have), have.length, step);
  assert.equal(known!.digests.length, 3);
  const cases: ReadonlyArray<readonly [differsAt: number, common: number]> = [
    [0, 0],
    [999_999, 0],
    [1_000_000, 1_000_000],
    [1_999_999, 1_000_000],
    [2_000_000, 2_000_000],
    [2_499_999, 2_000_000],
  ];
  for (const [at, common] of cases) {
    const other = have.slice();
    other[at]! ^= 1;
    const { length, hash } = await matchPrefix(
      reader(other),
      other.length,
      have.length,
      step,
      known!.digests,
    );
    assert.equal(length, common, `differs at ${at}`);
    assert.equal(hex(hash.digest()), plain(other.subarray(0, common)));
  }
  const longer = concat(have, pattern(1_000_000, 5));
  assert.equal(
    (await matchPrefix(reader(longer), longer.length, have.length, step, known!.digests)).length,
    have.length,
  );
  const shorter = have.subarray(0, 2_100_000);
  assert.equal(
    (await matchPrefix(reader(shorter), shorter.length, have.length, step, known!.digests)).length,
    2_000_000,
  );
});

Deno.test("a partial that turns out shorter than it was has no checkpoints", async () => {
  assert.equal(await digestPrefix(reader(pattern(10)), 11, 1_000_000), undefined);
});
