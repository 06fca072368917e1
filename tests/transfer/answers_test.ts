/** The sender's account of a receiver's answers: what a receiver can make it keep is bounded. */
import assert from "node:assert/strict";
import { Answers } from "../../lib/transfer/answers.ts";
import { MAX_PARTIAL_CHUNKS } from "../../lib/transfer/chunks.ts";
import { encodeReady } from "../../lib/transfer/offers.ts";
import { RECORD_HEADER_BYTES, RecordType } from "../../lib/transfer/records.ts";
import { SM3_BYTES } from "../../lib/crypto/sm3.ts";

/** More than is kept, in bytes; all of it together would be ten times as much. */
const MOST_BYTES = 64 * 2 ** 20;
const FILES = 20_000;
const SIZE = 2 ** 40;

Deno.test("a receiver that claims to have something of every file makes the sender keep little", () => {
  const entry = { root: 0, folder: false, path: "f", size: SIZE };
  const entries = { length: FILES, at: () => entry };
  const answers = new Answers(entries, () => undefined, false);
  answers.announced = FILES;
  const digests = new Uint8Array(SM3_BYTES * MAX_PARTIAL_CHUNKS);
  const claim = { have: SIZE, chunk: SIZE / MAX_PARTIAL_CHUNKS, digests };
  let kept = 0;
  for (let index = 0; index < FILES; index++) {
    const body = encodeReady({ index, ...claim }).subarray(RECORD_HEADER_BYTES);
    answers.take(RecordType.ready, body);
  }
  for (let index = 0; index < FILES; index++) kept += answers.takeReady(index)?.digests.length ?? 0;
  assert.ok(kept > 0 && kept < MOST_BYTES, `${kept} bytes`);
});

Deno.test("what is taken makes room for more", () => {
  const entry = { root: 0, folder: false, path: "f", size: SIZE };
  const entries = { length: FILES, at: () => entry };
  const answers = new Answers(entries, () => undefined, false);
  answers.announced = FILES;
  const digests = new Uint8Array(SM3_BYTES * MAX_PARTIAL_CHUNKS);
  const claim = { have: SIZE, chunk: SIZE / MAX_PARTIAL_CHUNKS, digests };
  for (let index = 0; index < FILES; index++) {
    const body = encodeReady({ index, ...claim }).subarray(RECORD_HEADER_BYTES);
    answers.take(RecordType.ready, body);
    assert.equal(answers.takeReady(index)?.digests.length, digests.length);
  }
});
