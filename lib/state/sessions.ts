/**
 * What is remembered of sessions over restarts: resumption tickets, and the newest timestamp of each peer (so that a
 * recorded handshake stays worthless after a restart).
 *
 * A ticket is taken out before its use is told to anybody, so that no run finds it again. A copy of the database that
 * is put back would bring used tickets back, and with them names that an observer has seen: the state notices that its
 * file is another one (`place.ts`) and drops all of them; it costs one full handshake with each peer.
 */
import { base64, type Bytes, fromBase64 } from "../bytes.ts";
import { type Ticket, TICKET_LIFETIME_MS, type TicketStore } from "../session/ticket.ts";
import { bodyOf, numberOf, type Rows, textOf } from "./rows.ts";
import { type Row, StateError } from "./sqlite.ts";

/** Tickets and timestamps kept; the oldest give way. */
const MAX_TICKETS = 1000;
const MAX_TIMESTAMPS = 10_000;
/** Tickets kept of one peer: the newest, and one whose use may have failed on the way. */
const MAX_PER_PEER = 2;

/** The sessions of one owner. Losing what cannot be written costs a handshake: it is told as trouble, no more. */
export class Sessions implements TicketStore {
  readonly #rows: Rows;
  /** Timestamps since this program started, whatever the disk took of them. */
  readonly #timestamps = new Map<string, number>();

  constructor(rows: Rows) {
    this.#rows = rows;
  }

  find(name: Uint8Array): Ticket | undefined {
    const { database, owner } = this.#rows;
    const row = database.get(
      "SELECT seq, body FROM ticket WHERE owner = ? AND name = ?",
      owner,
      this.#nameTag(name),
    );
    return row === undefined ? undefined : this.#ticket(row);
  }

  latest(remoteKey: Uint8Array): Ticket | undefined {
    const { database, owner } = this.#rows;
    const row = database.get(
      "SELECT seq, body FROM ticket WHERE owner = ? AND key = ? ORDER BY seq DESC LIMIT 1",
      owner,
      this.#keyTag(remoteKey),
    );
    return row === undefined ? undefined : this.#ticket(row);
  }

  save(ticket: Ticket): void {
    this.#change(() => {
      const { database, owner, vault } = this.#rows;
      const key = this.#keyTag(ticket.remoteKey);
      const name = this.#nameTag(ticket.name);
      database.run("DELETE FROM ticket WHERE owner = ? AND name = ?", owner, name);
      const seq = Number(database.get("SELECT coalesce(max(seq), 0) + 1 AS n FROM ticket")!["n"]);
      const body = vault.seal("ticket", seq, {
        name: base64(ticket.name),
        secret: base64(ticket.secret),
        key: base64(ticket.remoteKey),
        at: ticket.authenticatedAt,
      });
      database.run(
        "INSERT INTO ticket (seq, owner, name, key, body) VALUES (?, ?, ?, ?, ?)",
        seq,
        owner,
        name,
        key,
        body,
      );
      database.run(
        `DELETE FROM ticket WHERE owner = ?1 AND key = ?2 AND seq NOT IN (
           SELECT seq FROM ticket WHERE owner = ?1 AND key = ?2 ORDER BY seq DESC LIMIT ?3
         )`,
        owner,
        key,
        MAX_PER_PEER,
      );
      const count = database.get("SELECT count(*) AS n FROM ticket WHERE owner = ?", owner);
      const beyond = Number(count!["n"]) - MAX_TICKETS;
      if (beyond <= 0) return;
      database.run(
        `DELETE FROM ticket WHERE seq IN (
           SELECT seq FROM ticket WHERE owner = ? ORDER BY seq LIMIT ?
         )`,
        owner,
        beyond,
      );
    });
  }

  remove(name: Uint8Array): void {
    const { database, owner } = this.#rows;
    this.#change(() =>
      database.run("DELETE FROM ticket WHERE owner = ? AND name = ?", owner, this.#nameTag(name))
    );
  }

  last(remoteKey: Uint8Array): number | undefined {
    const { database, owner } = this.#rows;
    const tag = this.#keyTag(remoteKey);
    const here = this.#timestamps.get(base64(remoteKey));
    const row = database.get("SELECT body FROM timestamp WHERE owner = ? AND key = ?", owner, tag);
    const from = row && bodyOf(this.#rows, "timestamp", tag, row["body"]);
    const there = from && numberOf(from, "time");
    if (here === undefined || there === undefined) return here ?? there;
    return Math.max(here, there);
  }

  record(remoteKey: Uint8Array, timestamp: number): void {
    const { database, owner, vault } = this.#rows;
    const tag = this.#keyTag(remoteKey);
    const time = Math.max(timestamp, this.last(remoteKey) ?? 0);
    const name = base64(remoteKey);
    this.#timestamps.delete(name);
    this.#timestamps.set(name, time);
    const [oldest] = this.#timestamps.keys();
    if (this.#timestamps.size > MAX_TIMESTAMPS) this.#timestamps.delete(oldest!);
    this.#change(() => {
      const top = database.get("SELECT max(seq) AS n FROM timestamp WHERE owner = ?", owner);
      database.run(
        `INSERT INTO timestamp (owner, key, seq, body) VALUES (?, ?, ?, ?)
         ON CONFLICT (owner, key) DO UPDATE SET seq = excluded.seq, body = excluded.body`,
        owner,
        tag,
        Number(top?.["n"] ?? 0) + 1,
        vault.seal("timestamp", tag, { time }),
      );
      const count = database.get("SELECT count(*) AS n FROM timestamp WHERE owner = ?", owner);
      const beyond = Number(count!["n"]) - MAX_TIMESTAMPS;
      if (beyond <= 0) return;
      database.run(
        `DELETE FROM timestamp WHERE owner = ?1 AND key IN (
           SELECT key FROM timestamp WHERE owner = ?1 ORDER BY seq LIMIT ?2
         )`,
        owner,
        beyond,
      );
    });
  }

  /** Forgets all tickets of this owner. */
  dropTickets(): void {
    const { database, owner } = this.#rows;
    this.#change(() => database.run("DELETE FROM ticket WHERE owner = ?", owner));
  }

  #change(work: () => unknown): void {
    try {
      this.#rows.database.write(work, { durable: false });
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      this.#rows.trouble(error);
    }
  }

  #ticket(row: Row): Ticket | undefined {
    const from = bodyOf(this.#rows, "ticket", Number(row["seq"]), row["body"]);
    if (from === undefined) return undefined;
    const [name, secret, key] = [
      textOf(from, "name"),
      textOf(from, "secret"),
      textOf(from, "key"),
    ];
    const at = numberOf(from, "at");
    if (name === undefined || secret === undefined || key === undefined || at === undefined) {
      return undefined;
    }
    if (this.#rows.now() - at >= TICKET_LIFETIME_MS) return undefined;
    return {
      name: fromBase64(name),
      secret: fromBase64(secret),
      remoteKey: fromBase64(key),
      authenticatedAt: at,
    };
  }

  #nameTag(name: Uint8Array): Bytes {
    return this.#rows.vault.tag("ticket", name);
  }

  #keyTag(key: Uint8Array): Bytes {
    return this.#rows.vault.tag("key", key);
  }
}
