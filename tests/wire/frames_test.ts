/** Frames and their integers: RFC 9000 §16 and §19, read back, cut short, and refused. */
import { FRAME_ACK, FRAME_MAX_DATA, FRAME_STREAM, MAX_ACK_RANGES } from "../../lib/wire/frames.ts";
import { TransportCode, TransportError } from "../../lib/wire/transport-error.ts";
import assert from "node:assert/strict";
import fc from "fast-check";
import { fromHex, hex } from "../../lib/bytes.ts";
import { RemoteProtocolError } from "../../lib/errors.ts";
import { RangeSet } from "../../lib/transport/range-set.ts";
import { FrameCursor } from "../../lib/wire/frames/frame-cursor.ts";
import { FrameReader } from "../../lib/wire/frame-reader.ts";
import * as write from "../../lib/wire/frames.ts";
import { MAX_VARINT, varintSize, writeVarint } from "../../lib/wire/varint.ts";

const number = fc.oneof(
  fc.integer({ min: 0, max: 100 }),
  fc.maxSafeNat(),
  fc.constantFrom(63, 64, 16_383, 16_384, 2 ** 30 - 1, 2 ** 30, 2 ** 32, MAX_VARINT),
);

/** The reader after the single frame in `bytes`. */
function read(bytes: Uint8Array): FrameReader {
  const reader = new FrameReader();
  reader.reset(bytes);
  assert.ok(reader.next());
  const { type, stream, offset, limit, code } = reader;
  assert.ok(!reader.next());
  assert.deepEqual([reader.type, reader.stream, reader.offset, reader.limit, reader.code], [
    type,
    stream,
    offset,
    limit,
    code,
  ]);
  return reader;
}

function refuses(bytes: Uint8Array): void {
  const reader = new FrameReader();
  reader.reset(bytes);
  assert.throws(
    () => {
      while (reader.next());
    },
    (error) =>
      error instanceof TransportError && error instanceof RemoteProtocolError &&
      error.transportCode === TransportCode.frameEncoding,
    hex(bytes),
  );
}

Deno.test("integers have the bytes of RFC 9000 appendix A.1", () => {
  const examples: [number, string][] = [
    [494_878_333, "9d7f3e7d"],
    [15_293, "7bbd"],
    [37, "25"],
    [MAX_VARINT, "c01fffffffffffff"],
  ];
  for (const [value, bytes] of examples) {
    const out = new Uint8Array(8);
    const end = writeVarint(out, 0, value);
    assert.equal(hex(out.subarray(0, end)), bytes);
    assert.equal(varintSize(value), end);
    assert.equal(read(fromHex(`10${bytes}`)).limit, value);
  }
  // The longer form of 37 is as good; 151288809941952652 is beyond what JavaScript counts.
  assert.equal(read(fromHex("104025")).limit, 37);
  refuses(fromHex("10c2197c5eff14e88c"));
});

Deno.test("every integer is read as it was written", () => {
  fc.assert(fc.property(number, (value) => {
    const out = new Uint8Array(9);
    out[0] = FRAME_MAX_DATA;
    const end = writeVarint(out, 1, value);
    assert.equal(read(out.subarray(0, end)).limit, value);
  }));
});

Deno.test("every frame is read as it was written, and refused when cut anywhere", () => {
  const out = new Uint8Array(600);
  const data = Uint8Array.from({ length: 20 }, (_, i) => i);
  fc.assert(fc.property(number, number, number, (a, b, c) => {
    const stream = Math.min(b, MAX_VARINT - data.length);
    const header = write.writeStreamHeader(out, 0, a, stream, data.length, true);
    out.set(data, header);
    const frames: [number, number, (reader: FrameReader) => number[]][] = [];
    const add = (end: number, expect: number[], got: (reader: FrameReader) => number[]) => {
      const bytes = out.slice(0, end);
      const reader = read(bytes);
      assert.deepEqual(got(reader), expect);
      for (let cut = 1; cut < end; cut++) refuses(bytes.subarray(0, cut));
      frames.push([reader.type, end, got]);
    };
    add(header + data.length, [a, stream, 1], (r) => [r.stream, r.offset, Number(r.fin)]);
    for (
      const end of [
        () => write.writeMaxData(out, 0, a),
        () => write.writeMaxStreams(out, 0, a),
        () => write.writeDataBlocked(out, 0, a),
        () => write.writeStreamsBlocked(out, 0, a),
      ]
    ) add(end(), [a], (r) => [r.limit]);
    for (
      const end of [
        () => write.writeMaxStreamData(out, 0, a, b),
        () => write.writeStreamDataBlocked(out, 0, a, b),
      ]
    ) add(end(), [a, b], (r) => [r.stream, r.limit]);
    add(write.writeResetStream(out, 0, a, b, c), [a, b, c], (r) => [r.stream, r.code, r.offset]);
    add(write.writeStopSending(out, 0, a, b), [a, b], (r) => [r.stream, r.code]);
    for (const writePath of [write.writePathChallenge, write.writePathResponse]) {
      add(writePath(out, 0, data.subarray(0, 8)), [8], (r) => [r.end - r.start]);
    }
    add(write.writeAckFrequency(out, 0, a, b, 12.5, 1), [a, b, 12.5, 1], (r) => [
      r.limit,
      r.threshold,
      r.delay,
      r.reordering,
    ]);
    add(
      write.writeClose(out, 0, a, b, data),
      [a, b, 20],
      (r) => [r.code, r.cause, r.end - r.start],
    );
    add(write.writeClose(out, 0, a, undefined, data), [a, 20], (r) => [r.code, r.end - r.start]);
    // All that have fields; ACK and PADDING have tests of their own.
    const withFields = write.FRAMES.filter(({ type, read }) => read ?? type === FRAME_STREAM)
      .map(({ type }) => type).filter((type) => type !== FRAME_ACK && type !== write.FRAME_PADDING);
    assert.deepEqual(frames.map(([type]) => type).toSorted(), withFields.toSorted());
  }));
});

