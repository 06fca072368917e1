/** Which messages may hold a text: an index of keyed tokens for pairs of letters, of which none can be read back. */
import type { Rows } from "./rows.ts";
import type { SqlValue } from "./sqlite.ts";
import { bigrams, searchForm } from "./words.ts";

/** Counting how often a token occurs ends here. */
const RARE_ENOUGH = 2000;

/** The index of one owner. */
export class WordIndex {
  readonly #rows: Rows;

  constructor(rows: Rows) {
    this.#rows = rows;
  }

  /** Takes the text of message `seq` in. */
  add(seq: number, text: string): void {
    const { database, owner } = this.#rows;
    for (const token of this.#tokens(text)) {
      database.run(
        "INSERT OR IGNORE INTO word (owner, token, message) VALUES (?, ?, ?)",
        owner,
        token,
        seq,
      );
    }
  }

  /** Takes message `seq` out. Where its text is not to be had any more (undefined), it is looked for everywhere. */
  remove(seq: number, text: string | undefined): void {
    const { database, owner } = this.#rows;
    if (text === undefined) {
      database.run("DELETE FROM word WHERE owner = ? AND message = ?", owner, seq);
      return;
    }
    for (const token of this.#tokens(text)) {
      database.run(
        "DELETE FROM word WHERE owner = ? AND token = ? AND message = ?",
        owner,
        token,
        seq,
      );
    }
  }

  /** The messages that may hold `wanted` (its `searchForm`), the latest first; undefined where it is too short to tell. */
  find(wanted: string): Iterable<SqlValue> | undefined {
    const tokens = [...this.#tokens(wanted)];
    return tokens.length === 0 ? undefined : this.#withAll(tokens);
  }

  *#withAll(tokens: readonly number[]): Generator<SqlValue> {
    const { database, owner } = this.#rows;
    const counted = tokens.map((token) => ({ token, count: this.#countUpTo(token) }));
    const [rarest, ...others] = counted.sort((a, b) => a.count - b.count);
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
      if (all) yield message!;
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

  #tokens(text: string): Set<number> {
    return new Set([...bigrams(searchForm(text))].map((word) => this.#rows.vault.word(word)));
  }
}
