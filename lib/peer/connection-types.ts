/** What goes between an endpoint and its connections. */
import type { Role } from "../wire/role.ts";
import type { SessionSecrets } from "../session/handshake.ts";
import type { Random } from "../session/noise/suite.ts";
import type { Address } from "./address.ts";
import type { EndpointConfig } from "./config.ts";
import type { CreditBudget } from "./connection-limits.ts";
import type { ConnectionEvent } from "./events.ts";
import type { Link } from "./link.ts";

/** A datagram to be sent. */
export interface Transmit {
  readonly datagram: Uint8Array;
  readonly to: Address;
}

/** A datagram that came. */
export interface Arrival {
  readonly datagram: Uint8Array;
  readonly from: Address;
}

/** A buffer of the caller's that takes one datagram (any may be 65,507 bytes long). */
export interface Slot {
  readonly buffer: Uint8Array;
  /** The part of it between the header and the tag of the longest sealed packet. */
  readonly payload: Uint8Array;
  /** How long the datagram in it is, and where it goes. */
  length: number;
  to: Address;
  /** Whether it is to be handed to the system by itself, not together with its neighbours. */
  alone: boolean;
}

/** What a connection needs from its endpoint. */
export interface ConnectionHost<C> {
  readonly config: EndpointConfig;
  readonly random: Random;
  /** What the receive windows of all connections grow from. */
  readonly credit: CreditBudget;
  emit(event: ConnectionEvent<C>): void;
  /** The connection may have something to send, or another deadline. */
  touch(connection: C): void;
  /** The connection is over: forget its index. */
  forget(connection: C): void;
}

/** What is known when a handshake has succeeded. */
export interface Established {
  readonly secrets: SessionSecrets;
  readonly role: Role;
  readonly localIndex: number;
  readonly remoteIndex: number;
  readonly address: Address;
  /** Where the completing message came from, and how long it was: the peer may have moved already. */
  readonly heard?: { readonly from: Address; readonly bytes: number } | undefined;
  /** The last handshake datagram, sent again until the peer shows that it has the keys. */
  readonly final?: Uint8Array | undefined;
  /** Opened its first packet already (responder of a two-message handshake). */
  readonly link?: Link | undefined;
}
