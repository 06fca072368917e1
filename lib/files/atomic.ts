/**
 * Files that are there whole or not at all: written under a temporary name beside the target, renamed when
 * complete. An existing file is kept unless `force`.
 */
import { FailureError, P2PError, systemCode } from "../errors.ts";
import { text } from "../text/catalogue.ts";
import { interruption, onInterrupt } from "../system/cleanup.ts";
import { basename, dirname, join } from "../system/path.ts";
import { renameNoReplace } from "../system/rename.ts";
import { groupUmask } from "../system/umask.ts";
import { diskCode, diskReason } from "./disk-error.ts";
import { exists, isAt, isFolder, isPlain, lookAt, removeIfThere } from "./look.ts";

/** How an output file is made. */
export interface AtomicOptions {
  /** Replace an existing file. */
  readonly force?: boolean;
  /** Permissions of the new file; the process's usual ones when absent. */
  readonly mode?: number;
  /** Have the bytes on the disk before the file takes its name: for keys and state, not for bulk data. */
  readonly durable?: boolean;
}

function existsError(target: string): FailureError {
  return new FailureError("files.exists", { path: target }, { hint: text("files.exists.hint") });
}

/** A folder is never replaced, whatever is forced. */
function folderError(target: string): FailureError {
  const reason = text("system.is-folder");
  const path = target.replace(/(?<=.)[\\/]+$/, "");
  return new FailureError("files.write", { path: target, reason }, {
    hint: text("files.folder.hint", { path }),
  });
}

/** Suffix of the temporary name. */
const SUFFIX = ".part";

/** Longest part of the target's name that is kept in it, in characters of at most four bytes. */
const NAME_CHARACTERS = 50;

/** A temporary file younger than this may belong to somebody who has not locked it yet, in milliseconds. */
const YOUNG_MS = 2000;

/**
 * Makes the temporary file of `target`, locked as long as it is open. Its name is the same each time, so that what a killed
 * program left is found and cleared; while somebody else is writing there, it is another.
 */
function openTemporary(target: string, mode: number): { file: Deno.FsFile; path: string } {
  const name = [...basename(target)].slice(0, NAME_CHARACTERS).join("");
  const at = join(dirname(target), `.${name}.p2p`);
  const usual = at + SUFFIX;
  for (const path of [usual, usual, `${at}-${crypto.randomUUID().slice(0, 8)}${SUFFIX}`]) {
    try {
      const file = Deno.openSync(path, { write: true, createNew: true, mode });
      file.tryLockSync(true);
      return { file, path };
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
      clearDead(path);
    }
  }
  throw existsError(target);
}

/** Removes the temporary file at `path`, when nobody is writing it. */
function clearDead(path: string): void {
  const info = lookAt(path);
  if (!isPlain(info) || Date.now() - (info.mtime?.getTime() ?? 0) < YOUNG_MS) return;
  try {
    using file = Deno.openSync(path, { write: true });
    if (file.tryLockSync(true) && isAt(file, path)) removeIfThere(path);
  } catch (error) {
    // It is another user's: it stays, and we take another name.
    if (systemCode(error) === undefined) throw error;
  }
}

/** So much of a file is written without giving up the thread. */
const AT_ONCE_BYTES = 2 * 1024 * 1024;

/** One output file on its way. */
export class AtomicFile {
  readonly #file: Deno.FsFile;
  readonly #options: AtomicOptions;
  readonly #forget: () => void;
  #open = true;
  /** Bytes that were written at once. */
  #written = 0;

  private constructor(
    readonly target: string,
    file: Deno.FsFile,
    /** Its name until `commit`, for those who write to it on their own. */
    readonly temporary: string,
    options: AtomicOptions,
  ) {
    this.#file = file;
    this.#options = options;
    this.#forget = onInterrupt(() => this.abort());
  }

  /** Opens a temporary file beside `target`. Refuses an existing target unless `force`. */
  static create(target: string, options: AtomicOptions = {}): Promise<AtomicFile> {
    const force = options.force ?? false;
    // The umask keeps nothing from the owner after this.
    groupUmask();
    try {
      if (exists(target)) {
        if (isFolder(target)) throw folderError(target);
        if (!force) throw existsError(target);
      }
      const { file, path } = openTemporary(target, options.mode ?? 0o666);
      return Promise.resolve(new AtomicFile(target, file, path, options));
    } catch (cause) {
      return Promise.reject(writeError(target, cause));
    }
  }

  /** Appends all of `bytes`. */
  async write(bytes: Uint8Array): Promise<void> {
    let rest = bytes;
    try {
      // Up to a size the file system takes them sooner than another thread would be asked.
      if (rest.length <= AT_ONCE_BYTES && this.#written < AT_ONCE_BYTES) {
        while (rest.length > 0) rest = rest.subarray(this.#file.writeSync(rest));
        this.#written += bytes.length;
      }
      while (rest.length > 0) rest = rest.subarray(await this.#file.write(rest));
    } catch (cause) {
      if (!this.#open) await this.#gone();
      throw writeError(this.target, cause);
    }
  }

  /** Puts the file in its place, whole. */
  async commit(): Promise<void> {
    if (this.#options.durable && this.#open) await this.#file.syncData();
    if (!this.#open) await this.#gone();
    this.#close();
    try {
      if (this.#options.force) return Deno.renameSync(this.temporary, this.target);
      if (!renameNoReplace(this.temporary, this.target)) {
        await linkOrRename(this.temporary, this.target);
      }
    } catch (error) {
      removeIfThere(this.temporary);
      throw writeError(this.target, error);
    }
  }

  /** Leaves nothing behind. May be called at any time, also after `commit`. */
  async abort(): Promise<void> {
    if (!this.#open) return;
    removeIfThere(this.temporary);
    this.#close();
    await Promise.resolve();
  }

  /** It was aborted in the middle of something: by an interrupt, which ends the program, or by a mistake of ours. */
  async #gone(): Promise<never> {
    await interruption();
    throw new FailureError("files.write", {
      path: this.target,
      reason: text("files.given-up"),
    });
  }

  #close(): void {
    this.#open = false;
    this.#forget();
    this.#file.close();
  }
}

/** A hard link never replaces a file that came in the meantime; where links are not to be had, look and rename. */
async function linkOrRename(from: string, to: string): Promise<void> {
  try {
    await Deno.link(from, to);
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists || exists(to)) throw existsError(to);
    return await Deno.rename(from, to);
  }
  await Deno.remove(from);
}

/** The error for something that went wrong while `target` was written; what is no error of the system stays. */
function writeError(target: string, cause: unknown): unknown {
  if (cause instanceof P2PError) return cause;
  if (diskCode(cause) === undefined && !(cause instanceof Deno.errors.NotCapable)) return cause;
  const reason = cause instanceof Deno.errors.NotFound
    ? text("files.no-folder")
    : diskReason(cause);
  return new FailureError("files.write", { path: target, reason }, { cause });
}

/** Makes the file `target` of what `fill` writes: whole, or not at all. Throws what `fill` throws. */
export async function writeAtomically(
  target: string,
  fill: (file: AtomicFile) => Promise<unknown>,
  options: AtomicOptions = {},
): Promise<void> {
  const file = await AtomicFile.create(target, options);
  try {
    await fill(file);
    await file.commit();
  } catch (error) {
    await file.abort();
    throw error;
  }
}
