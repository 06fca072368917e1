/**
 * The ring of sent packets and the recovery built on it, under every order of sending, acknowledging (late, selectively,
 * again), losing, probing and waiting, against a twin that keeps a list of packets.
 */
import { FRAME_STREAM, writeAck } from "../../../lib/wire/frames.ts";
import { TransportError } from "../../../lib/wire/transport-error.ts";
import assert from "node:assert/strict";
import { MAX_PROBE_INTERVAL_MS, Recovery } from "../../../lib/transport/recovery.ts";
import { RangeSet } from "../../../lib/transport/range-set.ts";
import {
  PACKET_ACKED,
  PACKET_LOST,
  PACKET_OUTSTANDING,
  PACKET_QUIET,
  PACKET_SKIPPED,
  SENT_ELICITING,
  SENT_IN_FLIGHT,
  SENT_MTU_PROBE,
  SENT_REQUEUED,
} from "../../../lib/transport/sent-packets.ts";
import { FrameReader } from "../../../lib/wire/frame-reader.ts";
import { machine, step } from "../commands.ts";

const MAX_ACK_DELAY = 25;
const DATA = SENT_ELICITING | SENT_IN_FLIGHT;
/** What the packets of a connection are: data, MTU probes, path challenges, acknowledgements. */
const KINDS = [DATA, DATA, DATA, DATA | SENT_MTU_PROBE, SENT_ELICITING, 0];

interface Packet {
  readonly number: number;
  readonly size: number;
  readonly flags: number;
  readonly time: number;
  /** Each frame by a name of its own. */
  readonly frames: number[];
  state: number;
  requeued: boolean;
}

class Twin {
  readonly packets: Packet[] = [];
  readonly real: Recovery;
  /** What recovery has reported: how often each frame arrived, and was given back to be sent again. */
  readonly acked: number[] = [];
  readonly lost: number[] = [];
  readonly packetsLost: number[] = [];
  now = 1000;
  frames = 0;
  largestAcked = -1;
  lastEliciting = 0;
  persistent = 0;

  constructor() {
    const congestion = {
      window: 1e9,
      slowStart: false,
      pacingRate: undefined,
      onAck: () => {},
      onPersistentCongestion: () => void this.persistent++,
      onSpuriousLoss: () => {},
      onDatagramSize: () => {},
    };
    this.real = new Recovery(congestion, {
      frameAcked: (kind, stream, offset, length) => {
        assert.deepEqual([kind, offset, length], [FRAME_STREAM, 2 * stream, 3 * stream]);
        this.acked[stream] = (this.acked[stream] ?? 0) + 1;
      },
      frameLost: (_kind, stream) => void (this.lost[stream] = (this.lost[stream] ?? 0) + 1),
      packetAcked: () => {},
      packetLost: (size) => void this.packetsLost.push(size),
    }, MAX_ACK_DELAY);
  }

  of(state: number): Packet[] {
    return this.packets.filter((packet) => packet.state === state);
  }

  send(kind: number, records: number, size: number): void {
    const { sent } = this.real;
    const number = sent.begin();
    const frames: number[] = [];
    for (let n = 0; n < records; n++) {
      const name = this.frames++;
      sent.add(FRAME_STREAM, name, 2 * name, 3 * name);
      frames.push(name);
    }
    const flags = KINDS[kind % KINDS.length]!;
    this.real.onSent(this.now, size, flags);
    const eliciting = (flags & SENT_ELICITING) !== 0;
    if (eliciting) this.lastEliciting = this.now;
    const state = eliciting ? PACKET_OUTSTANDING : PACKET_QUIET;
    this.packets.push({ number, size, flags, time: this.now, frames, state, requeued: false });
  }

  skip(): void {
    const { sent } = this.real;
    const packet = { number: sent.next, size: 0, flags: 0, time: this.now, frames: [] };
    this.packets.push({ ...packet, state: PACKET_SKIPPED, requeued: false });
    sent.skip(this.now);
  }

  /** An ACK frame of `numbers`. */
  ack(numbers: readonly number[], delay: number): void {
    const ranges = new RangeSet();
    for (const number of numbers) ranges.add(number, number + 1);
    const out = new Uint8Array(4000);
    const reader = new FrameReader();
    reader.reset(out.subarray(0, writeAck(out, 0, out.length, ranges, 256, delay)));
    assert.ok(reader.next());
    const { base } = this.real.sent;
    const forged = numbers.some((n) => n >= base && this.packets[n]?.state === PACKET_SKIPPED);
    if (forged || numbers.some((n) => n >= this.packets.length)) {
      assert.throws(() => this.real.onAck(reader, this.now), TransportError);
      this.over = true;
      return;
    }
    this.real.onAck(reader, this.now);
    for (const number of numbers) {
      if (number >= base) this.packets[number]!.state = PACKET_ACKED;
    }
    this.largestAcked = Math.max(this.largestAcked, ...numbers);
    this.findLost(false);
  }
  /** The peer broke a rule: the connection ends here. */
  over = false;

  /** Reads off what recovery has declared lost, and holds it to the two thresholds of RFC 9002 §6.1. */
  findLost(due: boolean): void {
    const { sent, rtt } = this.real;
    for (const packet of this.of(PACKET_OUTSTANDING)) {
      // Forgotten at once where it was lost long ago.
      const lost = packet.number < sent.base ||
        sent.state[sent.index(packet.number)] === PACKET_LOST;
      const later = this.largestAcked - packet.number;
      const age = this.now - packet.time;
      const least = 1.125 * Math.max(rtt.latest, rtt.smoothed);
      if (lost) {
        packet.state = PACKET_LOST;
        assert.ok(
          later >= 3 || (later > 0 && age >= least),
          `lost ${later} later, after ${age} ms`,
        );
      } else if (due) {
        assert.ok(later < 256 && !(later > 0 && age >= 2 * least + 1), "should be lost by now");
      }
    }
  }

