/**
 * Gives something finished its final name: a free one, taken in one step, so that nothing is ever replaced. Where the
 * system has no such step, a file gets a second name and loses its first, and for a folder an empty one keeps the place.
 */
import { freeNumber, numberedName } from "../transfer/free-names.ts";
import { TransferCode, VerdictError } from "../transfer/verdict.ts";
import { renameNoReplace } from "../system/rename.ts";
import { join } from "../system/path.ts";
import { exists } from "./look.ts";

/** How often somebody else may take the name that was found free. */
const MAX_RACES = 100;

/** Moves the file or folder `from` to `name` in `folder`, or to a free `name (n).ext`; answers the path. */
export function takeFreeName(from: string, folder: string, name: string): string {
  const isFolder = Deno.lstatSync(from).isDirectory;
  const target = (n: number) => join(folder, numberedName(name, n));
  for (let race = 0, n = 0; race < MAX_RACES; race++) {
    n = freeNumber((n) => exists(target(n)), n);
    const path = target(n);
    if (renameNoReplace(from, path)) return path;
    if (exists(path)) continue;
    if (isFolder ? moveFolder(from, path) : moveFile(from, path)) return path;
  }
  throw new VerdictError(TransferCode.busy, "transfer.receive", name);
}

/** A hard link never replaces what came there in the meantime. */
function moveFile(from: string, target: string): boolean {
  try {
    Deno.linkSync(from, target);
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return false;
    if (error instanceof Deno.errors.NotFound) throw error;
    return moveWithoutLinks(from, target);
  }
  Deno.removeSync(from);
  return true;
}

/** On file systems without hard links: reserve the name, then rename over what is our own. */
function moveWithoutLinks(from: string, target: string): boolean {
  try {
    Deno.openSync(target, { write: true, createNew: true }).close();
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return false;
    throw error;
  }
  Deno.renameSync(from, target);
  return true;
}

/** An empty folder reserves the name; a rename replaces it, or finds that it is no longer empty. */
function moveFolder(from: string, target: string): boolean {
  try {
    Deno.mkdirSync(target);
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return false;
    throw error;
  }
  if (Deno.build.os === "windows") Deno.removeSync(target);
  try {
    Deno.renameSync(from, target);
    return true;
  } catch (error) {
    if (!exists(target)) throw error;
    return false;
  }
}
