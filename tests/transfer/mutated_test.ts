/** Whole transfers and conversations with bytes flipped, cut, repeated and moved: a report or an error of ours, nothing else. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { concat } from "../../lib/bytes.ts";
import { P2PError } from "../../lib/errors.ts";
import * as o from "../../lib/transfer/offers.ts";
import { receiveTransfer } from "../../lib/transfer/receive.ts";
import { encodeRecord, RecordType } from "../../lib/transfer/records.ts";
import { sendTransfer } from "../../lib/transfer/send.ts";
import type { SourceEntry } from "../../lib/transfer/source.ts";
import type { IncomingTarget } from "../../lib/transfer/target.ts";
import { pattern, pipe } from "./support.ts";
import { encodeEntry, fileHeader } from "./encode.ts";

const SIZE = 300;
const CONTENT = pattern(SIZE);

function file(index: number, path: string, root: number): Uint8Array {
  const entry = { index, root, folder: false, mode: 0o644, modified: 1, size: SIZE, path };
  return concat(
    encodeEntry(entry),
    o.encodeBegin(index, 0),
    encodeRecord(RecordType.data, CONTENT.subarray(0, 100)),
    encodeRecord(RecordType.data, CONTENT.subarray(100)),
    o.encodeEnd(index),
  );
}

/** The same in one record. */
function whole(index: number, path: string, root: number): Uint8Array {
  const entry = { index, root, folder: false, mode: 0o644, modified: 1, size: SIZE, path };
  return concat(encodeEntry(entry), fileHeader(index, SIZE), CONTENT);
}

/** What a well-behaved sender writes. */
const SENDER = concat(
  o.encodeOffer({
    kind: 0,
    files: 3,
    folders: 1,
    bytes: 3 * SIZE,
    milliseconds: 0,
    mediaType: "",
    name: "d",
  }),
  encodeEntry({ index: 0, root: 0, folder: true, mode: 0o755, modified: 1, size: 0, path: "d" }),
  file(1, "d/a", 0),
  file(2, "d/b", 0),
  o.encodeRootEnd(0),
  whole(3, "c", 1),
  o.encodeRootEnd(1),
);

/** What a well-behaved receiver answers to two files. */
const RECEIVER = concat(
  o.encodeAnswer({ code: 0, reason: "" }),
  o.encodeFresh({ first: 0, count: 1 }),
  o.encodeReady({ index: 1, have: 0, chunk: 0, digests: new Uint8Array(0) }),
  ...[0, 1].map((index) => o.encodeRootResult({ index, code: 0, reason: "x" })),
);

/** A target that keeps nothing and minds what it is asked. */
function memoryTarget(): IncomingTarget {
  return {
    folder: (_, path) => {
      checkPath(path);
      return undefined;
    },
    put: (entry, path, content) => {
      checkPath(path);
      assert.equal(content.length, entry.size);
      return undefined;
    },
    have: (entry, path) => {
      checkPath(path);
      return entry.size === 77 ? 70 : 0;
    },
    open: (entry, path) => {
      checkPath(path);
      let length = 0;
      return Promise.resolve({
        read: (out) => Promise.resolve(out.length),
        restart: (at) => {
          length = at;
          return Promise.resolve();
        },
        write: (bytes) => {
          length += bytes.length;
          assert.ok(length <= entry.size);
          return undefined;
        },
        complete: () => Promise.resolve(assert.equal(length, entry.size)),
        suspend: () => Promise.resolve(),
      });
    },
    skip: () => undefined,
    dropRoot: () => Promise.resolve(),
    endRoot: () => Promise.resolve("/x"),
    close: () => Promise.resolve(),
  };
}

function checkPath(path: readonly string[]): void {
  for (const part of path) assert.ok(!/^\.{0,2}$/.test(part) && !/[/\\\0]/.test(part), part);
}

type Mutation =
  | { readonly kind: "flip" | "cut" | "drop"; readonly at: number; readonly by: number }
  | { readonly kind: "repeat"; readonly at: number; readonly by: number };

const mutations = fc.array(
  fc.record({
    kind: fc.constantFrom("flip" as const, "cut" as const, "drop" as const, "repeat" as const),
    at: fc.nat(2000),
    by: fc.integer({ min: 1, max: 255 }),
  }),
  { minLength: 1, maxLength: 4 },
);

function mutate(bytes: Uint8Array, list: readonly Mutation[]): Uint8Array {
  let out = bytes.slice();
  for (const { kind, at, by } of list) {
    const place = at % Math.max(out.length, 1);
    if (kind === "flip") out[place]! ^= by;
    else if (kind === "cut") out = out.slice(0, place);
    else if (kind === "drop") out = concat(out.subarray(0, place), out.subarray(place + by));
    else out = concat(out.subarray(0, place + by), out.subarray(place));
  }
  return out;
}

async function settles(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    assert.ok(error instanceof P2PError, String(error instanceof Error ? error.stack : error));
  }
}

Deno.test("a receiver survives every mutated sender", async () => {
  const { left, right } = pipe();
  await left.write(SENDER);
  left.finish();
  const report = await receiveTransfer(right, { decide: () => Promise.resolve(memoryTarget()) });
  assert.deepEqual([report.failures, report.roots], [[], 2], "the unmutated one arrives");
  await fc.assert(
    fc.asyncProperty(mutations, async (list) => {
      const { left, right } = pipe();
      await left.write(mutate(SENDER, list));
      left.finish();
      await settles(() =>
        receiveTransfer(right, { decide: () => Promise.resolve(memoryTarget()) })
      );
    }),
    { numRuns: 1500 },
  );
});

function source(index: number): SourceEntry {
  return {
    root: index,
    folder: false,
    mode: 0o644,
    modified: 1,
    size: SIZE,
    path: `f${index}`,
    readWhole: (out) => {
      out.set(CONTENT);
      return true;
    },
    open: () => {
      let at = 0;
      return Promise.resolve({
        read: (out) => {
          const length = Math.min(out.length, SIZE - at);
          out.set(CONTENT.subarray(at, at + length));
          at += length;
          return Promise.resolve(length);
        },
        seek: (offset) => {
          at = offset;
          return Promise.resolve();
        },
        unchanged: () => true,
        close: () => undefined,
      });
    },
  };
}

Deno.test("a sender survives every mutated receiver", async () => {
  const offer = {
    kind: 0,
    files: 2,
    folders: 0,
    bytes: 2 * SIZE,
    milliseconds: 0,
    mediaType: "",
    name: "f0",
  } as const;
  await fc.assert(
    fc.asyncProperty(mutations, async (list) => {
      const { left, right } = pipe();
      await right.write(mutate(RECEIVER, list));
      right.finish();
      await settles(() => sendTransfer(left, offer, [source(0), source(1)]));
    }),
    { numRuns: 1500 },
  );
});
