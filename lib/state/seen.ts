/** Ids of messages that were shown: each is shown once, over restarts of both sides. */
import { type Bytes, fromHex } from "../bytes.ts";
import type { Rows } from "./rows.ts";

/** Ids older than this are forgotten: far longer than anybody's outbox waits. */
const KEEP_MS = 400 * 24 * 3_600_000;

/** The ids of one owner. */
export class Seen {
  readonly #rows: Rows;

  constructor(rows: Rows) {
    this.#rows = rows;
  }

  /** Whether the message `id` (32 hexadecimal digits) of `author` was shown. */
  has(author: Uint8Array, id: string): boolean {
    const { database, owner } = this.#rows;
    const tag = this.#tag(author, id);
    return database.get("SELECT at FROM seen WHERE owner = ? AND id = ?", owner, tag) !== undefined;
  }

  /** Notes that it is shown now, durably where there is a disk to write to; false when it was before. */
  add(author: Uint8Array, id: string): boolean {
    const { database, owner, now } = this.#rows;
    return database.write(() =>
      database.run(
        "INSERT OR IGNORE INTO seen (owner, id, at) VALUES (?, ?, ?)",
        owner,
        this.#tag(author, id),
        now(),
      ) > 0, { durable: true, lasting: false });
  }

  /** Takes a note back: it could not be shown after all. */
  remove(author: Uint8Array, id: string): void {
    const { database, owner } = this.#rows;
    database.write(
      () =>
        database.run("DELETE FROM seen WHERE owner = ? AND id = ?", owner, this.#tag(author, id)),
      { durable: false },
    );
  }

  /** Forgets old ids. */
  prune(): void {
    const { database, owner, now } = this.#rows;
    const before = now() - KEEP_MS;
    if (
      database.get("SELECT 1 AS old FROM seen WHERE owner = ? AND at < ? LIMIT 1", owner, before)
    ) {
      database.write(
        () => database.run("DELETE FROM seen WHERE owner = ? AND at < ?", owner, before),
        { durable: false },
      );
    }
  }

  #tag(author: Uint8Array, id: string): Bytes {
    return this.#rows.vault.tag("seen", author, fromHex(id));
  }
}
