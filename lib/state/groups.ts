/**
 * Groups of one owner: what they are called here, the entries of their membership logs, and the messages that are kept to
 * be passed on (docs/formats.md, "The database of what is remembered"). What was said is in the history too, under the group's id; what any
 * of it means is decided in lib/group.
 */
import { base64, type Bytes, concat, fromBase64, utf8 } from "../bytes.ts";
import { FailureError, UsageError } from "../errors.ts";
import { text } from "../text/catalogue.ts";
import { comparableName, contactName, skeleton } from "./contact-name.ts";
import { bodyOf, DamagedRow, type Rows, textOf } from "./rows.ts";
import type { Row } from "./sqlite.ts";

/** What stands before a group's name wherever a peer could be named. */
export const GROUP_MARK = "@";
/** A group's id, where a name may stand. */
const MARKED_ID = /^@([0-9a-f]{64})$/;

/** Whether we are in it; "declined": an invitation that is not wanted. */
export type GroupState = "member" | "left" | "declined";

/** A group by its name here. */
export interface StoredGroup {
  /** 64 hex digits. */
  readonly id: string;
  /** Without the mark; ours alone, and no other group's can be taken for it. */
  readonly name: string;
  readonly state: GroupState;
  /** When it came in (ISO 8601). */
  readonly added: string;
}

/** Something signed: an entry, or a message. */
export interface StoredObject {
  readonly id: string;
  readonly bytes: Uint8Array;
}

/** An object, and where it stands in the order of storing. */
export interface ListedObject {
  readonly seq: number;
  readonly bytes: Bytes;
}

/** Tables of signed objects. */
type ObjectTable = "group_entry" | "group_message";

/** The groups of one owner. */
export class GroupBook {
  readonly #rows: Rows;

  constructor(rows: Rows) {
    this.#rows = rows;
  }

