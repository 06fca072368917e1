/**
 * What p2p remembers, for one identity, in `$P2P_HOME/p2p.db`: the door that commands and the application of
 * conversations go through. Opened by the command that needs it; nothing here is shared between two of them.
 *
 * A home that cannot be read or written is told, and decided here. Damaged, or of a newer p2p: commands that would
 * judge by it end with an error; `listen` may go on with nothing remembered. Full, or not writable: what is known is
 * read into memory and used, and what would have to last is refused (`StateError`).
 */
import { exists } from "../files/look.ts";
import { join } from "../system/path.ts";
import type { Text } from "../text/text.ts";
import { text } from "../text/catalogue.ts";
import { P2PError, systemCode } from "../errors.ts";
import { Copies, COPIES_FOLDER } from "./copies.ts";
import { Contacts } from "./contacts.ts";
import { GroupBook } from "./groups.ts";
import { History } from "./history.ts";
import { homeDirectory, makePrivateFolder, PRIVATE_FILE } from "./home.ts";
import type { Identity } from "./identity.ts";
import { KnownKeys } from "./known-keys.ts";
import { putAside, takeOver } from "./legacy.ts";
import { emptyMemory, readIntoMemory } from "./memory.ts";
import { isSamePlace } from "./place.ts";
import { Outbox } from "./outbox.ts";
import type { Rows } from "./rows.ts";
import { migrate } from "./schema.ts";
import { Seen } from "./seen.ts";
import { Sessions } from "./sessions.ts";
import { Settings } from "./settings.ts";
import { Database, StateError } from "./sqlite.ts";
import { openOwner } from "./vault.ts";
import { DATABASE_NAME } from "./written.ts";

/** What a state is opened with. */
export interface StateOptions {
  /** The state folder; `homeDirectory()` when absent. */
  readonly home?: string | undefined;
  /** Whose state: its rows are sealed to this key. */
  readonly identity: Identity;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /**
   * What to do where the disk does not serve. "refuse" (default): a StateError. "known": go on in memory as long as
   * what is known can be read. "anything": go on in any case, if need be with nothing known.
   */
  readonly without?: "refuse" | "known" | "anything";
  /** Told of what goes wrong later, each kind once. */
  readonly trouble: (problem: Text) => void;
}

/** Where the state of this run lives: on the disk, in memory with what was known, or in memory with nothing. */
export type StateKind = "disk" | "known" | "nothing";

/** How long `erase` tries while other programs read, and how often. */
const ERASE_TRIES = 20;
const ERASE_PAUSE_MS = 50;

/** The state of one identity. */
export class State {
  readonly contacts: Contacts;
  readonly knownKeys: KnownKeys;
  readonly sessions: Sessions;
  readonly history: History;
  readonly outbox: Outbox;
  /** What lies here to be sent, besides the user's own files. */
  readonly copies: Copies;
  readonly seen: Seen;
  readonly groups: GroupBook;
  readonly settings: Settings;
  readonly kind: StateKind;
  /** What the owner should be told at the start: a takeover, or why nothing lasts. */
  readonly notices: readonly Text[];
  readonly #database: Database;

  constructor(
    database: Database,
    rows: Rows & { readonly copies: Copies },
    kind: StateKind,
    notices: readonly Text[],
  ) {
    this.#database = database;
    this.copies = rows.copies;
    this.kind = kind;
    this.notices = notices;
    this.contacts = new Contacts(rows);
    this.knownKeys = new KnownKeys(rows);
    this.sessions = new Sessions(rows);
    this.history = new History(rows);
    this.outbox = new Outbox(rows, this.history);
    this.seen = new Seen(rows);
    this.groups = new GroupBook(rows);
    this.settings = new Settings(rows);
  }

  /** Where the database lies. */
  get path(): string {
    return this.#database.path;
  }

  /** Another text whenever something has changed, whoever changed it. */
  get revision(): string {
    const own = this.#database.get("SELECT total_changes() AS n")!["n"];
    return `${own} ${this.foreignChanges}`;
  }

