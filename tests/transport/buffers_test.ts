/** Range sets, byte rings and the two halves of a stream, against slow twins. */
import { TransportCode, TransportError } from "../../lib/wire/transport-error.ts";
import assert from "node:assert/strict";
import fc from "fast-check";
import { ByteRing } from "../../lib/transport/byte-ring.ts";
import { RangeSet } from "../../lib/transport/range-set.ts";
import { MAX_GAPS, ReceiveStream } from "../../lib/transport/receive-stream.ts";
import { INITIAL_MAX_STREAM_DATA, ReceiveWindow } from "../../lib/transport/receive-window.ts";
import { SendStream } from "../../lib/transport/send-stream.ts";
import { FrameReader } from "../../lib/wire/frame-reader.ts";
import { withSeed } from "../lab/random.ts";

const SPAN = 64;

Deno.test("a range set holds what a plain set holds, in as few ranges as possible", () => {
  const step = fc.record({
    add: fc.boolean(),
    start: fc.nat(SPAN),
    length: fc.nat(12),
  });
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const ranges = new RangeSet();
    const plain = new Set<number>();
    for (const { add, start, length } of steps) {
      if (add) ranges.add(start, start + length);
      else ranges.remove(start, start + length);
      for (let i = start; i < start + length; i++) {
        if (add) plain.add(i);
        else plain.delete(i);
      }
    }
    const listed: number[] = [];
    for (let i = 0; i < ranges.count; i++) {
      assert.ok(ranges.start(i) < ranges.end(i));
      if (i > 0) assert.ok(ranges.start(i) > ranges.end(i - 1));
      for (let n = ranges.start(i); n < ranges.end(i); n++) listed.push(n);
    }
    assert.deepEqual(listed, [...plain].sort((a, b) => a - b));
    for (let n = 0; n < SPAN + 20; n++) assert.equal(ranges.has(n), plain.has(n));
  }));
});

Deno.test("taking out what lies below a bound leaves the rest", () => {
  const ranges = new RangeSet();
  ranges.add(0, 5);
  ranges.add(10, 15);
  ranges.removeBelow(12);
  assert.deepEqual([ranges.count, ranges.start(0), ranges.end(0)], [1, 12, 15]);
  ranges.removeBelow(100);
  assert.equal(ranges.count, 0);
});

Deno.test("a byte ring gives back what was put in, over every edge and while it grows", () =>
  withSeed((random) => {
    const ring = new ByteRing();
    const all: number[] = [];
    let base = 0;
    // Far beyond 2^32, where the low bits of an offset must still be right.
    const origin = 2 ** 40 - 5000;
    for (let turn = 0; turn < 500; turn++) {
      const piece = random.bytes(random.below(3000));
      ring.reserve(origin + base, origin + all.length, origin + all.length + piece.length);
      ring.put(origin + all.length, piece, 0, piece.length);
      all.push(...piece);
      const length = random.below(all.length - base + 1);
      const out = new Uint8Array(length + 1);
      ring.take(origin + base, length, out, 1);
      assert.deepEqual([...out.subarray(1)], all.slice(base, base + length));
      base += random.below(length + 1);
    }
    assert.ok(ring.capacity <= 1 << 21);
    ring.release();
    assert.equal(ring.capacity, 0);
  }));

Deno.test("a stream is put together from pieces in any order, overlapping and repeated", () =>
  withSeed((random) => {
    for (let turn = 0; turn < 30; turn++) {
      const data = random.bytes(random.below(20_000));
      const stream = new ReceiveStream(0, INITIAL_MAX_STREAM_DATA);
      const out: number[] = [];
      const buffer = new Uint8Array(1 + random.below(5000));
      let grown = 0;
      while (!stream.finished) {
        const start = random.below(data.length + 1);
        const end = Math.min(data.length, start + random.below(3000));
        grown += stream.receive(start, data, start, end, end === data.length);
        if (random.chance(0.3)) out.push(...buffer.subarray(0, stream.read(buffer)));
      }
      assert.equal(grown, data.length);
      assert.ok(Uint8Array.from(out).every((byte, i) => byte === data[i]));
      assert.equal(out.length, data.length);
    }
  }));

function fails(code: TransportCode, run: () => void): void {
  assert.throws(run, (error) => error instanceof TransportError && error.transportCode === code);
}

Deno.test("a stream has one final size, and nothing beyond it", () => {
  const bytes = new Uint8Array(100);
  const fresh = () => {
    const stream = new ReceiveStream(0, INITIAL_MAX_STREAM_DATA);
    stream.receive(10, bytes, 0, 40, false);
    return stream;
  };
  fails(TransportCode.finalSize, () => fresh().receive(0, bytes, 0, 49, true));
  fails(TransportCode.finalSize, () => fresh().reset(1, 49));
  const ended = fresh();
  ended.receive(50, bytes, 0, 10, true);
  fails(TransportCode.finalSize, () => ended.receive(60, bytes, 0, 1, false));
  fails(TransportCode.finalSize, () => ended.receive(0, bytes, 0, 59, true));
  fails(TransportCode.finalSize, () => ended.reset(1, 61));
  assert.equal(ended.receive(0, bytes, 0, 60, true), 0);
  assert.equal(ended.reset(1, 60), 0);
  // All had arrived before the reset, so the reader still gets it.
  assert.equal(ended.resetCode, undefined);
  assert.equal(ended.read(new Uint8Array(100)), 60);
});

