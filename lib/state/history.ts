/** What was said: messages, files and voice notes of every conversation, searchable, and deletable for good. */
import { type Bytes, fromHex, hex, utf8 } from "../bytes.ts";
import { causalOrder, heads } from "./causal.ts";
import { type DeliveryState, storedState } from "./delivery.ts";
import {
  type HistoryMessage,
  MESSAGE_COLUMNS,
  MessageRows,
  type StoredMessage,
  type StoredRoot,
} from "./message-rows.ts";
import type { Rows } from "./rows.ts";
import type { Row, SqlValue } from "./sqlite.ts";
import { WordIndex } from "./word-index.ts";
import { searchForm } from "./words.ts";

/** What to look for. Times are those of storing here. */
export interface HistoryQuery {
  readonly talk?: Uint8Array | undefined;
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  /** Only messages stored before the one with this `seq`. */
  readonly before?: number | undefined;
  /** Only messages that hold this text, whatever the case. */
  readonly search?: string | undefined;
  /** The latest so many. */
  readonly limit: number;
}

/** How far back `heads` looks. */
const HEADS_WINDOW = 64;
/** Links that one message carries at most. */
const MAX_MESSAGE_LINKS = 16;

/** The history of one owner. */
export class History {
  readonly #rows: Rows;
  readonly #messages: MessageRows;
  readonly #words: WordIndex;

  constructor(rows: Rows) {
    this.#rows = rows;
    this.#messages = new MessageRows(rows);
    this.#words = new WordIndex(rows);
  }

  /** Keeps a message; false when it is there already. */
  add(message: HistoryMessage): boolean {
    const { database, owner } = this.#rows;
    const { talk, stored, state } = message;
    const id = fromHex(message.id);
    const tag = this.#messages.tagOf(talk);
    return database.write(() => {
      const added = database.run(
        `INSERT INTO message (owner, id, talk, time, state, body) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (owner, talk, id) DO NOTHING`,
        owner,
        id,
        tag,
        stored,
        storedState(state),
        this.#messages.seal(tag, message),
      );
      if (added === 0) return false;
      const seq = Number(database.get("SELECT last_insert_rowid() AS seq")!["seq"]);
      this.#words.add(seq, message.text);
      return true;
    }, { durable: true });
  }

  /** Sets the state of an own message; the outbox decides which may follow (`Outbox.advance`). */
  setState(talk: Uint8Array, id: string, state: DeliveryState): void {
    const { database, owner } = this.#rows;
    database.write(() =>
      database.run(
        "UPDATE message SET state = ? WHERE owner = ? AND talk = ? AND id = ?",
        storedState(state),
        owner,
        this.#messages.tagOf(talk),
        fromHex(id),
      ), { durable: false });
  }

  /** Notes where the files of a message lie; nothing where there is no such message. */
  setRoots(talk: Uint8Array, id: string, roots: readonly StoredRoot[]): void {
    const { database, owner } = this.#rows;
    database.write(() => {
      const message = this.get(talk, id);
      if (message === undefined) return;
      const tag = this.#messages.tagOf(talk);
      database.run(
        "UPDATE message SET body = ? WHERE owner = ? AND talk = ? AND id = ?",
        this.#messages.seal(tag, { ...message, roots, path: roots[0]?.path }),
        owner,
        tag,
        fromHex(id),
      );
    }, { durable: true });
  }

  /** One message. */
  get(talk: Uint8Array, id: string): StoredMessage | undefined {
    const { database, owner } = this.#rows;
    const row = database.get(
      `SELECT ${MESSAGE_COLUMNS} FROM message WHERE owner = ? AND talk = ? AND id = ?`,
      owner,
      this.#messages.tagOf(talk),
      fromHex(id),
    );
    return row === undefined ? undefined : this.#messages.read(row);
  }

  /** The latest messages that fit, in causal order. */
  find(query: HistoryQuery): StoredMessage[] {
    const found: StoredMessage[] = [];
    for (const message of this.#candidates(query)) {
      found.push(message);
      if (found.length >= query.limit) break;
    }
    return causalOrder(found.reverse());
  }

  /** The `seq` of the latest message that was ever stored, whoever's; 0 for none. */
  latest(): number {
    const { database } = this.#rows;
    const row = database.get("SELECT seq FROM sqlite_sequence WHERE name = 'message'");
    return Number(row?.["seq"] ?? 0);
  }

  /**
   * What was stored after `seq`, in that order, of all conversations, from at most `limit` rows; and the `seq` of the last of those rows,
   * `seq` itself where there is none. Writers take turns, so nothing comes to stand before what was seen once.
   */
  since(
    seq: number,
    limit: number,
  ): { readonly messages: StoredMessage[]; readonly last: number } {
    const { database, owner } = this.#rows;
    const rows = database.all(
      `SELECT ${MESSAGE_COLUMNS} FROM message WHERE owner = ? AND seq > ? ORDER BY seq LIMIT ?`,
      owner,
      seq,
      limit,
    );
    const messages = rows.map((row) => this.#messages.read(row)).filter((each) =>
      each !== undefined
    );
    return { messages, last: Number(rows.at(-1)?.["seq"] ?? seq) };
  }

