/**
 * Token buckets: one for all, and one for each source within a bounded table (after wireguard-go `ratelimiter/`).
 */

/** How many at once, and how many a second after that. */
export interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

/** One bucket; starts full. */
export class TokenBucket {
  readonly #rate: Rate;
  #tokens: number;
  #at: number;

  constructor(rate: Rate, now: number) {
    this.#rate = rate;
    this.#tokens = rate.burst;
    this.#at = now;
  }

  #refill(now: number): void {
    const gained = Math.max(0, now - this.#at) * this.#rate.perSecond / 1000;
    this.#tokens = Math.min(this.#rate.burst, this.#tokens + gained);
    this.#at = now;
  }

  /** Takes one token; false when there is none. */
  take(now: number): boolean {
    this.#refill(now);
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }

  /** Whether the bucket has filled up again, so that forgetting it changes nothing. */
  full(now: number): boolean {
    this.#refill(now);
    return this.#tokens >= this.#rate.burst;
  }
}

/** A bucket for each source, for at most `capacity` sources; when there are more, all the others share one. */
export class SourceRates {
  readonly #rate: Rate;
  readonly #capacity: number;
  readonly #buckets = new Map<string, TokenBucket>();
  readonly #shared: TokenBucket;

  constructor(rate: Rate, capacity: number, now: number) {
    this.#rate = rate;
    this.#capacity = capacity;
    this.#shared = new TokenBucket(rate, now);
  }

  /** Takes a token of `source`. */
  take(source: string, now: number): boolean {
    let bucket = this.#buckets.get(source);
    if (bucket === undefined) {
      if (this.#buckets.size >= this.#capacity) this.#forget(now);
      if (this.#buckets.size >= this.#capacity) return this.#shared.take(now);
      bucket = new TokenBucket(this.#rate, now);
    } else this.#buckets.delete(source);
    this.#buckets.set(source, bucket); // the map's order is that of the last use
    return bucket.take(now);
  }

  /** Drops buckets that are full again, those unused for longest first, a few at a time. */
  #forget(now: number): void {
    let looked = 0;
    for (const [source, bucket] of this.#buckets) {
      if (bucket.full(now)) this.#buckets.delete(source);
      if (++looked >= 64) break;
    }
  }

  /** Sources remembered. */
  get size(): number {
    return this.#buckets.size;
  }
}
