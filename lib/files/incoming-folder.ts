/**
 * A folder on its way in: everything goes below one private folder with its final names, and that folder takes its
 * place when all is there. Two names that some file system takes for one both get a place.
 */
import { FailureError, FormatError } from "../errors.ts";
import type { NewFile } from "../system/files.ts";
import type { Entry } from "../transfer/offers.ts";
import { foldName } from "../transfer/names.ts";
import type { IncomingRoot } from "./incoming-types.ts";
import { lockAgainstOthers } from "./claims.ts";
import { takeFreeName } from "./free-name.ts";
import {
  createPlain,
  type Finish,
  type Opened,
  openPlain,
  PartialFile,
  plainFileSize,
  writeWhole,
} from "./partial.ts";
import { OwnFolder, OwnFolders, type Place } from "./own-folders.ts";
import { join } from "../system/path.ts";

/** Mode of every folder while it is filled. */
const PARTIAL_FOLDER_MODE = 0o700;

/** The owner's permissions that a file needs while it is written. */
const OWN_MODE = 0o600;

/** A root that is a folder. */
export class FolderRoot implements IncomingRoot {
  readonly partial: string;
  readonly #entry: Entry;
  readonly #own: OwnFolders;
  /** The peer's folders, by their paths there. */
  readonly #folders = new Map<string, OwnFolder>();
  /** The one that was asked for last, and its path: most entries are in the same as the one before. */
  #last: OwnFolder | undefined;
  #lastSent = "";
  /** Where files go, by their indices. */
  readonly #places = new Map<number, Place>();
  readonly #finish: Array<{ folder: OwnFolder; modified: number; mode: number }> = [];
  /** Permissions that new files really get, by those that were asked. */
  readonly #created = new Map<number, number>();
  #unlock: (() => void) | undefined;
  /** Whether an earlier attempt left something. */
  readonly #resumed: boolean;

  constructor(partial: string, entry: Entry) {
    this.partial = partial;
    this.#entry = entry;
    this.#resumed = !makeFolder(partial);
    this.#own = new OwnFolders(partial);
    this.#folders.set(entry.path, this.#own.root);
    this.#finish.push({ folder: this.#own.root, modified: entry.modified, mode: entry.mode });
  }

  lock(): boolean {
    this.#unlock = lockAgainstOthers(this.partial);
    return this.#unlock !== undefined;
  }

  folder(entry: Entry, path: readonly string[]): void {
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

  have(entry: Entry, path: readonly string[]): number {
    const place = this.#assign(entry, path);
    place.unfinished = true;
    this.#places.set(entry.index, place);
    return this.#resumed ? plainFileSize(place.path) : 0;
  }

  open(entry: Entry, path: readonly string[]): PartialFile {
    const place = this.#place(entry);
    this.#own.check(place.folder);
    const at = place.path;
    const opened = openPlain(at, entry.mode | OWN_MODE);
    const finish = this.#finishOf(entry, opened);
    const file = new PartialFile(opened, at, path.join("/"), entry.size, finish);
    file.onComplete = () => place.unfinished = false;
    return file;
  }

  put(entry: Entry, _: readonly string[], content: Uint8Array, now: number): void {
    const place = this.#place(entry);
    const directory = this.#own.open(place.folder, now);
    const quick = directory?.create(place.name, entry.mode | OWN_MODE);
    if (quick === undefined || !this.#fill(quick, entry, content)) {
      this.#putSlowly(place, entry, content);
    }
    place.unfinished = false;
  }

  /** Writes and closes a new file; whether all of that went well. */
  #fill(file: NewFile, { mode, modified }: Entry, content: Uint8Array): boolean {
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
  #putSlowly({ folder, path }: Place, entry: Entry, content: Uint8Array): void {
    this.#own.check(folder);
    const mode = entry.mode | OWN_MODE;
    const opened = (this.#resumed ? undefined : createPlain(path, mode)) ?? openPlain(path, mode);
    writeWhole(opened, path, content, this.#finishOf(entry, opened));
  }

  /** Where an announced file goes. */
  #place(entry: Entry): Place {
    const place = this.#places.get(entry.index);
    if (place === undefined) throw new FormatError("receive files: file was not announced");
    return place;
  }

  #finishOf({ mode, modified }: Entry, { file, fresh }: Opened): Finish {
    let created = fresh ? this.#created.get(mode) : undefined;
    if (fresh && created === undefined) {
      created = createdMode(file);
      this.#created.set(mode, created);
    }
    return { modified, mode: created === mode ? undefined : mode };
  }

  place(folder: string, name: string): string {
    if (this.#resumed) removeStrangers(this.#own.root);
    for (const place of this.#places.values()) {
      if (place.unfinished) removeIfThere(place.path);
    }
    for (const { folder, modified, mode } of this.#finish.reverse()) {
      this.#finishFolder(folder, mode | PARTIAL_FOLDER_MODE, modified);
    }
    return takeFreeName(this.partial, folder, name);
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
    this.#unlock?.();
    try {
      Deno.removeSync(this.partial);
    } catch (error) {
      // It holds something, or is already in its place: either way it stays.
      if (!(error instanceof Error)) throw error;
    }
  }

  /** A place for an entry, different from those of every other entry. */
  #assign(entry: Entry, path: readonly string[]): Place {
    const folder = this.#folderOf(entry.path);
    const own = path.at(-1);
    if (folder === undefined || own === undefined || path.length < 2) {
      throw new FormatError("receive files: its folder was not announced");
    }
    return folder.assign(own, entry.path);
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
function removeStrangers({ path, places, folders }: OwnFolder): void {
  for (const { name, isDirectory } of Deno.readDirSync(path)) {
    const folded = foldName(name);
    const folder = folders.get(folded);
    if (!places.has(folded)) Deno.removeSync(join(path, name), { recursive: true });
    else if (isDirectory && folder !== undefined) removeStrangers(folder);
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
      throw new FailureError("receive files: something that is no folder is in the way");
    }
    return false;
  }
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Permissions that a new file got: what was asked, less the process's umask (which the program may not read). */
function createdMode(file: Deno.FsFile): number {
  return (file.statSync().mode ?? 0) & 0o777;
}
