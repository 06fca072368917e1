/** Loss detection, probe timeouts and the round-trip estimate (RFC 9002), packet by packet. */
import { FRAME_STREAM, writeAck } from "../../lib/wire/frames.ts";
import { TransportError } from "../../lib/wire/transport-error.ts";
import assert from "node:assert/strict";
import type { AckSample } from "../../lib/transport/congestion.ts";
import {
  type Congestion,
  MAX_PROBE_INTERVAL_MS,
  type PacketFate,
  Recovery,
} from "../../lib/transport/recovery.ts";
import { NumberGaps } from "../../lib/transport/number-gaps.ts";
import { ReorderingTolerance } from "../../lib/transport/reordering.ts";
import { INITIAL_RTT_MS, RttEstimator } from "../../lib/transport/rtt.ts";
import {
  MAX_SENT_PACKETS,
  SENT_ELICITING,
  SENT_IN_FLIGHT,
  SentPackets,
} from "../../lib/transport/sent-packets.ts";
import { Transport } from "../../lib/transport/transport.ts";
import { RangeSet } from "../../lib/transport/range-set.ts";
import { FrameReader } from "../../lib/wire/frame-reader.ts";

const MAX_ACK_DELAY = 25;
const FLAGS = SENT_ELICITING | SENT_IN_FLIGHT;

/** A controller that only takes notes. */
class Notes implements Congestion {
  window = 1_000_000;
  pacingRate = undefined;
  slowStart = false;
  acks: AckSample[] = [];
  persistent = 0;
  spurious = 0;
  onAck(sample: AckSample): void {
    this.acks.push({ ...sample });
  }
  onPersistentCongestion(): void {
    this.persistent++;
  }
  onSpuriousLoss(): void {
    this.spurious++;
  }
  onDatagramSize(): void {
    this.window += 0;
  }
}

/** A recovery whose packets each carry one record: its stream is the packet number. */
class Bench {
  readonly notes = new Notes();
  readonly acked: number[] = [];
  readonly lost: number[] = [];
  readonly recovery: Recovery;

  constructor() {
    const fate: PacketFate = {
      frameAcked: (_kind, stream) => void this.acked.push(stream),
      frameLost: (_kind, stream) => void this.lost.push(stream),
      packetAcked: () => {},
      packetLost: () => {},
    };
    this.recovery = new Recovery(this.notes, fate, MAX_ACK_DELAY);
  }

  send(now: number, count = 1, size = 1000): void {
    const { sent } = this.recovery;
    for (let i = 0; i < count; i++) {
      sent.add(FRAME_STREAM, sent.begin(), 0, size);
      this.recovery.onSent(now, size, FLAGS);
    }
  }

  /** An ACK of the given ranges [low, high]. */
  ack(now: number, delay: number, ...list: [low: number, high: number][]): void {
    const ranges = new RangeSet();
    for (const [low, high] of list) ranges.add(low, high + 1);
    const out = new Uint8Array(600);
    const end = writeAck(out, 0, out.length, ranges, 64, delay);
    const reader = new FrameReader();
    reader.reset(out.subarray(0, end));
    reader.next();
    this.recovery.onAck(reader, now);
  }
}

Deno.test("the round-trip estimate follows RFC 9002 section 5", () => {
  const rtt = new RttEstimator();
  assert.equal(rtt.smoothed, INITIAL_RTT_MS);
  rtt.update(100, 80, MAX_ACK_DELAY);
  assert.deepEqual([rtt.smoothed, rtt.variation, rtt.min], [100, 50, 100]);
  // The delay counts up to the maximum, and never takes the sample below the minimum.
  rtt.update(200, 80, MAX_ACK_DELAY);
  assert.equal(rtt.variation, 0.75 * 50 + 0.25 * 75);
  assert.equal(rtt.smoothed, 0.875 * 100 + 0.125 * 175);
  rtt.update(90, 10, MAX_ACK_DELAY);
  assert.equal(rtt.min, 90);
  assert.equal(rtt.smoothed, 0.875 * 109.375 + 0.125 * 90);
  assert.equal(rtt.probeTimeout(25), rtt.smoothed + 4 * rtt.variation + 25);
  rtt.reset();
  assert.ok(!rtt.sampled);
});

