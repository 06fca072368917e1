/**
 * HyStart++ (RFC 9406): ends slow start when the round-trip time of a round rises over that of the round before, by way
 * of a few rounds of conservative growth, so that slow start does not end in a burst of losses.
 */

// RFC 9406 §4.3. With pacing, growth per ACK has no limit L.
const MIN_RTT_THRESHOLD_MS = 4;
const MAX_RTT_THRESHOLD_MS = 16;
const MIN_RTT_DIVISOR = 8;
const RTT_SAMPLES = 8;
const CONSERVATIVE_DIVISOR = 4;
const CONSERVATIVE_ROUNDS = 5;

export class HyStart {
  #roundEnd = -1;
  #lastMin = Infinity;
  #currentMin = Infinity;
  #samples = 0;
  #conservative = false;
  #baselineMin = Infinity;
  #conservativeRounds = 0;

  /** Divides the growth of slow start: 1, or 4 in the conservative rounds. */
  get divisor(): number {
    return this.#conservative ? CONSERVATIVE_DIVISOR : 1;
  }

  /**
   * Takes an ACK of `largest` with its RTT sample (0: none); `nextPacket` ends a new round. True when slow start is
   * over.
   */
  onAck(largest: number, nextPacket: number, rtt: number): boolean {
    if (this.#roundEnd < 0) this.#roundEnd = nextPacket;
    else if (largest >= this.#roundEnd) {
      this.#roundEnd = nextPacket;
      this.#lastMin = this.#currentMin;
      this.#currentMin = Infinity;
      this.#samples = 0;
      if (this.#conservative && ++this.#conservativeRounds >= CONSERVATIVE_ROUNDS) return true;
    }
    if (rtt > 0) {
      this.#samples++;
      if (rtt < this.#currentMin) this.#currentMin = rtt;
    }
    if (this.#samples < RTT_SAMPLES) return false;
    if (this.#conservative) {
      // The rise was a passing one: back to slow start.
      if (this.#currentMin < this.#baselineMin) this.#conservative = false;
    } else if (this.#lastMin !== Infinity && this.#currentMin !== Infinity) {
      const threshold = Math.max(
        MIN_RTT_THRESHOLD_MS,
        Math.min(this.#lastMin / MIN_RTT_DIVISOR, MAX_RTT_THRESHOLD_MS),
      );
      if (this.#currentMin >= this.#lastMin + threshold) {
        this.#conservative = true;
        this.#baselineMin = this.#currentMin;
        this.#conservativeRounds = 0;
      }
    }
    return false;
  }
}
