/**
 * Files on their way in: opening one without following anything that was put in its place, and writing it. A file may be
 * closed between two writes and opened again (see descriptors.ts). Zeros become holes.
 */
import { TransferCode, VerdictError } from "../transfer/verdict.ts";
import { incomingError } from "./disk-error.ts";
import { type Holder, inUse, notInUse } from "./descriptors.ts";
import { setMode } from "./file-mode.ts";
import { isPlain, lookAt, sameFile } from "./look.ts";
import { QuickReader, QuickWriter } from "./quick-file.ts";

/** A smaller file is open for a moment only: nobody is expected to take it away meanwhile. */
const SMALL_FILE_BYTES = 64 * 1024;

/** How often a growing file is looked for under its name, in bytes: somebody may have removed the folder. */
const CHECK_EVERY_BYTES = 64 * 1024 * 1024;

/** At least this many zeros in one piece are left out, in bytes: several blocks of any file system. */
const HOLE_BYTES = 32 * 1024;

/** Size of the plain file at `path` that is ours alone; 0 where there is none. Links are not followed. */
export function plainFileSize(path: string): number {
  const info = lookAt(path);
  return isPlain(info) ? info.size : 0;
}

/** A file that was opened, and whether it is a new one. */
export interface OpenedPartial {
  readonly file: Deno.FsFile;
  readonly fresh: boolean;
}

/**
 * Opens `path` for reading and writing: a new file, or the plain one that is there. Anything else in its place
 * (a symbolic or second hard link) is taken away, never written through.
 */
export function openPlain(path: string, mode: number): OpenedPartial {
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      const file = Deno.openSync(path, { read: true, write: true, createNew: true, mode });
      return { file, fresh: true };
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    }
    const before = lookAt(path);
    if (before === undefined) continue;
    if (isPlain(before)) {
      const file = openSame(path, before);
      if (file !== undefined) return { file, fresh: false };
    } else Deno.removeSync(path);
  }
  throw new VerdictError(TransferCode.replaced, "transfer.receive", path);
}

/** Opens `path`, where `before` was seen; undefined when it is another file now. */
function openSame(path: string, before: Deno.FileInfo): Deno.FsFile | undefined {
  const file = Deno.openSync(path, { read: true, write: true });
  if (sameFile(before, file.statSync())) return file;
  file.close();
  return undefined;
}

/** Makes a new file for writing; undefined where something is in the way. */
export function createPlain(path: string, mode: number): OpenedPartial | undefined {
  try {
    return { file: Deno.openSync(path, { write: true, createNew: true, mode }), fresh: true };
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return undefined;
    throw error;
  }
}

/** What is set when a file is complete. */
export interface Finish {
  readonly modified: number;
  readonly mode: number;
}

/** Writes a whole file, from the beginning, and closes it. */
export function writeWhole(
  opened: OpenedPartial,
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
  { file, fresh }: OpenedPartial,
  path: string,
  content: Uint8Array,
  { modified, mode }: Finish,
): void {
  if (!fresh) file.truncateSync(0);
  for (let rest = content; rest.length > 0;) rest = rest.subarray(file.writeSync(rest));
  setMode(file, path, mode);
  // Last: writing would change it.
  const time = new Date(modified);
  file.utimeSync(time, time);
}

/** What a file needs while it is open. */
interface Handle {
  readonly file: Deno.FsFile;
  readonly reader: QuickReader;
  readonly writer: QuickWriter;
}

function handleOf(file: Deno.FsFile): Handle {
  return { file, reader: new QuickReader(file), writer: new QuickWriter(file) };
}

/** A file that grows; see `IncomingFile` in lib/transfer. */
export class PartialFile implements Holder {
  readonly #path: string;
  readonly #name: string;
  readonly #small: boolean;
  readonly #finish: Finish;
  readonly #identity: Deno.FileInfo;
  #handle: Handle | undefined;
  /** Where reading or writing goes on. */
  #at = 0;
  /** The file ends before `#at`, by zeros. */
  #hole = false;
  /** Empty, with the position at its beginning. */
  #fresh: boolean;
  #unchecked = 0;
  #over = false;
  /** Told of every write. */
  onWrite: () => void = () => undefined;
  /** Told when it is whole. */
  onComplete: () => void = () => undefined;

