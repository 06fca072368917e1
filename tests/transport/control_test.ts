/** BBR, pacing, acknowledgement policy and scheduling, each by itself. */
import assert from "node:assert/strict";
import { AckTracker, MAX_ACK_DELAY_MS } from "../../lib/transport/ack-tracker.ts";
import { Bbr, SHORT_PATH_MS, socketBufferBytes } from "../../lib/transport/bbr.ts";
import type { AckSample } from "../../lib/transport/congestion.ts";
import { MaxFilter } from "../../lib/transport/max-filter.ts";
import { MAX_BURST_BYTES, Pacer } from "../../lib/transport/pacer.ts";
import { Scheduler } from "../../lib/transport/scheduler.ts";
import { Stream } from "../../lib/transport/stream.ts";
import { FrameReader } from "../../lib/wire/frame-reader.ts";
import { Flow, Pair } from "../lab/pair.ts";
import { SeededRandom, withSeed } from "../lab/random.ts";

const DATAGRAM = 1200;

/** A path of fixed rate and round trip that loses a share of what is sent, for a controller alone: one ACK a round. */
class Path {
  readonly sample: AckSample = {
    now: 0,
    bytes: 0,
    priorInFlight: 0,
    inFlight: 0,
    rtt: 0,
    windowLimited: false,
    delivered: 0,
    priorDelivered: 0,
    rate: 0,
    rateAppLimited: false,
    lost: 0,
  };
  now = 0;

  constructor(
    readonly bbr: Bbr,
    readonly rate: number,
    readonly rtt: number,
    public loss = 0,
  ) {}

  /** One round trip: the window leaves, what the path carries arrives; the rest waits (rtt grows) or is lost. */
  round(queueBytes = Infinity): void {
    const { sample, bbr } = this;
    const pace = bbr.pacingRate ?? Infinity;
    const sending = Math.min(bbr.window, pace * this.rtt);
    const product = this.rate * this.rtt;
    const queue = Math.min(queueBytes, Math.max(0, sending - product));
    const overflow = Math.max(0, sending - product - queue);
    const lost = overflow + this.loss * (sending - overflow);
    const arrived = sending - lost;
    const took = this.rtt + queue / this.rate;
    this.now += took;
    sample.now = this.now;
    sample.priorInFlight = sending;
    sample.inFlight = 0;
    sample.bytes = arrived;
    sample.priorDelivered = sample.delivered;
    sample.delivered += arrived;
    sample.lost += lost;
    sample.rtt = took;
    sample.rate = arrived / took;
    sample.windowLimited = true;
    bbr.onAck(sample);
  }

  rounds(count: number, queueBytes?: number): void {
    for (let i = 0; i < count; i++) this.round(queueBytes);
  }
}

Deno.test("BBR finds the rate of the path and keeps about two products in flight", () => {
  const path = new Path(new Bbr(DATAGRAM), 1000, 40);
  path.rounds(40, 20_000);
  const { bbr } = path;
  assert.ok(!bbr.slowStart);
  assert.ok(Math.abs(bbr.pacingRate! / 1000 - 1) < 0.3, `${bbr.pacingRate} bytes/ms`);
  assert.ok(bbr.window > 1.5 * 40_000 && bbr.window < 2.5 * 40_000, `window ${bbr.window}`);
});

Deno.test("BBR is not slowed by loss without a queue", () => {
  const path = new Path(new Bbr(DATAGRAM), 1000, 40, 0.1);
  path.rounds(60, 0);
  assert.ok(path.bbr.pacingRate! > 800, `${path.bbr.pacingRate} bytes/ms`);
});

