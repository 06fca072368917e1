/** What was said: messages, files and voice notes of every conversation, searchable, and deletable for good. */
import { base64, type Bytes, concat, fromBase64, fromHex, hex, utf8 } from "../bytes.ts";
import { causalOrder, heads, type Linked } from "./causal.ts";
import { type DeliveryState, stateOf, storedState } from "./delivery.ts";
import { bodyOf, type Fields, numberOf, type Rows, textOf } from "./rows.ts";
import type { Row, SqlValue } from "./sqlite.ts";
import { bigrams, searchForm } from "./words.ts";

/** What a message holds. */
export type MessageKind = "text" | "file" | "voice";

/** A file or folder of those that were sent together. */
export interface StoredRoot {
  readonly name: string;
  readonly path: string;
}

/** A message of a conversation. */
export interface HistoryMessage extends Linked {
  /** 32 hexadecimal digits, the sender's random choice; of a message to a group 64, what was signed. */
  readonly id: string;
  /** The conversation: the peer's key (33 bytes), or a group's id. */
  readonly talk: Bytes;
  /** Who wrote it; undefined for ourselves. */
  readonly author?: Bytes | undefined;
  readonly kind: MessageKind;
  /** A text, or the name of a file. */
  readonly text: string;
  /** Where a file lies here. */
  readonly path?: string | undefined;
  /** Of files of a group: where each lies that was sent together, and what its author calls it. */
  readonly roots?: readonly StoredRoot[] | undefined;
  readonly bytes?: number | undefined;
  readonly seconds?: number | undefined;
  /** When its author says it was written, and when it was stored here: milliseconds since 1970. */
  readonly written: number;
  readonly stored: number;
  readonly state: DeliveryState | "received";
}

/** A message as it is stored. */
export interface StoredMessage extends HistoryMessage {
  /** Its place in the order of storing: it grows, and is never given again. */
  readonly seq: number;
}

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
/** Counting how often a token occurs ends here. */
const RARE_ENOUGH = 2000;

const COLUMNS = "seq, id, talk, time, state, body";

/** The history of one owner. */
export class History {
  readonly #rows: Rows;

  constructor(rows: Rows) {
    this.#rows = rows;
  }

  /** Keeps a message; false when it is there already. */
  add(message: HistoryMessage): boolean {
    const { database, owner } = this.#rows;
    const { talk, stored, state } = message;
    const id = fromHex(message.id);
    const tag = this.#talkTag(talk);
    return database.write(() => {
      const added = database.run(
        `INSERT INTO message (owner, id, talk, time, state, body) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (owner, talk, id) DO NOTHING`,
        owner,
        id,
        tag,
        stored,
        storedState(state),
        this.#seal(tag, message),
      );
      if (added === 0) return false;
      const seq = Number(database.get("SELECT last_insert_rowid() AS seq")!["seq"]);
      for (const token of this.#tokens(message.text)) {
        database.run(
          "INSERT OR IGNORE INTO word (owner, token, message) VALUES (?, ?, ?)",
          owner,
          token,
          seq,
        );
      }
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
        this.#talkTag(talk),
        fromHex(id),
      ), { durable: false });
  }

  /** Notes where the files of a message lie; nothing where there is no such message. */
  setRoots(talk: Uint8Array, id: string, roots: readonly StoredRoot[]): void {
    const { database, owner } = this.#rows;
    database.write(() => {
      const message = this.get(talk, id);
      if (message === undefined) return;
      const tag = this.#talkTag(talk);
      database.run(
        "UPDATE message SET body = ? WHERE owner = ? AND talk = ? AND id = ?",
        this.#seal(tag, { ...message, roots, path: roots[0]?.path }),
        owner,
        tag,
        fromHex(id),
      );
    }, { durable: true });
  }

