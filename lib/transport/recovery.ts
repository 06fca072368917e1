/**
 * Loss detection and recovery (RFC 9002): acknowledgements in, fates of packets and their frames out; probe timeouts;
 * persistent congestion. Feeds the congestion controller and the pacer, and says when a packet may leave.
 */
import { FRAME_ACK } from "../wire/frames.ts";
import { TransportCode, TransportError } from "../wire/transport-error.ts";
import type { FrameReader } from "../wire/frame-reader.ts";
import type { Bbr } from "./bbr.ts";
import type { AckSample } from "./congestion.ts";
import { DeliveryRate } from "./delivery-rate.ts";
import { Pacer } from "./pacer.ts";
import { ReorderingTolerance } from "./reordering.ts";
import { GRANULARITY_MS, RttEstimator } from "./rtt.ts";
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
  SentPackets,
} from "./sent-packets.ts";

/** RFC 9002 §7.6.1 kPersistentCongestionThreshold. */
const PERSISTENT_CONGESTION_PTOS = 3;
/** RFC 9002 §6.2.4: a probe timeout sends up to two packets. */
const PROBES = 2;
/**
 * Ours: the longest time between probes. The standard doubles it without end; two small packets every few seconds
 * harm nobody, and a connection goes on soon after a long blackout.
 */
export const MAX_PROBE_INTERVAL_MS = 4_000;
/** Ours: a packet declared lost is remembered this many probe timeouts, in case it was only late. */
const REMEMBER_LOST_PTOS = 2;

/** The congestion controller, as far as recovery knows it. */
export type Congestion = Pick<Bbr, keyof Bbr>;

/** Where recovery reports what became of packets and of the frames in them. */
export interface PacketFate {
  frameAcked(kind: number, stream: number, offset: number, length: number): void;
  frameLost(kind: number, stream: number, offset: number, length: number): void;
  packetAcked(size: number, flags: number): void;
  packetLost(size: number, flags: number, sentTime: number): void;
}

export class Recovery {
  readonly sent = new SentPackets();
  readonly rtt = new RttEstimator();
  readonly #fate: PacketFate;
  readonly #reordering = new ReorderingTolerance();
  readonly #rate = new DeliveryRate();
  readonly #sample: AckSample = {
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
  #pacer = new Pacer();
  #congestion: Congestion;
  #inFlight = 0;
  #eliciting = 0;
  #lastEliciting = 0;
  #largestAcked = -1;
  /** No packet below this number is outstanding. */
  #scan = 0;
  #lossTime: number | undefined;
  #ptoCount = 0;
  #windowLimited = false;
  /** Probe packets to be sent regardless of the window. */
  probes = 0;
  /** How long the peer may hold an acknowledgement. */
  maxAckDelay: number;
  lostPackets = 0;
  lostBytes = 0;
  spuriousLosses = 0;
  probeTimeouts = 0;

  constructor(congestion: Congestion, fate: PacketFate, maxAckDelay: number) {
    this.#congestion = congestion;
    this.#fate = fate;
    this.maxAckDelay = maxAckDelay;
  }

