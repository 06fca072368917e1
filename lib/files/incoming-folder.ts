/**
 * A folder on its way in: everything goes below one private folder with its final names, and that folder takes its
 * place when all is there. Two names that some file system takes for one both get a place.
 */
import { FormatError } from "../errors.ts";
import { text } from "../text/catalogue.ts";
import type { NewFile } from "../system/files.ts";
import type { TransferEntry } from "../transfer/offers.ts";
import { foldName } from "../transfer/names.ts";
import type { IncomingRoot } from "./incoming-types.ts";
import { TransferCode, VerdictError } from "../transfer/verdict.ts";
import { receivedMode } from "../system/umask.ts";
import { PathLock } from "./claims.ts";
import { takeFreeName } from "./free-name.ts";
import { lookAt, removeIfThere } from "./look.ts";
import {
  createPlain,
  type Finish,
  openPlain,
  PartialFile,
  plainFileSize,
  writeWhole,
} from "./partial.ts";
import { Steps } from "./patience.ts";
import { OwnFolder, OwnFolders, type OwnPlace } from "./own-folders.ts";
import { basename, join } from "../system/path.ts";

/** Mode of every folder while it is filled. */
const PARTIAL_FOLDER_MODE = 0o700;

/** The owner's permissions that a file needs while it is written. */
const OWN_MODE = 0o600;

/** A root that is a folder. */
export class FolderRoot implements IncomingRoot {
  readonly partial: string;
  readonly #target: string;
  readonly #own: OwnFolders;
  /** The peer's folders, by their paths there. */
  readonly #folders = new Map<string, OwnFolder>();
  /** The one that was asked for last, and its path: most entries are in the same as the one before. */
  #last: OwnFolder | undefined;
  #lastSent = "";
  /** Where files go, by their indices. */
  readonly #places = new Map<number, OwnPlace>();
  readonly #finish: Array<{ folder: OwnFolder; modified: number; mode: number }> = [];
  /** Permissions that new files really get, by those that were asked. */
  readonly #created = new Map<number, number>();
  readonly #lock: PathLock;
  /** Files that will not come, of which something may be there. */
  readonly #left: OwnPlace[] = [];
  /** Whether an earlier attempt left something. */
  readonly #resumed: boolean;

  /** @param target where it is placed when it is whole */
  constructor(partial: string, target: string, entry: TransferEntry) {
    this.partial = partial;
    this.#target = target;
    this.#resumed = !makeFolder(partial);
    this.#lock = new PathLock(partial);
    this.#own = new OwnFolders(partial);
    this.#folders.set(entry.path, this.#own.root);
    this.#finish.push({ folder: this.#own.root, modified: entry.modified, mode: entry.mode });
  }

  lock(): boolean {
    return this.#lock.hold();
  }

  /** Makes sure that it is still ours: its lock may have been given away for a while. */
  #hold(path: readonly string[]): void {
    if (this.#lock.hold()) return;
    throw new VerdictError(TransferCode.busy, "transfer.receive", path.join("/"));
  }

  folder(entry: TransferEntry, path: readonly string[]): void {
    this.#hold(path);
    const { folder, name, path: at } = this.#assign(entry, path);
    const own = new OwnFolder(at, name, folder);
    folder.folders.set(foldName(name), own);
    this.#folders.set(entry.path, own);
    if (!this.#own.open(folder)?.makeFolder(name, PARTIAL_FOLDER_MODE)) {
      this.#own.check(folder);
      makeFolder(own.path);
    }
    this.#finish.push({ folder: own, modified: entry.modified, mode: entry.mode });
  }

  have(entry: TransferEntry, path: readonly string[]): number {
    const place = this.#assign(entry, path);
    this.#places.set(entry.index, place);
    place.begun = this.#resumed && lookAt(place.path) !== undefined;
    return place.begun ? plainFileSize(place.path) : 0;
  }

  open(entry: TransferEntry, path: readonly string[]): PartialFile {
    this.#hold(path);
    const place = this.#place(entry);
    this.#own.check(place.folder);
    const at = place.path;
    place.begun = true;
    const mode = receivedMode(entry.mode, false);
    const opened = openPlain(at, mode | OWN_MODE);
    const { size, modified } = entry;
    const file = new PartialFile(opened, at, path.join("/"), size, { modified, mode });
    file.onComplete = () => void this.#places.delete(entry.index);
    return file;
  }

  put(entry: TransferEntry, path: readonly string[], content: Uint8Array, now: number): void {
    this.#hold(path);
    const place = this.#place(entry);
    place.begun = true;
    const directory = this.#own.open(place.folder, now);
    const mode = receivedMode(entry.mode, false);
    const quick = directory?.create(place.name, mode | OWN_MODE);
    if (quick === undefined || !this.#fill(quick, mode, entry.modified, content)) {
      this.#putSlowly(place, { modified: entry.modified, mode }, content);
    }
    this.#places.delete(entry.index);
  }

