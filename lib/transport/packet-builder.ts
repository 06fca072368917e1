/** Decides whether a packet may leave now and fills it with frames (RFC 9000 §12, §13; RFC 9002 §7). */
import {
  FRAME_ACK,
  inRoom,
  writeImmediateAck,
  writePadding,
  writePathChallenge,
  writePing,
} from "../wire/frames.ts";
import type { AckTracker } from "./ack-tracker.ts";
import { Bursts } from "./bursts.ts";
import { SHORT_PATH_MS } from "./bbr.ts";
import type { ConnectionControl } from "./connection-control.ts";
import { BASE_DATAGRAM, type MtuDiscovery } from "./mtu.ts";
import type { NumberGaps } from "./number-gaps.ts";
import type { Recovery } from "./recovery.ts";
import { SENT_ELICITING, SENT_IN_FLIGHT, SENT_MTU_PROBE } from "./sent-packets.ts";
import type { StreamOutput } from "./stream-output.ts";
import type { PacketOut } from "./types.ts";

/** Ours: from this probe timeout on, probes are small, in case the path no longer carries large datagrams. */
const SMALL_PROBES_FROM = 2;
/** Ours: larger datagrams are looked for when so much has arrived. */
const MTU_PROBES_FROM_BYTES = 8 * 1024;

export class PacketBuilder {
  readonly #recovery: Recovery;
  readonly #acks: AckTracker;
  readonly #control: ConnectionControl;
  readonly #output: StreamOutput;
  readonly #overhead: number;
  readonly #gaps: NumberGaps;
  readonly #packet: PacketOut = { packetNumber: 0, length: 0 };
  /** When the pacer lets the next packet go, undefined when it does not hold one back. */
  pacedUntil: number | undefined;
  /** Whether the packet built last asks for an acknowledgement. */
  eliciting = false;
  /** Whether it is to leave by itself: probes, for others may be lost together, and where bursts do not arrive. */
  apart = false;
  bursts = new Bursts();
  bytesSent = 0;

  constructor(
    recovery: Recovery,
    acks: AckTracker,
    control: ConnectionControl,
    output: StreamOutput,
    overhead: number,
    gaps: NumberGaps,
  ) {
    this.#recovery = recovery;
    this.#acks = acks;
    this.#control = control;
    this.#output = output;
    this.#overhead = overhead;
    this.#gaps = gaps;
  }

