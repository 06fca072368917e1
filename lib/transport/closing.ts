/**
 * The end of a connection (RFC 9000 §10): who ended it, what to send, and for how long to stay.
 *
 * While closing, CONNECTION_CLOSE goes out after each probe timeout, and in answer to the peer's packets, ever more
 * rarely. Whom the peer has told answers with the same frame, as RFC 9000 §10.2.2 permits, so that the peer knows it
 * was heard: a program that ends has nobody left who could say it again.
 */
import { MAX_CLOSE_REASON_BYTES, writeClose } from "../wire/frames.ts";
import { utf8 } from "../bytes.ts";

/** What the transport of a connection can be; the whole connection has the states of lib/session/states.ts. */
export type TransportState =
  | "open"
  /** This side has said goodbye. */
  | "closing"
  /** The peer has. */
  | "draining"
  /** There is nothing to send or to wait for any more. */
  | "closed";

type Trigger =
  /** `close`, or a rule that the peer broke. */
  | "close"
  /** The peer's CONNECTION_CLOSE. */
  | "closed-by-peer"
  /** Five probe timeouts have passed. */
  | "lingered"
  /** The peer is silent for too long. */
  | "lost";

/** state → trigger → state. What is not in it changes nothing. */
const CLOSING_TRANSITIONS: Readonly<
  Record<TransportState, Partial<Record<Trigger, TransportState>>>
> = {
  open: { "close": "closing", "closed-by-peer": "draining", "lost": "closed" },
  closing: { "closed-by-peer": "draining", "lingered": "closed", "lost": "closed" },
  draining: { "lingered": "closed", "lost": "closed" },
  closed: {},
};

/** RFC 9000 §10.2: the states last at least three probe timeouts. Five goodbyes seldom all get lost. */
const LINGER_PTOS = 5;

export class Closing {
  #state: TransportState = "open";
  #code = 0;
  #cause: number | undefined;
  #reason = new Uint8Array(0);
  #due = false;
  #received = 0;
  #answerAt = 1;
  #until = Infinity;
  #interval = 0;
  /** While closing: when to say it again. */
  #againAt = Infinity;

  get state(): TransportState {
    return this.#state;
  }

  /** When something is to be sent again or `closed` is reached, or undefined. */
  get deadline(): number | undefined {
    return this.#lingers ? Math.min(this.#until, this.#againAt) : undefined;
  }

  get #lingers(): boolean {
    return this.#state === "closing" || this.#state === "draining";
  }

  /** This side closes: `cause` is the frame type for a code of the transport, undefined for the application's. */
  close(code: number, cause: number | undefined, reason: string, now: number, pto: number): void {
    if (!this.#move("close")) return;
    this.#code = code;
    this.#cause = cause;
    this.#reason = truncated(reason);
    this.#due = true;
    this.#interval = pto;
    this.#until = now + LINGER_PTOS * pto;
  }

  /** The peer has closed. */
  drain(now: number, pto: number): void {
    const wasOpen = this.#state === "open";
    if (!this.#move("closed-by-peer")) return;
    this.#due = wasOpen;
    this.#againAt = Infinity;
    if (!wasOpen) return;
    this.#cause = 0;
    this.#until = now + LINGER_PTOS * pto;
  }

  /** Nothing is to be sent or awaited any more. */
  end(): void {
    this.#move("lost");
  }

  /** Whether `trigger` has moved the connection to another state. */
  #move(trigger: Trigger): boolean {
    const next = CLOSING_TRANSITIONS[this.#state][trigger];
    if (next === undefined) return false;
    this.#state = next;
    return true;
  }

  onTimeout(now: number): void {
    if (!this.#lingers) return;
    if (now >= this.#until) this.#move("lingered");
    else if (now >= this.#againAt) {
      this.#againAt = Infinity;
      this.#due = true;
    }
  }

  /** A packet came after the end: answered at the 1st, 2nd, 4th, 8th … of them. */
  onPacket(): void {
    if (!this.#lingers || ++this.#received < this.#answerAt) return;
    this.#answerAt *= 2;
    this.#due = true;
  }

  /** Writes CONNECTION_CLOSE if it is due; returns the length, else 0. */
  write(out: Uint8Array, now: number): number {
    if (!this.#lingers || !this.#due) return 0;
    this.#due = false;
    if (this.#state === "closing") this.#againAt = now + this.#interval;
    return writeClose(out, 0, this.#code, this.#cause, this.#reason);
  }
}

/** UTF-8 of `reason`, cut at a character's boundary to what a CONNECTION_CLOSE may hold. */
function truncated(reason: string): Uint8Array<ArrayBuffer> {
  let bytes = utf8(reason);
  for (let length = MAX_CLOSE_REASON_BYTES; bytes.length > MAX_CLOSE_REASON_BYTES; length--) {
    bytes = utf8(reason.slice(0, length));
  }
  return bytes;
}
