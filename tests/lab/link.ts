/**
 * The network laboratory: one direction of a path, with everything a network does to datagrams. Seeded and free of I/O;
 * time is an argument, so that it runs under a fake clock in memory and behind real sockets (`proxy.ts`) alike.
 */
import type { SeededRandom } from "./random.ts";

/** What the link does. Probabilities are 0 to 1, times milliseconds, sizes bytes. All default to nothing. */
export interface Conditions {
  drop?: number;
  /** Burst loss (Gilbert and Elliott): chances per datagram to enter and to leave the bad state, and to be lost in it. */
  burst?: { enter: number; leave: number; drop: number };
  /** One-way delay, and up to how much more, uniformly; datagrams keep their order. */
  delay?: number;
  jitter?: number;
  /** Chance to be held back by `reorderBy` (default 5 ms), overtaken by those behind. */
  reorder?: number;
  reorderBy?: number;
  duplicate?: number;
  /** Chance of one bit flipped somewhere, of being cut short. */
  bitFlip?: number;
  truncate?: number;
  /** Larger datagrams vanish. */
  mtu?: number;
  /** Bytes per millisecond, behind a queue of `queue` bytes (default 64 KiB) that drops at its tail. */
  rate?: number;
  queue?: number;
  /** Times in which nothing passes. */
  blackouts?: readonly { from: number; to: number }[];
}

/** What happened so far. */
export interface LinkCounts {
  sent: number;
  delivered: number;
  bytes: number;
  lost: number;
}

interface InTransit {
  at: number;
  order: number;
  datagram: Uint8Array;
}

const DEFAULT_QUEUE = 64 * 1024;
const DEFAULT_REORDER_BY = 5;

export class Link {
  conditions: Conditions;
  readonly counts: LinkCounts = { sent: 0, delivered: 0, bytes: 0, lost: 0 };
  readonly #random: SeededRandom;
  readonly #heap: InTransit[] = [];
  #order = 0;
  #bad = false;
  /** When the rate-limited line is free again, and the latest arrival so far, for keeping order. */
  #free = 0;
  #latest = 0;

  constructor(conditions: Conditions, random: SeededRandom) {
    this.conditions = conditions;
    this.#random = random;
  }

  /** Puts a datagram in at one end. */
  send(datagram: Uint8Array, now: number): void {
    this.counts.sent++;
    this.counts.bytes += datagram.length;
    if (this.#vanishes(datagram.length, now)) {
      this.counts.lost++;
      return;
    }
    const copies = this.#random.chance(this.conditions.duplicate ?? 0) ? 2 : 1;
    for (let i = 0; i < copies; i++) this.#carry(datagram, now);
  }

  #vanishes(length: number, now: number): boolean {
    const { drop = 0, burst, mtu = Infinity, blackouts = [] } = this.conditions;
    if (burst !== undefined) {
      this.#bad = this.#bad ? !this.#random.chance(burst.leave) : this.#random.chance(burst.enter);
      if (this.#bad && this.#random.chance(burst.drop)) return true;
    }
    if (this.#random.chance(drop) || length > mtu) return true;
    return blackouts.some(({ from, to }) => now >= from && now < to);
  }

  #carry(datagram: Uint8Array, now: number): void {
    const { delay = 0, jitter = 0, reorder = 0, rate = Infinity } = this.conditions;
    let leaves = now;
    if (rate < Infinity) {
      const waiting = Math.max(0, this.#free - now) * rate;
      if (waiting + datagram.length > (this.conditions.queue ?? DEFAULT_QUEUE)) {
        this.counts.lost++;
        return;
      }
      this.#free = leaves = Math.max(this.#free, now) + datagram.length / rate;
    }
    let at = leaves + delay + (jitter > 0 ? this.#random.next() * jitter : 0);
    if (this.#random.chance(reorder)) at += this.conditions.reorderBy ?? DEFAULT_REORDER_BY;
    else this.#latest = at = Math.max(at, this.#latest);
    this.#push({ at, order: this.#order++, datagram: this.#damaged(datagram.slice()) });
  }

  #damaged(datagram: Uint8Array): Uint8Array {
    const { bitFlip = 0, truncate = 0 } = this.conditions;
    if (this.#random.chance(bitFlip) && datagram.length > 0) {
      datagram[this.#random.below(datagram.length)]! ^= 1 << this.#random.below(8);
    }
    return this.#random.chance(truncate)
      ? datagram.subarray(0, this.#random.below(datagram.length))
      : datagram;
  }

  /** When the next datagram comes out at the other end, or undefined. */
  nextTime(): number | undefined {
    return this.#heap[0]?.at;
  }

  /** The next datagram that has come out by `now`, or undefined. */
  receive(now: number): Uint8Array | undefined {
    const first = this.#heap[0];
    if (first === undefined || first.at > now) return undefined;
    this.#pop();
    this.counts.delivered++;
    return first.datagram;
  }

  #push(item: InTransit): void {
    const heap = this.#heap;
    let i = heap.push(item) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!before(item, heap[parent]!)) break;
      heap[i] = heap[parent]!;
      i = parent;
    }
    heap[i] = item;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++;
      if (!before(heap[child]!, last)) break;
      heap[i] = heap[child]!;
      i = child;
    }
    heap[i] = last;
  }
}

function before(a: InTransit, b: InTransit): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
