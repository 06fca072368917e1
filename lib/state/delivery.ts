/**
 * The states of a message's delivery, and which may follow which: only forward, and what is over stays as it is, unless its
 * author sends a text that failed once more (`Outbox.again`). Pure.
 *
 * waiting: kept here, told to nobody · sent: handed to the network, perhaps several times · delivered: the peer has
 * stored or shown it · failed: it never will be (expired, refused) · cancelled: its author took it back.
 */

/** A state, for own messages; what others sent is "received". */
export type DeliveryState = "waiting" | "sent" | "delivered" | "failed" | "cancelled";

/** How far a state is; equal numbers exclude each other. */
const RANK: Readonly<Record<DeliveryState, number>> = {
  waiting: 0,
  sent: 1,
  delivered: 2,
  failed: 2,
  cancelled: 2,
};

/** The numbers in the database, in this order for ever. */
const STORED: readonly (DeliveryState | "received")[] = [
  "waiting",
  "sent",
  "delivered",
  "failed",
  "cancelled",
  "received",
];

/** Whether a message in state `from` may go to `to`. */
export function mayFollow(from: DeliveryState, to: DeliveryState): boolean {
  return RANK[to] > RANK[from];
}

/** Whether nothing follows. */
export function isFinal(state: DeliveryState): boolean {
  return RANK[state] === RANK.delivered;
}

/** The number of a state in the database. */
export function storedState(state: DeliveryState | "received"): number {
  return STORED.indexOf(state);
}

/** The state of a number in the database. */
export function stateOf(stored: unknown): DeliveryState | "received" {
  return STORED[Number(stored)] ?? "failed";
}
