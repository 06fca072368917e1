/** A bidirectional stream: its two halves, and its places in the queues of the output side. */
import { ReceiveStream } from "./receive-stream.ts";
import type { TransportEvent } from "./types.ts";
import { SendStream } from "./send-stream.ts";

/** RFC 9218 §4.1: urgency 0 (first) to 7 (last), 3 unless said otherwise. */
const DEFAULT_URGENCY = 3;
export const URGENCIES = 8;

/** Control frames that a stream waits to send. */
export const CONTROL_RESET = 1;
export const CONTROL_STOP = 2;
export const CONTROL_MAX_STREAM_DATA = 4;
export const CONTROL_BLOCKED = 8;

type StreamSignal = TransportEvent & { type: "readable" | "writable" };

export class Stream {
  readonly id: number;
  /** Opened by the other side. */
  readonly remote: boolean;
  readonly send: SendStream;
  readonly receive: ReceiveStream;

  // Scheduler state.
  urgency = DEFAULT_URGENCY;
  deficit = 0;
  /** In one of the scheduler's queues; in which one. */
  queued = false;
  fresh = false;
  nextQueued: Stream | undefined;

  /** CONTROL_* bits, and whether the stream stands in the control queue. */
  control = 0;
  controlQueued = false;
  /** Code for STOP_SENDING. */
  stopCode = 0;
  /** Credit at which STREAM_DATA_BLOCKED was last sent. */
  blockedAt = -1;

  /** The writer was told to wait. */
  writerWaits = false;
  /** These events are the same object every time; whether one stands in the event queue. */
  readonly readable: StreamSignal;
  readonly writable: StreamSignal;
  readableQueued = false;
  finishedReported = false;

  constructor(id: number, remote: boolean, sendLimit: number, now: number, maxWindow: number) {
    this.id = id;
    this.remote = remote;
    this.send = new SendStream(id, sendLimit);
    this.receive = new ReceiveStream(now, maxWindow);
    this.readable = Object.freeze({ type: "readable", stream: id });
    this.writable = Object.freeze({ type: "writable", stream: id });
  }

  /** Both halves have ended: the stream can be forgotten. */
  get done(): boolean {
    return this.send.done && this.receive.done;
  }
}