  /** @param name what the peer calls it */
  constructor(
    { file, fresh }: OpenedPartial,
    path: string,
    name: string,
    size: number,
    finish: Finish,
  ) {
    this.#handle = handleOf(file);
    this.#identity = file.statSync();
    this.#fresh = fresh;
    this.#path = path;
    this.#name = name;
    this.#small = size <= SMALL_FILE_BYTES;
    this.#finish = finish;
    inUse(this);
  }

  async read(out: Uint8Array): Promise<number> {
    return await this.#guard(async () => {
      const length = await this.#use().reader.read(out);
      this.#at += length;
      return length;
    });
  }

  async restart(length: number): Promise<void> {
    if (this.#fresh && length === 0) return;
    await this.#guard(() => {
      const { file } = this.#use();
      file.truncateSync(length);
      file.seekSync(length, Deno.SeekMode.Start);
      this.#at = length;
    });
  }

  write(bytes: Uint8Array): Promise<void> | undefined {
    this.onWrite();
    this.#fresh = false;
    this.#unchecked += bytes.length;
    try {
      const handle = this.#use();
      if (this.#unchecked >= CHECK_EVERY_BYTES) {
        this.#unchecked = 0;
        this.#check(handle);
      }
      const isHole = bytes.length >= HOLE_BYTES && isZero(bytes);
      if (isHole || this.#hole) return this.#guard(() => this.#writeHole(handle, bytes, isHole));
      this.#at += bytes.length;
      const later = handle.writer.write(bytes);
      return later === undefined ? undefined : this.#guard(() => later);
    } catch (error) {
      throw incomingError(this.#name, error);
    }
  }

  async complete(): Promise<void> {
    await this.#guard(async () => {
      const handle = this.#use();
      await this.#settle(handle);
      if (!this.#small) this.#check(handle);
      setMode(handle.file, this.#path, this.#finish.mode);
      const modified = new Date(this.#finish.modified);
      handle.file.utimeSync(modified, modified);
      this.#close();
      this.onComplete();
    });
  }

  async suspend(): Promise<void> {
    try {
      if (this.#handle !== undefined) await this.#settle(this.#handle);
    } catch (error) {
      // What could not be written is sent again.
      if (!(error instanceof Error)) throw error;
    }
    this.#close();
  }

  park(): boolean {
    const handle = this.#handle;
    if (handle === undefined) return true;
    if (!handle.writer.flushNow()) return false;
    handle.file.close();
    this.#handle = undefined;
    return true;
  }

  /** What is open; opens it again when it was closed meanwhile. */
  #use(): Handle {
    if (this.#over) throw new VerdictError(TransferCode.busy, "transfer.receive", this.#name);
    inUse(this);
    return this.#handle ??= this.#reopen();
  }

  #reopen(): Handle {
    const file = openSame(this.#path, this.#identity);
    if (file === undefined) throw this.#replaced();
    file.seekSync(this.#at, Deno.SeekMode.Start);
    return handleOf(file);
  }

  /** Everything is with the system, up to where writing stands. */
  async #settle({ file, writer }: Handle): Promise<void> {
    await writer.flush();
    if (this.#hole) file.truncateSync(this.#at);
    this.#hole = false;
  }

  /** Passes over zeros, or writes the first that are none behind them. */
  async #writeHole({ file, writer }: Handle, bytes: Uint8Array, isHole: boolean): Promise<void> {
    await writer.flush();
    if (!isHole && this.#hole) file.seekSync(this.#at, Deno.SeekMode.Start);
    this.#hole = isHole;
    this.#at += bytes.length;
    if (!isHole) await writer.write(bytes);
  }

  /** Makes sure that the name still stands for this file. */
  #check({ file }: Handle): void {
    const there = lookAt(this.#path);
    if (there === undefined) {
      throw new VerdictError(TransferCode.targetGone, "transfer.receive", this.#name);
    }
    if (!sameFile(there, file.statSync())) throw this.#replaced();
  }

  #replaced(): VerdictError {
    return new VerdictError(TransferCode.replaced, "transfer.receive", this.#name);
  }

  async #guard<T>(work: () => T | Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw incomingError(this.#name, error);
    }
  }

  #close(): void {
    this.#over = true;
    notInUse(this);
    this.#handle?.file.close();
    this.#handle = undefined;
  }
}

/** Whether `bytes` are zeros. Most that are not say so soon. */
function isZero(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) if (bytes[i] !== 0) return false;
  return true;
}
