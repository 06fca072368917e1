/** Transfers with one side that does not play by the rules (threats 16 and 22), and somebody in the target folder. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { concat } from "../../lib/bytes.ts";
import { P2PError, RemoteProtocolError } from "../../lib/errors.ts";
import { IncomingFiles } from "../../lib/files/incoming.ts";
import * as o from "../../lib/transfer/offers.ts";
import { receiveTransfer } from "../../lib/transfer/receive.ts";
import { encodeRecord, RecordReader, RecordType } from "../../lib/transfer/records.ts";
import { sendTransfer } from "../../lib/transfer/send.ts";
import type { SourceEntry } from "../../lib/transfer/source.ts";
import { TransferCode } from "../../lib/transfer/verdict.ts";
import type { ReceiveReport } from "../../lib/transfer/target.ts";
import { good, pattern, pipe, transfer, withFolders } from "./support.ts";
import { encodeEntry, fileHeader } from "./encode.ts";

const BODY = new TextEncoder().encode("evil");
const OFFER: o.Offer = {
  kind: 0,
  files: 9,
  folders: 9,
  bytes: 1000,
  milliseconds: 0,
  mediaType: "",
  name: "x",
};

function entry(index: number, path: string, more: Partial<o.TransferEntry> = {}): Uint8Array {
  const base = {
    index,
    root: index,
    folder: false,
    mode: 0o644,
    modified: 0,
    size: BODY.length,
    path,
  };
  return encodeEntry({ ...base, ...more });
}

/** In one record, or in pieces: every other one. */
function content(index: number, bytes = BODY): Uint8Array {
  if (index % 2 === 0) return concat(fileHeader(index, bytes.length), bytes);
  return concat(
    o.encodeBegin(index, 0),
    encodeRecord(RecordType.data, bytes),
    o.encodeEnd(index),
  );
}

/** Feeds `records` to a receiver that takes everything; its report or the error it raised. */
async function feed(folder: string, ...records: Uint8Array[]): Promise<ReceiveReport | P2PError> {
  const { left, right } = pipe();
  await left.write(concat(o.encodeOffer(OFFER), ...records));
  left.finish();
  try {
    return await receiveTransfer(right, {
      decide: () => Promise.resolve(new IncomingFiles(folder, new Uint8Array(33), () => undefined)),
    });
  } catch (error) {
    if (error instanceof P2PError) return error;
    throw error;
  }
}

/** Every file below `folder`, as paths from it. */
function tree(folder: string, below = ""): string[] {
  return [...Deno.readDirSync(join(folder, below))].flatMap(({ name, isDirectory }) =>
    isDirectory ? tree(folder, join(below, name)) : [join(below, name)]
  ).sort();
}

const HOSTILE_NAMES = [
  "../evil",
  "/tmp/evil-p2p-test",
  "a/../../evil",
  "..",
  ".",
  "",
  "a\0b",
  "a//b",
  "a/",
];

Deno.test("names that climb out are refused one by one, and nothing is written outside", () =>
  withFolders(async ({ root, target }) => {
    for (const name of HOSTILE_NAMES) {
      const report = await feed(target, entry(0, name), o.encodeRootEnd(0));
      assert.ok(!(report instanceof Error), `${name}: ${report}`);
      assert.equal(report.failures[0]?.code, TransferCode.name, JSON.stringify(name));
    }
    assert.deepEqual(tree(root), []);
  }));

Deno.test("misleading names arrive harmless, inside the folder", () =>
  withFolders(async ({ root, target }) => {
    const names = ["C:\\x", "COM1", "a:stream", "dots...", ".bashrc", "-rf", "\x1b[2J", "a\u202eb"];
    for (const name of names) {
      const report = await feed(target, entry(0, name), content(0), o.encodeRootEnd(0));
      assert.ok(!(report instanceof Error), `${name}: ${report}`);
      assert.deepEqual(report.failures, [], name);
    }
    assert.deepEqual(
      tree(root),
      ["C__x", "_COM1", "_[2J", "_bashrc", "_rf", "a_b", "a_stream", "dots"].map((n) => `in/${n}`),
    );
  }));

Deno.test("an entry outside its own folder, or of a folder that never came, is refused", () =>
  withFolders(async ({ root, target }) => {
    const report = await feed(
      target,
      entry(0, "d", { folder: true, size: 0 }),
      entry(1, "other/x", { root: 0 }),
      entry(2, "d/none/x", { root: 0 }),
      entry(3, "d/../../x", { root: 0 }),
      entry(4, "d/ok", { root: 0 }),
      content(4),
      o.encodeRootEnd(0),
    );
    assert.ok(!(report instanceof Error), `${report}`);
    assert.deepEqual(report.failures.map(({ path }) => path), ["other/x", "d/none/x", "d/../../x"]);
    assert.deepEqual(tree(root), ["in/d/ok"]);
  }));

