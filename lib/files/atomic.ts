/**
 * Files that are there whole or not at all: written under a temporary name beside the target, renamed when
 * complete. An existing file is kept unless `force`.
 */
import { FailureError, OUT_OF_REACH } from "../errors.ts";
import { interruption, onInterrupt } from "../system/cleanup.ts";
import { basename, dirname, join } from "../system/path.ts";

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
  return new FailureError(`write ${target}: the file already exists`, {
    hint: "use --force to replace it, or another name",
  });
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function temporaryName(target: string): string {
  const tag = crypto.randomUUID().slice(0, 8);
  return join(dirname(target), `.${basename(target)}.${tag}.part`);
}

/** One output file on its way. */
export class AtomicFile {
  readonly #file: Deno.FsFile;
  readonly #options: AtomicOptions;
  readonly #forget: () => void;
  #open = true;

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
  static async create(target: string, options: AtomicOptions = {}): Promise<AtomicFile> {
    const force = options.force ?? false;
    if (await exists(target)) {
      if (!force) throw existsError(target);
      if ((await Deno.stat(target)).isDirectory) {
        throw new FailureError(`write ${target}: is a folder`);
      }
    }
    const temporary = temporaryName(target);
    try {
      const file = await Deno.open(temporary, {
        write: true,
        createNew: true,
        ...(options.mode === undefined ? {} : { mode: options.mode }),
      });
      return new AtomicFile(target, file, temporary, options);
    } catch (cause) {
      if (cause instanceof Deno.errors.NotFound) {
        throw new FailureError(`write ${target}: the folder does not exist`, { cause });
      }
      if (cause instanceof Deno.errors.PermissionDenied) {
        throw new FailureError(`write ${target}: permission denied`, { cause });
      }
      throw cause;
    }
  }

  /** Appends all of `bytes`. */
  async write(bytes: Uint8Array): Promise<void> {
    let rest = bytes;
    try {
      while (rest.length > 0) rest = rest.subarray(await this.#file.write(rest));
    } catch (cause) {
      if (!this.#open) await this.#gone();
      throw new FailureError(`write ${this.target}: ${plainReason(cause)}`, { cause });
    }
  }

  /** Puts the file in its place, whole. */
  async commit(): Promise<void> {
    if (this.#options.durable && this.#open) await this.#file.syncData();
    if (!this.#open) await this.#gone();
    this.#close();
    try {
      if (this.#options.force) return await Deno.rename(this.temporary, this.target);
      await linkOrRename(this.temporary, this.target);
    } catch (error) {
      await removeIfThere(this.temporary);
      throw error;
    }
  }

  /** Leaves nothing behind. May be called at any time, also after `commit`. */
  async abort(): Promise<void> {
    if (!this.#open) return;
    this.#close();
    await removeIfThere(this.temporary);
  }

  /** It was aborted in the middle of something: by an interrupt, which ends the program, or by a mistake of ours. */
  async #gone(): Promise<never> {
    await interruption();
    throw new FailureError(`write ${this.target}: it was given up`);
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
    if (error instanceof Deno.errors.AlreadyExists || await exists(to)) throw existsError(to);
    return await Deno.rename(from, to);
  }
  await Deno.remove(from);
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Why the system did not read or write, without the runtime's wording around it. */
export function plainReason(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  if (error instanceof Deno.errors.NotFound) return "no such file or folder";
  if (error instanceof Deno.errors.PermissionDenied) return "permission denied";
  if (error instanceof Deno.errors.NotCapable) return OUT_OF_REACH;
  if (/os error 28\b|ENOSPC/.test(text)) return "no space left on the device";
  if (/os error 27\b|EFBIG/.test(text)) return "the file is too large for this file system";
  return text.replace(/ \(os error \d+\).*$/, "").toLowerCase();
}

/** Writes a whole small file atomically. */
export async function writeFileAtomic(
  target: string,
  bytes: Uint8Array,
  options: AtomicOptions = {},
): Promise<void> {
  const file = await AtomicFile.create(target, { durable: true, ...options });
  try {
    await file.write(bytes);
    await file.commit();
  } catch (error) {
    await file.abort();
    throw error;
  }
}
