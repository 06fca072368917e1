/**
 * Files and folders on their way out: walks the named paths in a fixed order and opens them one by one. Symbolic
 * links and special files are never sent: what they lead to may not be meant, may not end, or may not be a file.
 */
import { basename, join, resolve } from "../system/path.ts";
import { FailureError, LimitError } from "../errors.ts";
import { Directory, readWhole, type Status } from "../system/files.ts";
import { plainReason } from "./atomic.ts";
import { Patience, QuickReader } from "./quick-file.ts";

/** Most files and folders in one transfer (the protocol's bound). */
const MAX_ENTRIES = 1_000_000;

/** Permissions where the platform has none (Windows). */
const USUAL_FILE_MODE = 0o644;
const USUAL_FOLDER_MODE = 0o755;

/** A file or folder found. `path` is below the root's name, with "/" between. */
export interface OutgoingEntry {
  readonly root: number;
  readonly folder: boolean;
  readonly mode: number;
  readonly modified: number;
  readonly size: number;
  readonly path: string;
  /** Where it lies here. */
  readonly place: string;
  open(): Promise<OutgoingFile>;
  /** Reads a small file into `out`, which has its size; whether it is still what this entry says. */
  readWhole(out: Uint8Array): Promise<boolean> | boolean;
}

/** Something that is not sent, and why. */
export interface Unsendable {
  readonly path: string;
  readonly reason: string;
}

/** All that was found. */
export interface Outgoing {
  readonly entries: readonly OutgoingEntry[];
  readonly files: number;
  readonly folders: number;
  readonly bytes: number;
  readonly skipped: readonly Unsendable[];
}

/** One open file; see `SourceFile` in lib/transfer. */
export class OutgoingFile {
  readonly #file: QuickReader;
  readonly #entry: Known;

  constructor(file: Deno.FsFile, entry: Known) {
    this.#file = new QuickReader(file);
    this.#entry = entry;
  }

  async read(out: Uint8Array): Promise<number> {
    try {
      return await this.#file.read(out);
    } catch (cause) {
      throw new FailureError(`read ${this.#entry.path}: ${plainReason(cause)}`, { cause });
    }
  }

  async seek(offset: number): Promise<void> {
    await this.#file.file.seek(offset, Deno.SeekMode.Start);
  }

  unchanged(): boolean {
    return isStill(this.#file.file, this.#entry);
  }

  close(): void {
    this.#file.file.close();
  }
}

/** Of which there may be a million: no closures. */
class Found implements OutgoingEntry {
  constructor(
    readonly root: number,
    readonly folder: boolean,
    readonly mode: number,
    readonly modified: number,
    readonly size: number,
    readonly path: string,
    readonly place: string,
  ) {}

  open(): Promise<OutgoingFile> {
    try {
      return Promise.resolve(new OutgoingFile(openPlain(this.place, this.path), this));
    } catch (cause) {
      return Promise.reject(readError(this.path, cause));
    }
  }

  readWhole(out: Uint8Array): Promise<boolean> | boolean {
    const begun = performance.now();
    const now = readWhole(this.place, out);
    const whole = now !== undefined && isSame(now, this) || this.#readSlowly(out);
    const pause = patience.after(begun);
    return pause === undefined ? whole : pause.then(() => whole);
  }

  /** Where the quick way did not do, for whatever reason. */
  #readSlowly(out: Uint8Array): boolean {
    try {
      using file = openPlain(this.place, this.path);
      let rest = out;
      while (rest.length > 0) {
        const length = file.readSync(rest);
        if (length === null) break;
        rest = rest.subarray(length);
      }
      return rest.length === 0 && isStill(file, this);
    } catch (cause) {
      throw readError(this.path, cause);
    }
  }
}

/** Of all files that are read in one go. */
const patience = new Patience();

/** Walks `paths`; a path that is named must be a file or a folder, what is found within folders may be skipped. */
export async function walkOutgoing(paths: readonly string[]): Promise<Outgoing> {
  const walk = new Walk();
  for (const path of paths) await walk.root(path);
  return walk.found();
}

class Walk {
  readonly #entries: OutgoingEntry[] = [];
  readonly #skipped: Unsendable[] = [];
  #files = 0;
  #bytes = 0;
  #roots = 0;

  found(): Outgoing {
    const entries = this.#entries;
    return {
      entries,
      files: this.#files,
      folders: entries.length - this.#files,
      bytes: this.#bytes,
      skipped: this.#skipped,
    };
  }

  async root(path: string): Promise<void> {
    const info = rootInfo(path);
    const name = basename(resolve(path));
    if (name === "") throw new FailureError(`send ${path}: the top of the file system has no name`);
    const kind = unsendable(info);
    if (kind !== undefined) {
      throw new FailureError(`send ${path}: ${kind}`, {
        ...(info.isSymlink ? { hint: "name what the link points to instead" } : {}),
      });
    }
    await this.#take(path, name, this.#roots++, statusOf(info));
  }

