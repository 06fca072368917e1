/**
 * The tables of `p2p.db`, as numbered migrations (docs/formats.md, "The database of what is remembered"). A migration that was released is
 * never edited: what changes is a new one at the end.
 *
 * What a column may hold: random ids, keyed tags, sealed bodies, numbers that order and bound. Nothing private in plain.
 */
import { type Database, StateError } from "./sqlite.ts";

/** Statement by statement; index + 1 is the version that a migration leads to. */
const MIGRATIONS: ReadonlyArray<readonly string[]> = [[
  `CREATE TABLE owner (
    id INTEGER PRIMARY KEY,
    tag BLOB NOT NULL UNIQUE,
    salt BLOB NOT NULL,
    sealed BLOB NOT NULL
  )`,
  `CREATE TABLE place (id INTEGER PRIMARY KEY CHECK (id = 1), file TEXT NOT NULL)`,
  `CREATE TABLE contact (
    id BLOB PRIMARY KEY,
    owner INTEGER NOT NULL REFERENCES owner (id),
    name BLOB NOT NULL,
    key BLOB NOT NULL,
    body BLOB NOT NULL,
    UNIQUE (owner, name)
  ) WITHOUT ROWID`,
  `CREATE INDEX contact_key ON contact (owner, key)`,
  `CREATE TABLE known_key (
    owner INTEGER NOT NULL REFERENCES owner (id),
    key BLOB NOT NULL,
    last INTEGER NOT NULL,
    kept INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (owner, key)
  ) WITHOUT ROWID`,
  `CREATE INDEX known_key_stranger ON known_key (owner, last) WHERE kept = 0`,
  `CREATE TABLE pin (
    owner INTEGER NOT NULL REFERENCES owner (id),
    address BLOB NOT NULL,
    last INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (owner, address)
  ) WITHOUT ROWID`,
  `CREATE TABLE ticket (
    seq INTEGER PRIMARY KEY,
    owner INTEGER NOT NULL REFERENCES owner (id),
    name BLOB NOT NULL,
    key BLOB NOT NULL,
    body BLOB NOT NULL,
    UNIQUE (owner, name)
  )`,
  `CREATE INDEX ticket_key ON ticket (owner, key, seq)`,
  `CREATE TABLE timestamp (
    owner INTEGER NOT NULL REFERENCES owner (id),
    key BLOB NOT NULL,
    seq INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (owner, key)
  ) WITHOUT ROWID`,
  `CREATE INDEX timestamp_seq ON timestamp (owner, seq)`,
  `CREATE TABLE message (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    owner INTEGER NOT NULL REFERENCES owner (id),
    id BLOB NOT NULL,
    talk BLOB NOT NULL,
    time INTEGER NOT NULL,
    state INTEGER NOT NULL,
    body BLOB NOT NULL,
    UNIQUE (owner, talk, id)
  )`,
  `CREATE INDEX message_talk ON message (owner, talk, seq)`,
  `CREATE INDEX message_time ON message (owner, time)`,
  `CREATE TABLE word (
    owner INTEGER NOT NULL,
    token INTEGER NOT NULL,
    message INTEGER NOT NULL,
    PRIMARY KEY (owner, token, message)
  ) WITHOUT ROWID`,
  `CREATE TABLE outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    owner INTEGER NOT NULL REFERENCES owner (id),
    id BLOB NOT NULL,
    peer BLOB NOT NULL,
    state INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    body BLOB NOT NULL,
    UNIQUE (owner, id, peer)
  )`,
  `CREATE INDEX outbox_peer ON outbox (owner, peer, seq)`,
  `CREATE INDEX outbox_expires ON outbox (owner, state, expires)`,
  `CREATE TABLE seen (
    owner INTEGER NOT NULL REFERENCES owner (id),
    id BLOB NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (owner, id)
  ) WITHOUT ROWID`,
  `CREATE INDEX seen_at ON seen (owner, at)`,
  `CREATE TABLE setting (
    owner INTEGER NOT NULL REFERENCES owner (id),
    name TEXT NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (owner, name)
  ) WITHOUT ROWID`,
], [
  `CREATE TABLE chat_group (
    owner INTEGER NOT NULL REFERENCES owner (id),
    id BLOB NOT NULL,
    name BLOB NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (owner, id),
    UNIQUE (owner, name)
  ) WITHOUT ROWID`,
  `CREATE TABLE group_entry (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    owner INTEGER NOT NULL REFERENCES owner (id),
    grp BLOB NOT NULL,
    id BLOB NOT NULL,
    body BLOB NOT NULL,
    UNIQUE (owner, grp, id)
  )`,
  `CREATE TABLE group_message (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    owner INTEGER NOT NULL REFERENCES owner (id),
    grp BLOB NOT NULL,
    id BLOB NOT NULL,
    body BLOB NOT NULL,
    UNIQUE (owner, grp, id)
  )`,
]];

/** The version that this program writes. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/** The version of the database that is open. */
function versionOf(database: Database): number {
  return Number(database.get("PRAGMA user_version")?.["user_version"] ?? 0);
}

/** Sets the connection up and brings the tables to this program's version; a StateError where that is older. */
export function migrate(database: Database): void {
  if (versionOf(database) > SCHEMA_VERSION) refuseNewer(database);
  database.get("PRAGMA journal_mode = WAL");
  database.get("PRAGMA secure_delete = ON");
  database.get("PRAGMA journal_size_limit = 4194304");
  if (versionOf(database) === SCHEMA_VERSION) return;
  database.write(() => {
    // Another process may have been faster.
    const from = versionOf(database);
    if (from > SCHEMA_VERSION) refuseNewer(database);
    for (const statement of MIGRATIONS.slice(from).flat()) database.run(statement);
    database.run(`PRAGMA user_version = ${SCHEMA_VERSION}`);
  }, { durable: true });
}

function refuseNewer(database: Database): never {
  throw new StateError("state.open", "newer", database.path);
}
