/**
 * The states of a connection, in one table. docs/protocol.md draws its diagram from it (`stateDiagram`), and a test
 * keeps the two equal.
 */
import { LocalProtocolError } from "../errors.ts";

/** What a connection can be. */
export type ConnectionState =
  /** We sent an initiation and wait for its response. */
  | "initiating"
  /** Initiator: we have keys; the peer has not yet shown that it has them too. */
  | "confirming"
  /** Both sides have shown that they hold the keys. */
  | "established"
  /** CONNECTION_CLOSE was sent or received; the connection lingers to answer stragglers. */
  | "closing"
  /** It was established once and is over. */
  | "closed"
  /** It never was. */
  | "failed";

/** What moves a connection from state to state. */
export type ConnectionTrigger =
  | "response"
  | "key-changed"
  | "incompatible"
  | "gave-up"
  | "sealed-packet"
  | "yielded"
  | "close"
  | "lost"
  | "drained";

type Table = Readonly<
  Record<ConnectionState, Readonly<Partial<Record<ConnectionTrigger, ConnectionState>>>>
>;

/** state → trigger → state. What is not in it does not happen. */
export const TRANSITIONS: Table = {
  initiating: {
    /** An authentic response. */
    "response": "confirming",
    /** The response is authentic, its key is not the one we know. */
    "key-changed": "failed",
    /** No version in common. */
    "incompatible": "failed",
    /** No answer in time, or the application closed. */
    "gave-up": "failed",
    /** Both sides initiated at once and the peer's initiation counts: our connection becomes its responder. */
    "yielded": "established",
  },
  confirming: {
    /** The first sealed packet from the responder. */
    "sealed-packet": "established",
    "close": "closing",
    "lost": "closed",
  },
  established: {
    "close": "closing",
    /** Idle timeout, replaced by a newer connection of the same peer, or keys worn out. */
    "lost": "closed",
  },
  closing: {
    "drained": "closed",
    /** Replaced, or given up, while lingering. */
    "lost": "closed",
  },
  closed: {},
  failed: {},
};

/** Where `trigger` leads from `state`. */
export function nextState(state: ConnectionState, trigger: ConnectionTrigger): ConnectionState {
  const next = TRANSITIONS[state][trigger];
  if (next === undefined) {
    throw new LocalProtocolError("session.no-transition", { trigger, state });
  }
  return next;
}

/** The table as a Mermaid state diagram. */
export function stateDiagram(): string {
  const lines = [
    "stateDiagram-v2",
    "  [*] --> initiating: connect",
    "  [*] --> established: accept",
  ];
  for (const [state, triggers] of Object.entries(TRANSITIONS)) {
    const edges = Object.entries(triggers);
    for (const [trigger, next] of edges) lines.push(`  ${state} --> ${next}: ${trigger}`);
    if (edges.length === 0) lines.push(`  ${state} --> [*]`);
  }
  return lines.join("\n") + "\n";
}
