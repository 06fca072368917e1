/** What lies at a path, without following a link there unless that is said. */

/** What lies at `path`; undefined for nothing. */
export function lookAt(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Whether something lies at `path`. */
export function exists(path: string): boolean {
  return lookAt(path) !== undefined;
}

/** Whether `path` leads to a folder. What is not there, or out of reach, is none; opening it says why. */
export function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch (error) {
    if (error instanceof Error) return false;
    throw error;
  }
}

/** Whether two looks saw the same file or folder. */
export function sameFile(a: Deno.FileInfo, b: Deno.FileInfo): boolean {
  return a.isFile === b.isFile && a.ino === b.ino && a.dev === b.dev;
}

/** Whether `info` is of a plain file that has this one name. */
export function isPlain(info: Deno.FileInfo | undefined): info is Deno.FileInfo {
  return info !== undefined && info.isFile && (info.nlink ?? 1) === 1;
}

/** Whether `path` still stands for the open `file`. */
export function isAt(file: Deno.FsFile, path: string): boolean {
  const there = lookAt(path);
  return there !== undefined && sameFile(there, file.statSync());
}

/** Removes the file at `path`, where there is one. */
export function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
