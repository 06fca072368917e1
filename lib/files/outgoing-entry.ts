/** One file or folder on its way out: opened as it is, never through a link, and read while it stays what it was. */
import { readWhole } from "../system/files.ts";
import { TransferCode, VerdictError } from "../transfer/verdict.ts";
import type { Text } from "../text/text.ts";
import { text } from "../text/catalogue.ts";
import { outgoingError } from "./disk-error.ts";
import { turnAfter } from "./patience.ts";
import { QuickReader } from "./quick-file.ts";

/** A file or folder found. `path` is below the root's name, with "/" between. */
export interface OutgoingEntry {
  readonly root: number;
  readonly folder: boolean;
  readonly mode: number;
  readonly modified: number;
  readonly size: number;
  readonly path: string;
  /** Where it lies here; empty for what is not on the disk. */
  readonly place: string;
  open(): Promise<OutgoingFile>;
  /** Reads a small file into `out`, which has its size; whether it is still what this entry says. */
  readWhole(out: Uint8Array): Promise<boolean> | boolean;
}

/** What an entry says of its file. */
interface Known {
  readonly size: number;
  readonly modified: number;
  readonly path: string;
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
      throw outgoingError(this.#entry.path, cause);
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
export class FoundEntry implements OutgoingEntry {
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
      return Promise.reject(outgoingError(this.path, cause));
    }
  }

  readWhole(out: Uint8Array): Promise<boolean> | boolean {
    const begun = performance.now();
    const now = readWhole(this.place, out);
    const whole = now !== undefined && isSame(now, this) || this.#readSlowly(out);
    const pause = turnAfter(begun);
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
      throw outgoingError(this.path, cause);
    }
  }
}

/** Why something is neither a file nor a folder; undefined when it is one. */
export function unsendable(info: Deno.FileInfo): Text | undefined {
  if (info.isSymlink) return text("files.is-link");
  if (info.isFile || info.isDirectory) return undefined;
  if (info.isFifo) return text("files.is-pipe");
  return info.isSocket ? text("files.is-socket") : text("files.is-device");
}

/** Whole milliseconds since 1970, never negative. */
export function modifiedOf(info: Deno.FileInfo): number {
  return Math.max(0, Math.floor(info.mtime?.getTime() ?? 0));
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
  if (kind !== undefined) {
    throw new VerdictError(TransferCode.special, "transfer.read", path, kind);
  }
  return Deno.openSync(place, { read: true });
}
