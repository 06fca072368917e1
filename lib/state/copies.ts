/**
 * Copies that were made to send them, below the state folder: what a page uploaded, pictures with something hidden in
 * them, own notes that a page plays again. A copy has one owner at a time (docs/formats.md, "Copies"):
 *
 * - `new-RUN/`: the program that makes it, as long as that runs; a locked file says so.
 * - `sent/ID/`: the rows of the outbox with that id, until all of them are over.
 * - `kept/ID/`: those, then the row of the history with that id, unless it says failed or cancelled.
 *
 * Rows are written first and copies removed afterwards, so a kill leaves at most what the next start removes.
 */
import { fromHex } from "../bytes.ts";
import { exists } from "../files/look.ts";
import { onInterrupt } from "../system/cleanup.ts";
import { basename, dirname, join } from "../system/path.ts";
import { type DeliveryState, storedState } from "./delivery.ts";
import { makePrivateFolder, PRIVATE_FILE } from "./home.ts";
import { type Database, StateError } from "./sqlite.ts";

/** Where copies lie, below the state folder. */
export const COPIES_FOLDER = "uploads";

const NEW = "new-";
const OWNED = ["sent", "kept"] as const;
const LOCK = "lock";
const PARTS = "parts";
const ID = /^(?:[0-9a-f]{32}|[0-9a-f]{64})$/;

/** From where to where a copy goes when its row is written. */
export type CopyMove = readonly [from: string, to: string];

/** Where paths are once the copies among them have moved. */
export function movedPaths(
  paths: readonly string[],
  moves: readonly CopyMove[],
): readonly string[] {
  const to = new Map(moves);
  return paths.map((path) => to.get(path) ?? path);
}

/** The copies of one program; those that rows own are the state's. */
export class Copies {
  readonly #root: string;
  readonly #database: Database;
  readonly #trouble: (problem: StateError) => void;
  #parts: Deno.FsFile | undefined;
  #run:
    | { readonly folder: string; readonly lock: Deno.FsFile; readonly over: () => void }
    | undefined;

  /**
   * @param root where they lie; made when the first is
   * @param trouble told of a copy that cannot be removed
   */
  constructor(root: string, database: Database, trouble: (problem: StateError) => void) {
    this.#root = root;
    this.#database = database;
    this.#trouble = trouble;
  }

