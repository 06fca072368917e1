/** The names that the project's sources export, for the test that each has one meaning. */
import { type Source, withoutComments } from "./imports.ts";

/** A name, and the files that declare and export it. */
export interface ExportedName {
  readonly name: string;
  readonly paths: readonly string[];
}

const DECLARATION =
  /^(export\s+)?(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?(?:class|interface|type|enum|const|let|function\*?)\s+(\w+)/gm;

/**
 * Exported names that several files of `sources` declare: all that are exported, and types and constants that are a
 * file's own. Helpers within a file may be called what they do. A value and its type, of one file, are one thing.
 */
export function sharedNames(sources: readonly Source[]): ExportedName[] {
  const places = new Map<string, Set<string>>();
  const exported = new Set<string>();
  for (const { path, text } of sources) {
    for (const [, isExported, name = ""] of withoutComments(text).matchAll(DECLARATION)) {
      if (isExported !== undefined) exported.add(name);
      else if (!/^[A-Z]/.test(name)) continue;
      places.set(name, (places.get(name) ?? new Set()).add(path));
    }
  }
  return [...places].filter(([name, paths]) => exported.has(name) && paths.size > 1)
    .map(([name, paths]) => ({ name, paths: [...paths].sort() }));
}
