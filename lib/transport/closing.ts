/**
 * The end of a connection (RFC 9000 §10): who ended it, what to send, and for how long to stay.
 *
 *     open ── close(), error ──▶ closing ── the peer's close ──▶ draining
 *     open ── the peer's close ─────────────────────────────────▶ draining
 *     closing, draining ── five probe timeouts ──▶ closed
 *     open ── silence ─────────────────────────────────────────▶ closed
 *
 * While closing, CONNECTION_CLOSE goes out after each probe timeout, and in answer to the peer's packets, ever more
 * rarely. Whom the peer has told answers with the same frame, as RFC 9000 §10.2.2 permits, so that the peer knows it
 * was heard: a program that ends has nobody left who could say it again.
 */
import { utf8 } from "../bytes.ts";
import { MAX_REASON_BYTES } from "../wire/frame-types.ts";
import { writeClose } from "../wire/frame-writer.ts";

export type ConnectionState = "open" | "closing" | "draining" | "closed";

/** RFC 9000 §10.2: the states last at least three probe timeouts. Five goodbyes seldom all get lost. */
const LINGER_PTOS = 5;

export class Closing {
  #state: ConnectionState = "open";
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

  get state(): ConnectionState {
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
    this.#state = "closing";
    this.#code = code;
    this.#cause = cause;
    this.#reason = truncated(reason);
    this.#due = true;
    this.#interval = pto;
    this.#until = now + LINGER_PTOS * pto;
  }

  /** The peer has closed. */
  drain(now: number, pto: number): void {
    if (this.#state === "closed") return;
    if (this.#state === "open") {
      this.#cause = 0;
      this.#due = true;
      this.#until = now + LINGER_PTOS * pto;
    } else this.#due = false;
    this.#againAt = Infinity;
    this.#state = "draining";
  }

  /** Nothing is to be sent or awaited any more. */
  end(): void {
    this.#state = "closed";
  }

  onTimeout(now: number): void {
    if (!this.#lingers) return;
    if (now >= this.#until) this.#state = "closed";
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
  for (let length = MAX_REASON_BYTES; bytes.length > MAX_REASON_BYTES; length--) {
    bytes = utf8(reason.slice(0, length));
  }
  return bytes;
}