  /** A private folder of its own for a copy; this program owns it until a row does. */
  newFolder(): string {
    return Deno.makeTempDirSync({ dir: this.#ownFolder(), prefix: "" });
  }

  /**
   * The folder of what is on its way to become copies: one that the next program goes on with, or where another program
   * works with that, one of our own.
   */
  partsFolder(): string {
    const own = this.#ownFolder();
    this.#parts ??= tryLock(join(this.#root, `${PARTS}.${LOCK}`), true);
    const folder = join(this.#parts === undefined ? own : this.#root, PARTS);
    makePrivateFolder(folder);
    return folder;
  }

  #ownFolder(): string {
    while (this.#run === undefined) {
      makePrivateFolder(this.#root);
      const folder = Deno.makeTempDirSync({ dir: this.#root, prefix: NEW });
      const lock = tryLock(join(folder, LOCK), true);
      // Another program that has just started may have taken it for one that was left behind.
      if (lock === undefined) continue;
      this.#run = { folder, lock, over: onInterrupt(() => this.close()) };
    }
    return this.#run.folder;
  }

  /** Whether `path` is a copy that no row owns yet. */
  isNew(path: string): boolean {
    return this.#run !== undefined && dirname(dirname(path)) === this.#run.folder;
  }

  /** Whether `path` is where a copy lies, or lay. */
  isCopy(path: string): boolean {
    return path.startsWith(join(this.#root, ""));
  }

  /** Where those of `paths` go that no row owns, once rows with `id` do; `kept` says which stay with the history. */
  placed(
    paths: readonly string[],
    id: string,
    kept: (path: string) => boolean,
  ): readonly CopyMove[] {
    return paths.filter((path) => this.isNew(path)).map((path) => {
      const folder = join(this.#root, kept(path) ? "kept" : "sent", id, basename(dirname(path)));
      return [path, join(folder, basename(path))];
    });
  }

  /** Writes the rows that own the copies: both move, or neither. */
  moving<T>(moves: readonly CopyMove[], work: () => T): T {
    if (moves.length === 0) return work();
    const moved: CopyMove[] = [];
    try {
      return this.#database.write(() => {
        for (const [from, to] of moves) {
          makePrivateFolder(dirname(dirname(to)));
          Deno.renameSync(dirname(from), dirname(to));
          moved.push([from, to]);
        }
        const done = work();
        for (const [, to] of moves) {
          this.#database.afterCommit(() => this.settle(basename(dirname(dirname(to)))));
        }
        return done;
      }, { durable: true });
    } catch (error) {
      for (const [from, to] of moved) Deno.renameSync(dirname(to), dirname(from));
      throw error;
    }
  }

  /** Removes a copy that no row owns. */
  forget(path: string): void {
    if (this.isNew(path)) this.#remove(dirname(path));
  }

  /** Removes what lies under `id`, unless a row needs it. Throws nothing. */
  settle(id: string): void {
    if (this.#database.inMemory) return;
    for (const owner of OWNED) {
      const folder = join(this.#root, owner, id);
      try {
        if (exists(folder) && !this.#needs(owner, id)) this.#remove(folder);
      } catch (error) {
        if (!(error instanceof StateError)) throw error;
        this.#trouble(error);
      }
    }
  }

  /** Removes what other runs left behind. Nobody writes rows meanwhile; where the rows cannot be read, nothing goes. */
  sweep(): void {
    if (this.#database.inMemory || !exists(this.#root)) return;
    this.#database.write(() => {
      for (const { name } of [...Deno.readDirSync(this.#root)]) {
        if (name.startsWith(NEW)) this.#sweepRun(join(this.#root, name));
      }
      for (const owner of OWNED) {
        const folder = join(this.#root, owner);
        if (!exists(folder)) continue;
        for (const { name } of [...Deno.readDirSync(folder)]) {
          if (!this.#needs(owner, name)) this.#remove(join(folder, name));
        }
      }
    }, { durable: false });
  }

  #sweepRun(folder: string): void {
    const lock = tryLock(join(folder, LOCK), false);
    if (lock === undefined) return;
    this.#remove(folder);
    lock.close();
  }

  /** Whether a row with `id` needs its copy, whichever identity's it is. */
  #needs(owner: typeof OWNED[number], id: string): boolean {
    if (!ID.test(id)) return false;
    const there = (table: "outbox" | "message", last: DeliveryState) =>
      this.#database.get(
        `SELECT 1 AS there FROM ${table} WHERE id = ? AND state <= ? LIMIT 1`,
        fromHex(id),
        storedState(last),
      ) !== undefined;
    return there("outbox", "sent") || owner === "kept" && there("message", "delivered");
  }

  #remove(folder: string): void {
    try {
      Deno.removeSync(folder, { recursive: true });
    } catch (cause) {
      if (cause instanceof Deno.errors.NotFound) return;
      this.#trouble(new StateError("state.write", "failed", folder, cause));
    }
  }

  /** Removes what this program made and no row owns. May be called again. */
  close(): void {
    if (this.#run === undefined) return;
    const { folder, lock, over } = this.#run;
    this.#run = undefined;
    over();
    this.#remove(folder);
    lock.close();
    this.#parts?.close();
    this.#parts = undefined;
  }
}

/** The file at `path`, locked for this program; undefined where another has it, or is about to. */
function tryLock(path: string, create: boolean): Deno.FsFile | undefined {
  let file: Deno.FsFile;
  try {
    file = Deno.openSync(path, { read: true, write: true, create, mode: PRIVATE_FILE });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
  if (file.tryLockSync(true) && exists(path)) return file;
  file.close();
  return undefined;
}