Deno.test("a frame that names a stream is known to be about one", () => {
  for (const { name, type, read } of write.FRAMES) {
    if (read === undefined || type === FRAME_ACK) continue;
    const cursor = new FrameCursor();
    cursor.reset(new Uint8Array(40).fill(7));
    read(cursor);
    assert.equal(write.isAboutStream(type), cursor.stream === 7, name);
  }
});

Deno.test("stream data without a length runs to the end of the packet", () => {
  const out = new Uint8Array(100);
  const at = write.writeStreamHeader(out, 0, 4, 0, undefined, false);
  assert.equal(at, write.streamHeaderSize(4, 0, undefined));
  const reader = read(out);
  assert.deepEqual([reader.stream, reader.offset, reader.start, reader.end, reader.fin], [
    4,
    0,
    at,
    100,
    false,
  ]);
});

Deno.test("ACK ranges are read as they were written, the newest first, as many as fit", () => {
  const gaps = fc.array(fc.tuple(fc.integer({ min: 1, max: 1000 }), fc.nat(1000)), {
    minLength: 1,
    maxLength: 300,
  });
  fc.assert(
    fc.property(gaps, fc.nat(1e9), fc.integer({ min: 30, max: 1200 }), (list, low, room) => {
      const ranges = new RangeSet();
      for (const [gap, length] of list) {
        ranges.add(low + gap, low + gap + length + 1);
        low += gap + length + 1;
      }
      const out = new Uint8Array(1200);
      const end = write.writeAck(out, 0, room, ranges, MAX_ACK_RANGES, 3.2);
      assert.ok(end > 0 && end <= room);
      const reader = read(out.subarray(0, end));
      assert.equal(reader.type, FRAME_ACK);
      assert.equal(reader.delay, 3.2);
      assert.ok(reader.rangeCount >= 1 && reader.rangeCount <= MAX_ACK_RANGES);
      for (let i = 0; i < reader.rangeCount; i++) {
        const n = ranges.count - 1 - i;
        assert.equal(reader.ranges[2 * i], ranges.start(n));
        assert.equal(reader.ranges[2 * i + 1], ranges.end(n) - 1);
      }
      if (room === 1200 && ranges.count < 200) assert.equal(reader.rangeCount, ranges.count);
    }),
  );
});

Deno.test("frames that break a rule of their own are refused", () => {
  const bad = {
    "an unknown type": "02ff",
    "CRYPTO, which has no use here": "06000100",
    "ACK with ECN counts": "0300000000000000",
    "a type that is not in its shortest form": "4001",
    "a type of four bytes": "80000001",
    "an ACK range below zero": "0205000006",
    "a second ACK range below zero": "020500010300",
    "more ACK ranges than a frame may have": `0280100000004100${"00".repeat(600)}`,
    "a stream beyond 2^53 bytes": "0e00c01fffffffffffff0161",
    "a reason that is too long": `1d004201${"61".repeat(513)}`,
  };
  for (const [what, bytes] of Object.entries(bad)) {
    assert.doesNotThrow(() => refuses(fromHex(bytes)), what);
  }
});

Deno.test("padding is skipped in one go", () => {
  const bytes = new Uint8Array(1000);
  bytes[999] = 0x01;
  const reader = new FrameReader();
  reader.reset(bytes);
  assert.ok(reader.next());
  assert.equal(reader.type, 0);
  assert.ok(reader.next());
  assert.equal(reader.type, 1);
  assert.ok(!reader.next());
});