  skip(entry: TransferEntry): void {
    const place = this.#places.get(entry.index);
    if (place?.begun) this.#left.push(place);
    this.#places.delete(entry.index);
  }

  /** Writes and closes a new file; whether all of that went well. */
  #fill(file: NewFile, mode: number, modified: number, content: Uint8Array): boolean {
    let good = false;
    try {
      let created = this.#created.get(mode);
      if (created === undefined) {
        created = (file.mode() ?? 0) & 0o777;
        this.#created.set(mode, created);
      }
      // The time later than the content, which would change it.
      good = file.write(content) && file.setTime(modified) &&
        (created === mode || file.setMode(mode));
    } finally {
      good = file.close() && good;
    }
    return good;
  }

  /** Where the quick way did not do, for whatever reason; what it left is there. */
  #putSlowly({ folder, path }: OwnPlace, finish: Finish, content: Uint8Array): void {
    this.#own.check(folder);
    const mode = finish.mode | OWN_MODE;
    const opened = (this.#resumed ? undefined : createPlain(path, mode)) ?? openPlain(path, mode);
    writeWhole(opened, path, content, finish);
  }

  /** Where an announced file goes. */
  #place(entry: TransferEntry): OwnPlace {
    const place = this.#places.get(entry.index);
    if (place === undefined) throw outside();
    return place;
  }

  async place(name: string): Promise<string> {
    const steps = new Steps();
    if (this.#resumed) await removeStrangers(this.#own.root, steps);
    for (const place of [...this.#left, ...this.#places.values()]) {
      if (place.begun) removeIfThere(place.path);
      await steps.after();
    }
    for (const { folder, modified, mode } of this.#finish.reverse()) {
      this.#finishFolder(folder, receivedMode(mode, true), modified);
      const pause = steps.after();
      if (pause !== undefined) await pause;
    }
    return takeFreeName(this.partial, this.#target, name);
  }

  async drop(): Promise<void> {
    if (lookAt(this.partial)?.isDirectory) await Deno.remove(this.partial, { recursive: true });
  }

  /** Sets what a folder is to have, when all is in it. */
  #finishFolder(folder: OwnFolder, mode: number, modified: number): void {
    const directory = this.#own.open(folder);
    if (directory?.setMode(mode) && directory.setTime(modified)) return;
    this.#own.check(folder);
    if (Deno.build.os !== "windows") Deno.chmodSync(folder.path, mode);
    Deno.utimeSync(folder.path, new Date(modified), new Date(modified));
  }

  close(): void {
    this.#own.close();
    this.#lock.release();
    try {
      Deno.removeSync(this.partial);
    } catch (error) {
      // It holds something, or is already in its place: either way it stays.
      if (!(error instanceof Error)) throw error;
    }
  }

  /** A place for an entry, different from those of every other entry. */
  #assign(entry: TransferEntry, path: readonly string[]): OwnPlace {
    const folder = this.#folderOf(entry.path);
    const own = path.at(-1);
    if (folder === undefined || own === undefined || path.length < 2) {
      throw outside();
    }
    return folder.assign(own);
  }

  /** The folder of what the peer calls `sent`. */
  #folderOf(sent: string): OwnFolder | undefined {
    const { length } = this.#lastSent;
    if (sent.lastIndexOf("/") !== length || !sent.startsWith(this.#lastSent)) {
      this.#lastSent = sent.slice(0, sent.lastIndexOf("/"));
      this.#last = this.#folders.get(this.#lastSent);
    }
    return this.#last;
  }
}

/** Removes what an earlier attempt left and the peer no longer sends. */
async function removeStrangers({ path, names, folders }: OwnFolder, steps: Steps): Promise<void> {
  for (const { name, isDirectory } of Deno.readDirSync(path)) {
    const folded = foldName(name);
    const folder = folders.get(folded);
    if (!names.has(folded)) await Deno.remove(join(path, name), { recursive: true });
    else if (isDirectory && folder !== undefined) await removeStrangers(folder, steps);
    await steps.after();
  }
}

/** Makes a private folder; false where there is one. */
function makeFolder(path: string): boolean {
  try {
    Deno.mkdirSync(path, { mode: PARTIAL_FOLDER_MODE });
    return true;
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    if (!Deno.lstatSync(path).isDirectory) {
      throw new VerdictError(TransferCode.replaced, "transfer.receive", basename(path));
    }
    return false;
  }
}

/** Something that does not lie in a folder that was announced. */
function outside(): FormatError {
  return new FormatError("transfer.name", { reason: text("transfer.name-outside") });
}
