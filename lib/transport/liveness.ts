/**
 * Whether the peer is there (RFC 9000 §10.1): when it was heard last, since when it owes an answer, when to ask it, when
 * to say that it is silent, and when to give it up.
 */
import type { TransportLimits } from "./types.ts";

/** Ours: an answer that takes longer than this is worth a word to the user. */
const SILENT_MS = 5_000;
/**
 * Ours: after data has come, the peer is asked when nothing more has come for so long, then after twice and four times
 * that. Whoever only receives learns so within a second or two that the way back to it has changed, and the sender sees
 * its new address; in a quiet conversation it costs three small packets.
 */
const FIRST_QUIET_MS = 1_000;
const QUIET_PINGS = 3;

export class Liveness {
  readonly #limits: Required<TransportLimits>;
  /** When the peer was heard, and when anything moved in either direction. */
  #heardAt: number;
  #activeAt: number;
  /** When this side first sent something to be acknowledged since then. */
  #askedAt: number | undefined;
  #silent = false;
  /** PINGs for quiet after data so far; all of them before the first data. */
  #quietPings = QUIET_PINGS;

  constructor(limits: Required<TransportLimits>, now: number) {
    this.#limits = limits;
    this.#heardAt = this.#activeAt = now;
  }

  /** Whether the peer owes an answer. */
  get asked(): boolean {
    return this.#askedAt !== undefined;
  }

  /**
   * A packet of the peer's has come, perhaps with stream data; `owes`: it has still to acknowledge something. True when
   * its silence had been told.
   */
  onReceived(now: number, data: boolean, owes: boolean): boolean {
    const wasSilent = this.#silent;
    this.#heardAt = this.#activeAt = now;
    this.#askedAt = owes ? now : undefined;
    this.#silent = false;
    if (data) this.#quietPings = 0;
    return wasSilent;
  }

  /** A packet has left; whether it asks for an acknowledgement. */
  onSent(now: number, eliciting: boolean): void {
    if (eliciting) this.#askedAt ??= now;
    this.#activeAt = now;
  }

  /** The peer is being asked for a sign of life. */
  onPing(now: number): void {
    if (now >= this.#quietAt) this.#quietPings++;
  }

  /** When to give the peer up: an answer is owed for too long, or nothing was said at all. */
  get lostAt(): number {
    const { idleTimeout, answerTimeout } = this.#limits;
    return this.#askedAt === undefined
      ? this.#heardAt + idleTimeout
      : this.#askedAt + answerTimeout;
  }

  get #quietAt(): number {
    return this.#quietPings === QUIET_PINGS
      ? Infinity
      : this.#heardAt + FIRST_QUIET_MS * 2 ** this.#quietPings;
  }

  /** When to send a PING: to hold the path open, or to see whether it still is. Not while an answer is owed. */
  get pingAt(): number {
    const { keepalive } = this.#limits;
    if (keepalive === 0) return Infinity;
    const quietAt = this.#askedAt === undefined ? this.#quietAt : Infinity;
    return Math.min(this.#activeAt + keepalive, quietAt);
  }

  /** When to say that the peer does not answer. */
  get silentAt(): number {
    return this.#silent || this.#askedAt === undefined ? Infinity : this.#askedAt + SILENT_MS;
  }

  /** Its silence has been told. */
  told(): void {
    this.#silent = true;
  }
}
