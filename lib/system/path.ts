/**
 * The little of path handling that every command needs. `node:path` does all of it and more, but loading the first
 * `node:` module takes a third as long as starting the runtime.
 */

const WINDOWS = Deno.build.os === "windows";
const SEPARATOR = WINDOWS ? "\\" : "/";

function lastSeparator(path: string): number {
  return WINDOWS ? Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) : path.lastIndexOf("/");
}

/** `parts` one below the other, as they are: nothing is resolved. Empty ones and "." do not count. */
export function join(...parts: readonly string[]): string {
  let path = "";
  for (const part of parts) {
    const between = path === "" || lastSeparator(path) === path.length - 1 ? "" : SEPARATOR;
    if (part !== "" && part !== ".") path += between + part;
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

/** The ending of the name of `path`, with its dot: "" where it has none. */
export function extname(path: string): string {
  const name = basename(path);
  const at = name.lastIndexOf(".");
  return at <= 0 || name === ".." ? "" : name.slice(at);
}

/** The root that `path` starts at, "" where it is below the current folder. */
function rootOf(path: string): string {
  const root = WINDOWS ? /^(?:[A-Za-z]:[\\/]|[\\/]{2}[^\\/]+[\\/]+[^\\/]+[\\/]?|[\\/])/ : /^\//;
  return root.exec(path)?.[0] ?? "";
}

/** `path` from the root on, without "." and "..". */
export function resolve(path: string): string {
  const whole = rootOf(path) === "" ? join(Deno.cwd(), path) : path;
  const root = rootOf(whole);
  const names: string[] = [];
  for (const name of whole.slice(root.length).split(WINDOWS ? /[\\/]/ : "/")) {
    if (name === "..") names.pop();
    else if (name !== "" && name !== ".") names.push(name);
  }
  return root + names.join(SEPARATOR);
}