Deno.test("BBR gives way to loss with a queue", () => {
  const path = new Path(new Bbr(DATAGRAM), 1000, 40);
  path.rounds(40, 20_000);
  const before = path.bbr.window;
  const { sample } = path;
  for (let i = 0; i < 5; i++) {
    sample.now += 100;
    sample.priorDelivered = sample.delivered;
    sample.delivered += 40_000;
    sample.lost += 4_000;
    sample.priorInFlight = before;
    sample.rtt = 100;
    sample.rate = 400;
    path.bbr.onAck(sample);
  }
  assert.ok(path.bbr.window < 0.7 * before, `${path.bbr.window} after ${before}`);
});

Deno.test("BBR follows a path that becomes slower, and one that becomes faster", () => {
  const bbr = new Bbr(DATAGRAM);
  const fast = new Path(bbr, 4000, 20);
  fast.rounds(40, 20_000);
  const slow = new Path(bbr, 500, 20);
  Object.assign(slow.sample, fast.sample);
  slow.now = fast.now;
  slow.rounds(30, 20_000);
  assert.ok(bbr.pacingRate! < 700, `${bbr.pacingRate} bytes/ms on the slow path`);
  const again = new Path(bbr, 4000, 20);
  Object.assign(again.sample, slow.sample);
  again.now = slow.now;
  again.rounds(60, 20_000);
  assert.ok(bbr.pacingRate! > 2500, `${bbr.pacingRate} bytes/ms on the fast path`);
});

Deno.test("on a short path BBR keeps to what a socket buffer holds, without pacing", () => {
  for (const datagram of [1452, 8972, 65_000]) {
    const path = new Path(new Bbr(datagram), 400_000, 0.3);
    path.rounds(60);
    assert.equal(path.bbr.pacingRate, undefined);
    assert.ok(path.bbr.window <= socketBufferBytes(datagram));
    assert.ok(path.bbr.window >= 0.9 * socketBufferBytes(datagram), `${path.bbr.window}`);
  }
  assert.equal(socketBufferBytes(65_000), 3 * 65_000);
  const large = new Path(new Bbr(1452, 425_984), 400_000, 0.3);
  large.rounds(60);
  assert.ok(large.bbr.window > 1.8 * socketBufferBytes(1452), `${large.bbr.window}`);
  assert.ok(socketBufferBytes(1452) < 120_000 && socketBufferBytes(1452) > 80_000);
  assert.equal(socketBufferBytes(65_000, 425_984), 6 * 65_000);
  assert.equal(socketBufferBytes(1452, 0), socketBufferBytes(1452, 16 * 1024));
  assert.equal(socketBufferBytes(1452, 2 ** 32 - 1), socketBufferBytes(1452, 2 ** 20));
  assert.ok(SHORT_PATH_MS < 10);
});

Deno.test("BBR probes the round trip every ten seconds of sending, but not after a pause", () => {
  const path = new Path(new Bbr(DATAGRAM), 1000, 40);
  path.rounds(40, 20_000);
  const usual = path.bbr.window;
  // The path becomes longer: nothing is as short as before any more.
  const longer = new Path(path.bbr, 1000, 50);
  Object.assign(longer.sample, path.sample);
  longer.now = path.now;
  let least = Infinity;
  while (longer.now < path.now + 11_000) {
    longer.round(20_000);
    least = Math.min(least, path.bbr.window);
  }
  assert.ok(least < 0.7 * usual, `${least} of ${usual}`);
  longer.rounds(20, 20_000);
  longer.now += 60_000;
  longer.rounds(3, 20_000);
  assert.ok(path.bbr.window > 0.7 * usual);
});

Deno.test("BBR starts over after persistent congestion", () => {
  const path = new Path(new Bbr(DATAGRAM), 1000, 40);
  path.rounds(40, 20_000);
  path.bbr.onPersistentCongestion();
  assert.ok(path.bbr.slowStart);
  assert.ok(path.bbr.window <= 4 * DATAGRAM);
  path.rounds(20, 20_000);
  assert.ok(path.bbr.window > 1.5 * 40_000);
});