  timeout(): void {
    const due = this.real.nextTimeout();
    const before = this.real.probes;
    this.real.onTimeout(this.now);
    if (due === undefined || this.now < due) assert.equal(this.real.probes, before);
    this.findLost(due !== undefined && this.now >= due);
  }

  probe(): void {
    const oldest = this.packets.find((packet) =>
      packet.state === PACKET_OUTSTANDING && !packet.requeued && packet.frames.length > 0
    );
    assert.equal(this.real.requeueOldest(), oldest !== undefined);
    if (oldest !== undefined) oldest.requeued = true;
  }

  compare(): void {
    if (this.over) return;
    const { real, packets } = this;
    const { sent } = real;
    assert.equal(sent.next, packets.length);
    const outstanding = this.of(PACKET_OUTSTANDING);
    const sum = (list: readonly Packet[], flag: number) =>
      list.filter(({ flags }) => (flags & flag) !== 0).reduce((total, { size }) => total + size, 0);
    assert.equal(real.inFlight, sum(outstanding, SENT_IN_FLIGHT));
    const losses = this.of(PACKET_LOST).filter(({ flags }) => flags === DATA);
    assert.deepEqual([real.lostPackets, real.lostBytes], [losses.length, sum(losses, DATA)]);
    for (const packet of packets.slice(sent.base)) {
      const i = sent.index(packet.number);
      const { state, time, size, requeued, frames } = packet;
      assert.deepEqual([sent.state[i], sent.time[i], sent.size[i]], [state, time, size]);
      assert.equal((sent.flags[i]! & SENT_REQUEUED) !== 0, requeued);
      assert.equal(sent.recordCount(i), frames.length);
      frames.forEach((name, n) => assert.equal(sent.stream[sent.recordIndex(i, n)], name));
    }
    for (const { frames, state, requeued, number } of packets) {
      for (const name of frames) {
        if (number >= sent.base) {
          assert.equal(this.acked[name] ?? 0, state === PACKET_ACKED ? 1 : 0);
        }
        // Once for each packet, by a probe or by its loss; an acknowledgement may come after.
        const again = this.lost[name] ?? 0;
        assert.ok(again <= 1, `frame ${name} went again ${again} times`);
        if (state === PACKET_LOST || requeued) assert.equal(again, 1);
        if (state === PACKET_OUTSTANDING && !requeued) assert.equal(again, 0);
      }
    }
    const next = real.nextTimeout();
    if (outstanding.length === 0) assert.equal(next, undefined);
    else {
      const { rtt } = real;
      const interval = Math.max(
        MAX_PROBE_INTERVAL_MS,
        rtt.probeTimeout(MAX_ACK_DELAY),
        2 * Math.max(rtt.latest, rtt.smoothed),
      );
      const latest = this.lastEliciting + interval + 1e-6;
      assert.ok(next !== undefined && next <= latest, `next timeout ${next}`);
    }
  }
}

const going = (twin: Twin) => !twin.over;
const some = (twin: Twin) =>
  going(twin) && twin.packets.some(({ state }) => state !== PACKET_SKIPPED);

/** Numbers of up to four runs of packets, none of them skipped. */
function selected(twin: Twin, n: number): number[] {
  const all = twin.packets.filter(({ state }) => state !== PACKET_SKIPPED).map((p) => p.number);
  const numbers = new Set<number>();
  for (let run = 0; run <= n % 4; run++) {
    const from = (n * (run + 7)) % all.length;
    for (const number of all.slice(from, from + 1 + (n >>> 4) % 5)) numbers.add(number);
  }
  return [...numbers];
}

export const recoveryMachine = machine<Twin>(
  "recovery",
  "recovery gives every packet one fate, and every frame back once, in every order of events",
  [
    step("send", (twin, n) => twin.send(n, (n >>> 3) % 4, 40 + n % 1200), going),
    step("send many", (twin, n) => {
      for (let i = 0; i < n % 90; i++) twin.send(0, 1, 1200);
    }, going),
    step("send records", (twin, n) => twin.send(n, n % 60, 1200), going),
    step("skip", (twin) => twin.skip(), going),
    step("time", (twin, n) => {
      twin.now += n % 90;
    }, going),
    step("ack", (twin, n) => twin.ack(selected(twin, n), n % 30), some),
    step("ack the last", (twin) => twin.ack([selectedLast(twin)], 0), some),
    step("ack what was never sent", (twin, n) => {
      if (n % 32 === 0) twin.ack([twin.packets.length + n], 0);
      else if (n % 32 === 1) twin.ack([n % Math.max(1, twin.packets.length)], 0);
    }, some),
    step("wait and time out", (twin) => {
      twin.now = Math.max(twin.now, twin.real.nextTimeout() ?? 0);
      twin.timeout();
    }, going),
    step("time out early", (twin) => twin.timeout(), going),
    step("probe", (twin) => twin.probe(), going),
  ],
  { make: () => new Twin(), compare: (twin) => twin.compare(), runs: 500 },
);

function selectedLast(twin: Twin): number {
  return twin.packets.findLast(({ state }) => state !== PACKET_SKIPPED)!.number;
}