  /** The id of the one message of ours to a conversation that its caller calls `once`: the same each time, and nobody else's to know. */
  idOf(talk: Uint8Array, once: string): string {
    return hex(this.#rows.vault.tag("once", talk, utf8(once)));
  }

  /** Takes a message back, its index included. */
  remove(talk: Uint8Array, id: string): void {
    const { database, owner } = this.#rows;
    database.write(() => {
      const row = database.get(
        `SELECT ${MESSAGE_COLUMNS} FROM message WHERE owner = ? AND talk = ? AND id = ?`,
        owner,
        this.#messages.tagOf(talk),
        fromHex(id),
      );
      if (row === undefined) return;
      this.#unindex(row);
      database.run("DELETE FROM message WHERE seq = ?", Number(row["seq"]));
    }, { durable: true });
  }

  /** What the next message of a conversation comes after. */
  heads(talk: Uint8Array): string[] {
    return heads(this.find({ talk, limit: HEADS_WINDOW })).slice(-MAX_MESSAGE_LINKS);
  }

  /** The conversations there are, the latest first, with the number of their messages. */
  talks(): Array<{ readonly talk: Bytes; readonly messages: number; readonly latest: number }> {
    const { database, owner } = this.#rows;
    const rows = database.all(
      `SELECT count(*) AS messages, max(time) AS latest, max(seq) AS seq FROM message
       WHERE owner = ? GROUP BY talk ORDER BY latest DESC`,
      owner,
    );
    return rows.flatMap(({ messages, latest, seq }) => {
      const row = database.get(`SELECT ${MESSAGE_COLUMNS} FROM message WHERE seq = ?`, Number(seq));
      const message = row && this.#messages.read(row);
      return message === undefined
        ? []
        : [{ talk: message.talk, messages: Number(messages), latest: Number(latest) }];
    });
  }

  /** Deletes a conversation (before a time), its index included; answers how many messages. `State.erase` follows. */
  delete(talk: Uint8Array, before = Number.MAX_SAFE_INTEGER): number {
    const { database, owner } = this.#rows;
    const tag = this.#messages.tagOf(talk);
    return database.write(() => {
      const rows = database.all(
        `SELECT ${MESSAGE_COLUMNS} FROM message WHERE owner = ? AND talk = ? AND time < ?`,
        owner,
        tag,
        before,
      );
      for (const row of rows) this.#unindex(row);
      return database.run(
        "DELETE FROM message WHERE owner = ? AND talk = ? AND time < ?",
        owner,
        tag,
        before,
      );
    }, { durable: true });
  }

  #unindex(row: Row): void {
    const message = this.#messages.read(row);
    if (message?.kind !== "text") this.#rows.released(hex(row["id"] as Uint8Array));
    this.#words.remove(Number(row["seq"]), message?.text);
  }

  /** What fits, the latest first. */
  *#candidates(query: HistoryQuery): Generator<StoredMessage> {
    const wanted = query.search === undefined ? "" : searchForm(query.search);
    for (const row of this.#rowsWith(wanted, query)) {
      const message = this.#messages.read(row);
      if (message === undefined) continue;
      if (wanted !== "" && !searchForm(message.text).includes(wanted)) continue;
      yield message;
    }
  }

  /** Rows that may hold `wanted`, by the index where it has an answer. */
  *#rowsWith(wanted: string, query: HistoryQuery): Generator<Row> {
    const { database } = this.#rows;
    const { where, values } = this.#filter(query);
    const hits = this.#words.find(wanted);
    if (hits === undefined) {
      const sql = `SELECT ${MESSAGE_COLUMNS} FROM message WHERE ${where} ORDER BY seq DESC`;
      return yield* database.each(sql, ...values);
    }
    const sql = `SELECT ${MESSAGE_COLUMNS} FROM message WHERE seq = ? AND ${where}`;
    for (const seq of hits) {
      const row = database.get(sql, seq, ...values);
      if (row !== undefined) yield row;
    }
  }

  #filter({ talk, since, until, before }: HistoryQuery): { where: string; values: SqlValue[] } {
    const where = ["owner = ?"];
    const values: SqlValue[] = [this.#rows.owner];
    const add = (condition: string, value: SqlValue | undefined) => {
      if (value === undefined) return;
      where.push(condition);
      values.push(value);
    };
    add("talk = ?", talk && this.#messages.tagOf(talk));
    add("time >= ?", since);
    add("time <= ?", until);
    add("seq < ?", before);
    return { where: where.join(" AND "), values };
  }
}
