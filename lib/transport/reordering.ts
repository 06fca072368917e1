/**
 * How much reordering to bear before a packet counts as lost (RFC 9002 §6.1: packet threshold, time threshold). Grows
 * when a loss turns out spurious and shrinks again after a while without, as RACK does (RFC 8985 §6.2).
 */

/** RFC 9002 §6.1.1 kPacketThreshold. */
const PACKET_THRESHOLD = 3;
/** Ours: the most packets to wait for. */
const MAX_PACKET_THRESHOLD = 256;
/** RFC 9002 §6.1.2 kTimeThreshold is 9/8: an eighth of a round trip more than one. At most one more. */
const TIME_FRACTION = 0.125;
const MAX_TIME_FRACTION = 1;
/** RFC 8985 §6.2: the extra tolerance lasts 16 recoveries. */
const PERSISTENCE = 16;

export class ReorderingTolerance {
  #packets = PACKET_THRESHOLD;
  #fraction = TIME_FRACTION;
  #eventsLeft = 0;
  #eventStart = -Infinity;

  /** A packet is lost when one sent this many later is acknowledged. */
  get packets(): number {
    return this.#packets;
  }

  /** … or when one sent later is acknowledged and this times the round-trip time has passed. */
  get roundTrips(): number {
    return 1 + this.#fraction;
  }

  /** A packet declared lost has arrived, `distance` packets behind the largest acknowledged. */
  onSpurious(distance: number): void {
    this.#packets = Math.min(Math.max(this.#packets, distance + 1), MAX_PACKET_THRESHOLD);
    this.#fraction = Math.min(this.#fraction + TIME_FRACTION, MAX_TIME_FRACTION);
    this.#eventsLeft = PERSISTENCE;
  }

  /** Packets were lost, the latest of them sent at `sentTime`: one event for each round trip. */
  onLoss(now: number, sentTime: number): void {
    if (sentTime <= this.#eventStart) return;
    this.#eventStart = now;
    if (this.#eventsLeft > 0 && --this.#eventsLeft === 0) {
      this.#packets = PACKET_THRESHOLD;
      this.#fraction = TIME_FRACTION;
    }
  }
}
