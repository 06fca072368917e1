/**
 * What was sent and not yet settled: a ring of packets indexed by packet number, and a ring of records that say which
 * frames each packet carried and must be repeated if it is lost. Plain number arrays: a packet costs no object.
 */

const PACKET_NONE = 0;
/** Sent, neither acknowledged nor lost. */
export const PACKET_OUTSTANDING = 1;
export const PACKET_ACKED = 2;
/** Declared lost; kept a while, for an acknowledgement may still show that it was not. */
export const PACKET_LOST = 3;

/** Sent without asking for an acknowledgement: may be forgotten at any time. */
export const PACKET_QUIET = 4;
/** Never sent: the number was skipped, to catch a peer that acknowledges what it has not received. */
export const PACKET_SKIPPED = 5;

export const SENT_ELICITING = 1;
/** Counts in bytes in flight. */
export const SENT_IN_FLIGHT = 2;
/** A path MTU probe: its loss is no sign of congestion (RFC 9000 §14.4). */
export const SENT_MTU_PROBE = 4;
/** Its frames were queued again by a probe timeout, so its loss need not queue them once more. */
export const SENT_REQUEUED = 8;
/** The sender had no more to send: its delivery rate is a lower bound only. */
export const SENT_APP_LIMITED = 16;
/** It left in the same moment as the packet before it. */
export const SENT_TOGETHER = 32;

const FIRST_PACKETS = 64;
const FIRST_RECORDS = 128;
/** Ours: more packets than this are never unsettled at once; the largest window takes half of them. */
export const MAX_SENT_PACKETS = 1 << 15;
/** Ours: one packet carries at most this many frames that may have to be repeated. */
const MAX_RECORDS_PER_PACKET = 64;

export class SentPackets {
  /** The oldest packet number kept, and the next to be sent. */
  #base = 0;
  #next = 0;
  #mask = FIRST_PACKETS - 1;
  #recordMask = FIRST_RECORDS - 1;
  #recordNext = 0;

  state = new Uint8Array(FIRST_PACKETS);
  flags = new Uint8Array(FIRST_PACKETS);
  size = new Uint32Array(FIRST_PACKETS);
  time = new Float64Array(FIRST_PACKETS);
  /** Delivery-rate state at sending (draft-cheng-iccrg-delivery-rate-estimation §3.2). */
  delivered = new Float64Array(FIRST_PACKETS);
  deliveredTime = new Float64Array(FIRST_PACKETS);
  firstSentTime = new Float64Array(FIRST_PACKETS);
  #recordStart = new Float64Array(FIRST_PACKETS);
  #recordCount = new Uint8Array(FIRST_PACKETS);

  kind = new Uint8Array(FIRST_RECORDS);
  stream = new Float64Array(FIRST_RECORDS);
  offset = new Float64Array(FIRST_RECORDS);
  length = new Uint32Array(FIRST_RECORDS);

  get base(): number {
    return this.#base;
  }

  get next(): number {
    return this.#next;
  }

  /** Where packet `number` (from base up to next − 1) stands in the packet arrays. */
  index(number: number): number {
    return number & this.#mask;
  }

  /** Whether the ring bears one packet more. */
  get full(): boolean {
    return this.#next - this.#base >= MAX_SENT_PACKETS;
  }

  /** Leaves out the next packet number. */
  skip(now: number): void {
    this.begin();
    this.commit(now, 0, 0);
    this.state[(this.#next - 1) & this.#mask] = PACKET_SKIPPED;
  }

  /** Starts the next packet: records added from now on are its own. Returns its packet number. */
  begin(): number {
    if (this.#next - this.#base > this.#mask) this.#growPackets();
    const i = this.#next & this.#mask;
    this.#recordStart[i] = this.#recordNext;
    this.#recordCount[i] = 0;
    this.state[i] = PACKET_NONE;
    return this.#next;
  }

  /** Whether the packet begun bears another record. */
  get recordsLeft(): boolean {
    return this.#recordCount[this.#next & this.#mask]! < MAX_RECORDS_PER_PACKET;
  }

  add(kind: number, stream: number, offset: number, length: number): void {
    const oldest = this.#base === this.#next
      ? this.#recordStart[this.#next & this.#mask]!
      : this.#recordStart[this.#base & this.#mask]!;
    if (this.#recordNext - oldest > this.#recordMask) this.#growRecords(oldest);
    const r = this.#recordNext++ & this.#recordMask;
    this.kind[r] = kind;
    this.stream[r] = stream;
    this.offset[r] = offset;
    this.length[r] = length;
    this.#recordCount[this.#next & this.#mask]!++;
  }

  /** The packet begun has been sent. */
  commit(now: number, size: number, flags: number): void {
    const i = this.#next & this.#mask;
    this.time[i] = now;
    this.size[i] = size;
    this.flags[i] = flags;
    this.state[i] = (flags & SENT_ELICITING) === 0 ? PACKET_QUIET : PACKET_OUTSTANDING;
    this.#next++;
  }

  /** First record of packet index `i`, to be passed to `recordIndex` with 0 … recordCount − 1. */
  recordCount(i: number): number {
    return this.#recordCount[i]!;
  }

  recordIndex(i: number, n: number): number {
    return (this.#recordStart[i]! + n) & this.#recordMask;
  }

  /** Forgets packets from the oldest on: all that are acknowledged or quiet, and lost or skipped ones from before `before`. */
  settle(before: number): void {
    while (this.#base < this.#next) {
      const i = this.#base & this.#mask;
      const state = this.state[i]!;
      if (state === PACKET_OUTSTANDING) return;
      if (state === PACKET_LOST || state === PACKET_SKIPPED) {
        if (this.time[i]! >= before) return;
      }
      this.#base++;
    }
  }

  #growPackets(): void {
    const capacity = 2 * (this.#mask + 1);
    const move = <T extends Uint8Array | Uint32Array | Float64Array>(from: T, to: T): T => {
      for (let n = this.#base; n < this.#next; n++) to[n & (capacity - 1)] = from[n & this.#mask]!;
      return to;
    };
    this.state = move(this.state, new Uint8Array(capacity));
    this.flags = move(this.flags, new Uint8Array(capacity));
    this.size = move(this.size, new Uint32Array(capacity));
    this.time = move(this.time, new Float64Array(capacity));
    this.delivered = move(this.delivered, new Float64Array(capacity));
    this.deliveredTime = move(this.deliveredTime, new Float64Array(capacity));
    this.firstSentTime = move(this.firstSentTime, new Float64Array(capacity));
    this.#recordStart = move(this.#recordStart, new Float64Array(capacity));
    this.#recordCount = move(this.#recordCount, new Uint8Array(capacity));
    this.#mask = capacity - 1;
  }

  #growRecords(oldest: number): void {
    const capacity = 2 * (this.#recordMask + 1);
    const move = <T extends Uint8Array | Uint32Array | Float64Array>(from: T, to: T): T => {
      for (let n = oldest; n < this.#recordNext; n++) {
        to[n & (capacity - 1)] = from[n & this.#recordMask]!;
      }
      return to;
    };
    this.kind = move(this.kind, new Uint8Array(capacity));
    this.stream = move(this.stream, new Float64Array(capacity));
    this.offset = move(this.offset, new Float64Array(capacity));
    this.length = move(this.length, new Uint32Array(capacity));
    this.#recordMask = capacity - 1;
  }
}