Deno.test("twins by letter case or Unicode form each get a place", () =>
  withFolders(async ({ target }) => {
    const names = ["README", "readme", "é", "e\u0301", "x.", "x"];
    const report = await feed(
      target,
      entry(0, "d", { folder: true, size: 0 }),
      ...names.flatMap((name, i) => [entry(i + 1, `d/${name}`, { root: 0 }), content(i + 1)]),
      o.encodeRootEnd(0),
    );
    assert.ok(!(report instanceof Error), `${report}`);
    assert.deepEqual(report.failures, []);
    assert.deepEqual(tree(target), [
      "d/README",
      "d/readme (1)",
      "d/x",
      "d/x (1)",
      "d/é",
      "d/é (1)",
    ]);
  }));

Deno.test("records out of order, sizes and offsets that lie, floods: the transfer ends", () =>
  withFolders(async ({ root, target }) => {
    const data = encodeRecord(RecordType.data, BODY);
    const flood = Array.from({ length: 4200 }, (_, i) => entry(i, `f${i}`, { size: 0 }));
    const cases: Record<string, Uint8Array[]> = {
      "data of no file": [data],
      "end of no file": [o.encodeEnd(0)],
      "begin of an unknown entry": [o.encodeBegin(0, 0)],
      "an offset beyond what is there": [entry(0, "a"), o.encodeBegin(0, 1)],
      "a huge offset": [entry(0, "a"), o.encodeBegin(0, 2 ** 52)],
      "more data than the size": [entry(0, "a"), o.encodeBegin(0, 0), data, data],
      "less data than the size": [entry(0, "a"), o.encodeBegin(0, 0), o.encodeEnd(0)],
      "a small file with more than its size": [
        entry(0, "a"),
        fileHeader(0, BODY.length + 1),
        BODY,
        Uint8Array.of(0),
      ],
      "a small file with less than its size": [entry(0, "a"), fileHeader(0, 0)],
      "a small file that was not announced": [fileHeader(0, BODY.length), BODY],
      "a small file within another": [
        entry(0, "a"),
        entry(1, "b"),
        o.encodeBegin(0, 0),
        fileHeader(1, BODY.length),
        BODY,
      ],
      "one file within another": [
        entry(0, "a"),
        entry(1, "b"),
        o.encodeBegin(0, 0),
        o.encodeBegin(1, 0),
      ],
      "the same file twice": [entry(0, "a"), content(0), content(0)],
      "an index left out": [entry(1, "a", { root: 0 })],
      "more bytes than offered": [entry(0, "a", { size: 1001 })],
      "more entries than offered": flood.slice(0, 19),
      "the end of a root with a file open": [entry(0, "a"), o.encodeRootEnd(0)],
      "a second offer": [o.encodeOffer(OFFER)],
      "the receiver's own records": [o.encodeResult({ index: 0, code: 0, reason: "" })],
      "an end before everything is there": [entry(0, "a")],
    };
    for (const [name, records] of Object.entries(cases)) {
      const report = await feed(target, ...records);
      assert.ok(report instanceof RemoteProtocolError, `${name}: ${JSON.stringify(report)}`);
    }
    assert.deepEqual(tree(root).filter((path) => !path.endsWith(".p2p-part")), []);
  }));

Deno.test("a link in the place of a partial is taken away, not written through", () =>
  withFolders(async ({ root, src, target }) => {
    Deno.writeFileSync(`${src}/big`, pattern(3_000_000));
    await transfer([`${src}/big`], target, { breakAfter: 2_000_000 });
    const [part] = tree(target);
    for (const link of [Deno.symlinkSync, Deno.linkSync]) {
      Deno.writeTextFileSync(`${root}/victim`, "precious");
      Deno.removeSync(`${target}/${part}`);
      link(`${root}/victim`, `${target}/${part}`);
      const { received } = await transfer([`${src}/big`], target);
      assert.deepEqual(good(received).failures, []);
      assert.equal(Deno.readTextFileSync(`${root}/victim`), "precious");
      Deno.writeTextFileSync(`${target}/${part}`, "");
    }
  }));

Deno.test("a folder that is swapped for a link during the transfer is noticed", () =>
  withFolders(async ({ root, src, target }) => {
    Deno.mkdirSync(`${src}/d/sub`, { recursive: true });
    Deno.mkdirSync(`${root}/victim`);
    Deno.writeFileSync(`${src}/d/a`, pattern(4_000_000));
    Deno.writeTextFileSync(`${src}/d/sub/b`, "b");
    let swapped = false;
    const { received } = await transfer([`${src}/d`], target, {
      progress: (bytes) => {
        if (swapped || bytes < 2_000_000) return;
        swapped = true;
        const [part] = [...Deno.readDirSync(target)];
        Deno.removeSync(`${target}/${part!.name}/sub`, { recursive: true });
        Deno.symlinkSync(`${root}/victim`, `${target}/${part!.name}/sub`);
      },
    });
    assert.match(
      JSON.stringify(good(received).failures),
      /transfer.replaced/,
    );
    assert.deepEqual(tree(`${root}/victim`), []);
  }));

