/**
 * A thin layer over the runtime's SQLite: statements kept prepared, transactions that several processes may attempt
 * at once, and the engine's error codes as errors of ours. The module is loaded when a database is opened, never before.
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { FailureError, reasonText } from "../errors.ts";
import { type Code, text } from "../text/catalogue.ts";
import type { Text } from "../text/text.ts";
import { LogSync } from "./log-sync.ts";

/** What a statement takes. */
export type SqlValue = null | number | string | Uint8Array;

/** A row as it comes. */
export type Row = Record<string, SqlValue>;

/** What is wrong with a database, for those who decide what to do about it. */
export type StateFault =
  | "busy"
  | "full"
  | "read-only"
  | "damaged"
  | "newer"
  | "cannot-open"
  | "foreign"
  | "failed";

/** Result codes of SQLite (sqlite.org/rescode.html): the primary ones, and one extended. */
const RESULT: Readonly<Record<number, StateFault>> = {
  5: "busy",
  6: "busy",
  8: "read-only",
  11: "damaged",
  13: "full",
  14: "cannot-open",
  26: "damaged",
};
/** SQLITE_IOERR_SHMSIZE: there was no room for the index of the write-ahead log. */
const NO_ROOM_FOR_INDEX = 4874;

const REASON = {
  busy: "state.reason-busy",
  full: "state.reason-full",
  "read-only": "state.reason-read-only",
  damaged: "state.reason-damaged",
  newer: "state.reason-newer",
  "cannot-open": "state.reason-cannot-open",
  foreign: "state.reason-foreign",
} as const satisfies Partial<Record<StateFault, Code>>;

/** The database could not be opened, read or written; `fault` says why. */
export class StateError extends FailureError {
  override readonly kind = "state";

  constructor(
    action: "state.open" | "state.read" | "state.write",
    readonly fault: StateFault,
    readonly path: string,
    cause?: unknown,
  ) {
    const reason: Text = fault === "failed" ? reasonText(cause) : text(REASON[fault]);
    super(action, { path, reason }, { cause, hint: hintOf(fault) });
    this.reason = reason;
  }

  /** Why, in words to come. */
  readonly reason: Text;
}

function hintOf(fault: StateFault): Text | undefined {
  switch (fault) {
    case "damaged":
    case "foreign":
      return text("state.damaged.hint");
    case "newer":
      return text("state.newer.hint");
    case "full":
      return text("state.full.hint");
    default:
      return undefined;
  }
}

/** The fault behind an error of SQLite; undefined where it is none of SQLite's. */
export function faultOf(error: unknown): StateFault | undefined {
  if (error instanceof StateError) return error.fault;
  if (!(error instanceof Error) || (error as { code?: unknown }).code !== "ERR_SQLITE_ERROR") {
    return undefined;
  }
  const result = (error as { errcode?: unknown }).errcode;
  if (typeof result !== "number") return "failed";
  if (result === NO_ROOM_FOR_INDEX) return "full";
  return RESULT[result & 0xff] ?? "failed";
}

/** How long a statement waits for another process, in milliseconds. */
const BUSY_MS = 5000;
/** The same for one that only looks. */
const LOOK_MS = 300;

/** The path of a database without a file. */
export const IN_MEMORY = ":memory:";

/** An open database. */
export class Database {
  readonly path: string;
  readonly #engine: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #inside = false;
  readonly #log: LogSync;
  #durable: boolean | undefined;
  /** What follows when the transaction that runs counts. */
  readonly #after: Array<() => void> = [];
  /** Why nothing of this reaches the disk; undefined where it does. */
  #volatile: StateError | undefined;

  private constructor(path: string, engine: DatabaseSync) {
    this.path = path;
    this.#engine = engine;
    this.#log = new LogSync(path);
  }

  /** Opens `path` (`IN_MEMORY` for none), without looking into it. */
  static open(path: string): Promise<Database> {
    return Database.#open(path, { timeout: BUSY_MS });
  }

  /** The same for reading alone, and for whoever does not wait long. */
  static openToRead(path: string): Promise<Database> {
    return Database.#open(path, { timeout: LOOK_MS, readOnly: true });
  }

