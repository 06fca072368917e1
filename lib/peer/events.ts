/** What an endpoint tells the application. */
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

/** Something that happened to a connection, `C`. */
export type ConnectionEvent<C> =
  /** The peer's static key is authenticated and not yet judged: close the connection if it may not be this one. */
  | { readonly type: "connected"; readonly connection: C; readonly incoming: boolean }
  | {
    readonly type: "failed";
    readonly connection: C;
    readonly reason: FailureReason;
    readonly versions?: readonly number[];
  }
  | { readonly type: "stream"; readonly connection: C; readonly event: StreamEvent }
  /** The peer has moved to another address, which has proved itself. */
  | { readonly type: "moved"; readonly connection: C }
  | {
    readonly type: "closed";
    readonly connection: C;
    /** "replaced": the same peer has connected anew from the same address. */
    readonly by: "peer" | "local" | "idle-timeout" | "lost" | "error" | "replaced";
    readonly code: number;
    readonly reason: string;
  };
