/** Records and their bodies: round trips, every way of cutting the input, every bound, and garbage. */
import { text as textOf } from "../../lib/text/catalogue.ts";
import assert from "node:assert/strict";
import fc from "fast-check";
import { concat, fromHex, hex, putUtf8, utf8, utf8Text } from "../../lib/bytes.ts";
import { LimitError, P2PError, RemoteProtocolError } from "../../lib/errors.ts";
import {
  decodeDelivered,
  decodeMessage,
  decodeReceipt,
  decodeText,
  encodeDelivered,
  encodeMessage,
  encodeReceipt,
} from "../../lib/transfer/messages.ts";
import * as offers from "../../lib/transfer/offers.ts";
import { decodePreface, encodePreface, StreamKind } from "../../lib/transfer/preface.ts";
import {
  encodeRecord,
  MAX_DATA_BYTES,
  MAX_TEXT_BYTES,
  RECORD_HEADER_BYTES,
  recordHeader,
  RecordReader,
  RecordType,
} from "../../lib/transfer/records.ts";
import { encodeEntry } from "./encode.ts";

interface Whole {
  readonly type: number;
  readonly body: Uint8Array;
}

/** Everything a reader gives when fed `input` in pieces of `size`; data pieces joined. */
function readAll(input: Uint8Array, size: number): Whole[] {
  const reader = new RecordReader();
  const found: Whole[] = [];
  let data: Uint8Array[] = [];
  for (let at = 0; at < input.length; at += size) {
    reader.push(input.subarray(at, at + size));
    for (let record = reader.next(); record !== undefined; record = reader.next()) {
      data.push(record.body.slice());
      if (record.left > 0) continue;
      found.push({ type: record.type, body: concat(...data) });
      data = [];
    }
  }
  if (!reader.atBoundary) {
    throw new RemoteProtocolError("bytes.truncated", { what: textOf("reading.input") });
  }
  return found;
}

const SAMPLE = concat(
  encodeMessage(new Uint8Array(8).fill(7), 1_700_000_000_000, "你好\nhello"),
  encodeRecord(RecordType.data, new Uint8Array(1000).map((_, i) => i)),
  encodeRecord(RecordType.data, new Uint8Array(0)),
  offers.encodeAnswer({ code: 0, reason: "" }),
  encodeDelivered(new Uint8Array(8).fill(9)),
);

Deno.test("records are the same whole, byte by byte, and in any pieces", () => {
  const whole = readAll(SAMPLE, SAMPLE.length);
  assert.deepEqual(whole.map(({ type }) => type), [0x01, 0x15, 0x15, 0x11, 0x02]);
  for (const size of [1, 2, 3, 4, 5, 6, 7, 64, 999]) assert.deepEqual(readAll(SAMPLE, size), whole);
});

Deno.test("a truncated record is noticed wherever it is cut", () => {
  const boundaries = new Set([0]);
  for (let at = 0; at < SAMPLE.length;) {
    at += RECORD_HEADER_BYTES + new DataView(SAMPLE.buffer, at + 1).getUint32(0);
    boundaries.add(at);
  }
  for (let cut = 0; cut < SAMPLE.length; cut++) {
    const read = () => readAll(SAMPLE.subarray(0, cut), 10_000);
    if (boundaries.has(cut)) read();
    else assert.throws(read, RemoteProtocolError, `cut at ${cut}`);
  }
});

Deno.test("unknown types and oversized bodies are refused at their header", () => {
  for (const header of [[0, 0, 0, 0, 0], [0x1e, 0, 0, 0, 0], [255, 0, 1, 0, 1]]) {
    assert.throws(() => readAll(Uint8Array.from(header), 5), RemoteProtocolError);
  }
  for (const type of Object.values(RecordType)) {
    assert.throws(() => readAll(Uint8Array.of(type, 255, 255, 255, 255), 5), RemoteProtocolError);
    assert.throws(() => recordHeader(type, 2 ** 31), RangeError);
  }
  assert.equal(recordHeader(RecordType.data, MAX_DATA_BYTES).length, RECORD_HEADER_BYTES);
});

