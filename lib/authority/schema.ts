/**
 * The database of an authority, `$P2P_HOME/ca/NAME.db` (docs/certificates.md, "The authority's file"): its keys, encrypted;
 * every certificate it has issued; its revocation lists, one-time codes and audit log.
 */
import { Database, StateError } from "../state/sqlite.ts";

/** The version that this program writes. */
const AUTHORITY_VERSION = 1;

const TABLES: readonly string[] = [
  `CREATE TABLE authority (id INTEGER PRIMARY KEY CHECK (id = 1), name TEXT NOT NULL, created INTEGER NOT NULL)`,
  `CREATE TABLE issuer (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    certificate BLOB NOT NULL,
    crossed BLOB,
    key TEXT NOT NULL
  )`,
  `CREATE TABLE certificate (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    serial BLOB NOT NULL UNIQUE,
    issuer INTEGER NOT NULL REFERENCES issuer (seq),
    subject TEXT NOT NULL,
    key BLOB NOT NULL,
    profile TEXT NOT NULL,
    not_after INTEGER NOT NULL,
    request BLOB,
    der BLOB NOT NULL,
    revoked INTEGER,
    reason INTEGER
  )`,
  `CREATE INDEX certificate_key ON certificate (key)`,
  `CREATE INDEX certificate_request ON certificate (request)`,
  `CREATE INDEX certificate_revoked ON certificate (issuer, revoked) WHERE revoked IS NOT NULL`,
  `CREATE TABLE blocked_key (key BLOB PRIMARY KEY) WITHOUT ROWID`,
  `CREATE TABLE list (number INTEGER PRIMARY KEY AUTOINCREMENT, issuer INTEGER NOT NULL, next INTEGER NOT NULL)`,
  `CREATE TABLE code (
    code TEXT PRIMARY KEY,
    subject TEXT NOT NULL,
    expires INTEGER NOT NULL,
    used BLOB
  ) WITHOUT ROWID`,
  `CREATE TABLE audit (
    seq INTEGER PRIMARY KEY,
    time INTEGER NOT NULL,
    action TEXT NOT NULL,
    detail TEXT NOT NULL,
    hash BLOB NOT NULL,
    issuer INTEGER NOT NULL,
    signature BLOB NOT NULL
  )`,
];

/** Opens the database of an authority, and makes its tables where there are none. */
export async function openAuthorityDatabase(path: string): Promise<Database> {
  const database = await Database.open(path);
  try {
    const version = () => Number(database.get("PRAGMA user_version")?.["user_version"] ?? 0);
    if (version() > AUTHORITY_VERSION) throw new StateError("state.open", "newer", path);
    database.get("PRAGMA journal_mode = WAL");
    if (version() < AUTHORITY_VERSION) {
      database.write(() => {
        if (version() === AUTHORITY_VERSION) return; // another process was faster
        for (const statement of TABLES) database.run(statement);
        database.run(`PRAGMA user_version = ${AUTHORITY_VERSION}`);
      }, { durable: true });
    }
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
