/**
 * The sending side of all streams: bytes in from the writer, STREAM and control frames out, and what to do when they
 * arrive or get lost (RFC 9000 §13.3).
 */
import {
  CONTROL_FRAME_BYTES,
  FRAME_MAX_STREAM_DATA,
  FRAME_RESET_STREAM,
  FRAME_STOP_SENDING,
  FRAME_STREAM,
  FRAME_STREAM_DATA_BLOCKED,
  inRoom,
  isStreamFrame,
  STREAM_FIN,
  writeMaxStreamData,
  writeResetStream,
  writeStopSending,
  writeStreamDataBlocked,
} from "../wire/frames.ts";
import type { EventQueue } from "./event-queue.ts";
import { INITIAL_MAX_DATA } from "./receive-window.ts";
import { Scheduler } from "./scheduler.ts";
import { LEAST_STREAM_ROOM } from "./send-stream.ts";
import { type SentPackets } from "./sent-packets.ts";
import {
  CONTROL_BLOCKED,
  CONTROL_MAX_STREAM_DATA,
  CONTROL_RESET,
  CONTROL_STOP,
  type Stream,
} from "./stream.ts";
import type { StreamTable } from "./stream-table.ts";

/** A STREAM frame that ends its stream, as a record of what was sent. */
const FRAME_STREAM_END = FRAME_STREAM | STREAM_FIN;

export class StreamOutput {
  readonly #table: StreamTable;
  readonly #events: EventQueue;
  readonly #sent: SentPackets;
  readonly #scheduler = new Scheduler();
  #control: Stream[] = [];
  /** The peer's credit for all streams together, and how much of it is used. */
  #limit = INITIAL_MAX_DATA;
  #used = 0;
  #blockedAt = -1;

  constructor(table: StreamTable, events: EventQueue, sent: SentPackets) {
    this.#table = table;
    this.#events = events;
    this.#sent = sent;
  }

  /** Whether a stream or control frame waits. */
  get hasWork(): boolean {
    return this.#control.length > 0 || !this.#scheduler.empty;
  }

