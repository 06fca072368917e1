/** Session tickets in memory, for peers that meet again. */
import { hex } from "../lib/bytes.ts";
import type { Ticket, TicketStore } from "../lib/session/ticket.ts";

/** An empty store. */
export function ticketStore(): TicketStore {
  const all = new Map<string, Ticket>();
  return {
    latest: (key) => [...all.values()].findLast((t) => hex(t.remoteKey) === hex(key)),
    save: (ticket) => void all.set(hex(ticket.name), ticket),
    remove: (name) => void all.delete(hex(name)),
  };
}
