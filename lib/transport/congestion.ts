/**
 * What recovery asks of a congestion controller, and what it tells it. Bytes are datagram bytes without IP and UDP,
 * times are milliseconds, rates bytes per millisecond. The samples are reused: a controller keeps none of them.
 */

/** What one ACK frame brought. */
export interface AckSample {
  now: number;
  /** Bytes it newly acknowledged that were in flight. */
  bytes: number;
  /** Bytes in flight before and after it. */
  priorInFlight: number;
  inFlight: number;
  /** The latest packet it newly acknowledged, when that was sent, and the number the next packet will have. */
  largest: number;
  sentTime: number;
  nextPacket: number;
  /** RTT of this ACK, 0 when it gave no sample; the estimates after it. */
  rtt: number;
  smoothedRtt: number;
  minRtt: number;
  /** Whether the sender was held back by the window rather than by having nothing to send. */
  windowLimited: boolean;
  /** Bytes delivered so far in all, and as the latest packet was sent. */
  delivered: number;
  priorDelivered: number;
  /** Delivery rate over this sample, 0 when there is none; whether it only shows what the application sent. */
  rate: number;
  rateAppLimited: boolean;
  /** Bytes declared lost so far in all. */
  lost: number;
}

/** Packets just declared lost. */
export interface LossSample {
  now: number;
  bytes: number;
  inFlight: number;
  /** When the latest of them was sent, and its number. */
  sentTime: number;
  largest: number;
  nextPacket: number;
}

/** A congestion controller (RFC 9002 §7). */
export interface CongestionController {
  /** Bytes that may be in flight. */
  readonly window: number;
  /** Bytes per millisecond to send at, or undefined before anything is known. */
  readonly pacingRate: number | undefined;
  readonly slowStart: boolean;
  onSent(now: number, bytes: number, inFlight: number): void;
  onAck(sample: AckSample): void;
  onLoss(sample: LossSample): void;
  /** Everything sent over a long time was lost (RFC 9002 §7.6). */
  onPersistentCongestion(now: number): void;
  /** Something declared lost turned out to have arrived. */
  onSpuriousLoss(): void;
  /** The datagram size changed. */
  onDatagramSize(bytes: number): void;
}

/** Fresh samples, all zero, to be filled in again and again. */
export function emptyAckSample(): AckSample {
  return {
    now: 0,
    bytes: 0,
    priorInFlight: 0,
    inFlight: 0,
    largest: 0,
    sentTime: 0,
    nextPacket: 0,
    rtt: 0,
    smoothedRtt: 0,
    minRtt: 0,
    windowLimited: false,
    delivered: 0,
    priorDelivered: 0,
    rate: 0,
    rateAppLimited: false,
    lost: 0,
  };
}

export function emptyLossSample(): LossSample {
  return { now: 0, bytes: 0, inFlight: 0, sentTime: 0, largest: 0, nextPacket: 0 };
}

/** RFC 9002 §7.2: ten datagrams, but not over 14,720 bytes unless two datagrams are. */
export function initialWindow(datagram: number): number {
  return Math.min(10 * datagram, Math.max(14_720, 2 * datagram));
}
