/**
 * The transport of one connection: reliable streams over encrypted packets that may be lost, reordered or repeated.
 * Frames and flow control after RFC 9000, recovery after RFC 9002. Does no I/O and reads no clock: packets and the time
 * (milliseconds of a monotonic clock) come in as arguments.
 *
 * Loop of a driver: `receive` what arrives; `timeout` when `nextTimeout` says so; after either, and after using a
 * stream, `transmit` and `event` until they return undefined.
 */
import { FRAME_ACK, isAboutStream } from "../wire/frames.ts";
import { TransportCode, TransportError } from "../wire/transport-error.ts";
import { LocalProtocolError } from "../errors.ts";
import { AckTracker, MAX_ACK_DELAY_MS } from "./ack-tracker.ts";
import { Closing, type TransportState } from "./closing.ts";
import { ConnectionControl } from "./connection-control.ts";
import { Bbr } from "./bbr.ts";
import { Bursts } from "./bursts.ts";
import { EventQueue } from "./event-queue.ts";
import { DEFAULT_TRANSPORT_LIMITS, ETHERNET_DATAGRAM } from "./limits.ts";
import { Liveness } from "./liveness.ts";
import { BASE_DATAGRAM, MtuDiscovery } from "./mtu.ts";
import { NumberGaps } from "./number-gaps.ts";
import { PacketBuilder } from "./packet-builder.ts";
import { PacketInput } from "./packet-input.ts";
import { type PacketFate, Recovery } from "./recovery.ts";
import { SENT_MTU_PROBE } from "./sent-packets.ts";
import type { Stream } from "./stream.ts";
import { URGENCIES } from "./stream.ts";
import { StreamInput } from "./stream-input.ts";
import { StreamOutput } from "./stream-output.ts";
import { StreamTable } from "./stream-table.ts";
import { earliestTimer, fireTimers, type TimedParts } from "./timers.ts";
import type {
  PacketOut,
  TransportEvent,
  TransportLimits,
  TransportOptions,
  TransportStats,
} from "./types.ts";

/**
 * A stream's send buffer holds at least this, and four congestion windows: a lost packet keeps all behind it waiting
 * for a few round trips.
 */
const LEAST_SEND_BUFFER = 256 * 1024;
const SEND_BUFFER_WINDOWS = 4;

export class Transport {
  readonly #limits: Required<TransportLimits>;
  readonly #overhead: number;
  readonly #initialMtu: number;
  readonly #peerBuffer: number | undefined;
  readonly #maxMtu: number;
  readonly #farMtu: number;
  readonly #events = new EventQueue();
  readonly #acks = new AckTracker();
  readonly #closing = new Closing();
  readonly #recovery: Recovery;
  readonly #table: StreamTable;
  readonly #output: StreamOutput;
  readonly #input: StreamInput;
  readonly #control: ConnectionControl;
  readonly #builder: PacketBuilder;
  readonly #packets: PacketInput;
  /** The parts that keep a time; the path MTU search is replaced on a new path. */
  readonly #parts: TimedParts;
  #now: number;
  readonly #liveness: Liveness;
  #bytesReceived = 0;
  #packetsReceived = 0;

