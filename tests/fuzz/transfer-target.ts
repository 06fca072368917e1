/**
 * Hostile peers against both sides of a transfer: the input is a script of records with small numbers, so that it gets deep
 * into the state machines. Whatever comes, what they say of themselves must be true: what arrived was announced and has its
 * size, memory that was taken is given back, failures are bounded.
 */
import assert from "node:assert/strict";
import { concat } from "../../lib/bytes.ts";
import { P2PError } from "../../lib/errors.ts";
import { Budget } from "../../lib/transfer/budget.ts";
import * as offers from "../../lib/transfer/offers.ts";
import { receiveTransfer } from "../../lib/transfer/receive.ts";
import { encodeRecord, RecordType } from "../../lib/transfer/records.ts";
import { sendTransfer } from "../../lib/transfer/send.ts";
import type { SourceEntry } from "../../lib/transfer/source.ts";
import type { IncomingTarget } from "../../lib/transfer/target.ts";
import { TransferCode, VerdictError } from "../../lib/transfer/verdict.ts";
import { pattern, pipe } from "../transfer/support.ts";
import type { FuzzTarget } from "./fuzz.ts";
import { encodeEntry, fileHeader } from "../transfer/encode.ts";

const ENTRIES = 12;
const SIZE = 40;
const CONTENT = pattern(SIZE);
/** Most memory of the transfers here: so little that it is used up at times. */
const MEMORY_BYTES = 8 * 1024;

const PATHS = ["a", "d", "d/a", "d/e", "d/e/f", "a", "../x", "", "d/\u200b", "d/_", "-", "d//x"];

/** Reads the script byte by byte; zero when it has ended. */
class Script {
  #at = 0;
  constructor(readonly bytes: Uint8Array) {}

  get ended(): boolean {
    return this.#at >= this.bytes.length;
  }

