/**
 * A state without a disk: what is known is read from the database as far as that can be read, into memory, and nothing
 * of what happens lasts. For a home that is full or may not be written to, so that people are still recognised.
 */
import { migrate } from "./schema.ts";
import { Database, faultOf, StateError } from "./sqlite.ts";

/**
 * What is taken along. Not the history (it may be large), not the outbox (what went out could not be noted), not the
 * tickets (their use could not either, and they would serve twice).
 */
const TABLES = ["owner", "contact", "known_key", "pin", "timestamp", "seen", "setting"] as const;

/** A database in memory with the rows of the file `path`; a StateError where those cannot be read. */
export async function readIntoMemory(path: string): Promise<Database> {
  const database = await Database.open(":memory:");
  migrate(database);
  let problem: unknown;
  // A file system that takes nothing has no room for the log's index either: without sharing none is needed. One that
  // is read-only does not even take a lock; what is then in the log of a program that was killed is out of reach.
  for (const how of ["exclusive", "immutable"] as const) {
    try {
      copyRows(database, path, how);
      return database;
    } catch (error) {
      const fault = faultOf(error);
      if (fault === undefined || fault === "newer" || fault === "damaged") throw error;
      problem = error;
    }
  }
  throw problem;
}

function copyRows(database: Database, path: string, how: "exclusive" | "immutable"): void {
  const query = how === "immutable" ? "mode=ro&immutable=1" : "mode=rw";
  database.run("ATTACH DATABASE ? AS kept", `${fileUri(path)}?${query}`);
  try {
    if (how === "exclusive") database.get("PRAGMA kept.locking_mode = EXCLUSIVE");
    const version = Number(database.get("PRAGMA kept.user_version")?.["user_version"]);
    const own = Number(database.get("PRAGMA main.user_version")?.["user_version"]);
    if (version > own) throw new StateError("state.open", "newer", path);
    if (version < own) return;
    database.write(() => {
      for (const table of TABLES) {
        database.run(`DELETE FROM main.${table}`);
        database.run(`INSERT INTO main.${table} SELECT * FROM kept.${table}`);
      }
    }, { durable: false });
  } finally {
    database.run("DETACH DATABASE kept");
  }
}

/** An empty database in memory. */
export async function emptyMemory(): Promise<Database> {
  const database = await Database.open(":memory:");
  migrate(database);
  return database;
}

/** SQLite's form of a path (sqlite.org/uri.html). */
function fileUri(path: string): string {
  const plain = path.replaceAll("\\", "/");
  const encoded = plain.replace(/[%?#]/g, (letter) => encodeURIComponent(letter));
  return /^[A-Za-z]:/.test(encoded) ? `file:///${encoded}` : `file:${encoded}`;
}
