/**
 * What is on its way to others: one row for each message and recipient, in the order it was written. A row leaves when
 * the peer has it; what failed or was cancelled stays for a while, so that nothing vanishes silently.
 */
import { base64, type Bytes, concat, fromBase64, fromHex, hex } from "../bytes.ts";
import { type DeliveryState, isFinal, mayFollow, stateOf, storedState } from "./delivery.ts";
import type { History } from "./history.ts";
import { linksOf, type MessageKind } from "./message-rows.ts";
import { bodyOf, numberOf, type Rows, textOf } from "./rows.ts";
import type { Row } from "./sqlite.ts";

/** What is to be delivered. */
export interface OutboxItem {
  /** 32 hexadecimal digits; of a message to a group 64. */
  readonly id: string;
  /** The recipient's key, 33 bytes. */
  readonly to: Bytes;
  /** The conversation that it belongs to: the recipient's key, or a group's id. */
  readonly talk: Bytes;
  readonly kind: MessageKind;
  /** A text, or the name of what is sent. */
  readonly text: string;
  /** Files and folders to send, absolute. */
  readonly paths: readonly string[];
  /** Of a voice note. */
  readonly seconds?: number | undefined;
  readonly mediaType?: string | undefined;
  /** Ids of the messages that its author had seen last. */
  readonly after: readonly string[];
  readonly written: number;
  /** When it is given up: milliseconds since 1970. */
  readonly expires: number;
}

/** An item and how far it is. */
export interface OutboxEntry extends OutboxItem {
  readonly state: DeliveryState;
  /** Why it failed: a code, or the peer's words. */
  readonly reason?: string | undefined;
}

/** How long what failed or was cancelled stays visible. */
const KEEP_OVER_MS = 30 * 24 * 3_600_000;

/** The outbox of one owner. */
export class Outbox {
  readonly #rows: Rows;
  readonly #history: History;

  constructor(rows: Rows, history: History) {
    this.#rows = rows;
    this.#history = history;
  }

  /** Puts an item in, durably; false when it is there already. */
  add(item: OutboxItem): boolean {
    const { database, owner } = this.#rows;
    const { id, peer } = this.#place(item);
    return database.write(() =>
      database.run(
        `INSERT INTO outbox (owner, id, peer, state, expires, body) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (owner, id, peer) DO NOTHING`,
        owner,
        id,
        peer,
        storedState("waiting"),
        item.expires,
        this.#seal({ ...item, state: "waiting" }),
      ) > 0, { durable: true });
  }