Deno.test("a file that is swapped for a link during the transfer is noticed", () =>
  withFolders(async ({ root, src, target }) => {
    Deno.writeFileSync(`${src}/big`, pattern(4_000_000));
    Deno.writeTextFileSync(`${root}/victim`, "precious");
    Deno.chmodSync(`${root}/victim`, 0o600);
    let swapped = false;
    const { received } = await transfer([`${src}/big`], target, {
      progress: (bytes) => {
        if (swapped || bytes < 2_000_000) return;
        swapped = true;
        const [part] = [...Deno.readDirSync(target)];
        Deno.removeSync(`${target}/${part!.name}`);
        Deno.symlinkSync(`${root}/victim`, `${target}/${part!.name}`);
      },
    });
    assert.match(JSON.stringify(good(received).failures), /transfer.replaced/);
    assert.equal(Deno.readTextFileSync(`${root}/victim`), "precious");
    assert.equal(Deno.statSync(`${root}/victim`).mode! & 0o777, 0o600);
  }));

const SOURCE: SourceEntry = {
  root: 0,
  folder: false,
  mode: 0o644,
  modified: 0,
  size: BODY.length,
  path: "a",
  readWhole: (out) => {
    out.set(BODY);
    return true;
  },
  open: () => {
    let left = BODY;
    return Promise.resolve({
      read: (out) => {
        const length = Math.min(out.length, left.length);
        out.set(left.subarray(0, length));
        left = left.subarray(length);
        return Promise.resolve(length);
      },
      seek: (offset) => {
        left = BODY.subarray(offset);
        return Promise.resolve();
      },
      unchanged: () => true,
      close: () => undefined,
    });
  },
};

/** Lets `answers` play the receiver; what the sender makes of it. */
async function answer(...answers: Uint8Array[]): Promise<unknown> {
  const { left, right } = pipe();
  await right.write(concat(...answers));
  right.finish();
  try {
    return await sendTransfer(left, { ...OFFER, files: 1, folders: 0 }, [SOURCE]);
  } catch (error) {
    return error;
  }
}

Deno.test("a receiver that lies is a protocol error for the sender", async () => {
  const yes = o.encodeAnswer({ code: 0, reason: "" });
  const ready = (more: Partial<o.Ready>) =>
    o.encodeReady({ index: 0, have: 0, chunk: 0, digests: new Uint8Array(0), ...more });
  const cases: Record<string, Uint8Array[]> = {
    "no answer": [],
    "a result instead of an answer": [o.encodeResult({ index: 0, code: 0, reason: "" })],
    "ready for an unknown file": [yes, ready({ index: 7 })],
    "a result of an unknown file": [yes, o.encodeResult({ index: 7, code: 0, reason: "" })],
    "a good result of a file": [yes, o.encodeResult({ index: 0, code: 0, reason: "" })],
    "fresh entries that do not exist": [yes, o.encodeFresh({ first: 0, count: 2 })],
    "fresh entries without end": [yes, o.encodeFresh({ first: 0, count: 2 ** 32 - 1 })],
    "no fresh entries": [yes, o.encodeFresh({ first: 0, count: 0 })],
    "fresh and ready": [yes, o.encodeFresh({ first: 0, count: 1 }), ready({})],
    "a root before its file": [yes, o.encodeRootResult({ index: 0, code: 0, reason: "a" })],
    "a root out of order": [yes, o.encodeRootResult({ index: 1, code: 0, reason: "a" })],
    "data": [yes, encodeRecord(RecordType.data, BODY)],
    "silence after the file": [yes, ready({})],
    "more than the file has": [
      yes,
      ready({ have: 2 ** 50, chunk: 2 ** 50, digests: new Uint8Array(32) }),
    ],
  };
  for (const [name, records] of Object.entries(cases)) {
    assert.ok(await answer(...records) instanceof RemoteProtocolError, name);
  }
});

Deno.test("a receiver that claims to have what it cannot have gets all of it", async () => {
  const { left, right } = pipe();
  const sending = sendTransfer(left, { ...OFFER, files: 1, folders: 0 }, [SOURCE]);
  await right.write(concat(
    o.encodeAnswer({ code: 0, reason: "" }),
    o.encodeReady({ index: 0, have: 4, chunk: 2 ** 50, digests: new Uint8Array(32) }),
  ));
  const reader = new RecordReader();
  const buffer = new Uint8Array(4096);
  await right.read(buffer.subarray(0, 2));
  const seen: number[] = [];
  let offset = -1;
  while (seen.at(-1) !== RecordType.rootEnd) {
    const length = await right.read(buffer);
    reader.push(buffer.subarray(0, length));
    for (let record = reader.next(); record !== undefined; record = reader.next()) {
      seen.push(record.type);
      if (record.type === RecordType.begin) offset = o.decodeBegin(record.body).offset;
    }
  }
  assert.equal(offset, 0);
  await right.write(o.encodeRootResult({ index: 0, code: 0, reason: "a" }));
  right.finish();
  assert.equal((await sending).resumed, 0);
});
