/**
 * A single file on its way in: it grows under its private name, which one handle locks against other programs. A small one
 * of which nothing is there is made when its content comes, through the C library where that can be had.
 */
import { FormatError } from "../errors.ts";
import { text } from "../text/catalogue.ts";
import type { TransferEntry } from "../transfer/offers.ts";
import { TransferCode, VerdictError } from "../transfer/verdict.ts";
import { MAX_WHOLE_BYTES } from "../transfer/records.ts";
import type { NewFile } from "../system/files.ts";
import { basename } from "../system/path.ts";
import { receivedMode } from "../system/umask.ts";
import { lockOrClose } from "./claims.ts";
import { type Holder, inUse, notInUse } from "./descriptors.ts";
import type { IncomingRoot } from "./incoming-types.ts";
import { isPlain, lookAt, removeIfThere } from "./look.ts";
import { fillWhole, type Finish, openPlain, PartialFile, plainFileSize } from "./partial.ts";
import type { TargetFolder } from "./target-folder.ts";

/** Mode of a file while it is not complete: nobody else's business. */
const PARTIAL_MODE = 0o600;

/** A root that is one file. */
export class FileRoot implements IncomingRoot, Holder {
  readonly partial: string;
  readonly #folder: TargetFolder;
  /** What holds the lock. */
  #file: Deno.FsFile | NewFile | undefined;
  /** Nothing has its name so far, as far as can be seen, and nothing is to be kept from others. */
  #absent: boolean;
  /** What an earlier attempt left, in bytes. */
  readonly #had: number;
  #placed = false;

  constructor(partial: string, folder: TargetFolder, { size }: TransferEntry, now: number) {
    this.partial = partial;
    this.#folder = folder;
    const directory = size <= MAX_WHOLE_BYTES ? folder.directory(now) : undefined;
    this.#absent = directory !== undefined && !directory.has(basename(partial));
    this.#had = this.#absent ? 0 : plainFileSize(partial);
  }

  lock(): boolean {
    if (this.#absent) return true;
    inUse(this);
    if (this.#file !== undefined) return true;
    this.#file = lockOrClose(this, openPlain(this.partial, PARTIAL_MODE).file);
    return this.#file !== undefined;
  }

  park(): boolean {
    this.#file?.close();
    this.#file = undefined;
    return true;
  }

  folder(): void {
    throw new FormatError("transfer.name", { reason: text("transfer.name-outside") });
  }

  have(): number {
    return this.#had;
  }

  open(entry: TransferEntry, path: readonly string[]): PartialFile {
    this.#absent = false;
    this.#hold(path);
    const opened = openPlain(this.partial, PARTIAL_MODE);
    return new PartialFile(opened, this.partial, path.join("/"), entry.size, finishOf(entry));
  }

  put(entry: TransferEntry, path: readonly string[], content: Uint8Array, now: number): void {
    const finish = finishOf(entry);
    if (this.#absent && this.#make(content, finish, now)) return;
    this.#absent = false;
    this.#hold(path);
    const { file, fresh } = openPlain(this.partial, PARTIAL_MODE);
    try {
      fillWhole({ file, fresh }, this.partial, content, finish);
    } finally {
      file.close();
    }
  }

  /** Makes the file, whole, and locks it; false when that did not go well, and then nothing is held. */
  #make(content: Uint8Array, { mode, modified }: Finish, now: number): boolean {
    const file = this.#folder.directory(now)?.create(basename(this.partial), PARTIAL_MODE);
    if (file === undefined) return false;
    this.#absent = false;
    // The time later than the content, which would change it.
    const good = file.lock() && file.write(content) && file.setTime(modified) && file.setMode(mode);
    if (!good) return file.close() && false;
    this.#file = file;
    inUse(this);
    return true;
  }

  #hold(path: readonly string[]): void {
    if (!this.lock()) throw new VerdictError(TransferCode.busy, "transfer.receive", path.join("/"));
  }

  skip(): void {
    // What there is of it may be gone on with, or is dropped with the root.
  }

  place(name: string, now: number): Promise<string> {
    const path = this.#folder.place(basename(this.partial), name, now);
    this.#placed = true;
    return Promise.resolve(path);
  }

  drop(): Promise<void> {
    if (this.#absent) return Promise.resolve();
    if (isPlain(lookAt(this.partial))) removeIfThere(this.partial);
    return Promise.resolve();
  }

  close(): void {
    this.park();
    notInUse(this);
    if (this.#placed || this.#absent) return;
    // Nothing arrived: nothing to resume.
    const info = lookAt(this.partial);
    if (isPlain(info) && info.size === 0) removeIfThere(this.partial);
  }
}

function finishOf({ mode, modified }: TransferEntry): Finish {
  return { modified, mode: receivedMode(mode, false) };
}
