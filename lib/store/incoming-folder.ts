/**
 * A folder on its way in: everything goes below one private folder with its final names, and that folder takes its
 * place when all is there. Two names that some file system takes for one both get a place.
 */
import { FailureError, FormatError } from "../errors.ts";
import type { Entry } from "../transfer/offers.ts";
import { foldName, numberedName } from "../transfer/names.ts";
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
import { dirname, join } from "./path.ts";

/** Mode of every folder while it is filled. */
const PARTIAL_FOLDER_MODE = 0o700;

/** The owner's permissions that a file needs while it is written. */
const OWN_MODE = 0o600;

/** How long a folder that was looked at counts as seen, in milliseconds. */
const SEEN_MS = 20;

/** A root that is a folder. */
export class FolderRoot implements IncomingRoot {
  readonly partial: string;
  readonly #entry: Entry;
  /** Where a folder of the peer's went: its components below the root. */
  readonly #folders = new Map<string, readonly string[]>();
  readonly #assigned = new Map<string, readonly string[]>();
  readonly #used = new Set<string>();
  /** Places of files that are not whole: they never get their name. */
  readonly #unfinished = new Set<string>();
  readonly #finish: Array<{ path: string; modified: number; mode: number }> = [];
  readonly #real: string;
  /** The folder that `#within` has looked at last, and when. */
  #seen = { folder: "", at: 0 };
  /** Permissions that new files really get, by those that were asked. */
  readonly #created = new Map<number, number>();
  #unlock: (() => void) | undefined;
  /** Whether an earlier attempt left something. */
  readonly #resumed: boolean;

  constructor(partial: string, entry: Entry) {
    this.partial = partial;
    this.#entry = entry;
    this.#resumed = !makeFolder(partial);
    this.#real = Deno.realPathSync(partial);
    this.#folders.set(entry.path, []);
    this.#finish.push({ path: partial, modified: entry.modified, mode: entry.mode });
  }

  lock(): boolean {
    this.#unlock = lockAgainstOthers(this.partial);
    return this.#unlock !== undefined;
  }

  folder(entry: Entry, path: readonly string[]): void {
    const below = this.#assign(entry, path);
    this.#folders.set(entry.path, below);
    const place = join(this.partial, ...below);
    this.#within(dirname(place));
    makeFolder(place);
    this.#finish.push({ path: place, modified: entry.modified, mode: entry.mode });
  }

  have(entry: Entry, path: readonly string[]): number {
    const below = this.#assign(entry, path);
    const place = join(this.partial, ...below);
    this.#unfinished.add(place);
    return this.#resumed ? plainFileSize(place) : 0;
  }

  open(entry: Entry, path: readonly string[]): PartialFile {
    const place = this.#place(entry);
    const opened = openPlain(place, entry.mode | OWN_MODE);
    const finish = this.#finishOf(entry, opened);
    const file = new PartialFile(opened, place, path.join("/"), entry.size, finish);
    file.onComplete = () => this.#unfinished.delete(place);
    return file;
  }

  put(entry: Entry, _: readonly string[], content: Uint8Array): void {
    const place = this.#place(entry);
    const mode = entry.mode | OWN_MODE;
    const opened = (this.#resumed ? undefined : createPlain(place, mode)) ?? openPlain(place, mode);
    writeWhole(opened, place, content, this.#finishOf(entry, opened));
    this.#unfinished.delete(place);
  }

  /** Where an announced file goes. */
  #place(entry: Entry): string {
    const below = this.#assigned.get(entry.path);
    if (below === undefined) throw new FormatError("receive files: file was not announced");
    const place = join(this.partial, ...below);
    this.#within(dirname(place));
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
    if (this.#resumed) this.#removeStrangers(this.partial, "");
    for (const path of this.#unfinished) removeIfThere(path);
    for (const { path, modified, mode } of this.#finish.reverse()) {
      if (Deno.build.os !== "windows") Deno.chmodSync(path, mode | PARTIAL_FOLDER_MODE);
      Deno.utimeSync(path, new Date(modified), new Date(modified));
    }
    return takeFreeName(this.partial, folder, name);
  }

  close(): void {
    this.#unlock?.();
    try {
      Deno.removeSync(this.partial);
    } catch (error) {
      // It holds something, or is already in its place: either way it stays.
      if (!(error instanceof Error)) throw error;
    }
  }

  /** Components below the root for an entry, different from those of every other entry. */
  #assign(entry: Entry, path: readonly string[]): readonly string[] {
    const known = this.#assigned.get(entry.path);
    if (known !== undefined) throw new FormatError("receive files: the same name twice");
    const parent = this.#folders.get(entry.path.slice(0, entry.path.lastIndexOf("/")));
    const own = path.at(-1);
    if (parent === undefined || own === undefined || path.length < 2) {
      throw new FormatError("receive files: its folder was not announced");
    }
    for (let n = 0;; n++) {
      const below = [...parent, numberedName(own, n)];
      const folded = below.map(foldName).join("/");
      if (this.#used.has(folded)) continue;
      this.#used.add(folded);
      this.#assigned.set(entry.path, below);
      return below;
    }
  }

  /** Makes sure that `folder` is really below our own: nobody put a link in the way. */
  #within(folder: string): void {
    const now = performance.now();
    if (folder === this.#seen.folder && now - this.#seen.at < SEEN_MS) return;
    this.#seen = { folder, at: now };
    const expected = this.#real + folder.slice(this.partial.length);
    if (Deno.realPathSync(folder).normalize("NFC") !== expected.normalize("NFC")) {
      throw new FailureError("receive files: a link was put in the place of a folder");
    }
  }

  /** Removes what an earlier attempt left and the peer no longer sends. */
  #removeStrangers(folder: string, below: string): void {
    for (const { name, isDirectory } of Deno.readDirSync(folder)) {
      const inner = below === "" ? name : `${below}/${name}`;
      const folded = inner.split("/").map(foldName).join("/");
      if (!this.#used.has(folded)) Deno.removeSync(join(folder, name), { recursive: true });
      else if (isDirectory) this.#removeStrangers(join(folder, name), inner);
    }
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