Deno.test("a packet is lost once three later ones are acknowledged", () => {
  const bench = new Bench();
  bench.send(0, 5);
  bench.ack(50, 0, [1, 2]);
  assert.deepEqual(bench.lost, []);
  bench.ack(50, 0, [1, 3]);
  assert.deepEqual(bench.lost, [0]);
  assert.deepEqual(bench.acked.sort(), [1, 2, 3]);
  assert.equal(bench.recovery.inFlight, 1000);
  assert.deepEqual([bench.recovery.lostPackets, bench.recovery.lostBytes], [1, 1000]);
});

Deno.test("a packet is lost 9/8 of a round trip after it was sent, when a later one has arrived", () => {
  const bench = new Bench();
  bench.send(0, 2);
  bench.ack(80, 0, [1, 1]);
  assert.deepEqual(bench.lost, []);
  assert.equal(bench.recovery.nextTimeout(), 90);
  bench.recovery.onTimeout(89);
  assert.deepEqual(bench.lost, []);
  bench.recovery.onTimeout(90);
  assert.deepEqual(bench.lost, [0]);
});

Deno.test("an ACK gives a round-trip sample only when its largest is new", () => {
  const bench = new Bench();
  bench.send(0, 3);
  bench.ack(40, 0, [2, 2]);
  assert.equal(bench.recovery.rtt.latest, 40);
  bench.ack(41, 0, [1, 2]);
  assert.equal(bench.recovery.rtt.latest, 40);
  assert.deepEqual(bench.notes.acks.map(({ rtt }) => rtt), [40, 0]);
});

Deno.test("acknowledging a number that was left out breaks the protocol; one around it does not", () => {
  const bench = new Bench();
  bench.send(0, 2);
  bench.recovery.sent.skip(0);
  bench.send(0, 2);
  bench.ack(10, 0, [0, 1], [3, 4]);
  assert.deepEqual(bench.acked.toSorted(), [0, 1, 3, 4]);
  assert.throws(() => bench.ack(11, 0, [0, 4]), TransportError);
});

Deno.test("numbers are left out at random, ever more rarely", () => {
  const gaps = new NumberGaps((length) => crypto.getRandomValues(new Uint8Array(length)));
  const taken = Array.from({ length: 200_000 }, (_, number) => number).filter((number) =>
    gaps.take(number)
  );
  assert.ok(taken.length >= 5 && taken.length < 60, `${taken.length} left out`);
  assert.ok(taken[0]! <= 64);
  const none = new NumberGaps(undefined);
  assert.ok(taken.every((number) => !none.take(number)));
});

Deno.test("a peer that acknowledges ahead of what it gets is found out", () => {
  const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));
  const transport = new Transport({ role: "initiator", now: 0, overhead: 32, random });
  const stream = transport.openStream();
  const out = new Uint8Array(1500);
  const ack = new Uint8Array(100);
  let now = 0;
  let sent = 0;
  for (let number = 0; now < 60_000; now += 10, number++) {
    transport.write(stream, new Uint8Array(10_000));
    while (transport.transmit(now, out) !== undefined) sent++;
    const all = new RangeSet();
    all.add(0, transport.stats().packetsSent);
    const end = writeAck(ack, 0, ack.length, all, 64, 0);
    try {
      transport.receive(number, ack.subarray(0, end), now);
    } catch (error) {
      assert.ok(error instanceof TransportError);
      assert.ok(sent < 200, `only after ${sent} packets`);
      return;
    }
  }
  assert.fail(`not found out in ${sent} packets`);
});

Deno.test("acknowledging what was never sent breaks the protocol", () => {
  const bench = new Bench();
  bench.send(0, 2);
  assert.throws(() => bench.ack(10, 0, [0, 2]), TransportError);
});

