/**
 * The parts of a transport, made from its options and connected: what recovery reports is passed on to whom it
 * concerns.
 */
import { FRAME_ACK, isAboutStream } from "../wire/frames.ts";
import { AckTracker, MAX_ACK_DELAY_MS } from "./ack-tracker.ts";
import { Bbr } from "./bbr.ts";
import { Bursts } from "./bursts.ts";
import { ConnectionControl } from "./connection-control.ts";
import { EventQueue } from "./event-queue.ts";
import { DEFAULT_TRANSPORT_LIMITS, ETHERNET_DATAGRAM } from "./limits.ts";
import { Liveness } from "./liveness.ts";
import { BASE_DATAGRAM, MtuDiscovery } from "./mtu.ts";
import { NumberGaps } from "./number-gaps.ts";
import { PacketBuilder } from "./packet-builder.ts";
import { PacketInput } from "./packet-input.ts";
import { type PacketFate, Recovery } from "./recovery.ts";
import { SENT_MTU_PROBE } from "./sent-packets.ts";
import { StreamInput } from "./stream-input.ts";
import { StreamOutput } from "./stream-output.ts";
import { StreamTable } from "./stream-table.ts";
import type { TimedParts } from "./timers.ts";
import type { TransportLimits, TransportOptions } from "./types.ts";

/**
 * A stream's send buffer holds at least this, and four congestion windows: a lost packet keeps all behind it waiting
 * for a few round trips.
 */
const LEAST_SEND_BUFFER = 256 * 1024;
const SEND_BUFFER_WINDOWS = 4;

/** See above. */
export class TransportParts implements TimedParts {
  /** The time of the latest call. */
  now: number;
  /** Bytes of a datagram that are no frames. */
  readonly overhead: number;
  readonly events = new EventQueue();
  readonly acks = new AckTracker();
  readonly recovery: Recovery;
  readonly liveness: Liveness;
  readonly table: StreamTable;
  readonly output: StreamOutput;
  readonly input: StreamInput;
  readonly control: ConnectionControl;
  readonly builder: PacketBuilder;
  readonly packets: PacketInput;
  /** The search for the path's MTU; another one on a new path. */
  mtu: MtuDiscovery;
  readonly #limits: Required<TransportLimits>;
  readonly #options: TransportOptions;

  constructor(options: TransportOptions) {
    this.#options = options;
    this.#limits = { ...DEFAULT_TRANSPORT_LIMITS, ...options.limits };
    const { maxStreams, maxStreamWindow, maxConnectionWindow } = this.#limits;
    const { role, now, overhead, credit, random } = options;
    this.now = now;
    this.overhead = overhead;
    this.liveness = new Liveness(this.#limits, now);
    this.mtu = this.#searchMtu();
    this.recovery = new Recovery(this.#congestion(), this.#fate(), MAX_ACK_DELAY_MS);
    this.table = new StreamTable(role, maxStreams, maxStreamWindow, this.events);
    this.output = new StreamOutput(this.table, this.events, this.recovery.sent);
    this.input = new StreamInput(
      this.table,
      this.events,
      this.output,
      maxConnectionWindow,
      now,
      credit,
    );
    this.control = new ConnectionControl(this.recovery, this.table, this.input, this.output);
    this.builder = new PacketBuilder(
      this.recovery,
      this.acks,
      this.control,
      this.output,
      overhead,
      new NumberGaps(random),
    );
    this.packets = new PacketInput(
      this.recovery,
      this.acks,
      this.control,
      this.table,
      this.input,
      this.output,
      this.events,
    );
  }

  #searchMtu(): MtuDiscovery {
    const { initialMtu = BASE_DATAGRAM, maxMtu = ETHERNET_DATAGRAM, farMtu } = this.#options;
    const most = Math.max(maxMtu, initialMtu);
    return new MtuDiscovery(initialMtu, most, Math.min(farMtu ?? most, most));
  }

  #congestion(): Bbr {
    return new Bbr(this.mtu.current, this.#options.peerBuffer);
  }

  /** Path estimates start over. */
  pathChanged(): void {
    this.mtu = this.#searchMtu();
    this.builder.bursts = new Bursts();
    this.recovery.onPathChanged(this.#congestion());
  }

  /** How many bytes of a stream wait at most until the peer has them. */
  get sendCapacity(): number {
    const wanted = SEND_BUFFER_WINDOWS * this.recovery.congestion.window;
    return Math.min(Math.max(LEAST_SEND_BUFFER, wanted), this.#limits.maxSendBuffer);
  }

  /** What recovery reports, passed on to whom it concerns. */
  #fate(): PacketFate {
    return {
      frameAcked: (kind, stream, offset, length) => {
        if (isAboutStream(kind)) {
          this.output.onAcked(kind, stream, offset, length);
          this.output.reportWritable(stream, this.sendCapacity);
        } else if (kind === FRAME_ACK) this.acks.onAckAcked(offset);
        else this.control.onAcked(kind, offset);
      },
      frameLost: (kind, stream, offset, length) => {
        if (isAboutStream(kind)) this.output.onLost(kind, stream, offset, length);
        else this.control.onLost(kind, offset);
      },
      packetAcked: (size, flags) => {
        this.builder.bursts.onAcked(flags);
        if ((flags & SENT_MTU_PROBE) === 0) return this.mtu.onDatagramAcked(size);
        if (this.mtu.onProbeAcked(size, this.now)) this.#resized();
      },
      packetLost: (size, flags, sentTime) => {
        if ((flags & SENT_MTU_PROBE) !== 0) return this.mtu.onProbeLost(size, this.now);
        this.builder.bursts.onLost(flags, sentTime, this.now);
        const { smoothed } = this.recovery.rtt;
        if (this.mtu.onDatagramLost(size, sentTime, smoothed, this.now)) this.#resized();
      },
    };
  }

  #resized(): void {
    this.recovery.congestion.onDatagramSize(this.mtu.current);
  }
}