  #seal(tag: Bytes, message: HistoryMessage): Bytes {
    const { id, talk, author, stored: _, state: __, ...rest } = message;
    return this.#rows.vault.seal("message", concat(tag, fromHex(id)), {
      ...rest,
      talk: base64(talk),
      ...(author === undefined ? {} : { author: base64(author) }),
    });
  }

  /** One message. */
  get(talk: Uint8Array, id: string): StoredMessage | undefined {
    const { database, owner } = this.#rows;
    const row = database.get(
      `SELECT ${COLUMNS} FROM message WHERE owner = ? AND talk = ? AND id = ?`,
      owner,
      this.#talkTag(talk),
      fromHex(id),
    );
    return row === undefined ? undefined : this.#read(row);
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
      `SELECT ${COLUMNS} FROM message WHERE owner = ? AND seq > ? ORDER BY seq LIMIT ?`,
      owner,
      seq,
      limit,
    );
    const messages = rows.map((row) => this.#read(row)).filter((each) => each !== undefined);
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
        `SELECT ${COLUMNS} FROM message WHERE owner = ? AND talk = ? AND id = ?`,
        owner,
        this.#talkTag(talk),
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
      const row = database.get(`SELECT ${COLUMNS} FROM message WHERE seq = ?`, Number(seq));
      const message = row && this.#read(row);
      return message === undefined
        ? []
        : [{ talk: message.talk, messages: Number(messages), latest: Number(latest) }];
    });
  }

  /** Deletes a conversation (before a time), its index included; answers how many messages. `State.erase` follows. */
  delete(talk: Uint8Array, before = Number.MAX_SAFE_INTEGER): number {
    const { database, owner } = this.#rows;
    const tag = this.#talkTag(talk);
    return database.write(() => {
      const rows = database.all(
        `SELECT ${COLUMNS} FROM message WHERE owner = ? AND talk = ? AND time < ?`,
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
    const { database, owner } = this.#rows;
    const [seq, message] = [Number(row["seq"]), this.#read(row)];
    if (message === undefined) {
      // What it said is not to be had: look everywhere.
      database.run("DELETE FROM word WHERE owner = ? AND message = ?", owner, seq);
      return;
    }
    for (const token of this.#tokens(message.text)) {
      database.run(
        "DELETE FROM word WHERE owner = ? AND token = ? AND message = ?",
        owner,
        token,
        seq,
      );
    }
  }

  #tokens(text: string): Set<number> {
    return new Set([...bigrams(searchForm(text))].map((word) => this.#rows.vault.word(word)));
  }

  /** What fits, the latest first. */
  *#candidates(query: HistoryQuery): Generator<StoredMessage> {
    const wanted = query.search === undefined ? "" : searchForm(query.search);
    const tokens = [...this.#tokens(wanted)];
    const rows = tokens.length === 0 ? this.#byTime(query) : this.#byWords(tokens, query);
    for (const row of rows) {
      const message = this.#read(row);
      if (message === undefined) continue;
      if (wanted !== "" && !searchForm(message.text).includes(wanted)) continue;
      yield message;
    }
  }

  #byTime(query: HistoryQuery): Iterable<Row> {
    const { where, values } = this.#filter(query);
    return this.#rows.database.each(
      `SELECT ${COLUMNS} FROM message WHERE ${where} ORDER BY seq DESC`,
      ...values,
    );
  }

  *#byWords(tokens: readonly number[], query: HistoryQuery): Generator<Row> {
    const { database, owner } = this.#rows;
    const counted = tokens.map((token) => ({ token, count: this.#countUpTo(token) }));
    const [rarest, ...others] = counted.sort((a, b) => a.count - b.count);
    const { where, values } = this.#filter(query);
    const hits = database.each(
      "SELECT message FROM word WHERE owner = ? AND token = ? ORDER BY message DESC",
      owner,
      rarest!.token,
    );
    for (const { message } of hits) {
      const all = others.every(({ token }) =>
        database.get(
          "SELECT 1 AS there FROM word WHERE owner = ? AND token = ? AND message = ?",
          owner,
          token,
          message!,
        ) !== undefined
      );
      if (!all) continue;
      const row = database.get(
        `SELECT ${COLUMNS} FROM message WHERE seq = ? AND ${where}`,
        message!,
        ...values,
      );
      if (row !== undefined) yield row;
    }
  }

  #countUpTo(token: number): number {
    const { database, owner } = this.#rows;
    const row = database.get(
      "SELECT count(*) AS n FROM (SELECT 1 FROM word WHERE owner = ? AND token = ? LIMIT ?)",
      owner,
      token,
      RARE_ENOUGH,
    );
    return Number(row!["n"]);
  }

  #filter({ talk, since, until, before }: HistoryQuery): { where: string; values: SqlValue[] } {
    const where = ["owner = ?"];
    const values: SqlValue[] = [this.#rows.owner];
    const add = (condition: string, value: SqlValue | undefined) => {
      if (value === undefined) return;
      where.push(condition);
      values.push(value);
    };
    add("talk = ?", talk && this.#talkTag(talk));
    add("time >= ?", since);
    add("time <= ?", until);
    add("seq < ?", before);
    return { where: where.join(" AND "), values };
  }

  #talkTag(talk: Uint8Array): Bytes {
    return this.#rows.vault.tag("talk", talk);
  }

  #read(row: Row): StoredMessage | undefined {
    const [id, tag] = [row["id"] as Uint8Array, row["talk"] as Uint8Array];
    const from = bodyOf(this.#rows, "message", concat(tag, id), row["body"]);
    const [talk, text] = [from && textOf(from, "talk"), from && textOf(from, "text")];
    if (from === undefined || talk === undefined || text === undefined) return undefined;
    const author = textOf(from, "author");
    return {
      seq: Number(row["seq"]),
      id: hex(id),
      talk: fromBase64(talk),
      ...(author === undefined ? {} : { author: fromBase64(author) }),
      kind: kindOf(from),
      text,
      path: textOf(from, "path"),
      roots: rootsOf(from),
      bytes: numberOf(from, "bytes"),
      seconds: numberOf(from, "seconds"),
      written: numberOf(from, "written") ?? 0,
      after: linksOf(from),
      stored: Number(row["time"]),
      state: stateOf(row["state"]),
    };
  }
}

function kindOf(from: Fields): MessageKind {
  const kind = from["kind"];
  return kind === "file" || kind === "voice" ? kind : "text";
}

function rootsOf({ roots }: Fields): StoredRoot[] | undefined {
  if (!Array.isArray(roots)) return undefined;
  return roots.flatMap(({ name, path }: Fields) =>
    typeof name === "string" && typeof path === "string" ? [{ name, path }] : []
  );
}

/** The links in a body. */
export function linksOf(from: Fields): string[] {
  const links = from["after"];
  return Array.isArray(links) ? links.filter((link) => typeof link === "string") : [];
}