Deno.test("repeated ACKs change nothing", () => {
  const bench = new Bench();
  bench.send(0, 4);
  for (let i = 0; i < 3; i++) bench.ack(30, 0, [0, 3]);
  assert.equal(bench.notes.acks.length, 1);
  assert.equal(bench.acked.length, 4);
  assert.equal(bench.recovery.inFlight, 0);
  assert.equal(bench.recovery.nextTimeout(), undefined);
});

Deno.test("probe timeouts double up to a bound, and an ACK ends the doubling", () => {
  const { recovery } = new Bench();
  const bench = new Bench();
  assert.equal(recovery.nextTimeout(), undefined);
  bench.send(0);
  bench.ack(100, 0, [0, 0]);
  bench.send(100);
  const first = 100 + 50 * 4 + MAX_ACK_DELAY;
  let at = 100;
  const waits: number[] = [];
  for (let i = 0; i < 8; i++) {
    const due = bench.recovery.nextTimeout()!;
    waits.push(due - at);
    bench.recovery.onTimeout(due);
    assert.ok(bench.recovery.probes > 0);
    at = due;
    bench.send(at);
  }
  assert.deepEqual(waits.slice(0, 4), [first, 2 * first, 4 * first, 8 * first]);
  assert.equal(waits.at(-1), MAX_PROBE_INTERVAL_MS);
  bench.ack(at + 100, 0, [9, 9]);
  assert.equal(bench.recovery.ptoCount, 0);
  assert.equal(bench.recovery.probes, 0);
});

Deno.test("a probe repeats the oldest frames without calling them lost, each once", () => {
  const bench = new Bench();
  bench.send(0, 2);
  assert.ok(bench.recovery.requeueOldest());
  assert.ok(bench.recovery.requeueOldest());
  assert.ok(!bench.recovery.requeueOldest());
  assert.deepEqual(bench.lost, [0, 1]);
  assert.equal(bench.recovery.lostPackets, 0);
  assert.equal(bench.recovery.inFlight, 2000);
  // When they turn out lost after all their frames are on their way again already.
  bench.send(400, 4);
  bench.ack(500, 0, [2, 5]);
  assert.equal(bench.recovery.lostPackets, 2);
  assert.deepEqual(bench.lost, [0, 1]);
});

Deno.test("a loss that was none is taken back, and more reordering is borne from then on", () => {
  const bench = new Bench();
  bench.send(0, 6);
  bench.ack(50, 0, [1, 5]);
  assert.equal(bench.recovery.lostPackets, 1);
  bench.ack(51, 0, [0, 5]);
  assert.equal(bench.recovery.spuriousLosses, 1);
  assert.equal(bench.recovery.lostPackets, 0);
  assert.equal(bench.notes.spurious, 1);
  bench.send(60, 6);
  bench.ack(110, 0, [7, 11]);
  assert.equal(bench.recovery.lostPackets, 0);
});

Deno.test("tolerance of reordering passes after sixteen recoveries", () => {
  const tolerance = new ReorderingTolerance();
  tolerance.onSpurious(20);
  assert.equal(tolerance.packets, 21);
  for (let i = 1; i <= 16; i++) {
    assert.equal(tolerance.packets, 21);
    tolerance.onLoss(100 * i, 100 * i - 10);
    tolerance.onLoss(100 * i, 100 * i - 5);
  }
  assert.equal(tolerance.packets, 3);
  assert.equal(tolerance.roundTrips, 1.125);
});

Deno.test("loss of everything over three probe timeouts is persistent congestion", () => {
  const once = (gap: number, between: boolean) => {
    const bench = new Bench();
    bench.send(0);
    bench.ack(100, 0, [0, 0]);
    for (let i = 0; i < 4; i++) bench.send(100 + i * gap);
    if (between) bench.ack(150 + 2 * gap, 0, [3, 3]);
    bench.send(5000, 4);
    bench.ack(5100, 0, [5, 8]);
    return bench.notes.persistent;
  };
  // The estimate is 100 ± 50 ms, so the period is 3 × (100 + 200 + 25) = 975 ms.
  assert.equal(once(400, false), 1);
  assert.equal(once(200, false), 0);
  assert.equal(once(400, true), 0);
});

