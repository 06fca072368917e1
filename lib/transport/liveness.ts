/**
 * Whether the peer is there (RFC 9000 §10.1): when it was heard last, since when it owes an answer, when to ask it, when
 * to say that it is silent, and when to give it up.
 */
import type { TransportLimits } from "./types.ts";

/** Ours: an answer that takes longer than this is worth a word to the user. */
const SILENT_MS = 5_000;

export class Liveness {
  readonly #limits: Required<TransportLimits>;
  /** When the peer was heard, and when anything moved in either direction. */
  #heardAt: number;
  #activeAt: number;
  /** When this side first sent something to be acknowledged since then. */
  #askedAt: number | undefined;
  #silent = false;

  constructor(limits: Required<TransportLimits>, now: number) {
    this.#limits = limits;
    this.#heardAt = this.#activeAt = now;
  }

  /** Whether the peer owes an answer. */
  get asked(): boolean {
    return this.#askedAt !== undefined;
  }

  /** A packet of the peer's has come. True when its silence had been told. */
  onReceived(now: number): boolean {
    const wasSilent = this.#silent;
    this.#heardAt = this.#activeAt = now;
    this.#askedAt = undefined;
    this.#silent = false;
    return wasSilent;
  }

  /** A packet has left; whether it asks for an acknowledgement. */
  onSent(now: number, eliciting: boolean): void {
    if (eliciting) this.#askedAt ??= now;
    this.#activeAt = now;
  }

  /** When the peer is lost unless it is heard: whoever has just been asked is given time to answer. */
  get lostAt(): number {
    const { idleTimeout, answerTimeout } = this.#limits;
    return Math.max(this.#heardAt + idleTimeout, (this.#askedAt ?? -Infinity) + answerTimeout);
  }

  /** When to send a PING. */
  get pingAt(): number {
    const { keepalive } = this.#limits;
    return keepalive === 0 ? Infinity : this.#activeAt + keepalive;
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
