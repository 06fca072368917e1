/** The receiving side of all streams: their frames in, bytes out to the reader, credit for the peer (RFC 9000 §4). */
import { FRAME_RESET_STREAM, FRAME_STREAM, FRAME_STREAM_DATA_BLOCKED } from "../wire/frames.ts";
import { TransportCode, TransportError } from "../wire/transport-error.ts";
import type { FrameReader } from "../wire/frame-reader.ts";
import type { EventQueue } from "./event-queue.ts";
import { type Credit, INITIAL_MAX_DATA, ReceiveWindow } from "./receive-window.ts";
import { CONTROL_MAX_STREAM_DATA, CONTROL_STOP, type Stream } from "./stream.ts";
import type { StreamOutput } from "./stream-output.ts";
import type { StreamTable } from "./stream-table.ts";

export class StreamInput {
  readonly #table: StreamTable;
  readonly #events: EventQueue;
  readonly #output: StreamOutput;
  /** Credit for all streams together. */
  readonly window: ReceiveWindow;
  #received = 0;

  constructor(
    table: StreamTable,
    events: EventQueue,
    output: StreamOutput,
    maxWindow: number,
    now: number,
    credit?: Credit,
  ) {
    this.#table = table;
    this.#events = events;
    this.#output = output;
    this.window = new ReceiveWindow(INITIAL_MAX_DATA, maxWindow, now, credit);
  }

  /** STREAM, as `frame` has just read it. */
  onStream(frame: FrameReader, now: number): void {
    const stream = this.#table.fromFrame(frame.stream, FRAME_STREAM, now);
    if (stream === undefined) return;
    const receive = stream.receive;
    const readyBefore = receive.available;
    const finishedBefore = receive.finished;
    const consumedBefore = receive.consumed;
    const grown = receive.receive(frame.offset, frame.bytes, frame.start, frame.end, frame.fin);
    this.#count(grown, FRAME_STREAM);
    this.#consumed(stream, consumedBefore);
    const finished = !finishedBefore && receive.finished;
    if (!receive.stopped && (receive.available > readyBefore || finished)) {
      this.#events.pushReadable(stream);
    }
    if (finished) this.#output.forgetIfDone(stream);
  }

  onReset(frame: FrameReader, now: number): void {
    const stream = this.#table.fromFrame(frame.stream, FRAME_RESET_STREAM, now);
    if (stream === undefined) return;
    const receive = stream.receive;
    const known = receive.resetCode !== undefined;
    const consumedBefore = receive.consumed;
    this.#count(receive.reset(frame.code, frame.offset), FRAME_RESET_STREAM);
    this.#consumed(stream, consumedBefore);
    if (!known && receive.resetCode !== undefined) {
      this.#events.push({ type: "stream-reset", stream: stream.id, code: frame.code });
    }
    this.#output.forgetIfDone(stream);
  }

  /** STREAM_DATA_BLOCKED. */
  onStreamBlocked(frame: FrameReader, now: number): void {
    const stream = this.#table.fromFrame(frame.stream, FRAME_STREAM_DATA_BLOCKED, now);
    if (stream === undefined || frame.limit !== stream.receive.window.limit) return;
    stream.receive.window.widen(stream.receive.available);
    this.#announce(stream);
  }

  /** DATA_BLOCKED. */
  onBlocked(limit: number): void {
    if (limit !== this.window.limit) return;
    let unread = 0;
    for (const stream of this.#table.values()) unread += stream.receive.available;
    this.window.widen(unread);
  }

  #count(grown: number, frame: number): void {
    this.#received += grown;
    if (this.#received > this.window.limit) {
      throw new TransportError(
        TransportCode.flowControl,
        frame,
        "transport.over-credit",
        { bytes: this.#received, limit: this.window.limit },
      );
    }
  }

  #consumed(stream: Stream, before: number): void {
    const bytes = stream.receive.consumed - before;
    if (bytes === 0) return;
    this.window.consume(bytes);
    this.#announce(stream);
  }

  /** Queues more credit for the stream if that is due. */
  #announce(stream: Stream): void {
    const { window, finalSizeKnown, stopped } = stream.receive;
    if (window.due && !finalSizeKnown && !stopped) {
      this.#output.queueControl(stream, CONTROL_MAX_STREAM_DATA);
    }
  }

  read(stream: Stream, out: Uint8Array): number {
    const before = stream.receive.consumed;
    const length = stream.receive.read(out);
    if (length === 0) return 0;
    this.#consumed(stream, before);
    if (stream.receive.finished) this.#output.forgetIfDone(stream);
    return length;
  }

  stop(stream: Stream, code: number): void {
    if (stream.receive.stopped || stream.receive.done) return;
    const before = stream.receive.consumed;
    stream.receive.stop();
    this.#consumed(stream, before);
    stream.stopCode = code;
    if (!stream.receive.done) this.#output.queueControl(stream, CONTROL_STOP);
    this.#output.forgetIfDone(stream);
  }
}