  #take(place: string, path: string, root: number, status: Status): Promise<void> | undefined {
    if (status.folder) return this.#folder(place, path, root, status);
    this.#file(place, path, root, status);
  }

  #add(entry: OutgoingEntry): void {
    if (this.#entries.length >= MAX_ENTRIES) {
      throw new LimitError(`send files: more than ${MAX_ENTRIES} files and folders`, {
        hint: "send them in several goes, or as an archive",
      });
    }
    this.#entries.push(entry);
  }

  #file(place: string, path: string, root: number, { mode, modified, size }: Status): void {
    this.#files++;
    this.#bytes += size;
    this.#add(new Found(root, false, mode & 0o777, modified, size, path, place));
  }

  async #folder(place: string, path: string, root: number, status: Status): Promise<void> {
    this.#add(new Found(root, true, status.mode & 0o777, status.modified, 0, path, place));
    let listed: Map<string, Status | undefined>;
    try {
      listed = await list(place);
    } catch (error) {
      this.#skipped.push({ path, reason: plainReason(error) });
      return;
    }
    for (const name of [...listed.keys()].sort()) {
      const inner = join(place, name);
      const below = `${path}/${name}`;
      const found = listed.get(name) ?? this.#look(inner, below);
      const later = found === undefined ? undefined : this.#take(inner, below, root, found);
      if (later !== undefined) await later;
    }
  }

  /** What lies at `place`; undefined when that is not sent. */
  #look(place: string, path: string): Status | undefined {
    try {
      const info = Deno.lstatSync(place);
      const kind = unsendable(info);
      if (kind === undefined) return statusOf(info);
      this.#skipped.push({ path, reason: kind });
    } catch (error) {
      this.#skipped.push({ path, reason: plainReason(error) });
    }
    return undefined;
  }
}

/** What lies in `folder`, by names; undefined where the runtime has to look at it. */
async function list(folder: string): Promise<Map<string, Status | undefined>> {
  const found = new Map<string, Status | undefined>();
  const directory = Directory.open(folder);
  try {
    for (;;) {
      const begun = performance.now();
      const more = directory?.list(found);
      if (more === false) return found;
      if (more === undefined) break;
      const pause = patience.after(begun);
      if (pause !== undefined) await pause;
    }
  } finally {
    directory?.close();
  }
  return new Map(Array.from(Deno.readDirSync(folder), ({ name }) => [name, found.get(name)]));
}

function rootInfo(path: string): Deno.FileInfo {
  try {
    return Deno.lstatSync(path);
  } catch (cause) {
    throw new FailureError(`send ${path}: ${plainReason(cause)}`, { cause });
  }
}

/** Why something is neither a file nor a folder; undefined when it is one. */
function unsendable(info: Deno.FileInfo): string | undefined {
  if (info.isSymlink) return "is a symbolic link";
  if (info.isFile || info.isDirectory) return undefined;
  if (info.isFifo) return "is a named pipe";
  if (info.isSocket) return "is a socket";
  return "is a device";
}

/** What counts of `info`, which is of a file or folder. */
function statusOf(info: Deno.FileInfo): Status {
  const folder = info.isDirectory;
  const mode = info.mode ?? (folder ? USUAL_FOLDER_MODE : USUAL_FILE_MODE);
  return { folder, mode, size: info.size, modified: modifiedOf(info) };
}

/** Whole milliseconds since 1970, never negative. */
function modifiedOf(info: Deno.FileInfo): number {
  return Math.max(0, Math.floor(info.mtime?.getTime() ?? 0));
}

/** What an entry says of its file. */
interface Known {
  readonly size: number;
  readonly modified: number;
  readonly path: string;
}

/** Whether size and time are what they were. */
function isStill(file: Deno.FsFile, entry: Known): boolean {
  const now = file.statSync();
  return now.isFile && isSame({ size: now.size, modified: modifiedOf(now) }, entry);
}

function isSame(now: Omit<Known, "path">, entry: Known): boolean {
  return now.size === entry.size && now.modified === entry.modified;
}

/** Opens the file at `place` as it is, not what a link there leads to. */
function openPlain(place: string, path: string): Deno.FsFile {
  // A pipe that took the file's place since the walk would block the opening for ever.
  const kind = unsendable(Deno.lstatSync(place));
  if (kind !== undefined) throw new FailureError(`read ${path}: ${kind}`);
  return Deno.openSync(place, { read: true });
}

function readError(path: string, cause: unknown): FailureError {
  if (cause instanceof FailureError) return cause;
  return new FailureError(`read ${path}: ${plainReason(cause)}`, { cause });
}
