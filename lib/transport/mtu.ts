/**
 * Path MTU discovery by probing (RFC 8899, RFC 9000 §14.3): from the size every path carries up to a ceiling, with
 * black-hole detection. Sizes are UDP payload bytes.
 */

/** RFC 9000 §14: every path must carry datagrams of 1200 bytes. */
export const BASE_DATAGRAM = 1200;
/** RFC 8899 §5.1.2 MAX_PROBES. */
const MAX_PROBES = 3;
/** RFC 8899 §5.1.1 PMTU_RAISE_TIMER. */
const RAISE_INTERVAL_MS = 600_000;
/** Ours: the search ends when less than this is to be gained. */
const RESOLUTION = 24;
/**
 * Ours: so many datagrams above the base size lost in a row, none acknowledged, over so many round trips of sending, are
 * a black hole. Fewer, or all at once, are a full queue somewhere.
 */
const BLACK_HOLE_LOSSES = 6;
const BLACK_HOLE_ROUND_TRIPS = 2;
/**
 * Ours: the share of large datagrams lost, smoothed over about so many, from which they are given up for the time of
 * `RAISE_INTERVAL_MS`: perhaps they travel in fragments, and one lost fragment is a lost datagram.
 */
const LOSSY_SHARE = 0.02;
const LOSSY_WEIGHT = 1 / 500;
/**
 * Sizes that paths are known to carry, tried before the search halves what is left: IPv6 minimum, PPPoE and tunnels,
 * Ethernet under IPv6 and IPv4, FDDI, jumbo frames, and the larger loopback and virtual links.
 */
const LIKELY = [1232, 1332, 1372, 1444, 1452, 1472, 4304, 8952, 8972, 16_336, 32_720];

export class MtuDiscovery {
  readonly #near: number;
  readonly #far: number;
  #ceiling: number;
  #current: number;
  /** The smallest size known to fail, or one over the ceiling. */
  #failing: number;
  #candidate = 0;
  #inFlight = false;
  #failures = 0;
  #suspicious = 0;
  #suspiciousSince = 0;
  #raiseAt: number | undefined;
  #restarted = true;
  /** Smoothed share lost of those above `#far`, and until when those are given up for it. */
  #lossShare = 0;
  #farUntil = -Infinity;

  /** @param near the most to try where round trips are short, @param far everywhere else. */
  constructor(initial: number, near: number, far = near) {
    this.#near = Math.max(near, far);
    this.#far = far;
    this.#ceiling = this.#near;
    this.#current = Math.min(initial, this.#near);
    this.#failing = this.#ceiling + 1;
    this.#next();
  }

  /** The largest datagram known to pass. */
  get current(): number {
    return this.#current;
  }

  /** The size of the probe to send now, or 0. */
  probe(now: number, nearby: boolean): number {
    const ceiling = nearby && now >= this.#farUntil ? this.#near : this.#far;
    if (ceiling !== this.#ceiling) {
      this.#ceiling = ceiling;
      this.#restart();
    }
    return this.#inFlight ? 0 : this.#candidate;
  }

  /** When a new search is due. */
  nextTimeout(): number | undefined {
    return this.#raiseAt;
  }

  onTimeout(now: number): void {
    if (now >= (this.#raiseAt ?? Infinity)) this.#restart();
  }

  onProbeSent(): void {
    this.#inFlight = true;
  }

  /** A probe of `size` arrived. True when that makes `current` larger. */
  onProbeAcked(size: number, now: number): boolean {
    this.#inFlight = false;
    this.#failures = 0;
    this.#suspicious = 0;
    if (size <= this.#current) return false;
    this.#current = size;
    this.#next();
    this.#finish(now);
    return true;
  }

  onProbeLost(size: number, now: number): void {
    this.#inFlight = false;
    if (size !== this.#candidate) return;
    if (++this.#failures < MAX_PROBES) return;
    this.#failures = 0;
    this.#failing = size;
    this.#next();
    this.#finish(now);
  }

  onDatagramAcked(size: number): void {
    if (size > BASE_DATAGRAM) this.#suspicious = 0;
    if (size > this.#far) this.#lossShare -= LOSSY_WEIGHT * this.#lossShare;
  }

  /**
   * A datagram that was no probe, sent at `sentTime`, was lost. True when that makes a black hole: `current` is back at
   * the base.
   */
  onDatagramLost(size: number, sentTime: number, rtt: number, now: number): boolean {
    if (size <= BASE_DATAGRAM || size > this.#current) return false;
    if (size > this.#far) {
      this.#lossShare += LOSSY_WEIGHT * (1 - this.#lossShare);
      if (this.#lossShare > LOSSY_SHARE) {
        this.#farUntil = now + RAISE_INTERVAL_MS;
        this.#lossShare = 0;
        this.#current = BASE_DATAGRAM;
        this.#restart();
        return true;
      }
    }
    if (this.#suspicious++ === 0) this.#suspiciousSince = sentTime;
    if (
      this.#suspicious < BLACK_HOLE_LOSSES ||
      sentTime - this.#suspiciousSince < BLACK_HOLE_ROUND_TRIPS * rtt
    ) return false;
    this.#current = BASE_DATAGRAM;
    this.#restart();
    return true;
  }

  #restart(): void {
    this.#raiseAt = undefined;
    this.#suspicious = 0;
    this.#failures = 0;
    this.#inFlight = false;
    this.#failing = this.#ceiling + 1;
    this.#restarted = true;
    this.#next();
  }

  /** Chooses the next candidate: the ceiling first, then the middle of the likely sizes, then halves. */
  #next(): void {
    const low = this.#current;
    const high = this.#failing;
    if (this.#restarted) {
      this.#restarted = false;
      this.#candidate = this.#ceiling > low ? this.#ceiling : 0;
      return;
    }
    const likely = LIKELY.filter((size) => size > low && size < high);
    if (likely.length > 0) this.#candidate = likely[likely.length >>> 1]!;
    else this.#candidate = high - low > RESOLUTION ? (low + high) >>> 1 : 0;
  }

  #finish(now: number): void {
    if (this.#candidate === 0 && this.#current < this.#ceiling) {
      this.#raiseAt = now + RAISE_INTERVAL_MS;
    }
  }
}
