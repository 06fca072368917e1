/**
 * The folder that received files go to: whether it can be written to is found out before anybody sends something, and what
 * transfers left there long ago, and nobody came back for, is cleared away.
 */
import { FailureError, reasonText, systemCode } from "../errors.ts";
import { text } from "../text/catalogue.ts";
import { join } from "../system/path.ts";
import { PathLock } from "./claims.ts";
import { groupUmask } from "../system/umask.ts";

/** What a transfer left may be gone on with for this long, in milliseconds: thirty days. */
const KEPT_MS = 30 * 24 * 3600 * 1000;

/** Names of unfinished roots (incoming.ts). */
const PARTIAL = /^\..+\.[0-9a-f]{12}\.p2p-part$/s;

/**
 * Makes the folder where there is none, and makes sure that files can be put there.
 *
 * @throws FailureError that says why not
 */
export async function checkSaveFolder(folder: string): Promise<void> {
  groupUmask();
  try {
    await Deno.mkdir(folder, { recursive: true });
    if (!(await Deno.stat(folder)).isDirectory) throw new Deno.errors.NotADirectory();
    const probe = join(folder, `.p2p-${crypto.randomUUID().slice(0, 8)}`);
    (await Deno.open(probe, { write: true, createNew: true, mode: 0o600 })).close();
    await Deno.remove(probe);
  } catch (cause) {
    const blocked = cause instanceof Deno.errors.AlreadyExists ||
      cause instanceof Deno.errors.NotADirectory;
    const reason = blocked ? text("system.not-folder") : reasonText(cause);
    throw new FailureError("files.save-folder", { path: folder, reason }, { cause });
  }
}

/**
 * Removes unfinished roots in `folder` that nobody has gone on with since `now` less thirty days; how many. What this
 * program may not look at or remove stays: it is in nobody's way.
 */
export async function clearOldPartials(folder: string, now: number): Promise<number> {
  let cleared = 0;
  try {
    for await (const { name } of Deno.readDir(folder)) {
      if (PARTIAL.test(name) && await clearOld(join(folder, name), now)) cleared++;
    }
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
  }
  return cleared;
}

async function clearOld(path: string, now: number): Promise<boolean> {
  const info = await Deno.lstat(path);
  const changed = info.mtime?.getTime() ?? now;
  if (now - changed < KEPT_MS || !(info.isFile || info.isDirectory)) return false;
  const lock = new PathLock(path);
  try {
    if (!lock.hold()) return false;
    await Deno.remove(path, { recursive: true });
    return true;
  } finally {
    lock.release();
  }
}
