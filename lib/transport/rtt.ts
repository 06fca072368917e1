/** Round-trip time estimate (RFC 9002 §5). All times in milliseconds. */

/** RFC 9002 §6.2.2 kInitialRtt. */
export const INITIAL_RTT_MS = 333;
/** RFC 9002 §6.1.2 kGranularity. */
export const GRANULARITY_MS = 1;

export class RttEstimator {
  #sampled = false;
  #latest = 0;
  #min = 0;
  #smoothed = INITIAL_RTT_MS;
  #variation = INITIAL_RTT_MS / 2;

  /** Whether there has been a sample. */
  get sampled(): boolean {
    return this.#sampled;
  }

  get latest(): number {
    return this.#latest;
  }

  get min(): number {
    return this.#min;
  }

  get smoothed(): number {
    return this.#smoothed;
  }

  get variation(): number {
    return this.#variation;
  }

  /**
   * Takes a sample: `latest` from sending to acknowledgement, of which the peer says it held `ackDelay`, which counts
   * up to `maxAckDelay` (§5.3).
   */
  update(latest: number, ackDelay: number, maxAckDelay: number): void {
    this.#latest = latest;
    if (!this.#sampled) {
      this.#sampled = true;
      this.#min = latest;
      this.#smoothed = latest;
      this.#variation = latest / 2;
      return;
    }
    if (latest < this.#min) this.#min = latest;
    const held = Math.min(ackDelay, maxAckDelay);
    const adjusted = latest >= this.#min + held ? latest - held : latest;
    this.#variation = 0.75 * this.#variation + 0.25 * Math.abs(this.#smoothed - adjusted);
    this.#smoothed = 0.875 * this.#smoothed + 0.125 * adjusted;
  }

  /** Forgets the minimum, after persistent congestion (§5.2). */
  restartMin(): void {
    if (this.#sampled) this.#min = this.#latest;
  }

  /** Starts over, on a new path (RFC 9000 §9.4). */
  reset(): void {
    this.#sampled = false;
    this.#latest = this.#min = 0;
    this.#smoothed = INITIAL_RTT_MS;
    this.#variation = INITIAL_RTT_MS / 2;
  }

  /** The probe timeout before backoff (RFC 9002 §6.2.1). */
  probeTimeout(maxAckDelay: number): number {
    return this.#smoothed + Math.max(4 * this.#variation, GRANULARITY_MS) + maxAckDelay;
  }
}
