/** Takes apart a received packet and hands each frame to the part it concerns (RFC 9000 §12.4, §19). */
import {
  FRAME_ACK,
  FRAME_ACK_FREQUENCY,
  FRAME_APPLICATION_CLOSE,
  FRAME_CONNECTION_CLOSE,
  FRAME_DATA_BLOCKED,
  FRAME_IMMEDIATE_ACK,
  FRAME_MAX_DATA,
  FRAME_MAX_STREAM_DATA,
  FRAME_MAX_STREAMS,
  FRAME_PADDING,
  FRAME_PATH_CHALLENGE,
  FRAME_PATH_RESPONSE,
  FRAME_RESET_STREAM,
  FRAME_STOP_SENDING,
  FRAME_STREAM,
  FRAME_STREAM_DATA_BLOCKED,
} from "../wire/frames.ts";
import { encodingError } from "../wire/transport-error.ts";
import { FrameReader } from "../wire/frame-reader.ts";
import type { AckTracker } from "./ack-tracker.ts";
import type { ConnectionControl } from "./connection-control.ts";
import type { EventQueue } from "./event-queue.ts";
import type { Recovery } from "./recovery.ts";
import type { StreamInput } from "./stream-input.ts";
import type { StreamOutput } from "./stream-output.ts";
import type { StreamTable } from "./stream-table.ts";

const decoder = new TextDecoder();

/** The peer's CONNECTION_CLOSE. */
export interface PeerClose {
  by: "peer";
  code: number;
  reason: string;
}

export class PacketInput {
  readonly #frame = new FrameReader();
  readonly #recovery: Recovery;
  readonly #acks: AckTracker;
  readonly #control: ConnectionControl;
  readonly #table: StreamTable;
  readonly #input: StreamInput;
  readonly #output: StreamOutput;
  readonly #events: EventQueue;
  /** Set when the packet closed the connection. */
  closed: PeerClose | undefined;
  /** Whether the packet brought stream data. */
  dataReceived = false;
  #immediate = false;

  constructor(
    recovery: Recovery,
    acks: AckTracker,
    control: ConnectionControl,
    table: StreamTable,
    input: StreamInput,
    output: StreamOutput,
    events: EventQueue,
  ) {
    this.#recovery = recovery;
    this.#acks = acks;
    this.#control = control;
    this.#table = table;
    this.#input = input;
    this.#output = output;
    this.#events = events;
  }

  /** Reads packet `number`; with `closeOnly` nothing but the peer's CONNECTION_CLOSE counts. */
  receive(number: number, payload: Uint8Array, now: number, closeOnly: boolean): void {
    const frame = this.#frame;
    frame.reset(payload);
    let eliciting = false;
    let acknowledged = false;
    this.#immediate = this.dataReceived = false;
    while (this.closed === undefined && frame.next()) {
      const type = frame.type;
      if (closeOnly && type !== FRAME_CONNECTION_CLOSE && type !== FRAME_APPLICATION_CLOSE) {
        continue;
      }
      if (type === FRAME_STREAM) {
        eliciting = this.dataReceived = true;
        this.#input.onStream(frame, now);
      } else if (type === FRAME_ACK) {
        // Each may take a walk over all that is in flight.
        if (acknowledged) throw encodingError(FRAME_ACK, "frame.second-ack");
        acknowledged = true;
        this.#recovery.onAck(frame, now);
      } else if (type !== FRAME_PADDING) {
        eliciting = true;
        this.#other(type, now);
      }
    }
    frame.release();
    if (!closeOnly) this.#acks.onPacket(number, eliciting, this.#immediate, now);
  }

  #other(type: number, now: number): void {
    const frame = this.#frame;
    switch (type) {
      case FRAME_MAX_DATA:
        return this.#output.onMaxData(frame.limit);
      case FRAME_MAX_STREAM_DATA: {
        const stream = this.#table.fromFrame(frame.stream, type, now);
        if (stream !== undefined) this.#output.onMaxStreamData(stream, frame.limit);
        return;
      }
      case FRAME_MAX_STREAMS:
        return this.#table.onMaxStreams(frame.limit);
      case FRAME_RESET_STREAM:
        return this.#input.onReset(frame, now);
      case FRAME_STOP_SENDING:
        return this.#onStopSending(now);
      case FRAME_STREAM_DATA_BLOCKED:
        return this.#input.onStreamBlocked(frame, now);
      case FRAME_DATA_BLOCKED:
        return this.#input.onBlocked(frame.limit);
      case FRAME_PATH_CHALLENGE:
        this.#control.onPathChallenge(frame.bytes.subarray(frame.start, frame.end));
        this.#events.push({ type: "path-challenged" });
        return;
      case FRAME_PATH_RESPONSE:
        this.#events.push({
          type: "path-response",
          data: frame.bytes.slice(frame.start, frame.end),
        });
        return;
      case FRAME_CONNECTION_CLOSE:
      case FRAME_APPLICATION_CLOSE:
        this.closed = {
          by: "peer",
          code: frame.code,
          reason: decoder.decode(frame.bytes.subarray(frame.start, frame.end)),
        };
        return;
      case FRAME_IMMEDIATE_ACK:
        this.#immediate = true;
        return;
      case FRAME_ACK_FREQUENCY:
        return this.#onAckFrequency();
    }
  }

  #onStopSending(now: number): void {
    const frame = this.#frame;
    const stream = this.#table.fromFrame(frame.stream, FRAME_STOP_SENDING, now);
    if (stream === undefined || stream.send.resetCode !== undefined || stream.send.done) return;
    this.#events.push({ type: "stream-stopped", stream: stream.id, code: frame.code });
    // RFC 9000 §3.5: the answer is a reset with the same code.
    this.#output.reset(stream, frame.code);
  }

  #onAckFrequency(): void {
    const frame = this.#frame;
    if (frame.delay < 1) throw encodingError(FRAME_ACK_FREQUENCY, "frame.ack-delay");
    this.#acks.onFrequency(frame.limit, frame.threshold, frame.delay, frame.reordering);
  }
}
