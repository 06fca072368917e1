/** Session tickets in memory, for tests. */
import { hex } from "../../lib/bytes.ts";
import type { Ticket, TicketStore } from "../../lib/session/ticket.ts";

/** Tickets in memory. */
export function ticketStore(): TicketStore & { readonly all: Ticket[] } {
  const all: Ticket[] = [];
  return {
    all,
    latest: (key) => all.findLast((ticket) => hex(ticket.remoteKey) === hex(key)),
    save: (ticket) => void all.push(ticket),
    remove(name) {
      const at = all.findIndex((ticket) => hex(ticket.name) === hex(name));
      if (at >= 0) all.splice(at, 1);
    },
  };
}