  /** The limit to state in DATA_BLOCKED, once for each limit, or undefined. */
  takeBlocked(): number | undefined {
    if (this.#used < this.#limit || this.#blockedAt === this.#limit) return undefined;
    for (const stream of this.#table.values()) {
      if (stream.send.hasNew) {
        this.#blockedAt = this.#limit;
        return this.#limit;
      }
    }
    return undefined;
  }

  write(stream: Stream, data: Uint8Array, capacity: number): number {
    const taken = stream.send.write(data, capacity);
    if (taken < data.length) stream.writerWaits = true;
    if (taken > 0) this.#activate(stream);
    return taken;
  }

  finish(stream: Stream): void {
    stream.send.finish();
    this.#activate(stream);
  }

  reset(stream: Stream, code: number): void {
    if (stream.send.resetCode !== undefined || stream.send.done) return;
    stream.send.reset(code);
    stream.writerWaits = false;
    this.#scheduler.remove(stream);
    this.queueControl(stream, CONTROL_RESET);
  }

  setUrgency(stream: Stream, urgency: number): void {
    this.#scheduler.setUrgency(stream, urgency);
  }

  queueControl(stream: Stream, bit: number): void {
    stream.control |= bit;
    if (stream.controlQueued) return;
    stream.controlQueued = true;
    this.#control.push(stream);
  }

  /** Forgets a stream of which both halves are done. */
  forgetIfDone(stream: Stream): void {
    if (!this.#table.forgetIfDone(stream)) return;
    this.#scheduler.remove(stream);
    stream.control = 0;
  }

  onMaxData(limit: number): void {
    if (limit <= this.#limit) return;
    this.#limit = limit;
    for (const stream of this.#table.values()) this.#activate(stream);
  }

  onMaxStreamData(stream: Stream, limit: number): void {
    if (limit <= stream.send.limit) return;
    stream.send.limit = limit;
    this.#activate(stream);
  }

  #activate(stream: Stream): void {
    if (stream.send.hasWork(this.#limit - this.#used)) this.#scheduler.activate(stream);
    else if (stream.send.blocked && stream.blockedAt !== stream.send.limit) {
      this.queueControl(stream, CONTROL_BLOCKED);
    }
  }

  /** Writes control frames that wait, as many as fit. */
  writeControl(out: Uint8Array, at: number, limit: number, now: number, rtt: number): number {
    while (this.#control.length > 0) {
      const stream = this.#control[this.#control.length - 1]!;
      while (stream.control !== 0) {
        if (limit - at < CONTROL_FRAME_BYTES || !this.#sent.recordsLeft) return at;
        at = inRoom(at, this.#writeControlOf(stream, out, at, now, rtt), limit);
      }
      stream.controlQueued = false;
      this.#control.pop();
    }
    return at;
  }

  #writeControlOf(stream: Stream, out: Uint8Array, at: number, now: number, rtt: number): number {
    const { id, control } = stream;
    if ((control & CONTROL_RESET) !== 0) {
      stream.control &= ~CONTROL_RESET;
      this.#sent.add(FRAME_RESET_STREAM, id, 0, 0);
      return writeResetStream(out, at, id, stream.send.resetCode ?? 0, stream.send.sentSize);
    }
    if ((control & CONTROL_STOP) !== 0) {
      stream.control &= ~CONTROL_STOP;
      if (stream.receive.done) return at;
      this.#sent.add(FRAME_STOP_SENDING, id, 0, 0);
      return writeStopSending(out, at, id, stream.stopCode);
    }
    if ((control & CONTROL_MAX_STREAM_DATA) !== 0) {
      stream.control &= ~CONTROL_MAX_STREAM_DATA;
      if (stream.receive.finalSizeKnown || stream.receive.stopped) return at;
      this.#sent.add(FRAME_MAX_STREAM_DATA, id, 0, 0);
      const credit = stream.receive.window.advance(now, rtt);
      return writeMaxStreamData(out, at, id, credit);
    }
    stream.control = 0;
    if (!stream.send.blocked) return at;
    stream.blockedAt = stream.send.limit;
    this.#sent.add(FRAME_STREAM_DATA_BLOCKED, id, 0, 0);
    return writeStreamDataBlocked(out, at, id, stream.send.limit);
  }

  /** Writes STREAM frames of the streams whose turn it is. */
  writeStreams(out: Uint8Array, at: number, limit: number): number {
    while (limit - at >= LEAST_STREAM_ROOM && this.#sent.recordsLeft) {
      const stream = this.#scheduler.next();
      if (stream === undefined) break;
      const send = stream.send;
      const end = inRoom(at, send.writeFrame(out, at, limit, this.#limit - this.#used), limit);
      if (end === at) {
        this.#scheduler.idle(stream);
        this.#activate(stream);
        continue;
      }
      this.#used += send.lastNew;
      this.#scheduler.charge(stream, end - at);
      this.#sent.add(
        send.lastFin ? FRAME_STREAM_END : FRAME_STREAM,
        stream.id,
        send.lastOffset,
        send.lastLength,
      );
      at = end;
    }
    return at;
  }

  /** A frame with a record of `kind` about a stream arrived. */
  onAcked(kind: number, id: number, offset: number, length: number): void {
    const stream = this.#table.get(id);
    if (stream === undefined) return;
    const send = stream.send;
    if (isStreamFrame(kind)) {
      send.onAcked(offset, length, (kind & STREAM_FIN) !== 0);
    } else if (kind === FRAME_RESET_STREAM) send.onResetAcked();
    else return;
    if (!send.done) return;
    if (!stream.finishedReported && send.resetCode === undefined) {
      stream.finishedReported = true;
      this.#events.push({ type: "finished-acked", stream: id });
    }
    this.forgetIfDone(stream);
  }

  /** Tells the writer of `id` that there is room again, when a fair part of `capacity` is free. */
  reportWritable(id: number, capacity: number): void {
    const stream = this.#table.get(id);
    if (stream === undefined || !stream.writerWaits || stream.send.finished) return;
    if (4 * stream.send.buffered > 3 * capacity) return;
    stream.writerWaits = false;
    this.#events.push(stream.writable);
  }

  /** A frame with a record of `kind` about a stream was lost. */
  onLost(kind: number, id: number, offset: number, length: number): void {
    const stream = this.#table.get(id);
    if (stream === undefined) return;
    switch (kind) {
      case FRAME_STREAM:
      case FRAME_STREAM_END:
        stream.send.onLost(offset, length, (kind & STREAM_FIN) !== 0);
        this.#activate(stream);
        return;
      case FRAME_RESET_STREAM:
        this.queueControl(stream, CONTROL_RESET);
        return;
      case FRAME_STOP_SENDING:
        this.queueControl(stream, CONTROL_STOP);
        return;
      case FRAME_MAX_STREAM_DATA:
        this.queueControl(stream, CONTROL_MAX_STREAM_DATA);
        return;
      case FRAME_STREAM_DATA_BLOCKED:
        if (stream.send.blocked) this.queueControl(stream, CONTROL_BLOCKED);
    }
  }
}
