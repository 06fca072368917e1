/**
 * The transport of one connection: reliable streams over encrypted packets that may be lost, reordered or repeated.
 * Frames and flow control after RFC 9000, recovery after RFC 9002. Does no I/O and reads no clock: packets and the time
 * (milliseconds of a monotonic clock) come in as arguments.
 *
 * Loop of a driver: `receive` what arrives; `timeout` when `nextTimeout` says so; after either, and after using a
 * stream, `transmit` and `event` until they return undefined.
 */
import { TransportCode, TransportError } from "../wire/transport-error.ts";
import { LocalProtocolError } from "../errors.ts";
import { Closing, type TransportState } from "./closing.ts";
import { TransportParts } from "./parts.ts";
import type { Stream } from "./stream.ts";
import { URGENCIES } from "./stream.ts";
import { earliestTimer, fireTimers } from "./timers.ts";
import type { PacketOut, TransportEvent, TransportOptions, TransportStats } from "./types.ts";

/** See above. */
export class Transport {
  readonly #parts: TransportParts;
  readonly #closing = new Closing();
  #packetsReceived = 0;

  constructor(options: TransportOptions) {
    this.#parts = new TransportParts(options);
  }

  /** Where the connection stands; `closed` ones can be dropped. */
  get state(): TransportState {
    return this.#closing.state;
  }

  /** Takes the decrypted frames of packet `packetNumber`. A RemoteProtocolError has closed the connection. */
  receive(packetNumber: number, payload: Uint8Array, now: number): void {
    this.#parts.now = now;
    this.#packetsReceived++;
    if (this.state === "closed" || !this.#parts.acks.isNew(packetNumber)) return;
    if (this.state === "draining") return this.#closing.onPacket();
    const closing = this.state === "closing";
    try {
      this.#parts.packets.receive(packetNumber, payload, now, closing);
    } catch (error) {
      if (!(error instanceof TransportError)) throw error;
      if (!closing) this.#fail(error, now);
      throw error;
    }
    if (this.#parts.packets.closed !== undefined) return this.#closedByPeer(now);
    if (closing) return this.#closing.onPacket();
    const heard = this.#parts.liveness.onReceived(
      now,
      this.#parts.packets.dataReceived,
      this.#parts.recovery.owed,
    );
    if (heard) this.#parts.events.push({ type: "heard" });
  }

  #closedByPeer(now: number): void {
    const wasOpen = this.state === "open";
    this.#closing.drain(now, this.#probeTimeout());
    const closed = this.#parts.packets.closed;
    if (wasOpen && closed !== undefined) this.#parts.events.push({ type: "closed", ...closed });
  }