Deno.test("the rings of sent packets grow, wrap and forget", () => {
  const sent = new SentPackets();
  for (let round = 0; round < 50; round++) {
    const from = sent.next;
    for (let i = 0; i < 100; i++) {
      const number = sent.begin();
      for (let n = 0; n <= number % 3; n++) sent.add(FRAME_STREAM, number, n, 7);
      sent.commit(number, 1200, FLAGS);
    }
    for (let number = from; number < sent.next; number++) {
      const i = sent.index(number);
      assert.equal(sent.time[i], number);
      assert.equal(sent.recordCount(i), 1 + number % 3);
      for (let n = 0; n <= number % 3; n++) {
        const r = sent.recordIndex(i, n);
        assert.deepEqual([sent.stream[r], sent.offset[r]], [number, n]);
      }
      if (number % 10 !== 9 || round % 5 === 4) sent.state[i] = 2;
    }
    sent.settle(0);
  }
  for (let number = sent.base; number < sent.next; number++) sent.state[sent.index(number)] = 2;
  sent.settle(0);
  assert.equal(sent.base, 5000);
  assert.equal(sent.state.length, 8192);
});

Deno.test("a peer that acknowledges nothing costs no memory, whatever it asks to have acknowledged", () => {
  const sent = new SentPackets();
  for (let i = 0; i < 100_000; i++) {
    sent.begin();
    sent.commit(i, 40, 0);
    sent.settle(-Infinity);
  }
  assert.equal(sent.state.length, 64);

  // Behind a packet that stays unacknowledged there is a limit, and the transport keeps to it.
  const transport = new Transport({ role: "responder", now: 0, overhead: 32 });
  const out = new Uint8Array(1200);
  transport.write(transport.openStream(), new Uint8Array(10));
  const ping = Uint8Array.of(0x01);
  let packets = 0;
  for (let number = 0; number < 200_000; number++) {
    transport.receive(number, ping, number / 100);
    while (transport.transmit(number / 100, out) !== undefined) packets++;
  }
  // Nothing stays due, or a driver would spin.
  transport.timeout(2000);
  while (transport.transmit(2000, out) !== undefined) packets++;
  assert.ok(transport.nextTimeout()! > 2000);
  assert.ok(packets > 1000 && packets <= MAX_SENT_PACKETS + 10, `${packets} packets`);
});

Deno.test("a peer that challenges without end and acknowledges nothing costs no memory", () => {
  const transport = new Transport({ role: "responder", now: 0, overhead: 32 });
  const out = new Uint8Array(1200);
  const challenge = Uint8Array.of(0x1a, 1, 2, 3, 4, 5, 6, 7, 8);
  let answers = 0;
  for (let number = 0; number < 3 * MAX_SENT_PACKETS; number++) {
    transport.receive(number, challenge, 1);
    if (transport.transmitPath(1, out) !== undefined) answers++;
    while (transport.event() !== undefined);
  }
  assert.ok(answers > 1000 && answers <= MAX_SENT_PACKETS, `${answers} answers`);
});

Deno.test("the delivery rate is what arrives in a round trip", () => {
  const bench = new Bench();
  // 10 packets of 1000 bytes, one each millisecond, over a path of 50 ms.
  for (let at = 0; at < 300; at++) {
    bench.send(at);
    if (at >= 50) bench.ack(at, 0, [0, at - 50]);
  }
  const last = bench.notes.acks.at(-1)!;
  assert.ok(Math.abs(last.rate - 1000) < 1, `${last.rate} bytes/ms`);
  assert.ok(!last.rateAppLimited);
  bench.recovery.onAppLimited();
  bench.send(300);
  bench.ack(350, 0, [0, 300]);
  assert.ok(bench.notes.acks.at(-1)!.rateAppLimited);
});
