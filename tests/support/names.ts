/** The names that the project's sources export, for the test that each has one meaning. */
import { type Source, withoutComments } from "./imports.ts";

/** A name, and the files that declare and export it. */
export interface ExportedName {
  readonly name: string;
  readonly paths: readonly string[];
}

const DECLARATION =
  /^export\s+(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?(?:class|interface|type|enum|const|let|function\*?)\s+(\w+)/gm;

/** Names that several files of `sources` declare. A value and its type, of one file, are one thing. */
export function sharedNames(sources: readonly Source[]): ExportedName[] {
  const places = new Map<string, Set<string>>();
  for (const { path, text } of sources) {
    for (const [, name] of withoutComments(text).matchAll(DECLARATION)) {
      places.set(name!, (places.get(name!) ?? new Set()).add(path));
    }
  }
  return [...places].filter(([, paths]) => paths.size > 1)
    .map(([name, paths]) => ({ name, paths: [...paths].sort() }));
}
