/**
 * Which packet numbers are left out (RFC 9000 §21.4): a peer that acknowledges packets before they have come, to be sent
 * more than its path bears, acknowledges one of those sooner or later. The gaps grow rarer, as each costs the peer an
 * acknowledgement of its own.
 */

/** Ours: the first gap is among so many packets; each next one among twice as many, up to the last. */
const FIRST_SPAN = 64;
const LAST_SPAN = 65_536;

/** Random bytes, as many as asked for. */
type GapRandom = (length: number) => Uint8Array;

export class NumberGaps {
  readonly #random: GapRandom | undefined;
  #span = FIRST_SPAN;
  #next = Infinity;

  /** Without a random source nothing is left out. */
  constructor(random: GapRandom | undefined) {
    this.#random = random;
    this.#choose(0);
  }

  /** Whether packet `number` is to be left out. */
  take(number: number): boolean {
    if (number < this.#next) return false;
    this.#choose(number);
    return true;
  }

  #choose(from: number): void {
    if (this.#random === undefined) return;
    const [high = 0, low = 0] = this.#random(2);
    this.#next = from + 1 + Math.floor(this.#span * (256 * high + low) / 65_536);
    this.#span = Math.min(2 * this.#span, LAST_SPAN);
  }
}