Deno.test("a text that is too long is an error before anything is sent", () => {
  assert.throws(() => encodeMessage(new Uint8Array(8), 0, "长".repeat(MAX_TEXT_BYTES)), LimitError);
  encodeMessage(new Uint8Array(8), 0, "x".repeat(MAX_TEXT_BYTES));
});

Deno.test("stream prefaces are two bytes, of a known kind and version", () => {
  for (const kind of Object.values(StreamKind)) {
    assert.equal(decodePreface(encodePreface(kind)), kind);
  }
  for (const bad of [[], [1], [0, 1], [9, 1], [1, 0], [1, 2], [1, 1, 1]]) {
    assert.throws(() => decodePreface(Uint8Array.from(bad)), RemoteProtocolError, String(bad));
  }
});

const u32 = fc.integer({ min: 0, max: 0xffffffff });
const size = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const digest = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((b) => b.slice());
const text = (maxLength: number) => fc.string({ unit: "grapheme", maxLength });

function body(record: Uint8Array): Uint8Array {
  return record.subarray(RECORD_HEADER_BYTES);
}

Deno.test("every body comes back as it went in", () => {
  const round = <T extends object>(
    arbitrary: fc.Arbitrary<T>,
    encode: (v: T) => Uint8Array,
    decode: (b: Uint8Array) => T,
  ) =>
    fc.assert(
      fc.property(arbitrary, (value) =>
        assert.deepEqual({ ...decode(body(encode(value))) }, { ...value })),
    );
  const files = fc.record({
    kind: fc.constant(offers.OfferKind.files),
    files: fc.integer({ min: 1, max: 1000 }),
    folders: fc.integer({ min: 0, max: 1000 }),
    bytes: size,
    milliseconds: fc.constant(0),
    mediaType: text(20),
    name: text(50),
  });
  round<offers.Offer>(files, offers.encodeOffer, offers.decodeOffer);
  round(
    fc.integer({ min: 0, max: 99_999 }).chain((index) =>
      fc.record({
        index: fc.constant(index),
        root: fc.integer({ min: 0, max: index }),
        folder: fc.constant(false),
        mode: fc.integer({ min: 0, max: 0o777 }),
        modified: fc.integer({ min: 0, max: 8.64e15 }),
        size,
        path: text(100),
      })
    ),
    encodeEntry,
    offers.decodeTransferEntry,
  );
  round(
    fc.tuple(u32, fc.array(digest, { minLength: 1, maxLength: 20 })).map(([index, digests]) => ({
      index,
      have: digests.length * 1000 - 1,
      chunk: 1000,
      digests: concat(...digests),
    })),
    offers.encodeReady,
    offers.decodeReady,
  );
  const outcome = fc.record({
    index: u32,
    code: fc.integer({ min: 0, max: 255 }),
    reason: text(60),
  });
  round(outcome, offers.encodeResult, offers.decodeResult);
  round(outcome, offers.encodeAbandon, offers.decodeAbandon);
  round(outcome, offers.encodeRootResult, offers.decodeRootResult);
  round(
    fc.record({ index: u32, offset: size }),
    (b) => offers.encodeBegin(b.index, b.offset),
    offers.decodeBegin,
  );
  assert.equal(offers.decodeRootEnd(body(offers.encodeRootEnd(77))), 77);
  round(fc.record({ first: u32, count: u32 }), offers.encodeFresh, offers.decodeFresh);
  assert.equal(offers.decodeEnd(body(offers.encodeEnd(78))), 78);
  fc.assert(fc.property(fc.integer({ min: 0, max: 8.64e15 }), text(100), (time, message) => {
    const decoded = decodeMessage(body(encodeMessage(new Uint8Array(8).fill(1), time, message)));
    assert.deepEqual([decoded.id, decoded.time, decoded.text], ["01".repeat(8), time, message]);
  }));
  const id = fc.uint8Array({ minLength: 16, maxLength: 16 }).map(hex);
  fc.assert(
    fc.property(id, fc.array(id, { maxLength: 16 }), text(100), (id, after, text) => {
      const decoded = decodeText(body(encodeMessage(fromHex(id), 7, text, after)));
      assert.deepEqual(decoded, { id, time: 7, text, after });
    }),
  );
  round(fc.record({ id, stored: fc.boolean() }), encodeReceipt, decodeReceipt);
  fc.assert(
    fc.property(id, (id) => {
      assert.equal(offers.decodeTransferId(body(offers.encodeTransferId(id))), id);
    }),
  );
});

