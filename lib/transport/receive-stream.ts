/**
 * The receiving half of a stream (RFC 9000 §3.2): puts bytes in order, holds the peer to its credit and to one final
 * size, and keeps no more than the window.
 */
import { FRAME_RESET_STREAM, FRAME_STREAM } from "../wire/frames.ts";
import { TransportCode, TransportError } from "../wire/transport-error.ts";
import { ByteRing } from "./byte-ring.ts";
import { RangeSet } from "./range-set.ts";
import { INITIAL_MAX_STREAM_DATA, ReceiveWindow } from "./receive-window.ts";

/**
 * Ours: more separate pieces waiting for gaps than any honest sender causes (one per packet of a full window at least
 * 2 KiB apart). Bounds the memory and the time that a hostile one takes.
 */
export const MAX_GAPS = 8192;

export class ReceiveStream {
  readonly #ring = new ByteRing();
  /** All below `#read` was given to the reader, below `#ready` is in order, below `#highest` has been seen. */
  #read = 0;
  #ready = 0;
  #highest = 0;
  readonly #waiting = new RangeSet();
  #finalSize: number | undefined;
  #resetCode: number | undefined;
  /** The reader wants no more: bytes are counted and dropped. */
  #stopped = false;
  readonly window: ReceiveWindow;

  constructor(now: number, maxWindow: number) {
    this.window = new ReceiveWindow(INITIAL_MAX_STREAM_DATA, maxWindow, now);
  }

  /** Bytes ready to be read. */
  get available(): number {
    return this.#ready - this.#read;
  }

  /** Bytes read, or dropped after a reset or stop: what counts as consumed. */
  get consumed(): number {
    return this.#read;
  }

  get finalSizeKnown(): boolean {
    return this.#finalSize !== undefined;
  }

  get resetCode(): number | undefined {
    return this.#resetCode;
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  /** Whether the reader has had everything there will be. */
  get finished(): boolean {
    return this.#finalSize !== undefined && this.#read === this.#finalSize;
  }

  /** Whether nothing more can come of it: all read, reset, or stopped with all accounted for. */
  get done(): boolean {
    return this.finished || this.#resetCode !== undefined;
  }

  /**
   * Takes `source[start, end)` at `offset`. Returns by how much the highest offset seen has grown, which counts against
   * the connection's credit.
   */
  receive(offset: number, source: Uint8Array, start: number, end: number, fin: boolean): number {
    const last = offset + (end - start);
    this.#checkSize(last, fin);
    const grown = Math.max(0, last - this.#highest);
    this.#highest += grown;
    if (this.#resetCode !== undefined) return grown;
    if (this.#stopped) {
      this.#drop();
      return grown;
    }
    if (last <= this.#ready) return grown;
    const skip = Math.max(0, this.#ready - offset);
    this.#ring.reserve(this.#read, this.#keptEnd(), last);
    this.#ring.put(offset + skip, source, start + skip, end);
    if (offset + skip === this.#ready) this.#advance(last);
    else this.#wait(offset, last);
    return grown;
  }

  #checkSize(last: number, fin: boolean): void {
    if (last > this.window.limit) {
      throw new TransportError(
        TransportCode.flowControl,
        FRAME_STREAM,
        "stream.over-credit",
        { offset: last, limit: this.window.limit },
      );
    }
    if (this.#finalSize === undefined ? fin && last < this.#highest : last > this.#finalSize) {
      throw new TransportError(
        TransportCode.finalSize,
        FRAME_STREAM,
        "stream.beyond-end",
        { offset: last },
      );
    }
    if (!fin) return;
    if (this.#finalSize !== undefined && this.#finalSize !== last) {
      throw new TransportError(
        TransportCode.finalSize,
        FRAME_STREAM,
        "stream.end-changed",
        { was: this.#finalSize, now: last },
      );
    }
    this.#finalSize = last;
  }

  /** End of the bytes that the ring holds, with gaps. */
  #keptEnd(): number {
    const count = this.#waiting.count;
    return count === 0 ? this.#ready : this.#waiting.end(count - 1);
  }

  #advance(to: number): void {
    this.#ready = to;
    const waiting = this.#waiting;
    while (waiting.count > 0 && waiting.start(0) <= this.#ready) {
      this.#ready = Math.max(this.#ready, waiting.end(0));
      waiting.removeFirst();
    }
  }

  #wait(start: number, end: number): void {
    this.#waiting.add(start, end);
    if (this.#waiting.count > MAX_GAPS) {
      throw new TransportError(
        TransportCode.protocolViolation,
        FRAME_STREAM,
        "stream.too-many-gaps",
        { limit: MAX_GAPS },
      );
    }
  }

  /** Copies bytes in order into `out`; returns how many. */
  read(out: Uint8Array): number {
    const length = Math.min(out.length, this.available);
    if (length === 0) return 0;
    this.#ring.take(this.#read, length, out, 0);
    this.#read += length;
    this.window.consume(length);
    if (this.finished) this.#ring.release();
    return length;
  }

  /** RESET_STREAM. Returns the growth of the highest offset, as `receive` does. */
  reset(code: number, finalSize: number): number {
    if (finalSize > this.window.limit) {
      throw new TransportError(
        TransportCode.flowControl,
        FRAME_RESET_STREAM,
        "stream.over-credit",
        { offset: finalSize, limit: this.window.limit },
      );
    }
    if (finalSize < this.#highest || (this.#finalSize ?? finalSize) !== finalSize) {
      throw new TransportError(
        TransportCode.finalSize,
        FRAME_RESET_STREAM,
        "stream.end-changed",
        { was: this.#finalSize ?? this.#highest, now: finalSize },
      );
    }
    const grown = finalSize - this.#highest;
    const allReceived = this.#finalSize !== undefined && this.#ready === finalSize;
    this.#highest = this.#finalSize = finalSize;
    // RFC 9000 §3.2: a reset after all data has come changes nothing for the reader.
    if (allReceived && !this.#stopped) return grown;
    this.#resetCode ??= code;
    this.#drop();
    return grown;
  }

  /** The reader wants no more. */
  stop(): void {
    this.#stopped = true;
    this.#drop();
  }

  /** Counts all seen so far as read. */
  #drop(): void {
    this.window.consume(this.#highest - this.#read);
    this.#read = this.#ready = this.#highest;
    this.#waiting.clear();
    this.#ring.release();
  }
}
