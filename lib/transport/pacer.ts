/**
 * Pacing (RFC 9002 §7.7): a bucket that fills at the controller's rate and lets at most a burst through at once. The
 * burst is large enough to bridge the granularity of the program's timers and small enough for the receiver's socket.
 */

/**
 * Ours: so many datagrams may leave at once at any rate. The ten of RFC 9002 §7.7 overflow a short queue that another
 * flow keeps full: whoever has the smaller share then loses most of what it sends, and its share. The initial window is
 * not paced.
 */
const LEAST_BURST_DATAGRAMS = 4;
/** Ours: timers of the runtime fire within about this time. */
const TIMER_MS = 2;
/**
 * Ours: about half of the receive buffer a socket has by default on Linux (208 KiB, of which a datagram takes more
 * than its length).
 */
export const MAX_BURST_BYTES = 96 * 1024;

export class Pacer {
  #credit = Infinity;
  #last = 0;

  /** Bytes that may leave in one burst. */
  static burst(rate: number, datagram: number): number {
    const wanted = Math.max(LEAST_BURST_DATAGRAMS * datagram, rate * TIMER_MS);
    return Math.max(2 * datagram, Math.min(wanted, MAX_BURST_BYTES));
  }

  /**
   * When the next datagram may leave at `rate` bytes per millisecond (undefined: no pacing yet): `now`, or a later time
   * by which half a burst has gathered, so that the timer is worth its while.
   */
  ready(now: number, rate: number | undefined, datagram: number): number {
    if (rate === undefined) {
      this.#credit = Infinity; // what leaves unpaced is not owed later
      return now;
    }
    const burst = Pacer.burst(rate, datagram);
    if (now > this.#last) {
      this.#credit = Math.min(burst, this.#credit + (now - this.#last) * rate);
      this.#last = now;
    } else if (this.#credit > burst) this.#credit = burst;
    if (this.#credit >= datagram) return now;
    return now + (Math.max(datagram, burst / 2) - this.#credit) / rate;
  }

  onSent(bytes: number): void {
    this.#credit -= bytes;
  }
}