  constructor(options: TransportOptions) {
    this.#limits = { ...DEFAULT_TRANSPORT_LIMITS, ...options.limits };
    this.#overhead = options.overhead;
    this.#initialMtu = options.initialMtu ?? BASE_DATAGRAM;
    this.#maxMtu = Math.max(options.maxMtu ?? ETHERNET_DATAGRAM, this.#initialMtu);
    this.#farMtu = Math.min(options.farMtu ?? this.#maxMtu, this.#maxMtu);
    this.#peerBuffer = options.peerBuffer;
    this.#now = options.now;
    this.#liveness = new Liveness(this.#limits, options.now);
    const mtu = new MtuDiscovery(this.#initialMtu, this.#maxMtu, this.#farMtu);
    this.#recovery = new Recovery(
      new Bbr(mtu.current, this.#peerBuffer),
      this.#fate(),
      MAX_ACK_DELAY_MS,
    );
    this.#table = new StreamTable(
      options.role,
      this.#limits.maxStreams,
      this.#limits.maxStreamWindow,
      this.#events,
    );
    this.#output = new StreamOutput(this.#table, this.#events, this.#recovery.sent);
    this.#input = new StreamInput(
      this.#table,
      this.#events,
      this.#output,
      this.#limits.maxConnectionWindow,
      options.now,
      options.credit,
    );
    this.#control = new ConnectionControl(
      this.#recovery,
      this.#table,
      this.#input,
      this.#output,
    );
    this.#builder = new PacketBuilder(
      this.#recovery,
      this.#acks,
      this.#control,
      this.#output,
      this.#overhead,
      new NumberGaps(options.random),
    );
    this.#parts = {
      acks: this.#acks,
      control: this.#control,
      liveness: this.#liveness,
      recovery: this.#recovery,
      builder: this.#builder,
      mtu,
    };
    this.#packets = new PacketInput(
      this.#recovery,
      this.#acks,
      this.#control,
      this.#table,
      this.#input,
      this.#output,
      this.#events,
    );
  }

  /** Where the connection stands; `closed` ones can be dropped. */
  get state(): TransportState {
    return this.#closing.state;
  }

  /** Takes the decrypted frames of packet `packetNumber`. A RemoteProtocolError has closed the connection. */
  receive(packetNumber: number, payload: Uint8Array, now: number): void {
    this.#now = now;
    this.#packetsReceived++;
    this.#bytesReceived += payload.length + this.#overhead;
    if (this.state === "closed" || !this.#acks.isNew(packetNumber)) return;
    if (this.state === "draining") return this.#closing.onPacket();
    const closing = this.state === "closing";
    try {
      this.#packets.receive(packetNumber, payload, now, closing);
    } catch (error) {
      if (!(error instanceof TransportError)) throw error;
      if (!closing) this.#fail(error, now);
      throw error;
    }
    if (this.#packets.closed !== undefined) return this.#closedByPeer(now);
    if (closing) return this.#closing.onPacket();
    const heard = this.#liveness.onReceived(now, this.#packets.dataReceived, this.#recovery.owed);
    if (heard) this.#events.push({ type: "heard" });
  }

  #closedByPeer(now: number): void {
    const wasOpen = this.state === "open";
    this.#closing.drain(now, this.#probeTimeout());
    const closed = this.#packets.closed;
    if (wasOpen && closed !== undefined) this.#events.push({ type: "closed", ...closed });
  }

  #fail(error: TransportError, now: number): void {
    const code = error.transportCode;
    this.#closing.close(code, error.frameType, error.code, now, this.#probeTimeout());
    this.#events.push({ type: "closed", by: "error", code, reason: error.code });
  }

  /** Writes the frames of one packet into `out`; undefined when nothing may be sent now. */
  transmit(now: number, out: Uint8Array): PacketOut | undefined {
    this.#now = now;
    if (this.state !== "open") {
      const length = this.#closing.write(out, now);
      return length === 0 ? undefined : this.#builder.finishUntracked(now, length);
    }
    const packet = this.#builder.build(now, out, this.#parts.mtu);
    if (packet === undefined) return undefined;
    this.#liveness.onSent(now, this.#builder.eliciting);
    return packet;
  }

  /** Whether the packet written last is to be handed to the system by itself. */
  get apart(): boolean {
    return this.#builder.apart;
  }

  /**
   * Writes a packet for one particular address: a PATH_CHALLENGE with the 8 bytes `challenge` if given, and the answers
   * to the peer's challenges, padded to the smallest size a path must carry (RFC 9000 §8.2.1).
   */
  transmitPath(now: number, out: Uint8Array, challenge?: Uint8Array): PacketOut | undefined {
    this.#now = now;
    if (this.state !== "open") return undefined;
    return this.#builder.buildPath(now, out, challenge);
  }

  /** Asks for a packet that the peer has to acknowledge, soon. */
  ping(): void {
    this.#control.ping = true;
  }

  /** When `timeout` has to be called, and `transmit` after it. */
  nextTimeout(): number | undefined {
    if (this.state !== "open") return this.#closing.deadline;
    return earliestTimer(this.#parts);
  }

  /** Does what has become due by `now`; calling it early is harmless. */
  timeout(now: number): void {
    this.#now = now;
    if (this.state !== "open") return this.#closing.onTimeout(now);
    if (now >= this.#liveness.lostAt) return this.#lost();
    if (now >= this.#liveness.silentAt) {
      this.#liveness.told();
      this.#events.push({ type: "silent" });
    }
    fireTimers(this.#parts, now);
  }

  #lost(): void {
    const by = this.#liveness.asked ? "lost" : "idle-timeout";
    this.#closing.end();
    this.#events.push({ type: "closed", by, code: TransportCode.none, reason: "" });
  }

  #probeTimeout(): number {
    return this.#recovery.rtt.probeTimeout(this.#recovery.maxAckDelay);
  }

  /** The next thing to tell; undefined when all is told. */
  event(): TransportEvent | undefined {
    const event = this.#events.shift();
    if (event?.type === "readable") {
      const stream = this.#table.get(event.stream);
      if (stream !== undefined) stream.readableQueued = false;
    }
    return event;
  }

  /** Opens a stream. A LimitError while the peer allows no more: wait for "streams-available". */
  openStream(): number {
    this.#requireOpen();
    return this.#table.open(this.#now).id;
  }

  /** Takes as much of `data` as there is room for and returns how much; 0 too once the peer has stopped the stream. */
  write(id: number, data: Uint8Array): number {
    this.#requireOpen();
    const stream = this.#stream(id);
    if (stream === undefined || stream.send.resetCode !== undefined) return 0;
    if (stream.send.finished) throw new LocalProtocolError("stream.finished", { stream: id });
    return this.#output.write(stream, data, this.#sendCapacity());
  }

  /** Ends the sending half after what was written. */
  finish(id: number): void {
    this.#requireOpen();
    const stream = this.#stream(id);
    if (stream === undefined || stream.send.resetCode !== undefined || stream.send.finished) return;
    this.#output.finish(stream);
  }

  /** Copies bytes that have come in order into `out`; returns how many. */
  read(id: number, out: Uint8Array): number {
    const stream = this.#stream(id);
    return stream === undefined ? 0 : this.#input.read(stream, out);
  }

  /** Bytes that `read` would give. */
  readable(id: number): number {
    return this.#table.get(id)?.receive.available ?? 0;
  }

  /** Whether all bytes up to the peer's end of the stream have been read. */
  readFinished(id: number): boolean {
    const stream = this.#stream(id);
    return stream === undefined || stream.receive.finished;
  }

  /** Drops what was not yet sent and tells the peer so. */
  reset(id: number, code: number): void {
    const stream = this.#stream(id);
    if (stream !== undefined) this.#output.reset(stream, code);
  }

  /** Asks the peer to send no more on this stream and drops what it has sent. */
  stop(id: number, code: number): void {
    const stream = this.#stream(id);
    if (stream !== undefined) this.#input.stop(stream, code);
  }

  /** Urgency 0 (first) to 7 (last) among the streams of this side; 3 unless set (RFC 9218). */
  setPriority(id: number, urgency: number): void {
    if (!Number.isInteger(urgency) || urgency < 0 || urgency >= URGENCIES) {
      throw new LocalProtocolError("stream.urgency", { urgency, highest: URGENCIES - 1 });
    }
    const stream = this.#stream(id);
    if (stream !== undefined) this.#output.setUrgency(stream, urgency);
  }

  /** Ends the connection at once. What must arrive is finished and acknowledged before. */
  close(code: number, reason: string): void {
    if (this.state !== "open") return;
    this.#closing.close(code, undefined, reason, this.#now, this.#probeTimeout());
    this.#events.push({ type: "closed", by: "local", code, reason });
  }

  /** The peer's address has changed and was validated: path estimates start over (RFC 9000 §9.4). */
  pathChanged(now: number): void {
    this.#now = now;
    this.#parts.mtu = new MtuDiscovery(this.#initialMtu, this.#maxMtu, this.#farMtu);
    this.#builder.bursts = new Bursts();
    this.#recovery.onPathChanged(new Bbr(this.#parts.mtu.current, this.#peerBuffer));
  }

  /** By how much the credit for all streams together has grown, out of `TransportOptions.credit`. */
  get grownCredit(): number {
    return this.#input.window.grown;
  }

  /** Bytes written to the stream `id` that the peer has not acknowledged. */
  buffered(id: number): number {
    return this.#table.get(id)?.send.buffered ?? 0;
  }

  stats(): TransportStats {
    const recovery = this.#recovery;
    return {
      packetsSent: recovery.sent.next,
      packetsReceived: this.#packetsReceived,
      bytesSent: this.#builder.bytesSent,
      bytesReceived: this.#bytesReceived,
      bytesInFlight: recovery.inFlight,
      bytesDelivered: recovery.deliveredBytes,
      packetsLost: recovery.lostPackets,
      bytesLost: recovery.lostBytes,
      spuriousLosses: recovery.spuriousLosses,
      probeTimeouts: recovery.probeTimeouts,
      congestionWindow: recovery.congestion.window,
      smoothedRtt: recovery.rtt.smoothed,
      minRtt: recovery.rtt.min,
      latestRtt: recovery.rtt.latest,
      mtu: this.#parts.mtu.current,
      openStreams: this.#table.size,
    };
  }

  #requireOpen(): void {
    if (this.state !== "open") throw new LocalProtocolError("transport.closed", {});
  }

  /** The stream, undefined when it has ended on both sides; an error when it never was. */
  #stream(id: number): Stream | undefined {
    const stream = this.#table.get(id);
    if (stream === undefined && !this.#table.wasOpened(id)) {
      throw new LocalProtocolError("stream.unknown", { stream: id });
    }
    return stream;
  }

  #sendCapacity(): number {
    const wanted = Math.max(
      LEAST_SEND_BUFFER,
      SEND_BUFFER_WINDOWS * this.#recovery.congestion.window,
    );
    return Math.min(wanted, this.#limits.maxSendBuffer);
  }

  /** What recovery reports, passed on to whom it concerns. */
  #fate(): PacketFate {
    return {
      frameAcked: (kind, stream, offset, length) => {
        if (isAboutStream(kind)) {
          this.#output.onAcked(kind, stream, offset, length);
          this.#output.reportWritable(stream, this.#sendCapacity());
        } else if (kind === FRAME_ACK) this.#acks.onAckAcked(offset);
        else this.#control.onAcked(kind, offset);
      },
      frameLost: (kind, stream, offset, length) => {
        if (isAboutStream(kind)) this.#output.onLost(kind, stream, offset, length);
        else this.#control.onLost(kind, offset);
      },
      packetAcked: (size, flags) => {
        this.#builder.bursts.onAcked(flags);
        if ((flags & SENT_MTU_PROBE) === 0) return this.#parts.mtu.onDatagramAcked(size);
        if (this.#parts.mtu.onProbeAcked(size, this.#now)) {
          this.#recovery.congestion.onDatagramSize(this.#parts.mtu.current);
        }
      },
      packetLost: (size, flags, sentTime) => {
        if ((flags & SENT_MTU_PROBE) !== 0) {
          return this.#parts.mtu.onProbeLost(size, this.#now);
        }
        this.#builder.bursts.onLost(flags, sentTime, this.#now);
        if (
          this.#parts.mtu.onDatagramLost(size, sentTime, this.#recovery.rtt.smoothed, this.#now)
        ) {
          this.#recovery.congestion.onDatagramSize(this.#parts.mtu.current);
        }
      },
    };
  }
}