  get congestion(): Congestion {
    return this.#congestion;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Whether the peer has something to acknowledge. */
  get owed(): boolean {
    return this.#eliciting > 0;
  }

  get ptoCount(): number {
    return this.#ptoCount;
  }

  get deliveredBytes(): number {
    return this.#rate.delivered;
  }

  /** When a datagram of `size` bytes may leave: `now`, a later time (pacing), or Infinity (the window is full). */
  sendTime(now: number, size: number): number {
    if (this.sent.full) return Infinity;
    if (this.#inFlight + size > this.#congestion.window) {
      this.#windowLimited = true;
      return Infinity;
    }
    return this.#pacer.ready(now, this.#congestion.pacingRate, size);
  }

  /** There is nothing to send although the window would let it. */
  onAppLimited(): void {
    this.#windowLimited = false;
    this.#rate.onAppLimited(this.#inFlight);
  }

  /** The packet begun in `sent` leaves as a datagram of `size` bytes. */
  onSent(now: number, size: number, flags: number): void {
    const sent = this.sent;
    const i = sent.index(sent.next);
    if ((flags & SENT_IN_FLIGHT) !== 0) {
      flags |= this.#rate.onSent(sent, i, now, this.#inFlight);
      this.#inFlight += size;
      this.#pacer.onSent(size);
    }
    if ((flags & SENT_ELICITING) !== 0) {
      this.#eliciting++;
      this.#lastEliciting = now;
    }
    sent.commit(now, size, flags);
    // A peer may never acknowledge what does not ask for it.
    if ((flags & SENT_ELICITING) === 0) sent.settle(-Infinity);
  }

  /** Takes the ACK frame that `frame` has just read. */
  onAck(frame: FrameReader, now: number): void {
    const sent = this.sent;
    if (frame.largest >= sent.next) throw neverSent();
    const priorInFlight = this.#inFlight;
    const deliveredBefore = this.#rate.delivered;
    const base = sent.base;
    let newest = -1;
    let sampled = false;
    let spurious = false;
    for (let r = 0; r < frame.rangeCount; r++) {
      const high = frame.ranges[2 * r + 1]!;
      if (high < base) break;
      const low = Math.max(frame.ranges[2 * r]!, base);
      for (let number = high; number >= low; number--) {
        const i = sent.index(number);
        const state = sent.state[i]!;
        if (state === PACKET_OUTSTANDING) {
          if (newest < 0) newest = number;
          if ((sent.flags[i]! & SENT_ELICITING) !== 0) sampled = true;
          this.#acked(i, now);
        } else if (state === PACKET_LOST) {
          spurious = true;
          this.#arrivedAfterAll(i, frame.largest - number);
        } else if (state === PACKET_QUIET) {
          if (newest < 0) newest = number;
          sent.state[i] = PACKET_ACKED;
          this.#framesAcked(i);
        } else if (state === PACKET_SKIPPED) throw neverSent();
      }
    }
    if (frame.largest > this.#largestAcked) this.#largestAcked = frame.largest;
    if (spurious) this.#congestion.onSpuriousLoss();
    if (newest < 0) return;

    let rtt = 0;
    if (sampled && newest === frame.largest) {
      rtt = Math.max(0, now - sent.time[sent.index(newest)]!);
      this.rtt.update(rtt, frame.delay, this.maxAckDelay);
    }
    this.#ptoCount = 0;
    this.probes = 0;
    this.#detectLost(now);

    const sample = this.#sample;
    sample.now = now;
    sample.bytes = this.#rate.delivered - deliveredBefore;
    sample.priorInFlight = priorInFlight;
    sample.inFlight = this.#inFlight;
    sample.rtt = rtt;
    sample.windowLimited = this.#windowLimited ||
      (this.#congestion.slowStart && 2 * priorInFlight > this.#congestion.window);
    sample.priorDelivered = this.#rate.priorDelivered;
    sample.rateAppLimited = this.#rate.sampleAppLimited;
    sample.rate = this.#rate.finish(now, this.rtt.min, this.rtt.smoothed);
    sample.delivered = this.#rate.delivered;
    sample.lost = this.lostBytes;
    this.#congestion.onAck(sample);
    sent.settle(now - REMEMBER_LOST_PTOS * this.rtt.probeTimeout(this.maxAckDelay));
  }

  #acked(i: number, now: number): void {
    const sent = this.sent;
    const flags = sent.flags[i]!;
    sent.state[i] = PACKET_ACKED;
    if ((flags & SENT_ELICITING) !== 0) this.#eliciting--;
    if ((flags & SENT_IN_FLIGHT) !== 0) {
      this.#inFlight -= sent.size[i]!;
      this.#rate.onPacketAcked(sent, i, now);
    }
    this.#framesAcked(i);
    this.#fate.packetAcked(sent.size[i]!, flags);
  }

  #framesAcked(i: number): void {
    const sent = this.sent;
    const count = sent.recordCount(i);
    for (let n = 0; n < count; n++) {
      const r = sent.recordIndex(i, n);
      this.#fate.frameAcked(sent.kind[r]!, sent.stream[r]!, sent.offset[r]!, sent.length[r]!);
    }
  }

  #framesLost(i: number): void {
    const sent = this.sent;
    const count = sent.recordCount(i);
    for (let n = 0; n < count; n++) {
      const r = sent.recordIndex(i, n);
      this.#fate.frameLost(sent.kind[r]!, sent.stream[r]!, sent.offset[r]!, sent.length[r]!);
    }
  }

