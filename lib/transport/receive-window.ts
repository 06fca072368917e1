/**
 * Credit given to the sender of a stream or of all streams (RFC 9000 §4), with a window that doubles while the reader
 * keeps up so well that half of it is gone within two round trips, or that the sender says it is held back: then the
 * window, not the path, is the limit.
 */

/** Every connection starts with this credit; more is announced by MAX_DATA and MAX_STREAM_DATA. Part of the protocol. */
export const INITIAL_MAX_DATA = 512 * 1024;
export const INITIAL_MAX_STREAM_DATA = 256 * 1024;

/** Ours: on paths of microseconds the reader's own pace counts instead. */
const SHORTEST_ROUND_MS = 5;

/** Where windows take what they grow by from; shared by all connections of a program. */
export interface Credit {
  /** Takes `bytes` out; false when there are not so many. */
  take(bytes: number): boolean;
}

export class ReceiveWindow {
  #limit: number;
  #window: number;
  readonly #max: number;
  #consumed = 0;
  #updated: number;
  readonly #credit: Credit | undefined;
  /** By how much the window has grown. */
  grown = 0;

  constructor(initial: number, max: number, now: number, credit?: Credit) {
    this.#credit = credit;
    this.#limit = this.#window = initial;
    this.#max = Math.max(initial, max);
    this.#updated = now;
  }

  /** Offset up to which the peer may send. */
  get limit(): number {
    return this.#limit;
  }

  /** `bytes` more were read, or will never be asked for. */
  consume(bytes: number): void {
    this.#consumed += bytes;
  }

  /** Whether enough was consumed to be worth an announcement. */
  get due(): boolean {
    return this.#limit - this.#consumed <= this.#window / 2;
  }

  /**
   * The peer is held back by this credit while the reader has next to nothing to read: doubles the window, at once where
   * that is worth an announcement.
   */
  widen(unread: number): void {
    if (unread < this.#window / 4) this.#grow();
  }

  #grow(): void {
    const more = Math.min(this.#window, this.#max - this.#window);
    if (more <= 0 || this.#credit?.take(more) === false) return;
    this.#window += more;
    this.grown += more;
  }

  /** Moves the limit on and returns it. */
  advance(now: number, rtt: number): number {
    if (now - this.#updated < 2 * Math.max(rtt, SHORTEST_ROUND_MS)) {
      this.#grow();
    }
    this.#updated = now;
    this.#limit = Math.max(this.#limit, this.#consumed + this.#window);
    return this.#limit;
  }
}