Deno.test("the maximum of a window of rounds is kept and forgotten in time", () => {
  const filter = new MaxFilter(10);
  const random = new SeededRandom(8);
  const samples: number[] = [];
  for (let round = 0; round < 500; round++) {
    const value = random.below(1000);
    samples.push(value);
    filter.update(value, round);
    const window = samples.slice(-11);
    assert.ok(filter.value <= Math.max(...window), "an expired sample is still there");
    // The filter keeps three samples only; what it gives is never below the newest ones.
    assert.ok(filter.value >= Math.max(...samples.slice(-2)));
  }
});

Deno.test("what leaves unpaced is not owed when pacing begins", () => {
  const pacer = new Pacer();
  const rate = 1000;
  for (let now = 0; now < 10; now++) {
    assert.equal(pacer.ready(now, now < 2 ? rate : undefined, DATAGRAM), now);
    pacer.onSent(now < 2 ? DATAGRAM : 1_000_000);
  }
  assert.equal(pacer.ready(10, rate, DATAGRAM), 10);
});

Deno.test("a path that was short before a blackout and is long after it is used at once", () =>
  withSeed((random) => {
    const pair = new Pair(random, { delay: 0.5, rate: 2500 });
    const flow = new Flow(pair, pair.a, pair.b, random.bytes(6_000_000));
    pair.run(1000);
    pair.a.out.conditions = pair.b.out.conditions = { drop: 1 };
    pair.run(15_000);
    pair.a.out.conditions = pair.b.out.conditions = { delay: 10, rate: 2500 };
    pair.runUntil(() => flow.done, 9_000);
    flow.check();
  }));

Deno.test("pacing lets a burst through, then keeps the rate over any length of time", () => {
  const pacer = new Pacer();
  let now = 0;
  let sent = 0;
  const rate = 1000;
  const burst = Pacer.burst(rate, DATAGRAM);
  assert.ok(burst >= 4 * DATAGRAM && burst <= MAX_BURST_BYTES);
  while (now < 1000) {
    const at = pacer.ready(now, rate, DATAGRAM);
    if (at <= now) {
      pacer.onSent(DATAGRAM);
      sent += DATAGRAM;
      assert.ok(sent <= burst + now * rate + DATAGRAM);
    } else {
      assert.ok(at - now > 1, "a timer for each datagram");
      now = at;
    }
  }
  assert.ok(sent > 0.98 * rate * 1000);
  assert.equal(pacer.ready(now, undefined, DATAGRAM), now);
});

/** The first range of the ACK that `acks` writes, and undefined when it writes none. */
function written(acks: AckTracker, now: number): [number, number] | undefined {
  const out = new Uint8Array(200);
  const end = acks.write(out, 0, out.length, now);
  if (end === 0) return undefined;
  const reader = new FrameReader();
  reader.reset(out.subarray(0, end));
  reader.next();
  return [reader.ranges[0]!, reader.ranges[1]!];
}

Deno.test("every second packet is acknowledged at once, a single one after the delay", () => {
  const acks = new AckTracker();
  assert.equal(written(acks, 0), undefined);
  acks.onPacket(0, true, false, 100);
  assert.equal(acks.deadline, 100 + MAX_ACK_DELAY_MS);
  acks.onPacket(1, true, false, 105);
  assert.equal(acks.deadline, 105);
  assert.deepEqual(written(acks, 105), [0, 1]);
  assert.equal(acks.deadline, undefined);
  acks.onPacket(2, false, false, 110);
  assert.equal(acks.deadline, undefined);
  acks.onPacket(3, true, true, 111);
  assert.equal(acks.deadline, 111);
});

Deno.test("a gap and a late packet are acknowledged at once", () => {
  const acks = new AckTracker();
  acks.onFrequency(0, 10, 20, 1);
  acks.onPacket(0, true, false, 0);
  assert.equal(acks.deadline, 20);
  acks.onPacket(2, true, false, 5);
  assert.equal(acks.deadline, 5);
  written(acks, 5);
  acks.onPacket(3, true, false, 6);
  assert.equal(acks.deadline, 26);
  acks.onPacket(1, true, false, 7);
  assert.equal(acks.deadline, 7);
  assert.deepEqual(written(acks, 7), [0, 3]);
});

