/**
 * The sending half of a stream (RFC 9000 §3.1): bytes written and not yet acknowledged, which of them have to be sent
 * again, and the peer's credit.
 */
import { streamHeaderSize, writeStreamHeader } from "../wire/frames.ts";
import { varintSize } from "../wire/varint.ts";
import { ByteRing } from "./byte-ring.ts";
import { RangeSet } from "./range-set.ts";

/** A STREAM frame is not begun with less room than this: header and some data. */
export const LEAST_STREAM_ROOM = 32;

export class SendStream {
  readonly id: number;
  readonly #ring = new ByteRing();
  /** All below `#base` is acknowledged, below `#next` sent once, below `#end` written. */
  #base = 0;
  #next = 0;
  #end = 0;
  readonly #acked = new RangeSet();
  readonly #lost = new RangeSet();
  #finished = false;
  #finToSend = false;
  #finAcked = false;
  #resetCode: number | undefined;
  #resetAcked = false;
  /** The peer's credit: MAX_STREAM_DATA. */
  limit: number;

  // The frame that `writeFrame` wrote last.
  lastOffset = 0;
  lastLength = 0;
  lastFin = false;
  /** How many of its bytes were sent for the first time. */
  lastNew = 0;

  constructor(id: number, limit: number) {
    this.id = id;
    this.limit = limit;
  }

  /** Bytes kept: written and not acknowledged. */
  get buffered(): number {
    return this.#end - this.#base;
  }

  get finished(): boolean {
    return this.#finished;
  }

  /** The code of a reset, undefined without one. */
  get resetCode(): number | undefined {
    return this.#resetCode;
  }

  /** Size to state in RESET_STREAM: what was sent so far. */
  get sentSize(): number {
    return this.#next;
  }

  /** Everything has arrived, or the reset has. */
  get done(): boolean {
    return this.#resetCode === undefined
      ? this.#finAcked && this.#base === this.#end
      : this.#resetAcked;
  }

  /** Whether the peer's stream credit holds back bytes. */
  get blocked(): boolean {
    return this.#next < this.#end && this.#next >= this.limit;
  }

  /** Whether there are bytes never sent before. */
  get hasNew(): boolean {
    return this.#next < this.#end;
  }

  /** Whether `writeFrame` would write something with `credit` bytes of the connection's credit. */
  hasWork(credit: number): boolean {
    if (this.#resetCode !== undefined) return false;
    if (this.#lost.count > 0) return true;
    if (this.#next < this.#end) return this.#next < this.limit && credit > 0;
    return this.#finToSend;
  }

  /** Takes as much of `data` as fits into a buffer of `capacity` bytes; returns how much. */
  write(data: Uint8Array, capacity: number): number {
    // A congestion window need not be a whole number.
    const length = Math.min(data.length, Math.floor(capacity) - this.buffered);
    if (length <= 0) return 0;
    this.#ring.reserve(this.#base, this.#end, this.#end + length);
    this.#ring.put(this.#end, data, 0, length);
    this.#end += length;
    return length;
  }

  finish(): void {
    this.#finished = true;
    this.#finToSend = true;
  }

  reset(code: number): void {
    this.#resetCode = code;
    this.#finToSend = false;
    this.#lost.clear();
    this.#acked.clear();
    this.#ring.release();
    this.#base = this.#end = this.#next;
  }

  /**
   * Writes one STREAM frame between `at` and `limit`, lost bytes before new ones, of those at most `credit`. Returns the
   * offset after it: `at` where there is nothing to write, `limit` where the frame runs to the packet's end.
   */
  writeFrame(out: Uint8Array, at: number, limit: number, credit: number): number {
    let offset = this.#next;
    let available: number;
    const repeat = this.#lost.count > 0;
    if (repeat) {
      offset = this.#lost.start(0);
      available = this.#lost.end(0) - offset;
    } else {
      available = Math.min(this.#end, this.limit, this.#next + credit) - this.#next;
      if (available <= 0) {
        if (!this.#finToSend || this.#next < this.#end) return at;
        available = 0;
      }
    }
    const room = limit - at - streamHeaderSize(this.id, offset, undefined);
    const fills = available >= room;
    const length = fills ? room : Math.min(available, room - varintSize(available));
    if (length < 0 || (length === 0 && available > 0)) return at;
    const fin = this.#finished && offset + length === this.#end;
    at = writeStreamHeader(out, at, this.id, offset, fills ? undefined : length, fin);
    this.#ring.take(offset, length, out, at);
    if (repeat) this.#lost.remove(offset, offset + length);
    else this.#next += length;
    if (fin) this.#finToSend = false;
    this.lastOffset = offset;
    this.lastLength = length;
    this.lastFin = fin;
    this.lastNew = repeat ? 0 : length;
    return at + length;
  }

  /** A STREAM frame arrived. */
  onAcked(offset: number, length: number, fin: boolean): void {
    if (this.#resetCode !== undefined) return;
    if (fin) {
      this.#finAcked = true;
      this.#finToSend = false;
    }
    const end = offset + length;
    if (this.#lost.count > 0) this.#lost.remove(offset, end);
    if (offset > this.#base) {
      this.#acked.add(offset, end);
      return;
    }
    if (end > this.#base) this.#base = end;
    while (this.#acked.count > 0 && this.#acked.start(0) <= this.#base) {
      this.#base = Math.max(this.#base, this.#acked.end(0));
      this.#acked.removeFirst();
    }
    if (this.#base === this.#end && this.#finished) this.#ring.release();
  }

  /** A STREAM frame was lost: what of it has not arrived in another packet goes again. */
  onLost(offset: number, length: number, fin: boolean): void {
    if (this.#resetCode !== undefined) return;
    if (fin && !this.#finAcked) this.#finToSend = true;
    const end = offset + length;
    this.#lost.add(Math.max(offset, this.#base), end);
    const acked = this.#acked;
    for (let i = acked.find(offset); i < acked.count && acked.start(i) < end; i++) {
      this.#lost.remove(acked.start(i), acked.end(i));
    }
  }

  onResetAcked(): void {
    this.#resetAcked = true;
  }
}
