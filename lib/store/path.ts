/**
 * The little of path handling that every command needs. `node:path` does all of it and more, but loading the first
 * `node:` module takes a third as long as starting the runtime.
 */

const WINDOWS = Deno.build.os === "windows";
const SEPARATOR = WINDOWS ? "\\" : "/";

function lastSeparator(path: string): number {
  return WINDOWS ? Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) : path.lastIndexOf("/");
}

/** `parts` one below the other, as they are: nothing is resolved. Empty ones do not count. */
export function join(...parts: readonly string[]): string {
  let path = "";
  for (const part of parts) {
    const between = path === "" || lastSeparator(path) === path.length - 1 ? "" : SEPARATOR;
    if (part !== "") path += between + part;
  }
  return path === "" ? "." : path;
}

/** The folder of `path`: "." where it names none. */
export function dirname(path: string): string {
  const at = lastSeparator(path);
  if (at > 0) return path.slice(0, at);
  if (at === 0) return path.slice(0, 1);
  return WINDOWS && path[1] === ":" ? `${path.slice(0, 2)}.` : ".";
}

/** The name of `path` within its folder. */
export function basename(path: string): string {
  const name = path.slice(lastSeparator(path) + 1);
  return WINDOWS && name[1] === ":" ? name.slice(2) : name;
}
