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
  /** The system sends nothing there: no route, no such address family; what it says is the socket's to tell. */
  | "unsendable"
  /** The address is our own. */
  | "self"
  /** The application closed it. */
  | "closed";

/** What happens on the streams of a connection. */
export type StreamEvent = Exclude<
  TransportEvent,
  { type: "closed" | "path-challenged" | "path-response" }
>;

/** What was being done when something happened that nobody foresaw. */
export type Doing = "receive" | "send" | "wait" | "handshake" | "remember";

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
  /**
   * A bug, or state that cannot be read or written: it ended `connection`, or only the handshake or look-up that met it where
   * there is none. Nothing else is touched.
   */
  | {
    readonly type: "internal-error";
    readonly connection: C | undefined;
    readonly doing: Doing;
    readonly error: unknown;
  }
  | {
    readonly type: "closed";
    readonly connection: C;
    /** "replaced": the same peer has connected anew from the same address. */
    readonly by: "peer" | "local" | "idle-timeout" | "lost" | "error" | "replaced";
    readonly code: number;
    readonly reason: string;
  };