Deno.test("more than the credit is a flow control error, from data and from a reset", () => {
  const stream = new ReceiveStream(0, INITIAL_MAX_STREAM_DATA);
  const bytes = new Uint8Array(1);
  stream.receive(INITIAL_MAX_STREAM_DATA - 1, bytes, 0, 1, false);
  fails(
    TransportCode.flowControl,
    () => stream.receive(INITIAL_MAX_STREAM_DATA, bytes, 0, 1, false),
  );
  fails(TransportCode.flowControl, () => stream.reset(0, INITIAL_MAX_STREAM_DATA + 1));
});

Deno.test("a peer that leaves too many gaps is refused", () => {
  const stream = new ReceiveStream(0, INITIAL_MAX_STREAM_DATA);
  const bytes = new Uint8Array(1);
  fails(TransportCode.protocolViolation, () => {
    for (let i = 1; i <= MAX_GAPS + 1; i++) stream.receive(2 * i, bytes, 0, 1, false);
  });
});

Deno.test("the window doubles while its half is read within two round trips", () => {
  const window = new ReceiveWindow(1000, 4000, 0);
  window.consume(499);
  assert.ok(!window.due);
  window.consume(1);
  assert.ok(window.due);
  assert.equal(window.advance(1000, 100), 1500);
  window.consume(500);
  assert.equal(window.advance(1150, 100), 3000);
  window.consume(2000);
  assert.equal(window.advance(1300, 100), 7000);
  window.consume(4000);
  assert.equal(window.advance(1400, 100), 11_000);
});

Deno.test("a sending stream repeats what is lost, and no more, until all has arrived", () =>
  withSeed((random) => {
    for (let turn = 0; turn < 20; turn++) {
      const data = random.bytes(1 + random.below(30_000));
      const stream = new SendStream(4, Infinity);
      const received = new Uint8Array(data.length);
      const covered = new RangeSet();
      const reader = new FrameReader();
      const packet = new Uint8Array(1200);
      const inFlight: [number, number, boolean][] = [];
      let written = 0;
      let sent = 0;
      while (!stream.done) {
        if (written < data.length) {
          written += stream.write(data.subarray(written, written + 4000), 8000);
          if (written === data.length) stream.finish();
        }
        while (stream.hasWork(Infinity) && inFlight.length < 12) {
          const end = stream.writeFrame(packet, 0, 40 + random.below(1160), Infinity);
          reader.reset(packet.subarray(0, end));
          assert.ok(reader.next());
          const length = reader.end - reader.start;
          assert.deepEqual([length, reader.offset, reader.fin], [
            stream.lastLength,
            stream.lastOffset,
            stream.lastFin,
          ]);
          sent += length;
          inFlight.push([reader.offset, length, reader.fin]);
          if (random.chance(0.8)) {
            received.set(packet.subarray(reader.start, reader.end), reader.offset);
            covered.add(reader.offset, reader.offset + length);
          } else inFlight.at(-1)![1] = -length;
        }
        const [[offset, length, fin]] = inFlight.splice(random.below(inFlight.length), 1) as [
          [number, number, boolean],
        ];
        if (length >= 0 && !Object.is(length, -0)) stream.onAcked(offset, length, fin);
        else stream.onLost(offset, -length, fin);
      }
      assert.deepEqual(received, data);
      assert.deepEqual([covered.start(0), covered.end(0)], [0, data.length]);
      assert.ok(sent < 2 * data.length + 20_000);
    }
  }));

Deno.test("a sending stream keeps to the credit of stream and connection", () => {
  const stream = new SendStream(4, 100);
  stream.write(new Uint8Array(500), 1000);
  const packet = new Uint8Array(1000);
  stream.writeFrame(packet, 0, 1000, 60);
  assert.equal(stream.lastNew, 60);
  stream.writeFrame(packet, 0, 1000, 60);
  assert.equal(stream.lastNew, 40);
  assert.ok(stream.blocked);
  assert.equal(stream.writeFrame(packet, 0, 1000, 60), 0);
  stream.onLost(0, 60, false);
  // What is sent again costs no credit.
  assert.ok(stream.hasWork(0));
  stream.writeFrame(packet, 0, 1000, 0);
  assert.deepEqual([stream.lastOffset, stream.lastLength, stream.lastNew], [0, 60, 0]);
});
