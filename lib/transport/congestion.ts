/**
 * What recovery tells the congestion controller (`Bbr`), and the window that every connection starts with. Bytes are
 * datagram bytes without IP and UDP, times are milliseconds, rates bytes per millisecond.
 */

/** What one ACK frame brought. The object is reused: nobody keeps it. */
export interface AckSample {
  now: number;
  /** Bytes it newly acknowledged that were in flight. */
  bytes: number;
  /** Bytes in flight before and after it. */
  priorInFlight: number;
  inFlight: number;
  /** RTT of this ACK, 0 when it gave no sample. */
  rtt: number;
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

/** RFC 9002 §7.2: ten datagrams, but not over 14,720 bytes unless two datagrams are. */
export function initialWindow(datagram: number): number {
  return Math.min(10 * datagram, Math.max(14_720, 2 * datagram));
}