  /** Another number whenever another program, or another `State` of this one, has changed something. */
  get foreignChanges(): number {
    return Number(this.#database.get("PRAGMA data_version")!["data_version"]);
  }

  /** Several changes as one: all of them last, durably, or none. Synchronous, since other programs wait meanwhile. */
  transaction<T>(work: () => T): T {
    return this.#database.write(work, { durable: true });
  }

  /** Several changes as one, which last once `synced` has resolved. A kill alone loses nothing anyway. */
  change<T>(work: () => T): T {
    return this.#database.write(work, { durable: false, lasting: true });
  }

  /** Resolves when all changes so far are on the disk, over a loss of power too; rejects with a StateError. */
  synced(): Promise<void> {
    return this.#database.synced();
  }

  /**
   * Makes what was deleted disappear from the files: the log is written back and emptied (the pages themselves were
   * overwritten by the deletion). False when other programs kept reading from it; it then happens when they are done.
   */
  async erase(): Promise<boolean> {
    for (let i = 0; i < ERASE_TRIES; i++) {
      if (this.#database.truncateLog()) return true;
      await new Promise((resolve) => setTimeout(resolve, ERASE_PAUSE_MS));
    }
    return false;
  }

  close(): void {
    this.copies.close();
    this.#database.close();
  }
}

/** Opens the state. The caller closes it, shows its notices, and keeps the identity's secret. */
export async function openState(options: StateOptions): Promise<State> {
  const home = options.home ?? homeDirectory();
  const path = join(home, DATABASE_NAME);
  const without = options.without ?? "refuse";
  try {
    prepareHome(home, path);
    const database = await Database.open(path);
    try {
      return openOn(database, home, options);
    } catch (error) {
      database.close();
      throw error;
    }
  } catch (error) {
    const why = asStateError(error, path);
    if (without === "refuse" || why.fault === "busy") throw why;
    return await openWithout(why, home, without, options);
  }
}

/** A state in memory with nothing in it: for who only looks where nothing is kept yet. The caller closes it. */
export async function emptyState(options: StateOptions): Promise<State> {
  const database = await emptyMemory();
  const owner = openOwner(database, options.identity.secretKey, () => undefined);
  return new State(database, rowsOf(database, owner, options), "nothing", []);
}

function openOn(database: Database, home: string, options: StateOptions): State {
  migrate(database);
  const notices: Text[] = [];
  let begun: State | undefined;
  const make = (owner: { id: number; vault: Rows["vault"] }) =>
    new State(database, rowsOf(database, owner, options), "disk", notices);
  const owner = openOwner(database, options.identity.secretKey, (owner) => {
    begun = make(owner);
    notices.push(...takeOver(home, options.identity, begun));
  });
  if (begun !== undefined) putAside(home, options.identity);
  const state = begun ?? make(owner);
  if (!isSamePlace(database)) state.sessions.dropTickets();
  state.seen.prune();
  return state;
}

async function openWithout(
  why: StateError,
  home: string,
  without: "known" | "anything",
  options: StateOptions,
): Promise<State> {
  const { path } = why;
  const known = exists(path) ? await tryRead(why) : await emptyMemory();
  if (known === undefined && without === "known") throw why;
  const database = known ?? await emptyMemory();
  const kind = known === undefined ? "nothing" : "known";
  const notices: Text[] = [
    text(kind === "known" ? "state.in-memory" : "state.nothing-known", {
      path,
      reason: why.reason,
    }),
  ];
  const rows = (owner: { id: number; vault: Rows["vault"] }) => rowsOf(database, owner, options);
  const owner = openOwner(database, options.identity.secretKey, (owner) => {
    const state = new State(database, rows(owner), kind, notices);
    if (!exists(path)) takeOver(home, options.identity, state);
  });
  database.markVolatile(why);
  return new State(database, rows(owner), kind, notices);
}

async function tryRead(why: StateError): Promise<Database | undefined> {
  if (why.fault === "damaged" || why.fault === "newer") return undefined;
  try {
    return await readIntoMemory(why.path);
  } catch (error) {
    if (error instanceof StateError) return undefined;
    throw error;
  }
}

function rowsOf(
  database: Database,
  { id, vault }: { readonly id: number; readonly vault: Rows["vault"] },
  { home = homeDirectory(), now, trouble }: StateOptions,
): Rows & { readonly copies: Copies } {
  const told = new Set<string>();
  const once: Rows["trouble"] = (problem) => {
    const what = `${problem.code} ${problem instanceof StateError ? problem.fault : ""}`;
    if (told.has(what)) return;
    told.add(what);
    trouble(problem);
  };
  const copies = new Copies(join(home, COPIES_FOLDER), database, once);
  const released = (id: string) => database.afterCommit(() => copies.settle(id));
  return { ...{ database, owner: id, vault, now, trouble: once }, copies, released };
}

/** Makes the folder and the file, private to the user whatever the umask says; SQLite gives its other files the same mode. */
function prepareHome(home: string, path: string): void {
  makePrivateFolder(home);
  if (exists(path)) return;
  try {
    Deno.openSync(path, { write: true, createNew: true, mode: PRIVATE_FILE }).close();
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  }
  if (Deno.build.os !== "windows") Deno.chmodSync(path, PRIVATE_FILE);
}

function asStateError(error: unknown, path: string): StateError {
  if (error instanceof StateError) {
    return new StateError("state.open", error.fault, error.path, error.cause);
  }
  if (error instanceof P2PError) return new StateError("state.open", "failed", path, error);
  if (systemCode(error) === "ENOSPC") return new StateError("state.open", "full", path, error);
  if (systemCode(error) !== undefined) return new StateError("state.open", "failed", path, error);
  throw error;
}
