/** Gives something finished its final name: a free one, taken atomically, so that nothing is ever replaced. */
import { join } from "../system/path.ts";
import { FailureError } from "../errors.ts";
import { numberedName } from "../transfer/names.ts";

/** Variants of a name that are tried. */
const MAX_VARIANTS = 10_000;

/**
 * Moves the file or folder `from` to `name` in `folder`, or to the first free `name (n).ext`; answers the path.
 */
export function takeFreeName(
  from: string,
  folder: string,
  name: string,
): string {
  const isFolder = Deno.lstatSync(from).isDirectory;
  for (let n = 0; n < MAX_VARIANTS; n++) {
    const target = join(folder, numberedName(name, n));
    if (isFolder) {
      if (!taken(target) && moveFolder(from, target)) return target;
    } else if (moveFile(from, target)) return target;
  }
  throw new FailureError(`receive ${name}: no free name is left`);
}

function taken(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
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
    if (!taken(target)) throw error;
    return false;
  }
}