  /** One packet in `out`, or undefined when nothing may or need be sent. */
  build(now: number, out: Uint8Array, mtu: MtuDiscovery): PacketOut | undefined {
    this.pacedUntil = undefined;
    const recovery = this.#recovery;
    this.apart = recovery.probes > 0 || this.bursts.apart(now);
    const limit = Math.min(out.length, mtu.current - this.#overhead);
    if (recovery.probes > 0) return this.#buildProbe(now, out, limit);
    const ackDue = this.#acks.deadline !== undefined && this.#acks.deadline <= now;
    const work = this.#output.hasWork || this.#control.hasWork;
    const time = work ? recovery.sendTime(now, limit + this.#overhead) : Infinity;
    if (time <= now) {
      const packet = this.#buildData(now, out, limit, mtu.current);
      if (packet !== undefined) return packet;
    } else if (time < Infinity) this.pacedUntil = time;
    if (!this.#output.hasWork) recovery.onAppLimited();
    if (ackDue && this.#acks.pending) return this.#buildAck(now, out, limit);
    return this.#buildMtuProbe(now, out, mtu);
  }

  #writeAck(now: number, out: Uint8Array, limit: number): number {
    if (!this.#acks.pending) return 0;
    const at = this.#acks.write(out, 0, limit, now);
    if (at > 0) this.#recovery.sent.add(FRAME_ACK, 0, this.#acks.largest, 0);
    return at;
  }

  #buildData(
    now: number,
    out: Uint8Array,
    limit: number,
    datagram: number,
  ): PacketOut | undefined {
    const { sent, rtt } = this.#recovery;
    sent.begin();
    const ackEnd = this.#writeAck(now, out, limit);
    let at = this.#control.write(out, ackEnd, limit, now);
    at = this.#output.writeControl(out, at, limit, now, rtt.smoothed);
    if (this.#output.hasWork) at = this.#control.writeFrequency(out, at, limit, now, datagram);
    at = this.#output.writeStreams(out, at, limit);
    if (at === 0) return undefined;
    return this.#finish(
      now,
      inRoom(0, at, limit),
      at > ackEnd ? SENT_ELICITING | SENT_IN_FLIGHT : 0,
    );
  }

  /** An acknowledgement alone: neither paced nor counted in flight. */
  #buildAck(now: number, out: Uint8Array, limit: number): PacketOut | undefined {
    if (this.#recovery.sent.full) {
      this.#acks.postpone(now);
      return undefined;
    }
    this.#recovery.sent.begin();
    let at = this.#writeAck(now, out, limit - 1);
    if (at === 0) return undefined;
    let flags = 0;
    if (this.#acks.wantsPing(true)) {
      at = writePing(out, at);
      flags = SENT_ELICITING | SENT_IN_FLIGHT;
    }
    return this.#finish(now, inRoom(0, at, limit), flags);
  }

  /** After a probe timeout (RFC 9002 §6.2.4): new data if there is any, else the oldest again, else nothing but IMMEDIATE_ACK. */
  #buildProbe(now: number, out: Uint8Array, limit: number): PacketOut {
    const recovery = this.#recovery;
    recovery.probes--;
    if (recovery.ptoCount >= SMALL_PROBES_FROM) {
      limit = Math.min(limit, BASE_DATAGRAM - this.#overhead);
    }
    if (!this.#output.hasWork) recovery.requeueOldest();
    recovery.sent.begin();
    let at = this.#writeAck(now, out, limit - 1);
    at = writeImmediateAck(out, at);
    at = this.#control.write(out, at, limit, now);
    at = this.#output.writeControl(out, at, limit, now, recovery.rtt.smoothed);
    at = this.#output.writeStreams(out, at, limit);
    return this.#finish(now, inRoom(0, at, limit), SENT_ELICITING | SENT_IN_FLIGHT);
  }

  /**
   * PING and PADDING (RFC 9000 §14.4), one at a time, once the round-trip time is known and there is more to send than
   * a few words: whoever has many callers would get a probe of each.
   */
  #buildMtuProbe(now: number, out: Uint8Array, mtu: MtuDiscovery): PacketOut | undefined {
    const recovery = this.#recovery;
    if (
      !recovery.rtt.sampled || recovery.deliveredBytes < MTU_PROBES_FROM_BYTES ||
      recovery.ptoCount > 0 || recovery.sent.full
    ) return undefined;
    const size = mtu.probe(now, recovery.rtt.min <= SHORT_PATH_MS) - this.#overhead;
    if (size <= 0 || size > out.length) return undefined;
    mtu.onProbeSent();
    recovery.sent.begin();
    const at = writeImmediateAck(out, 0);
    writePadding(out, at, size);
    return this.#finish(now, size, SENT_ELICITING | SENT_IN_FLIGHT | SENT_MTU_PROBE);
  }

  /** PATH_CHALLENGE and PATH_RESPONSE for one address, padded. */
  buildPath(now: number, out: Uint8Array, challenge?: Uint8Array): PacketOut | undefined {
    // Whoever challenges without end and acknowledges nothing gets no answer, and costs no memory.
    if (this.#recovery.sent.full) return undefined;
    this.apart = true;
    this.#recovery.sent.begin();
    const limit = Math.min(out.length, BASE_DATAGRAM - this.#overhead);
    let at = 0;
    if (challenge !== undefined) at = writePathChallenge(out, at, challenge);
    at = this.#control.writePathResponses(out, at, limit);
    if (at === 0) return undefined;
    writePadding(out, inRoom(0, at, limit), limit);
    return this.#finish(now, limit, SENT_ELICITING);
  }

  /** A packet whose fate does not matter any more. */
  finishUntracked(now: number, length: number): PacketOut {
    this.apart = true;
    this.#recovery.sent.begin();
    return this.#finish(now, length, 0);
  }

  #finish(now: number, length: number, flags: number): PacketOut {
    const recovery = this.#recovery;
    const packet = this.#packet;
    packet.packetNumber = recovery.sent.next;
    packet.length = length;
    this.eliciting = (flags & SENT_ELICITING) !== 0;
    if (this.eliciting) this.#acks.wantsPing(false);
    recovery.onSent(now, length + this.#overhead, flags | this.bursts.onSent(now, this.apart));
    this.bytesSent += length + this.#overhead;
    if (this.#gaps.take(recovery.sent.next)) recovery.sent.skip(now);
    return packet;
  }
}
