/**
 * Whether packets that are handed to the system together arrive. They travel as one large packet until a device cuts it, and
 * a packet filter that goes by length, or a device that cannot cut it, drops all of them, where each alone would pass. So
 * when bursts are lost whole, one after the other, while single packets arrive, packets leave one by one for a while (ours).
 */
import { SENT_TOGETHER } from "./sent-packets.ts";

/** Bursts lost in a row, of which no packet arrived, after which packets leave one by one. */
const LOST_BURSTS = 4;
/** How long they do: each time twice as long, up to the second. */
const FIRST_APART_MS = 10_000;
const MOST_APART_MS = 600_000;

export class Bursts {
  /** When the last packet was sent. */
  #sent = -Infinity;
  #lost = 0;
  /** When the burst that was counted last was sent. */
  #counted = -Infinity;
  #apartFor = FIRST_APART_MS;
  #apartUntil = -Infinity;

  /** Whether packets are to leave one by one. */
  apart(now: number): boolean {
    return now < this.#apartUntil;
  }

  /** A packet leaves, by itself or with others of the same moment. What `SentPackets` is to note of it. */
  onSent(now: number, apart: boolean): number {
    const together = !apart && now === this.#sent;
    this.#sent = now;
    return together ? SENT_TOGETHER : 0;
  }

  /** A packet arrived. */
  onAcked(flags: number): void {
    if ((flags & SENT_TOGETHER) === 0) return;
    this.#lost = 0;
    this.#apartFor = FIRST_APART_MS;
  }

  /** A packet sent at `sentTime` is lost. */
  onLost(flags: number, sentTime: number, now: number): void {
    if ((flags & SENT_TOGETHER) === 0 || sentTime <= this.#counted) return;
    this.#counted = sentTime;
    if (++this.#lost < LOST_BURSTS) return;
    // Once more will do to see that nothing has changed.
    this.#lost = LOST_BURSTS - 1;
    this.#counted = now;
    this.#apartUntil = now + this.#apartFor;
    this.#apartFor = Math.min(2 * this.#apartFor, MOST_APART_MS);
  }
}
