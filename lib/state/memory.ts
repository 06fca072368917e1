/**
 * A state without a disk: what is known is read from the database as far as that can be read, into memory, and nothing
 * of what happens lasts. For a home that is full or may not be written to, so that people are still recognised.
 */
import { migrate, SCHEMA_VERSION } from "./schema.ts";
import { Database, faultOf, IN_MEMORY, StateError } from "./sqlite.ts";

/**
 * What is taken along. Not the history (it may be large), not the outbox (what went out could not be noted), not the
 * tickets (their use could not either, and they would serve twice).
 */
const TABLES = [
  "owner",
  "contact",
  "known_key",
  "pin",
  "timestamp",
  "seen",
  "setting",
  "chat_group",
  "group_entry",
] as const;

/** Beyond this a database is not read whole. */
const MAX_BYTES = 256 * 1024 * 1024;

/** A database in memory with the rows of the file `path`; a StateError where those cannot be read. */
export async function readIntoMemory(path: string): Promise<Database> {
  const database = await emptyMemory();
  let problem: unknown;
  for (const open of [openAlone, openBytes]) {
    let source: Database | undefined;
    try {
      source = await open(path);
      copyRows(source, database, path);
      return database;
    } catch (error) {
      const fault = faultOf(error);
      if (fault === undefined || fault === "newer" || fault === "damaged") throw error;
      problem = error;
    } finally {
      source?.close();
    }
  }
  throw problem;
}

/** A file system that takes nothing has no room for the index of the log either: who does not share it needs none. */
async function openAlone(path: string): Promise<Database> {
  const database = await Database.open(path);
  database.get("PRAGMA locking_mode = EXCLUSIVE");
  return database;
}

/**
 * One that is read-only does not even take a lock: the bytes of the file alone. What is in the log of a program that was
 * killed is out of reach then.
 */
export async function openBytes(path: string): Promise<Database> {
  if (Deno.statSync(path).size > MAX_BYTES) throw new StateError("state.open", "read-only", path);
  const bytes = Deno.readFileSync(path);
  // The versions for reading and writing (sqlite.org/fileformat.html §1.3): without a log.
  bytes.fill(1, 18, 20);
  return await Database.ofBytes(bytes, path);
}

function copyRows(from: Database, to: Database, path: string): void {
  const version = Number(from.get("PRAGMA user_version")?.["user_version"]);
  if (version > SCHEMA_VERSION) throw new StateError("state.open", "newer", path);
  // An older one would have to be brought up to date first, and cannot be written to.
  if (version < SCHEMA_VERSION) return;
  to.write(() => {
    for (const table of TABLES) {
      to.run(`DELETE FROM ${table}`);
      for (const row of from.each(`SELECT * FROM ${table}`)) {
        const places = Object.keys(row).map(() => "?").join(", ");
        to.run(`INSERT INTO ${table} VALUES (${places})`, ...Object.values(row));
      }
    }
  }, { durable: false });
}

/** An empty database in memory. */
export async function emptyMemory(): Promise<Database> {
  const database = await Database.open(IN_MEMORY);
  migrate(database);
  return database;
}