  #arrivedAfterAll(i: number, distance: number): void {
    this.sent.state[i] = PACKET_ACKED;
    this.spuriousLosses++;
    this.#countLoss(i, -1);
    this.#reordering.onSpurious(distance);
    this.#framesAcked(i);
    this.#fate.packetAcked(this.sent.size[i]!, this.sent.flags[i]!);
  }

  /** RFC 9002 §6.1 and, for what it finds, §7.6. */
  #detectLost(now: number): void {
    const sent = this.sent;
    const delay = Math.max(
      this.#reordering.roundTrips * Math.max(this.rtt.latest, this.rtt.smoothed),
      GRANULARITY_MS,
    );
    const threshold = this.#reordering.packets;
    this.#lossTime = undefined;
    let latestLost = -Infinity;
    let runStart = -1;
    let longestRun = 0;
    let foundOutstanding = false;
    const end = Math.min(this.#largestAcked, sent.next);
    for (let number = Math.max(this.#scan, sent.base); number < end; number++) {
      const i = sent.index(number);
      const state = sent.state[i]!;
      if (state === PACKET_ACKED) runStart = -1;
      if (state !== PACKET_OUTSTANDING) {
        if (!foundOutstanding) this.#scan = number + 1;
        continue;
      }
      const time = sent.time[i]!;
      if (time + delay > now && this.#largestAcked - number < threshold) {
        this.#lossTime = Math.min(this.#lossTime ?? Infinity, time + delay);
        if (!foundOutstanding) {
          foundOutstanding = true;
          this.#scan = number;
        }
        continue;
      }
      if (!foundOutstanding) this.#scan = number + 1;
      if (this.#lost(i)) latestLost = time;
      if ((sent.flags[i]! & SENT_ELICITING) !== 0) {
        if (runStart < 0) runStart = time;
        else if (time - runStart > longestRun) longestRun = time - runStart;
      }
    }
    if (latestLost === -Infinity) return;
    this.#reordering.onLoss(now, latestLost);
    const period = PERSISTENT_CONGESTION_PTOS * this.rtt.probeTimeout(this.maxAckDelay);
    if (this.rtt.sampled && longestRun > period) {
      this.#congestion.onPersistentCongestion();
      this.rtt.restartMin();
    }
  }

  /** Packet index `i` is lost. Whether that says something of the path. */
  #lost(i: number): boolean {
    const sent = this.sent;
    const flags = sent.flags[i]!;
    sent.state[i] = PACKET_LOST;
    if ((flags & SENT_ELICITING) !== 0) this.#eliciting--;
    if ((flags & SENT_IN_FLIGHT) !== 0) this.#inFlight -= sent.size[i]!;
    if ((flags & SENT_REQUEUED) === 0) this.#framesLost(i);
    this.#fate.packetLost(sent.size[i]!, flags, sent.time[i]!);
    return this.#countLoss(i, 1);
  }

  /** Counts a loss, or takes it back. One of an MTU probe, or to another address, says nothing of the path (RFC 9000 §14.4). */
  #countLoss(i: number, by: 1 | -1): boolean {
    const { flags, size } = this.sent;
    if ((flags[i]! & (SENT_IN_FLIGHT | SENT_MTU_PROBE)) !== SENT_IN_FLIGHT) return false;
    this.lostPackets += by;
    this.lostBytes += by * size[i]!;
    return true;
  }

  /** When `onTimeout` is due, or undefined (RFC 9002 §6.2.1, appendix A.8). */
  nextTimeout(): number | undefined {
    if (this.#lossTime !== undefined) return this.#lossTime;
    if (this.#eliciting === 0) return undefined;
    const base = this.rtt.probeTimeout(this.maxAckDelay);
    const interval = Math.min(base * 2 ** this.#ptoCount, Math.max(MAX_PROBE_INTERVAL_MS, base));
    return this.#lastEliciting + interval;
  }

  /** A timer of `nextTimeout` may have fired: time-threshold losses, or a probe timeout (RFC 9002 appendix A.9). */
  onTimeout(now: number): void {
    const due = this.nextTimeout();
    if (due === undefined || now < due) return;
    if (this.#lossTime !== undefined) {
      this.#detectLost(now);
      return;
    }
    this.#ptoCount++;
    this.probeTimeouts++;
    this.probes = Math.min(PROBES, this.#eliciting);
  }

  /**
   * Queues the frames of the oldest outstanding packet again for a probe packet (RFC 9002 §6.2.4) without declaring it
   * lost. False when there is none.
   */
  requeueOldest(): boolean {
    const sent = this.sent;
    for (let number = Math.max(this.#scan, sent.base); number < sent.next; number++) {
      const i = sent.index(number);
      const flags = sent.flags[i]!;
      if (
        sent.state[i] !== PACKET_OUTSTANDING || (flags & SENT_REQUEUED) !== 0 ||
        sent.recordCount(i) === 0
      ) continue;
      sent.flags[i] = flags | SENT_REQUEUED;
      this.#framesLost(i);
      return true;
    }
    return false;
  }

  /** A new path: estimates start over (RFC 9000 §9.4); what is in flight stays accounted. */
  onPathChanged(congestion: Congestion): void {
    this.rtt.reset();
    this.#pacer = new Pacer();
    this.#congestion = congestion;
    this.#ptoCount = 0;
    // What was on its way to the old address is gone: probes show it at once.
    this.probes = Math.min(PROBES, this.#eliciting);
  }
}

/** The peer acknowledges what it cannot have received (RFC 9000 §13.1, §21.4). */
function neverSent(): TransportError {
  return new TransportError(
    TransportCode.protocolViolation,
    FRAME_ACK,
    "packet.never-sent",
  );
}
