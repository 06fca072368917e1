/**
 * What was received and when to acknowledge it (RFC 9000 §13.2; draft-ietf-quic-ack-frequency): at once when packets
 * come out of order, after a number of packets that the peer sets to suit its rate, else after a short time.
 */
import { MAX_ACK_RANGES, writeAck } from "../wire/frames.ts";
import { RangeSet } from "./range-set.ts";

/** RFC 9000 §18.2, the default max_ack_delay. */
export const MAX_ACK_DELAY_MS = 25;
/** RFC 9000 §13.2.2: every second ack-eliciting packet, until the peer asks otherwise. */
const ACK_THRESHOLD = 1;
/** Ours: the most a peer may ask to stay unacknowledged. */
const MAX_ACK_THRESHOLD = 256;
/** RFC 9000 §13.2.4: after this many ACK-only packets in a row, one asks to be acknowledged itself. */
const ACK_ONLY_RUN = 32;
/** … when there are this many ranges to be rid of. */
const RANGES_WORTH_TRIMMING = 4;

export class AckTracker {
  readonly #ranges = new RangeSet();
  #largest = -1;
  #largestTime = 0;
  /** Ack-eliciting packets since the last ACK was sent. */
  #waiting = 0;
  #deadline: number | undefined;
  #threshold = ACK_THRESHOLD;
  #maxDelay = MAX_ACK_DELAY_MS;
  #reordering = true;
  #sequence = -1;
  #ackOnly = 0;

  /** Whether packet `number` has not been received before, as far as is remembered. */
  isNew(number: number): boolean {
    return number > this.#largest || !this.#ranges.has(number);
  }

  /** A packet was received and processed. */
  onPacket(number: number, eliciting: boolean, immediate: boolean, now: number): void {
    const expected = this.#largest + 1;
    this.#ranges.add(number, number + 1);
    if (this.#ranges.count > MAX_ACK_RANGES) this.#ranges.removeFirst();
    if (number > this.#largest) {
      this.#largest = number;
      this.#largestTime = now;
    }
    if (!eliciting) return;
    this.#waiting++;
    if (immediate || this.#waiting > this.#threshold || (this.#reordering && number !== expected)) {
      this.#deadline = now;
    } else if (this.#deadline === undefined) this.#deadline = now + this.#maxDelay;
  }

  /** ACK_FREQUENCY: the newest one counts. */
  onFrequency(sequence: number, threshold: number, delay: number, reordering: number): void {
    if (sequence <= this.#sequence) return;
    this.#sequence = sequence;
    this.#threshold = Math.min(threshold, MAX_ACK_THRESHOLD);
    this.#maxDelay = Math.min(delay, MAX_ACK_DELAY_MS);
    this.#reordering = reordering > 0;
  }

  /** The peer knows of an ACK up to `largest`: what lies below need not be repeated (RFC 9000 §13.2.4). */
  onAckAcked(largest: number): void {
    // The newest range stays, so that an ACK can always be written.
    this.#ranges.removeBelow(Math.min(largest + 1, this.#largest));
  }

  /** When an ACK is due, or undefined. */
  get deadline(): number | undefined {
    return this.#deadline;
  }

  /** The ACK that is due cannot be sent now. */
  postpone(now: number): void {
    this.#deadline = now + MAX_ACK_DELAY_MS;
  }

  /** Whether there are ack-eliciting packets not yet acknowledged: worth riding along with other frames. */
  get pending(): boolean {
    return this.#waiting > 0;
  }

  /** The largest packet number an ACK written now would report. */
  get largest(): number {
    return this.#largest;
  }

  /** Writes an ACK frame; returns `at` where there is nothing to acknowledge or no room. */
  write(out: Uint8Array, at: number, limit: number, now: number): number {
    const end = writeAck(out, at, limit, this.#ranges, MAX_ACK_RANGES, now - this.#largestTime);
    if (end > at) {
      this.#waiting = 0;
      this.#deadline = undefined;
    }
    return end;
  }

  /** A packet with an ACK left; true when, being an ACK alone, it should also ask for an acknowledgement. */
  wantsPing(alone: boolean): boolean {
    if (!alone) {
      this.#ackOnly = 0;
      return false;
    }
    if (++this.#ackOnly < ACK_ONLY_RUN || this.#ranges.count < RANGES_WORTH_TRIMMING) return false;
    this.#ackOnly = 0;
    return true;
  }
}
