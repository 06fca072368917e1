/**
 * Files on their way in: opening one without following anything that was put in its place, writing it, and what
 * goes wrong on a disk, in words that name no local path (they are told to the sender).
 */
import { FailureError, type P2PError } from "../errors.ts";
import { plainReason } from "./atomic.ts";
import { QuickReader, QuickWriter } from "./quick-file.ts";

/** A smaller file is open for a moment only: nobody is expected to take it away meanwhile. */
const SMALL_FILE_BYTES = 64 * 1024;

/** How often a growing file is looked for under its name, in bytes: somebody may have removed the folder. */
const CHECK_EVERY_BYTES = 64 * 1024 * 1024;

/** The disk, or the user's share of it, is full. */
export class NoSpaceError extends FailureError {
  override readonly kind = "no-space";
}

/** ENOSPC and EDQUOT by their numbers on Linux, macOS (69 for EDQUOT) and Windows (112 and 39). */
const FULL = /os error (28|122|69|112|39)\b/;

/** The error for a person on both sides. `action` is "receive NAME". */
export function diskError(action: string, cause: unknown): P2PError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  if (FULL.test(reason)) {
    return new NoSpaceError(`${action}: no space left on the device`, { cause });
  }
  if (cause instanceof Deno.errors.NotFound) {
    return new FailureError(`${action}: the target folder is gone`, { cause });
  }
  if (cause instanceof Deno.errors.PermissionDenied) {
    return new FailureError(`${action}: permission denied in the target folder`, { cause });
  }
  if (cause instanceof FailureError) return cause;
  return new FailureError(`${action}: ${plainReason(cause).replace(/[:,]? '.*$/, "")}`, { cause });
}

/** Whether two looks saw the same file. */
export function sameFile(a: Deno.FileInfo, b: Deno.FileInfo): boolean {
  return a.isFile === b.isFile && a.ino === b.ino && a.dev === b.dev;
}

/** Size of the plain file at `path` that is ours alone; 0 where there is none. Links are not followed. */
export function plainFileSize(path: string): number {
  try {
    const info = Deno.lstatSync(path);
    return info.isFile && (info.nlink ?? 1) === 1 ? info.size : 0;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}

/** A file that was opened, and whether it is a new one. */
export interface Opened {
  readonly file: Deno.FsFile;
  readonly fresh: boolean;
}

/**
 * Opens `path` for reading and writing: a new file, or the plain one that is there. Anything else in its place
 * (a symbolic or second hard link) is taken away, never written through.
 */
export function openPlain(path: string, mode: number): Opened {
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      const file = Deno.openSync(path, { read: true, write: true, createNew: true, mode });
      return { file, fresh: true };
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    }
    const before = lookAt(path);
    if (before === undefined) continue;
    if (before.isFile && (before.nlink ?? 1) === 1) {
      const file = Deno.openSync(path, { read: true, write: true });
      if (sameFile(before, file.statSync())) return { file, fresh: false };
      file.close();
    } else Deno.removeSync(path);
  }
  throw new FailureError("receive file: something else keeps changing it");
}

/** Makes a new file for writing; undefined where something is in the way. */
export function createPlain(path: string, mode: number): Opened | undefined {
  try {
    return { file: Deno.openSync(path, { write: true, createNew: true, mode }), fresh: true };
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return undefined;
    throw error;
  }
}

function lookAt(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** What is set when a file is complete. */
export interface Finish {
  readonly modified: number;
  /** Undefined when it was created with the right ones. */
  readonly mode: number | undefined;
}

/** Writes a whole file, from the beginning, and closes it. */
export function writeWhole(
  opened: Opened,
  path: string,
  content: Uint8Array,
  finish: Finish,
): void {
  try {
    fillWhole(opened, path, content, finish);
  } finally {
    opened.file.close();
  }
}

/** Writes a whole file, from the beginning. */
export function fillWhole(
  { file, fresh }: Opened,
  path: string,
  content: Uint8Array,
  { modified, mode }: Finish,
): void {
  if (!fresh) file.truncateSync(0);
  for (let rest = content; rest.length > 0;) rest = rest.subarray(file.writeSync(rest));
  if (mode !== undefined && Deno.build.os !== "windows") Deno.chmodSync(path, mode);
  // Last: writing would change it.
  const time = new Date(modified);
  file.utimeSync(time, time);
}

/** Whether `path` still stands for the open `file`. */
export function isAt(file: Deno.FsFile, path: string): boolean {
  const there = lookAt(path);
  return there !== undefined && sameFile(there, file.statSync());
}

/** A file that grows; see `IncomingFile` in lib/transfer. */
export class PartialFile {
  readonly #file: Deno.FsFile;
  readonly #reader: QuickReader;
  readonly #writer: QuickWriter;
  readonly #path: string;
  readonly #action: string;
  readonly #small: boolean;
  readonly #finish: Finish;
  /** Empty, with the position at its beginning. */
  #fresh: boolean;
  /** Told of every write. */
  onWrite: () => void = () => undefined;
  /** Told when it is whole. */
  onComplete: () => void = () => undefined;
  #written = 0;
  #open = true;

  constructor(
    { file, fresh }: Opened,
    path: string,
    name: string,
    size: number,
    finish: Finish,
  ) {
    this.#file = file;
    this.#reader = new QuickReader(file);
    this.#writer = new QuickWriter(file);
    this.#fresh = fresh;
    this.#path = path;
    this.#action = `receive ${name}`;
    this.#small = size <= SMALL_FILE_BYTES;
    this.#finish = finish;
  }

  async read(out: Uint8Array): Promise<number> {
    return await this.#guard(() => this.#reader.read(out));
  }

  async restart(length: number): Promise<void> {
    if (this.#fresh && length === 0) return;
    await this.#guard(() => {
      this.#file.truncateSync(length);
      this.#file.seekSync(length, Deno.SeekMode.Start);
    });
  }

  write(bytes: Uint8Array): Promise<void> | undefined {
    this.onWrite();
    this.#fresh = false;
    this.#written += bytes.length;
    try {
      if (this.#written >= CHECK_EVERY_BYTES) {
        this.#written = 0;
        this.#check();
      }
      const later = this.#writer.write(bytes);
      return later === undefined ? undefined : this.#guard(() => later);
    } catch (error) {
      throw diskError(this.#action, error);
    }
  }

  async complete(): Promise<void> {
    await this.#guard(async () => {
      await this.#writer.flush();
      if (!this.#small) this.#check();
      if (this.#finish.mode !== undefined && Deno.build.os !== "windows") {
        Deno.chmodSync(this.#path, this.#finish.mode);
      }
      const modified = new Date(this.#finish.modified);
      this.#file.utimeSync(modified, modified);
      this.#close();
      this.onComplete();
    });
  }

  async suspend(): Promise<void> {
    try {
      if (this.#open) await this.#writer.flush();
    } catch (error) {
      // What could not be written is sent again.
      if (!(error instanceof Error)) throw error;
    }
    this.#close();
  }

  /** Makes sure that the name still stands for this file. */
  #check(): void {
    const there = lookAt(this.#path);
    if (there === undefined) throw new FailureError(`${this.#action}: the target folder is gone`);
    if (!sameFile(there, this.#file.statSync())) {
      throw new FailureError(`${this.#action}: another file was put in its place`);
    }
  }

  async #guard<T>(work: () => T | Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw diskError(this.#action, error);
    }
  }

  #close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#file.close();
  }
}
