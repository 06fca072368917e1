/**
 * The streams of a connection (RFC 9000 §2.1, §4.6): numbering, opening, limits on their number, forgetting.
 *
 * All streams are bidirectional. The initiator's are 0, 2, 4, …, the responder's 1, 3, 5, …; using one opens all lower
 * ones of the same side.
 */
import { TransportCode, TransportError } from "../wire/transport-error.ts";
import { LimitError } from "../errors.ts";
import type { EventQueue } from "./event-queue.ts";
import { INITIAL_MAX_STREAM_DATA } from "./receive-window.ts";
import { Stream } from "./stream.ts";
import type { Role } from "./types.ts";

/** Every connection starts with this many streams for either side; more by MAX_STREAMS. Part of the protocol. */
export const INITIAL_MAX_STREAMS = 64;

export class StreamTable {
  readonly #streams = new Map<number, Stream>();
  readonly #parity: number;
  readonly #events: EventQueue;
  readonly #maxWindow: number;
  readonly #maxOpen: number;
  /** How many this side has opened, and may. */
  #opened = 0;
  #mayOpen = INITIAL_MAX_STREAMS;
  #refused = false;
  /** How many the peer has opened, and may; how many of those are forgotten. */
  #remoteOpened = 0;
  #remoteLimit = INITIAL_MAX_STREAMS;
  #remoteForgotten = 0;
  /** STREAMS_BLOCKED is to be sent. */
  blockedDue = false;

  constructor(role: Role, maxOpen: number, maxWindow: number, events: EventQueue) {
    this.#parity = role === "initiator" ? 0 : 1;
    this.#maxOpen = Math.max(INITIAL_MAX_STREAMS, maxOpen);
    this.#maxWindow = maxWindow;
    this.#events = events;
  }

  get size(): number {
    return this.#streams.size;
  }

  values(): Iterable<Stream> {
    return this.#streams.values();
  }

  get(id: number): Stream | undefined {
    return this.#streams.get(id);
  }

  /** Whether `id` has been opened by either side, forgotten or not. */
  wasOpened(id: number): boolean {
    return id / 2 < (this.#isLocal(id) ? this.#opened : this.#remoteOpened);
  }

  get mayOpen(): number {
    return this.#mayOpen;
  }

  open(now: number): Stream {
    if (this.#opened >= this.#mayOpen) {
      this.#refused = this.blockedDue = true;
      throw new LimitError("stream.no-more", { limit: this.#mayOpen });
    }
    return this.#create(2 * this.#opened++ + this.#parity, false, now);
  }

  /**
   * The stream that a frame of type `frame` names, opened if it is a new one of the peer's; undefined when it is
   * already forgotten.
   */
  fromFrame(id: number, frame: number, now: number): Stream | undefined {
    const known = this.#streams.get(id);
    if (known !== undefined) return known;
    const ordinal = (id - (id % 2)) / 2;
    if (this.#isLocal(id)) {
      if (ordinal < this.#opened) return undefined;
      throw new TransportError(
        TransportCode.streamState,
        frame,
        "stream.never-opened",
        { stream: id },
      );
    }
    if (ordinal < this.#remoteOpened) return undefined;
    if (ordinal >= this.#remoteLimit) {
      throw new TransportError(TransportCode.streamLimit, frame, "stream.too-many", {
        limit: this.#remoteLimit,
      });
    }
    let stream: Stream | undefined;
    while (this.#remoteOpened <= ordinal) {
      stream = this.#create(2 * this.#remoteOpened++ + (1 - this.#parity), true, now);
      this.#events.push({ type: "stream-opened", stream: stream.id });
    }
    return stream;
  }

  /** MAX_STREAMS. */
  onMaxStreams(limit: number): void {
    if (limit <= this.#mayOpen) return;
    this.#mayOpen = limit;
    this.blockedDue = false;
    if (this.#refused) {
      this.#refused = false;
      this.#events.push({ type: "streams-available" });
    }
  }

  /** Forgets `stream` once both halves are done. */
  forgetIfDone(stream: Stream): boolean {
    if (!stream.done || !this.#streams.delete(stream.id)) return false;
    if (stream.remote) this.#remoteForgotten++;
    return true;
  }

  /** Whether the peer should be allowed more streams. */
  get maxStreamsDue(): boolean {
    return this.#remoteForgotten + this.#maxOpen - this.#remoteLimit >= this.#maxOpen / 2;
  }

  /** Moves the peer's limit on and returns it. */
  advanceMaxStreams(): number {
    this.#remoteLimit = Math.max(this.#remoteLimit, this.#remoteForgotten + this.#maxOpen);
    return this.#remoteLimit;
  }

  #isLocal(id: number): boolean {
    return id % 2 === this.#parity;
  }

  #create(id: number, remote: boolean, now: number): Stream {
    const stream = new Stream(id, remote, INITIAL_MAX_STREAM_DATA, now, this.#maxWindow);
    this.#streams.set(id, stream);
    return stream;
  }
}
