/** Settings of one owner: names in plain, values sealed. */
import { bodyOf, type Rows, textOf } from "./rows.ts";

/** The settings of one owner. */
export class Settings {
  readonly #rows: Rows;

  constructor(rows: Rows) {
    this.#rows = rows;
  }

  get(name: string): string | undefined {
    const { database, owner } = this.#rows;
    const row = database.get("SELECT body FROM setting WHERE owner = ? AND name = ?", owner, name);
    const body = row && bodyOf(this.#rows, "setting", name, row["body"]);
    return body && textOf(body, "value");
  }

  /** All that are set, by name. */
  list(): Array<readonly [name: string, value: string]> {
    const { database, owner } = this.#rows;
    const rows = database.all("SELECT name FROM setting WHERE owner = ? ORDER BY name", owner);
    return rows.flatMap(({ name }) => {
      const value = this.get(String(name));
      return value === undefined ? [] : [[String(name), value] as const];
    });
  }

  set(name: string, value: string): void {
    const { database, owner, vault } = this.#rows;
    database.write(() =>
      database.run(
        `INSERT INTO setting (owner, name, body) VALUES (?, ?, ?)
         ON CONFLICT (owner, name) DO UPDATE SET body = excluded.body`,
        owner,
        name,
        vault.seal("setting", name, { value }),
      ), { durable: true });
  }

  /** Back to the default; false when it was not set. */
  unset(name: string): boolean {
    const { database, owner } = this.#rows;
    return database.write(
      () => database.run("DELETE FROM setting WHERE owner = ? AND name = ?", owner, name) > 0,
      { durable: true },
    );
  }
}