Deno.test("the peer sets threshold and delay, the newest request counts, within bounds", () => {
  const acks = new AckTracker();
  acks.onFrequency(5, 3, 10, 0);
  acks.onFrequency(4, 0, 1, 1);
  acks.onPacket(0, true, false, 0);
  assert.equal(acks.deadline, 10);
  acks.onPacket(2, true, false, 1);
  acks.onPacket(4, true, false, 2);
  assert.equal(acks.deadline, 10);
  acks.onPacket(6, true, false, 3);
  assert.equal(acks.deadline, 3);
  written(acks, 3);
  acks.onFrequency(6, 1e9, 1e9, 0);
  acks.onPacket(7, true, false, 10);
  assert.equal(acks.deadline, 10 + MAX_ACK_DELAY_MS);
});

Deno.test("repeated packets are known as such; ranges are bounded and trimmed", () => {
  const acks = new AckTracker();
  for (let number = 0; number < 2000; number += 2) {
    assert.ok(acks.isNew(number));
    acks.onPacket(number, true, false, number);
    assert.ok(!acks.isNew(number));
  }
  acks.onAckAcked(1900);
  acks.onPacket(1999, true, false, 2000);
  assert.deepEqual(written(acks, 2000), [1998, 1999]);
  assert.ok(!acks.isNew(1998));
});

function busyStream(id: number): Stream {
  const stream = new Stream(id, false, 1e9, 0, 1e6);
  stream.send.write(new Uint8Array(1e6), 1e6);
  return stream;
}

/** The order in which the scheduler lets streams send, 1000 bytes at a time. */
function turns(scheduler: Scheduler, count: number): number[] {
  return Array.from({ length: count }, () => {
    const stream = scheduler.next()!;
    scheduler.charge(stream, 1000);
    return stream.id;
  });
}

Deno.test("a stream that becomes busy goes before those that have been", () => {
  const scheduler = new Scheduler();
  scheduler.activate(busyStream(0));
  turns(scheduler, 50);
  scheduler.activate(busyStream(2));
  assert.deepEqual(turns(scheduler, 5), [2, 2, 2, 2, 2]);
  const order = turns(scheduler, 400);
  const share = order.filter((id) => id === 0).length / order.length;
  assert.ok(share > 0.4 && share < 0.6, `${share}`);
});

Deno.test("a stream that is busy again and again does not starve the others", () => {
  const scheduler = new Scheduler();
  const steady = busyStream(0);
  const restless = busyStream(2);
  scheduler.activate(steady);
  let steadyTurns = 0;
  for (let i = 0; i < 1000; i++) {
    scheduler.activate(restless);
    const stream = scheduler.next()!;
    scheduler.charge(stream, 1000);
    if (stream === steady) steadyTurns++;
    else scheduler.idle(stream);
  }
  assert.ok(steadyTurns > 300, `${steadyTurns} turns of 1000`);
});

Deno.test("urgent streams go first, and a stream can be taken out anywhere", () => {
  const scheduler = new Scheduler();
  const streams = [0, 2, 4].map(busyStream);
  for (const stream of streams) scheduler.activate(stream);
  scheduler.setUrgency(streams[2]!, 0);
  assert.deepEqual(turns(scheduler, 3), [4, 4, 4]);
  scheduler.remove(streams[2]!);
  assert.equal(scheduler.next(), streams[0]);
  scheduler.remove(streams[0]!);
  scheduler.remove(streams[0]!);
  assert.equal(scheduler.next(), streams[1]);
  scheduler.idle(streams[1]!);
  scheduler.idle(streams[1]!);
  assert.ok(scheduler.empty);
  assert.equal(scheduler.next(), undefined);
});