  /** All of them, by name. */
  list(): StoredGroup[] {
    const { database, owner } = this.#rows;
    const rows = database.all("SELECT id, body FROM chat_group WHERE owner = ?", owner);
    return rows.map((row) => this.#read(row)).filter((group) => group !== undefined)
      .sort((a, b) => a.name < b.name ? -1 : 1);
  }

  /** The group of exactly that name, with or without the mark. */
  find(given: string): StoredGroup | undefined {
    const [, id] = MARKED_ID.exec(given) ?? [];
    if (id !== undefined) return this.byId(id);
    const name = comparableName(given.startsWith(GROUP_MARK) ? given.slice(1) : given);
    const { database, owner } = this.#rows;
    const row = database.get(
      "SELECT id, body FROM chat_group WHERE owner = ? AND name = ?",
      owner,
      this.#nameTag(name),
    );
    const found = row && this.#read(row);
    return found?.name === name ? found : undefined;
  }

  /** The group of that name; a FailureError where there is none. */
  needed(given: string): StoredGroup {
    const found = this.find(given);
    if (found !== undefined) return found;
    throw new FailureError("group.none", { name: given }, { hint: text("group.none.hint") });
  }

  byId(id: string): StoredGroup | undefined {
    const { database, owner } = this.#rows;
    const row = database.get(
      "SELECT id, body FROM chat_group WHERE owner = ? AND id = ?",
      owner,
      this.#tag(id),
    );
    return row && this.#read(row);
  }

  /** A free name for a group that its members call `wanted`, which may be anything. */
  freeName(wanted: string): string {
    let base: string;
    try {
      base = contactName(wanted.startsWith(GROUP_MARK) ? wanted.slice(1) : wanted);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      base = "group";
    }
    let name = base;
    for (let n = 2; this.#alike(name) !== undefined; n++) name = `${base} ${n}`;
    return name;
  }

  /** A name for a new group, or for the group `own`; refused where it can be taken for another's. */
  newName(given: string, own?: string): string {
    const name = contactName(given.startsWith(GROUP_MARK) ? given.slice(1) : given);
    const other = this.#alike(name);
    if (other !== undefined && other.id !== own) {
      throw new FailureError("group.confusable", { name, other: other.name });
    }
    return name;
  }

  /** Calls a group differently here. */
  rename(old: string, given: string): StoredGroup {
    const group = this.needed(old);
    const renamed = { ...group, name: this.newName(given, group.id) };
    this.save(renamed);
    return renamed;
  }

  /** Adds a group, or changes what it is called and whether we are in it. */
  save({ id, name, state }: Omit<StoredGroup, "added">): void {
    const { database, owner, vault, now } = this.#rows;
    const tag = this.#tag(id);
    database.write(() => {
      const added = this.byId(id)?.added ?? new Date(now()).toISOString();
      database.run(
        `INSERT INTO chat_group (id, owner, name, body) VALUES (?, ?, ?, ?)
         ON CONFLICT (owner, id) DO UPDATE SET name = excluded.name, body = excluded.body`,
        tag,
        owner,
        this.#nameTag(name),
        vault.seal("chat_group", tag, { group: id, name, state, added }),
      );
    }, { durable: true });
  }

  /** Keeps entries of a group's log; what is there stays. */
  addEntries(group: string, entries: readonly StoredObject[]): void {
    this.#add("group_entry", group, entries);
  }

  /** Keeps messages to be passed on. */
  addMessages(group: string, messages: readonly StoredObject[]): void {
    this.#add("group_message", group, messages);
  }

  /** Entries of a group stored after `seq`, in order. */
  entries(group: string, seq = 0): ListedObject[] {
    return this.#list("group_entry", group, seq);
  }

  /** Messages of a group stored after `seq`, in order. */
  messages(group: string, seq = 0): ListedObject[] {
    return this.#list("group_message", group, seq);
  }

  /** The number of the latest entry and message of all groups: whoever has seen it has seen all. */
  latest(): number {
    const { database } = this.#rows;
    const row = database.get(
      `SELECT (SELECT ifnull(max(seq), 0) FROM group_entry) AS entry,
              (SELECT ifnull(max(seq), 0) FROM group_message) AS message`,
    )!;
    return Number(row["entry"]) + Number(row["message"]);
  }

  /** Keeps messages no longer. */
  dropMessages(group: string, ids: readonly string[]): void {
    const { database, owner } = this.#rows;
    const tag = this.#tag(group);
    database.write(() => {
      for (const id of ids) {
        database.run(
          "DELETE FROM group_message WHERE owner = ? AND grp = ? AND id = ?",
          owner,
          tag,
          this.#objectTag(group, id),
        );
      }
    }, { durable: true });
  }

  #add(table: ObjectTable, group: string, objects: readonly StoredObject[]): void {
    if (objects.length === 0) return;
    const { database, owner, vault } = this.#rows;
    const tag = this.#tag(group);
    database.write(() => {
      for (const { id, bytes } of objects) {
        const own = this.#objectTag(group, id);
        database.run(
          `INSERT OR IGNORE INTO ${table} (owner, grp, id, body) VALUES (?, ?, ?, ?)`,
          owner,
          tag,
          own,
          vault.seal(table, concat(tag, own), { bytes: base64(bytes) }),
        );
      }
    }, { durable: true });
  }

  #list(table: ObjectTable, group: string, seq: number): ListedObject[] {
    const { database, owner } = this.#rows;
    const tag = this.#tag(group);
    const rows = database.all(
      `SELECT seq, id, body FROM ${table} WHERE owner = ? AND grp = ? AND seq > ? ORDER BY seq`,
      owner,
      tag,
      seq,
    );
    return rows.flatMap((row) => {
      const body = bodyOf(this.#rows, table, concat(tag, row["id"] as Uint8Array), row["body"]);
      const bytes = body && textOf(body, "bytes");
      return bytes === undefined ? [] : [{ seq: Number(row["seq"]), bytes: fromBase64(bytes) }];
    });
  }

  #alike(name: string): StoredGroup | undefined {
    const { database, owner } = this.#rows;
    const row = database.get(
      "SELECT id, body FROM chat_group WHERE owner = ? AND name = ?",
      owner,
      this.#nameTag(name),
    );
    return row && this.#read(row);
  }

  #nameTag(name: string): Bytes {
    return this.#rows.vault.tag("group name", utf8(skeleton(name)));
  }

  #tag(group: string): Bytes {
    return this.#rows.vault.tag("group", Uint8Array.fromHex(group));
  }

  #objectTag(group: string, id: string): Bytes {
    return this.#rows.vault.tag("group object", Uint8Array.fromHex(group), Uint8Array.fromHex(id));
  }

  #read(row: Row): StoredGroup | undefined {
    const from = bodyOf(this.#rows, "chat_group", row["id"] as Uint8Array, row["body"]);
    if (from === undefined) return undefined;
    const [id, name, added] = [textOf(from, "group"), textOf(from, "name"), textOf(from, "added")];
    if (id === undefined || name === undefined || added === undefined) {
      this.#rows.trouble(new DamagedRow("chat_group"));
      return undefined;
    }
    const state = from["state"];
    return { id, name, added, state: state === "left" || state === "declined" ? state : "member" };
  }
}
