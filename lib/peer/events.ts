/** What an endpoint tells the application. */
import type { Bytes } from "../bytes.ts";
import type { Connection } from "./connection.ts";
import type { TransportEvent } from "../transport/types.ts";

/** Why a connection never came to be. */
export type FailureReason =
  /** Nobody answered. */
  | "timeout"
  /** Nobody answered, and the network said that nothing listens there. */
  | "refused"
  /** The peer proved another key than the one expected; `connection.presentedKey` is it. */
  | "key-changed"
  /** No protocol version in common; `versions` are the peer's. */
  | "version"
  /** The address is our own. */
  | "self"
  /** The application closed it. */
  | "closed";

/** What happens on the streams of a connection. */
export type StreamEvent = Exclude<
  TransportEvent,
  { type: "closed" | "path-challenged" | "path-response" }
>;

/** Something that happened; poll `Endpoint.event()` until undefined. */
export type PeerEvent =
  /** The peer's static key is authenticated and not yet judged: close the connection if it may not be this one. */
  | { readonly type: "connected"; readonly connection: Connection; readonly incoming: boolean }
  | {
    readonly type: "failed";
    readonly connection: Connection;
    readonly reason: FailureReason;
    readonly versions?: readonly number[];
  }
  | { readonly type: "stream"; readonly connection: Connection; readonly event: StreamEvent }
  /** The peer has moved to another address, which has proved itself. */
  | { readonly type: "moved"; readonly connection: Connection }
  | {
    readonly type: "closed";
    readonly connection: Connection;
    /** "replaced": the same peer has connected anew from the same address. */
    readonly by: "peer" | "local" | "idle-timeout" | "lost" | "error" | "replaced";
    readonly code: number;
    readonly reason: string;
  };

/** A changed key as the application sees it. */
export interface KeyChange {
  readonly expected: Bytes;
  readonly presented: Bytes;
}
