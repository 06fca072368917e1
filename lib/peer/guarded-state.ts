/**
 * What the application keeps for the handshakes, behind a guard: where it cannot be read or written (a full disk, no
 * descriptor left), that is reported and the handshake goes on without, as with a peer that was never met.
 */
import type { TicketStore } from "../session/ticket.ts";
import type { TimestampMemory } from "./config.ts";

/** `inner` with what it throws given to `failed`, and `otherwise` in its place. */
function guard<A extends unknown[], R>(
  inner: (...args: A) => R,
  otherwise: R,
  failed: (error: unknown) => void,
): (...args: A) => R {
  return (...args) => {
    try {
      return inner(...args);
    } catch (error) {
      failed(error);
      return otherwise;
    }
  };
}

/** A ticket store that never throws. */
export function guardedTickets(
  store: TicketStore | undefined,
  failed: (error: unknown) => void,
): TicketStore | undefined {
  return store && {
    latest: guard((remoteKey) => store.latest(remoteKey), undefined, failed),
    save: guard((ticket) => store.save(ticket), undefined, failed),
    remove: guard((name) => store.remove(name), undefined, failed),
  };
}

/** Timestamps that never throw. */
export function guardedTimestamps(
  memory: TimestampMemory,
  failed: (error: unknown) => void,
): TimestampMemory {
  return {
    last: guard((remoteKey) => memory.last(remoteKey), undefined, failed),
    record: guard((remoteKey, timestamp) => memory.record(remoteKey, timestamp), undefined, failed),
  };
}
