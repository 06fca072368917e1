/**
 * The timers of an open connection, one line each. A part keeps the time; here stands what the timer is for and what
 * happens when it fires. Those without `fire` are served by the next `transmit`. The timers of a connection that has
 * ended are those of `closing.ts`.
 */
import type { AckTracker } from "./ack-tracker.ts";
import type { ConnectionControl } from "./connection-control.ts";
import type { Liveness } from "./liveness.ts";
import type { MtuDiscovery } from "./mtu.ts";
import type { PacketBuilder } from "./packet-builder.ts";
import type { Recovery } from "./recovery.ts";

/** The parts of a connection that keep a time. */
export interface TimedParts {
  readonly acks: AckTracker;
  readonly control: ConnectionControl;
  readonly liveness: Liveness;
  readonly recovery: Recovery;
  readonly builder: PacketBuilder;
  mtu: MtuDiscovery;
}

/** One timer. */
interface Timer {
  /** When it fires; undefined or Infinity while it is not set. */
  at(parts: TimedParts): number | undefined;
  fire?(parts: TimedParts, now: number): void;
}

const TIMERS: readonly Timer[] = [
  /** When to send an acknowledgement that nothing else takes along (RFC 9000 §13.2.1). */
  { at: ({ acks }) => acks.deadline },
  /** When to declare packets lost by time, or to send probes because no acknowledgement has come (RFC 9002 §6). */
  {
    at: ({ recovery }) => recovery.nextTimeout(),
    fire: ({ recovery }, now) => recovery.onTimeout(now),
  },
  /** When to send the next packet that pacing holds back (RFC 9002 §7.7). */
  { at: ({ builder }) => builder.pacedUntil },
  /** When to look for a larger path MTU again (RFC 8899 §5.1.1). */
  { at: ({ mtu }) => mtu.nextTimeout(), fire: ({ mtu }, now) => mtu.onTimeout(now) },
  /** When to ask the peer for a sign of life (RFC 9000 §10.1.2). */
  {
    at: ({ control, liveness }) => control.ping ? undefined : liveness.pingAt,
    fire({ control, liveness }, now) {
      if (control.ping || now < liveness.pingAt) return;
      liveness.onPing(now);
      control.ping = true;
    },
  },
  /** When to say that the peer does not answer, and when to give it up: the transport does both (`Transport.timeout`). */
  { at: ({ liveness }) => liveness.silentAt },
  { at: ({ liveness }) => liveness.lostAt },
];

/** When the first timer fires. */
export function earliestTimer(parts: TimedParts): number {
  let earliest = Infinity;
  for (const timer of TIMERS) {
    const at = timer.at(parts);
    if (at !== undefined && at < earliest) earliest = at;
  }
  return earliest;
}

/** Fires what is due by `now`; calling it early is harmless. */
export function fireTimers(parts: TimedParts, now: number): void {
  for (const timer of TIMERS) timer.fire?.(parts, now);
}