  static async #open(
    path: string,
    options: { readonly timeout: number; readonly readOnly?: boolean },
  ): Promise<Database> {
    const { DatabaseSync } = await import("node:sqlite");
    try {
      return new Database(path, new DatabaseSync(path, options));
    } catch (error) {
      // The engine names no code here; what it could not do is open the file.
      if (faultOf(error) === undefined) throw error;
      throw new StateError("state.open", "cannot-open", path, error);
    }
  }

  /** A database in memory with the content of a file, as its bytes. */
  static async ofBytes(bytes: Uint8Array, path: string): Promise<Database> {
    const { DatabaseSync } = await import("node:sqlite");
    const engine = new DatabaseSync(IN_MEMORY);
    try {
      engine.deserialize(bytes);
    } catch (error) {
      if (faultOf(error) === undefined) throw error;
      throw new StateError("state.open", "damaged", path, error);
    }
    return new Database(path, engine);
  }

  /** Whether nothing of it is on a disk. */
  get inMemory(): boolean {
    return this.path === IN_MEMORY;
  }

  /** From now on what must last is refused, with `why`: this database is in memory. */
  markVolatile(why: StateError): void {
    this.#volatile = why;
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#engine.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #attempt<T>(action: "state.read" | "state.write", work: () => T): T {
    try {
      return work();
    } catch (error) {
      const fault = faultOf(error);
      if (fault === undefined || error instanceof StateError) throw error;
      throw new StateError(action, fault, this.path, error);
    }
  }

  /** The first row of a query. */
  get(sql: string, ...values: readonly SqlValue[]): Row | undefined {
    return this.#attempt("state.read", () => this.#prepare(sql).get(...values) as Row | undefined);
  }

  /** All rows of a query. */
  all(sql: string, ...values: readonly SqlValue[]): Row[] {
    return this.#attempt("state.read", () => this.#prepare(sql).all(...values) as Row[]);
  }

  /** The rows of a query one by one: for those who stop early. */
  *each(sql: string, ...values: readonly SqlValue[]): Generator<Row> {
    // Prepared anew: the same query may be walked twice at once.
    const statement = this.#attempt("state.read", () => this.#engine.prepare(sql));
    const rows = statement.iterate(...values) as Iterator<Row>;
    try {
      for (;;) {
        const { done, value } = this.#attempt("state.read", () => rows.next());
        if (done) return;
        yield value;
      }
    } finally {
      // Whoever stops early would hold the database as it was then, and its log.
      rows.return?.();
    }
  }

  /** A change; answers how many rows it touched. */
  run(sql: string, ...values: readonly SqlValue[]): number {
    return this.#attempt(
      "state.write",
      () => Number(this.#prepare(sql).run(...values).changes),
    );
  }

  /**
   * Runs `work` in one transaction that alone may write, waiting for other processes; all of it counts or nothing.
   *
   * @param durable have it on the disk when this returns, over a loss of power too; a kill alone loses nothing anyway
   * @param lasting refuse it where nothing reaches the disk; what is durable is, unless told otherwise
   */
  write<T>(
    work: () => T,
    { durable, lasting = durable }: { readonly durable: boolean; readonly lasting?: boolean },
  ): T {
    if (this.#inside) return work();
    if (lasting && this.#volatile !== undefined) {
      const { fault, path, cause } = this.#volatile;
      throw new StateError("state.write", fault, path, cause);
    }
    if (this.#durable !== durable) {
      this.#engine.exec(`PRAGMA synchronous = ${durable ? "FULL" : "NORMAL"}`);
      this.#durable = durable;
    }
    this.run("BEGIN IMMEDIATE");
    this.#inside = true;
    try {
      const result = work();
      this.run("COMMIT");
      return result;
    } catch (error) {
      // Some errors (a full disk) have rolled back already.
      if (this.#engine.isTransaction) this.run("ROLLBACK");
      this.#after.length = 0;
      throw error;
    } finally {
      this.#inside = false;
      for (const work of this.#after.splice(0)) work();
    }
  }

  /** Resolves when all that was written before is on the disk, over a loss of power too; the program goes on meanwhile. */
  async synced(): Promise<void> {
    try {
      await this.#log.sync();
    } catch (error) {
      throw new StateError("state.write", "failed", this.path, error);
    }
  }

  /** Runs `work`, which throws nothing, once what is being written counts; never where that is taken back. */
  afterCommit(work: () => void): void {
    if (this.#inside) this.#after.push(work);
    else work();
  }

  /** Writes the log back into the database and empties it; false while another process reads from it. */
  truncateLog(): boolean {
    return this.get("PRAGMA wal_checkpoint(TRUNCATE)")?.["busy"] === 0;
  }

  /** May be called again. */
  close(): void {
    if (!this.#engine.isOpen) return;
    this.#statements.clear();
    this.#log.close();
    this.#engine.close();
  }
}
