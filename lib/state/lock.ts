/**
 * Small state files that several running programs change: under an advisory lock, replaced whole.
 *
 * All of it is synchronous on purpose. The lock is held for a millisecond, and a program that waited for it in
 * two places at once (`FsFile.lock`) has been seen to wait for itself for ever.
 */
import { PRIVATE_FILE } from "./home.ts";

/** Runs `work` while this program alone, of all that ask, holds the lock of the file `path`. */
export function withFileLock<T>(path: string, work: () => T): T {
  const lock = Deno.openSync(`${path}.lock`, { create: true, write: true, mode: PRIVATE_FILE });
  try {
    lock.lockSync(true);
    return work();
  } finally {
    lock.close();
  }
}

/**
 * Replaces the file `path`, private to the user, so that a reader finds the old or the new content whole.
 *
 * @param durable have the new content on the disk before it takes the name
 */
export function replaceFile(
  path: string,
  bytes: Uint8Array,
  { durable }: { readonly durable: boolean },
): void {
  const temporary = `${path}.${crypto.randomUUID().slice(0, 8)}.part`;
  try {
    const file = Deno.openSync(temporary, { write: true, createNew: true, mode: PRIVATE_FILE });
    try {
      let rest = bytes;
      while (rest.length > 0) rest = rest.subarray(file.writeSync(rest));
      if (durable) file.syncDataSync();
    } finally {
      file.close();
    }
    Deno.renameSync(temporary, path);
  } catch (error) {
    try {
      Deno.removeSync(temporary);
    } catch (missing) {
      if (!(missing instanceof Deno.errors.NotFound)) throw missing;
    }
    throw error;
  }
}