const DECODERS: ReadonlyArray<(bytes: Uint8Array) => unknown> = [
  decodeMessage,
  decodeText,
  decodeReceipt,
  decodeDelivered,
  offers.decodeTransferId,
  offers.decodeOffer,
  offers.decodeAnswer,
  offers.decodeTransferEntry,
  offers.decodeReady,
  offers.decodeBegin,
  offers.decodeEnd,
  offers.decodeFile,
  offers.decodeFresh,
  offers.decodeAbandon,
  offers.decodeResult,
  offers.decodeRootEnd,
  offers.decodeRootResult,
];

Deno.test("garbage is refused with an error of ours by every decoder and by the reader", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      for (const decode of [...DECODERS, (b: Uint8Array) => readAll(b, 7)]) {
        try {
          decode(bytes);
        } catch (error) {
          assert.ok(error instanceof P2PError, `${decode.name}: ${error}`);
        }
      }
    }),
    { numRuns: 2000 },
  );
});

Deno.test("numbers that would hurt are refused", () => {
  const entry = { index: 3, root: 1, folder: false, mode: 0o644, modified: 0, size: 5, path: "a" };
  const patched = (record: Uint8Array, at: number, ...bytes: number[]) => {
    const copy = body(record).slice();
    copy.set(bytes, at);
    return copy;
  };
  const good = encodeEntry(entry);
  assert.throws(
    () => offers.decodeTransferEntry(patched(good, 0, 255, 255, 255, 255)),
    P2PError,
    "index",
  );
  assert.throws(
    () => offers.decodeTransferEntry(patched(good, 4, 0, 0, 0, 4)),
    P2PError,
    "root after index",
  );
  assert.throws(() => offers.decodeTransferEntry(patched(good, 8, 2)), P2PError, "type");
  assert.throws(() => offers.decodeTransferEntry(patched(good, 9, 0x08, 0)), P2PError, "setuid");
  assert.throws(() => offers.decodeTransferEntry(patched(good, 11, 255)), P2PError, "time");
  assert.throws(
    () => offers.decodeTransferEntry(patched(good, 19, 255)),
    P2PError,
    "size over 2^53",
  );
  assert.throws(
    () => offers.decodeTransferEntry(patched(good, 8, 1)),
    P2PError,
    "folder with a size",
  );
  const ready = { index: 0, have: 10, chunk: 5, digests: new Uint8Array(64) };
  assert.throws(
    () => offers.decodeReady(patched(offers.encodeReady(ready), 12, 0, 0, 0, 0, 0, 0, 0, 0)),
    P2PError,
    "chunks of 0 bytes",
  );
  assert.throws(
    () => offers.decodeReady(patched(offers.encodeReady(ready), 20, 0, 1)),
    P2PError,
    "fewer digests",
  );
  assert.throws(() => offers.decodeOffer(utf8("\0".repeat(30))), P2PError, "empty offer");
});

Deno.test("a reason is cut between characters", () => {
  const cut = offers.boundedText("长".repeat(1000), 100);
  assert.equal(new TextDecoder("utf-8", { fatal: true }).decode(cut), "长".repeat(33));
});

Deno.test("short texts are coded without the platform as the platform codes them", () => {
  const coded = (text: string, room: number) => {
    const out = new Uint8Array(room);
    return out.slice(0, putUtf8(text, out));
  };
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: "binary", maxLength: 90 }), fc.string({ maxLength: 90 })),
      (text) => {
        assert.deepEqual(coded(text, 3 * text.length), utf8(text));
        assert.equal(utf8Text(utf8(text)), text.toWellFormed());
        const cut = coded(text, text.length >>> 1);
        assert.deepEqual(cut, utf8(text).subarray(0, cut.length));
        assert.ok(cut.length > (text.length >>> 1) - 4);
      },
    ),
  );
});
