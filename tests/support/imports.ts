/** The import graph of the project's own sources, for the tests that hold its shape. */
import { dirname, join, normalize } from "node:path";

/** Root of the project, with a trailing slash. */
export const ROOT = new URL("../../", import.meta.url).pathname;

/** One source file and what it imports. */
export interface Source {
  /** Path from the root: "lib/crypto/sm3.ts". */
  readonly path: string;
  readonly text: string;
  /** Imported files of the project, as paths from the root; dynamic imports included, `import type` too. */
  readonly local: readonly string[];
  /** Everything else that is imported: "node:path", "@noble/curves/…". */
  readonly foreign: readonly string[];
}

const IMPORT =
  /(?:^|[\s;])(?:import|export)\s+(?:type\s+)?(?:[\w*{}\s,$]+?\s+from\s+)?["']([^"']+)["']|import\(\s*["']([^"']+)["']\s*[,)]/g;

/** Parses one file's imports. `path` is from the root. */
export function parseSource(path: string, text: string): Source {
  const local: string[] = [];
  const foreign: string[] = [];
  for (const match of withoutComments(text).matchAll(IMPORT)) {
    const name = match[1] ?? match[2] ?? "";
    if (name.startsWith(".")) local.push(normalize(join(dirname(path), name)));
    else foreign.push(name);
  }
  return { path, text, local, foreign };
}

/** Code without comments, so that a word in prose is no use of a thing. Strings stay. */
export function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|[^:"'`\\])\/\/[^\n]*/g, "$1");
}

/** All TypeScript files below the given folders (and files) of the project. */
export function sources(...places: string[]): Source[] {
  const found: Source[] = [];
  const visit = (path: string): void => {
    const info = Deno.statSync(ROOT + path);
    if (info.isDirectory) {
      for (const entry of Deno.readDirSync(ROOT + path)) visit(join(path, entry.name));
    } else if (/\.tsx?$/.test(path)) {
      found.push(parseSource(path, Deno.readTextFileSync(ROOT + path)));
    }
  };
  for (const place of places) visit(place);
  return found.sort((a, b) => a.path < b.path ? -1 : 1);
}