  #fail(error: TransportError, now: number): void {
    const code = error.transportCode;
    this.#closing.close(code, error.frameType, error.code, now, this.#probeTimeout());
    this.#parts.events.push({ type: "closed", by: "error", code, reason: error.code });
  }

  /** Writes the frames of one packet into `out`; undefined when nothing may be sent now. */
  transmit(now: number, out: Uint8Array): PacketOut | undefined {
    this.#parts.now = now;
    if (this.state !== "open") {
      const length = this.#closing.write(out, now);
      return length === 0 ? undefined : this.#parts.builder.finishUntracked(now, length);
    }
    const packet = this.#parts.builder.build(now, out, this.#parts.mtu);
    if (packet === undefined) return undefined;
    this.#parts.liveness.onSent(now, this.#parts.builder.eliciting);
    return packet;
  }

  /** Whether the packet written last is to be handed to the system by itself. */
  get apart(): boolean {
    return this.#parts.builder.apart;
  }

  /**
   * Writes a packet for one particular address: a PATH_CHALLENGE with the 8 bytes `challenge` if given, and the answers
   * to the peer's challenges, padded to the smallest size a path must carry (RFC 9000 §8.2.1).
   */
  transmitPath(now: number, out: Uint8Array, challenge?: Uint8Array): PacketOut | undefined {
    this.#parts.now = now;
    if (this.state !== "open") return undefined;
    return this.#parts.builder.buildPath(now, out, challenge);
  }

  /** Asks for a packet that the peer has to acknowledge, soon. */
  ping(): void {
    this.#parts.control.ping = true;
  }

  /** When `timeout` has to be called, and `transmit` after it. */
  nextTimeout(): number | undefined {
    if (this.state !== "open") return this.#closing.deadline;
    return earliestTimer(this.#parts);
  }

  /** Does what has become due by `now`; calling it early is harmless. */
  timeout(now: number): void {
    this.#parts.now = now;
    if (this.state !== "open") return this.#closing.onTimeout(now);
    if (now >= this.#parts.liveness.lostAt) return this.#lost();
    if (now >= this.#parts.liveness.silentAt) {
      this.#parts.liveness.told();
      this.#parts.events.push({ type: "silent" });
    }
    fireTimers(this.#parts, now);
  }

  #lost(): void {
    const by = this.#parts.liveness.asked ? "lost" : "idle-timeout";
    this.#closing.end();
    this.#parts.events.push({ type: "closed", by, code: TransportCode.none, reason: "" });
  }

  #probeTimeout(): number {
    return this.#parts.recovery.rtt.probeTimeout(this.#parts.recovery.maxAckDelay);
  }

  /** The next thing to tell; undefined when all is told. */
  event(): TransportEvent | undefined {
    const event = this.#parts.events.shift();
    if (event?.type === "readable") {
      const stream = this.#parts.table.get(event.stream);
      if (stream !== undefined) stream.readableQueued = false;
    }
    return event;
  }

  /** Opens a stream. A LimitError while the peer allows no more: wait for "streams-available". */
  openStream(): number {
    this.#requireOpen();
    return this.#parts.table.open(this.#parts.now).id;
  }

  /** Takes as much of `data` as there is room for and returns how much; 0 too once the peer has stopped the stream. */
  write(id: number, data: Uint8Array): number {
    this.#requireOpen();
    const stream = this.#stream(id);
    if (stream === undefined || stream.send.resetCode !== undefined) return 0;
    if (stream.send.finished) throw new LocalProtocolError("stream.finished", { stream: id });
    return this.#parts.output.write(stream, data, this.#parts.sendCapacity);
  }

  /** Ends the sending half after what was written. */
  finish(id: number): void {
    this.#requireOpen();
    const stream = this.#stream(id);
    if (stream === undefined || stream.send.resetCode !== undefined || stream.send.finished) return;
    this.#parts.output.finish(stream);
  }

  /** Copies bytes that have come in order into `out`; returns how many. */
  read(id: number, out: Uint8Array): number {
    const stream = this.#stream(id);
    return stream === undefined ? 0 : this.#parts.input.read(stream, out);
  }

  /** Bytes that `read` would give. */
  readable(id: number): number {
    return this.#parts.table.get(id)?.receive.available ?? 0;
  }

  /** Whether all bytes up to the peer's end of the stream have been read. */
  readFinished(id: number): boolean {
    const stream = this.#stream(id);
    return stream === undefined || stream.receive.finished;
  }

  /** Drops what was not yet sent and tells the peer so. */
  reset(id: number, code: number): void {
    const stream = this.#stream(id);
    if (stream !== undefined) this.#parts.output.reset(stream, code);
  }

  /** Asks the peer to send no more on this stream and drops what it has sent. */
  stop(id: number, code: number): void {
    const stream = this.#stream(id);
    if (stream !== undefined) this.#parts.input.stop(stream, code);
  }

  /** Urgency 0 (first) to 7 (last) among the streams of this side; 3 unless set (RFC 9218). */
  setPriority(id: number, urgency: number): void {
    if (!Number.isInteger(urgency) || urgency < 0 || urgency >= URGENCIES) {
      throw new LocalProtocolError("stream.urgency", { urgency, highest: URGENCIES - 1 });
    }
    const stream = this.#stream(id);
    if (stream !== undefined) this.#parts.output.setUrgency(stream, urgency);
  }

  /** Ends the connection at once. What must arrive is finished and acknowledged before. */
  close(code: number, reason: string): void {
    if (this.state !== "open") return;
    this.#closing.close(code, undefined, reason, this.#parts.now, this.#probeTimeout());
    this.#parts.events.push({ type: "closed", by: "local", code, reason });
  }

  /** The peer's address has changed and was validated: path estimates start over (RFC 9000 §9.4). */
  pathChanged(now: number): void {
    this.#parts.now = now;
    this.#parts.pathChanged();
  }

  /** By how much the credit for all streams together has grown, out of `TransportOptions.credit`. */
  get grownCredit(): number {
    return this.#parts.input.window.grown;
  }

  /** Bytes written to the stream `id` that the peer has not acknowledged. */
  buffered(id: number): number {
    return this.#parts.table.get(id)?.send.buffered ?? 0;
  }

  stats(): TransportStats {
    const recovery = this.#parts.recovery;
    return {
      packetsSent: recovery.sent.next,
      packetsReceived: this.#packetsReceived,
      bytesSent: this.#parts.builder.bytesSent,
      bytesInFlight: recovery.inFlight,
      bytesDelivered: recovery.deliveredBytes,
      packetsLost: recovery.lostPackets,
      bytesLost: recovery.lostBytes,
      spuriousLosses: recovery.spuriousLosses,
      probeTimeouts: recovery.probeTimeouts,
      minRtt: recovery.rtt.min,
      mtu: this.#parts.mtu.current,
      openStreams: this.#parts.table.size,
    };
  }

  #requireOpen(): void {
    if (this.state !== "open") throw new LocalProtocolError("transport.closed", {});
  }

  /** The stream, undefined when it has ended on both sides; an error when it never was. */
  #stream(id: number): Stream | undefined {
    const stream = this.#parts.table.get(id);
    if (stream === undefined && !this.#parts.table.wasOpened(id)) {
      throw new LocalProtocolError("stream.unknown", { stream: id });
    }
    return stream;
  }
}