  /**
   * Puts a message that failed in once more, behind everything else, under its id, for each of those recipients; false
   * (and nothing changes) where it did not fail.
   */
  again(message: Pick<OutboxItem, "talk" | "id">, items: readonly OutboxItem[]): boolean {
    const { database, owner } = this.#rows;
    const { talk, id } = message;
    return database.write(() => {
      if (items.length === 0 || this.#history.get(talk, id)?.state !== "failed") return false;
      for (const item of items) {
        const { id, peer } = this.#place(item);
        database.run(
          "DELETE FROM outbox WHERE owner = ? AND id = ? AND peer = ? AND state = ?",
          owner,
          id,
          peer,
          storedState("failed"),
        );
        this.add(item);
      }
      this.#history.setState(talk, id, "waiting");
      return true;
    }, { durable: true });
  }

  /** What waits for `to`, in order: what was sent without an answer too. */
  pending(to: Uint8Array): OutboxEntry[] {
    const { database, owner } = this.#rows;
    return this.#readAll(database.all(
      "SELECT * FROM outbox WHERE owner = ? AND peer = ? AND state <= ? ORDER BY seq",
      owner,
      this.#peerTag(to),
      storedState("sent"),
    ));
  }

  /** The rows that wait for anybody, in order: those that were sent without an answer too. */
  get waiting(): readonly number[] {
    const { database, owner } = this.#rows;
    return database.all(
      "SELECT seq FROM outbox WHERE owner = ? AND state <= ? ORDER BY seq",
      owner,
      storedState("sent"),
    ).map(({ seq }) => Number(seq));
  }

  /** The entry of a row. */
  at(row: number): OutboxEntry | undefined {
    const { database, owner } = this.#rows;
    const found = database.get("SELECT * FROM outbox WHERE owner = ? AND seq = ?", owner, row);
    return found === undefined ? undefined : this.#read(found);
  }

  /** Everything, in order: also what failed or was cancelled lately. */
  list(): OutboxEntry[] {
    const { database, owner } = this.#rows;
    return this.#readAll(database.all("SELECT * FROM outbox WHERE owner = ? ORDER BY seq", owner));
  }

  /** Whether there is nothing in it, over or not. */
  get isEmpty(): boolean {
    const { database, owner } = this.#rows;
    return database.get("SELECT 1 AS there FROM outbox WHERE owner = ? LIMIT 1", owner) ===
      undefined;
  }

  /** One entry. */
  get(id: string, to: Uint8Array): OutboxEntry | undefined {
    const row = this.#row(id, to);
    return row === undefined ? undefined : this.#read(row);
  }

  /** What of a message is not delivered, for each recipient. */
  withId(id: string): OutboxEntry[] {
    const { database, owner } = this.#rows;
    return this.#readAll(database.all(
      "SELECT * FROM outbox WHERE owner = ? AND id = ? ORDER BY seq",
      owner,
      fromHex(id),
    ));
  }

  /** Whether a message still waits for anybody. */
  waits(id: string): boolean {
    return this.withId(id).some(({ state }) => !isFinal(state));
  }

  /**
   * Moves an item on, and its message in the history with it; false (and nothing changes) where that would go back,
   * or there is no such item. What is delivered leaves.
   */
  advance(id: string, to: Uint8Array, state: DeliveryState, reason?: string): boolean {
    const { database } = this.#rows;
    return database.write(() => {
      const row = this.#row(id, to);
      if (row === undefined) return false;
      const before = stateOf(row["state"]);
      if (before === "received" || !mayFollow(before, state)) return false;
      const seq = Number(row["seq"]);
      const entry = this.#read(row);
      if (isFinal(state) && entry?.kind !== "text") this.#rows.released(id);
      if (entry !== undefined) {
        const alone = base64(entry.talk) === base64(to);
        this.#history.setState(entry.talk, id, alone ? state : this.#overall(row, state));
      }
      if (state === "delivered" || entry === undefined) {
        database.run("DELETE FROM outbox WHERE seq = ?", seq);
        return true;
      }
      const over = isFinal(state);
      if (!over && reason === undefined) {
        // Nothing in the body changes.
        database.run("UPDATE outbox SET state = ? WHERE seq = ?", storedState(state), seq);
        return true;
      }
      database.run(
        "UPDATE outbox SET state = ?, expires = ?, body = ? WHERE seq = ?",
        storedState(state),
        over ? this.#rows.now() + KEEP_OVER_MS : entry.expires,
        this.#seal({ ...entry, state, reason }),
        seq,
      );
      return true;
    }, { durable: isFinal(state) });
  }

  /** The state of a message to a group when that of one recipient becomes `state`: not over while others wait for it. */
  #overall(row: Row, state: DeliveryState): DeliveryState {
    const { database, owner } = this.#rows;
    const others = database.get(
      "SELECT 1 AS there FROM outbox WHERE owner = ? AND id = ? AND seq <> ? AND state <= ? LIMIT 1",
      owner,
      row["id"]!,
      row["seq"]!,
      storedState("sent"),
    );
    return others !== undefined && isFinal(state) ? "sent" : state;
  }

  /** Gives up what has waited too long, forgets what was over long ago; answers what was given up now. */
  expire(): OutboxEntry[] {
    const { database, owner, now } = this.#rows;
    const due = (from: DeliveryState, to: DeliveryState) =>
      database.all(
        "SELECT * FROM outbox WHERE owner = ? AND state BETWEEN ? AND ? AND expires <= ? ORDER BY seq",
        owner,
        storedState(from),
        storedState(to),
        now(),
      );
    const [expired, old] = [due("waiting", "sent"), due("failed", "cancelled")];
    if (expired.length + old.length === 0) return [];
    return database.write(() => {
      for (const { seq } of old) database.run("DELETE FROM outbox WHERE seq = ?", Number(seq));
      return this.#readAll(expired)
        .filter(({ id, to }) => this.advance(id, to, "failed", "expired"))
        .map((entry) => ({ ...entry, state: "failed", reason: "expired" }));
    }, { durable: true });
  }

  /** Forgets what is over in a conversation. */
  forgetOver(talk: Uint8Array): void {
    const { database } = this.#rows;
    const over = this.list().filter((entry) =>
      isFinal(entry.state) && base64(entry.talk) === base64(talk)
    );
    database.write(() => {
      for (const entry of over) {
        database.run(
          "DELETE FROM outbox WHERE seq = ?",
          Number(this.#row(entry.id, entry.to)!["seq"]),
        );
      }
    }, { durable: true });
  }

  #row(id: string, to: Uint8Array): Row | undefined {
    const { database, owner } = this.#rows;
    return database.get(
      "SELECT * FROM outbox WHERE owner = ? AND id = ? AND peer = ?",
      owner,
      fromHex(id),
      this.#peerTag(to),
    );
  }

  #place({ id, to }: { readonly id: string; readonly to: Uint8Array }): { id: Bytes; peer: Bytes } {
    return { id: fromHex(id), peer: this.#peerTag(to) };
  }

  #peerTag(to: Uint8Array): Bytes {
    return this.#rows.vault.tag("outbox peer", to);
  }

  #seal(entry: OutboxEntry): Bytes {
    const { id, peer } = this.#place(entry);
    const { state: _, expires: __, id: ___, to, talk, ...rest } = entry;
    return this.#rows.vault.seal("outbox", concat(peer, id), {
      ...rest,
      to: base64(to),
      talk: base64(talk),
    });
  }

  #readAll(rows: readonly Row[]): OutboxEntry[] {
    return rows.map((row) => this.#read(row)).filter((entry) => entry !== undefined);
  }

  #read(row: Row): OutboxEntry | undefined {
    const [id, peer] = [row["id"] as Uint8Array, row["peer"] as Uint8Array];
    const from = bodyOf(this.#rows, "outbox", concat(peer, id), row["body"]);
    const state = stateOf(row["state"]);
    const [to, talk] = [from && textOf(from, "to"), from && textOf(from, "talk")];
    if (from === undefined || to === undefined || talk === undefined || state === "received") {
      return undefined;
    }
    const kind = from["kind"];
    const paths = from["paths"];
    return {
      id: hex(id),
      to: fromBase64(to),
      talk: fromBase64(talk),
      kind: kind === "file" || kind === "voice" ? kind : "text",
      text: textOf(from, "text") ?? "",
      paths: Array.isArray(paths) ? paths.filter((path) => typeof path === "string") : [],
      seconds: numberOf(from, "seconds"),
      mediaType: textOf(from, "mediaType"),
      after: linksOf(from),
      written: numberOf(from, "written") ?? 0,
      expires: Number(row["expires"]),
      state,
      reason: textOf(from, "reason"),
    };
  }
}
