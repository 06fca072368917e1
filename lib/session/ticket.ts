/**
 * Resumption: a secret that both sides derive from a completed handshake and mix into the next one, beside their static
 * keys (IKpsk1). So the next session stays secret as long as either the DH of that one or this one is unbroken. It does
 * not stand for the static keys: with a copy of one side's tickets nobody is its peer. A ticket serves once: the
 * resumed session yields the next one. Its name never leaves the machine.
 */
import { type Bytes, utf8 } from "../bytes.ts";
import { hmacSm3 } from "../crypto/hmac.ts";

/** Bytes of a ticket's name. */
export const TICKET_NAME_BYTES = 16;

/** A ticket is good for this long: 7 days (TLS 1.3, RFC 8446 §4.6.1). */
export const TICKET_LIFETIME_MS = 7 * 24 * 3_600_000;

const NAME_LABEL = utf8("p2p 1 ticket name");

/** The label of the exported secret. */
export const TICKET_LABEL = "p2p 1 ticket";

/** What both sides keep of a session, to resume it. */
export interface Ticket {
  /** 16 bytes: names the ticket where it is kept, without saying anything of it. */
  readonly name: Bytes;
  /** 32 bytes, the pre-shared key of the next handshake. */
  readonly secret: Bytes;
  /** The static key of the peer. */
  readonly remoteKey: Bytes;
  /** When the peer proved it, in the session that left this ticket: milliseconds since 1970. */
  readonly authenticatedAt: number;
}

/** Keeps tickets; the application decides where. */
export interface TicketStore {
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