  /** A number below `limit`. */
  below(limit: number): number {
    return (this.bytes[this.#at++] ?? 0) % limit;
  }
}

const OFFER = {
  kind: 0,
  files: ENTRIES,
  folders: 0,
  bytes: ENTRIES * SIZE,
  milliseconds: 0,
  mediaType: "",
  name: "x",
} as const;

/** The next record of a hostile sender; `next` is the index that an honest one would announce. */
function senderRecord(script: Script, state: { next: number; root: number }): Uint8Array {
  const index = script.below(ENTRIES);
  switch (script.below(10)) {
    case 0:
    case 1:
    case 2: {
      const root = script.below(4) === 0 ? state.root++ : Math.max(0, state.root - 1);
      return encodeEntry({
        index: script.below(16) === 0 ? index : state.next++,
        root: Math.min(root, index),
        folder: script.below(3) === 0,
        mode: 0o644,
        modified: 1,
        size: script.below(3) === 0 ? 0 : SIZE,
        path: PATHS[script.below(PATHS.length)]!,
      });
    }
    case 3:
      return concat(fileHeader(index, SIZE), CONTENT);
    case 4:
      return offers.encodeBegin(index, script.below(SIZE + 2));
    case 5:
      return encodeRecord(RecordType.data, CONTENT.subarray(0, script.below(SIZE + 1)));
    case 6:
      return offers.encodeEnd(index);
    case 7:
      return offers.encodeAbandon({ index, code: 1 + script.below(30), reason: "" });
    case 8:
      return unknownRecord(script.below(20));
    default:
      return offers.encodeRootEnd(script.below(ENTRIES));
  }
}

/** A record of a type that nobody knows yet: the encoder refuses to write it. */
function unknownRecord(length: number): Uint8Array {
  return concat(Uint8Array.of(0x80, 0, 0, 0, length), new Uint8Array(length));
}

/** A target that minds what it is asked, and fails at times. */
function target(script: Script): IncomingTarget & { readonly placed: number[] } {
  const placed: number[] = [];
  const fails = () => {
    if (script.below(16) === 1) {
      const code = script.below(8) === 0 ? TransferCode.full : TransferCode.storage;
      throw new VerdictError(code, "transfer.receive", "x");
    }
  };
  return {
    placed,
    folder: () => void fails(),
    have: (entry) => script.below(3) === 0 ? Math.min(entry.size, script.below(SIZE + 1)) : 0,
    put: (entry, _, content) => {
      fails();
      assert.equal(content.length, entry.size);
    },
    open: (entry) => {
      let length = 0;
      fails();
      return Promise.resolve({
        read: (out) => Promise.resolve(out.length),
        restart: (at) => {
          length = at;
          return Promise.resolve();
        },
        write: (bytes) => {
          length += bytes.length;
          assert.ok(length <= entry.size);
          fails();
        },
        complete: () => Promise.resolve(assert.equal(length, entry.size)),
        suspend: () => Promise.resolve(),
      });
    },
    skip: () => undefined,
    endRoot: (root) => {
      assert.ok(!placed.includes(root), "a root twice");
      placed.push(root);
      return Promise.resolve(`/x/${root}`);
    },
    dropRoot: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

/** How many roots arrived. */
export async function receive(bytes: Uint8Array): Promise<number> {
  const script = new Script(bytes);
  const state = { next: 0, root: 0 };
  const records: Uint8Array[] = [];
  const writer = new Script(bytes.subarray(1));
  while (!writer.ended) {
    records.push(senderRecord(writer, state));
  }
  const { left, right } = pipe();
  await left.write(concat(offers.encodeOffer(OFFER), ...records));
  left.finish();
  const memory = new Budget(MEMORY_BYTES);
  const place = target(script);
  const seen: number[] = [];
  try {
    const report = await receiveTransfer(right, {
      digests: script.below(2) === 0,
      decide: () => Promise.resolve(place),
      root: ({ files }) => {
        let count = 0;
        for (const { size, sm3 } of files) {
          assert.ok(size <= SIZE && (sm3 === undefined || sm3.length === 32));
          count++;
        }
        assert.equal(count, files.length);
        seen.push(count);
      },
    }, memory);
    assert.equal(report.roots, place.placed.length);
    assert.ok(report.failures.length <= report.failed);
    return report.roots;
  } finally {
    assert.equal(memory.held, 0, "memory that was not given back");
    assert.equal(seen.length, place.placed.length);
  }
}

/** The next record of a hostile receiver. */
function receiverRecord(script: Script): Uint8Array {
  const index = script.below(ENTRIES + 1);
  switch (script.below(6)) {
    case 0:
    case 1:
      return offers.encodeFresh({ first: index, count: script.below(ENTRIES) });
    case 2: {
      const have = script.below(SIZE + 2);
      const chunk = 1 + script.below(SIZE);
      const digests = new Uint8Array(have === 0 ? 0 : 32 * Math.ceil(have / chunk));
      return offers.encodeReady({ index, have, chunk: have === 0 ? 0 : chunk, digests });
    }
    case 3:
      return offers.encodeResult({ index, code: script.below(30), reason: "" });
    case 4:
      return unknownRecord(script.below(9));
    default:
      return offers.encodeRootResult({ index, code: script.below(3), reason: "name" });
  }
}

function source(index: number): SourceEntry {
  let at = 0;
  const readWhole = (out: Uint8Array) => {
    out.set(CONTENT);
    return true;
  };
  return {
    root: index >> 1,
    folder: index % 2 === 0,
    mode: 0o644,
    modified: 1,
    size: index % 2 === 0 ? 0 : SIZE,
    path: index % 2 === 0 ? `r${index >> 1}` : `r${index >> 1}/f`,
    readWhole,
    open: () =>
      Promise.resolve({
        read: (out) => {
          const part = CONTENT.subarray(at, at + out.length);
          out.set(part);
          at += part.length;
          return Promise.resolve(part.length);
        },
        seek: (offset) => {
          at = offset;
          return Promise.resolve();
        },
        unchanged: () => true,
        close: () => undefined,
      }),
  };
}

async function send(bytes: Uint8Array): Promise<void> {
  const script = new Script(bytes);
  const records: Uint8Array[] = [
    offers.encodeAnswer({ code: script.below(8) === 7 ? 1 : 0, reason: "" }),
  ];
  while (!script.ended) records.push(receiverRecord(script));
  const { left, right } = pipe();
  await right.write(concat(...records));
  right.finish();
  const entries = Array.from({ length: ENTRIES }, (_, i) => source(i));
  const told = new Set<number>();
  const report = await sendTransfer(left, { ...OFFER, files: 6, folders: 6 }, entries, {
    digests: true,
    file: (entry, index, sm3) => {
      assert.ok(!told.has(index) && !entry.folder && sm3?.length === 32);
      told.add(index);
    },
  });
  if (report.refused !== undefined) return;
  assert.equal(report.roots.length, ENTRIES / 2);
  assert.ok(told.size + report.failed >= ENTRIES / 2, `${told.size} and ${report.failed}`);
}

/** `number` as a byte of a script that does not make the target fail. */
const byte = (number: number) => number === 1 ? 1 + ENTRIES : number;

function announcement(newRoot: boolean, path: string, folder: boolean): number[] {
  return [11, 0, newRoot ? 0 : 3, 2, folder ? 3 : 2, folder ? 3 : 2, byte(PATHS.indexOf(path))];
}

/** Records as an honest sender's script has them. */
const record = {
  root: (path: string, folder = false) => announcement(true, path, folder),
  entry: (path: string, folder = false) => announcement(false, path, folder),
  whole: (index: number) => [byte(index), 3],
  begin: (index: number) => [byte(index), 4, 0],
  data: (length: number) => [0, 5, length],
  end: (index: number) => [byte(index), 6],
  abandon: (index: number) => [byte(index), 7, 4],
  rootEnd: (root: number) => [0, 9, byte(root)],
};

/** Whole transfers: files in one record and in parts, roots side by side, folders, something abandoned. */
const HONEST: ReadonlyArray<ReadonlyArray<readonly number[]>> = [
  [record.root("a"), record.whole(0), record.rootEnd(0)],
  [record.root("a"), record.begin(0), record.data(SIZE), record.end(0), record.rootEnd(0)],
  [
    record.root("d", true),
    record.entry("d/a"),
    record.entry("d/e", true),
    record.entry("d/e/f"),
    record.whole(1),
    record.begin(3),
    record.data(24),
    record.data(16),
    record.end(3),
    record.rootEnd(0),
  ],
  [
    record.root("d", true),
    record.entry("d/a"),
    record.entry("d/_"),
    record.root("a"),
    record.whole(1),
    record.abandon(2),
    record.rootEnd(0),
    record.whole(3),
    record.rootEnd(1),
  ],
];

/** The inputs for those. */
export function honestTransfers(): Uint8Array[] {
  return HONEST.map((records) => Uint8Array.from([0, 2, ...records.flat()]));
}

/** Both sides: the first byte says which. */
export const transferTarget: FuzzTarget = {
  name: "transfer-states",
  maxLength: 200,
  async run(bytes) {
    const script = bytes.subarray(1);
    try {
      await (bytes[0]! % 2 === 0 ? receive(script) : send(script));
    } catch (error) {
      if (!(error instanceof P2PError)) throw error;
    }
  },
  seeds: () => [
    ...honestTransfers(),
    // The answers to all entries, in their order.
    Uint8Array.of(1, 0, 0, 0, 11, 0, 5, 0, 1, 5, 0, 2, 5, 0),
  ],
};
