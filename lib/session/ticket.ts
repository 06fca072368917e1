/**
 * Resumption: a secret that both sides derive from a completed handshake, and the name ("print") that tells the other
 * side which one is meant. A ticket serves once: the resumed session yields the next one.
 */
import { type Bytes, utf8 } from "../bytes.ts";
import { hmacSm3 } from "../crypto/hmac.ts";

/** Bytes of a ticket's name on the wire. */
export const TICKET_NAME_BYTES = 16;

/** Resumption without the static keys ends this long after they were last used: 7 days (TLS 1.3, RFC 8446 §4.6.1). */
export const TICKET_LIFETIME_MS = 7 * 24 * 3_600_000;

const NAME_LABEL = utf8("p2p 1 ticket name");

/** The label of the exported secret. */
export const TICKET_LABEL = "p2p 1 ticket";

/** What both sides keep of a session, to resume it. */
export interface Ticket {
  /** 16 bytes: names the ticket without saying anything of it. */
  readonly name: Bytes;
  /** 32 bytes, the pre-shared key of the next handshake. */
  readonly secret: Bytes;
  /** The static key that the peer last proved. */
  readonly remoteKey: Bytes;
  /** When it proved it: milliseconds since 1970. */
  readonly authenticatedAt: number;
}

/** Keeps tickets; the application decides where. */
export interface TicketStore {
  find(name: Uint8Array): Ticket | undefined;
  /** The newest ticket of a peer. */
  latest(remoteKey: Uint8Array): Ticket | undefined;
  save(ticket: Ticket): void;
  remove(name: Uint8Array): void;
}

/** A ticket from an exported secret. */
export function ticketOf(secret: Bytes, remoteKey: Bytes, authenticatedAt: number): Ticket {
  const name = hmacSm3(secret, NAME_LABEL).slice(0, TICKET_NAME_BYTES) as Bytes;
  return { name, secret, remoteKey, authenticatedAt };
}

/** Whether `ticket` may still be used at `time` (milliseconds since 1970). */
export function isTicketValid(ticket: Ticket, time: number): boolean {
  const age = time - ticket.authenticatedAt;
  return age < TICKET_LIFETIME_MS && age > -TICKET_LIFETIME_MS;
}
