/**
 * Finds promises that nobody waits for. One that rejects ends the program, so it is awaited, returned, kept, heard by
 * `catch`, or given to `settle` (lib/system/settle.ts) with what to do when it fails; or the docstring of what made it says that
 * it never rejects, or may be left.
 */
import { dirname, join, normalize } from "node:path";
import type { Source } from "./imports.ts";

/** `void f()`, apart from what is no promise that rejects: methods of collections and streams, a timer. */
const VOIDED = /\bvoid (?!await\b)(?=[\w#.?!]*[\w#]\()[\w#.?!]*?([\w#]+)\(/g;
const NO_PROMISE = new Set([
  "delete",
  "add",
  "set",
  "push",
  "shift",
  "pop",
  "update",
  "setImmediate",
  "allSettled",
]);

/** Docstrings that say that a promise may be left: its failure is heard, or there is none. */
const HARMLESS =
  /\/\*\*(?:(?!\*\/)[\s\S])*?(?:Never rejects|May be left)(?:(?!\*\/)[\s\S])*?\*\/\s*(?:export |readonly |async |override |function )*([#\w]+)/g;

interface AsyncNames {
  readonly functions: ReadonlySet<string>;
  /** Functions of the file that answer at once. */
  readonly synchronous: ReadonlySet<string>;
  readonly own: ReadonlySet<string>;
}

const known = new WeakMap<Source, AsyncNames>();

/** The names of the async functions and methods that `source` declares. */
function asyncNames(source: Source): AsyncNames {
  const before = known.get(source);
  if (before !== undefined) return before;
  const text = blankComments(source.text);
  const first = (pattern: RegExp) => [...text.matchAll(pattern)].map(([, name]) => name!);
  const names = {
    functions: new Set([
      ...first(/^(?:export )?async function (\w+)/gm),
      ...first(/^const (\w+) = async\b/gm),
    ]),
    synchronous: new Set(first(/^(?:export )?function (\w+)\([\s\S]*?\): (?!Promise)/gm)),
    own: new Set(first(/^ {2}(?:override )?async ([#\w]+)\(/gm)),
  };
  known.set(source, names);
  return names;
}

/** Names that `source` imports, with the file that they come from. */
function importedNames(source: Source): Map<string, string> {
  const names = new Map<string, string>();
  for (
    const [, list = "", from = ""] of source.text.matchAll(/import \{([^}]*)\} from "(\.[^"]+)"/g)
  ) {
    for (const word of list.split(",")) {
      const name = word.trim().split(" as ")[0]!;
      if (name !== "") names.set(name, normalize(join(dirname(source.path), from)));
    }
  }
  return names;
}

/** A call that is a statement of its own: of a method of this object, or of a function. */
const STATEMENT = /^\s*(?:\} )?(?:else )?(?:if \(.*?\) )?(this\.)?([#\w]+)\(/;

/** What a line ends with before a statement begins. */
const BEFORE_STATEMENT = /(?:[;{}]|\bcase .*:|\bdefault:)$/;

/** Every promise in `source` that is left to itself, as "path:line: code"; `all` are the sources it imports from. */
export function leftPromises(source: Source, all: ReadonlyMap<string, Source>): string[] {
  const lines = blankComments(source.text).split("\n");
  const { functions, synchronous, own } = asyncNames(source);
  const harmless = harmlessNames(all);
  const imported = importedNames(source);
  const isAsync = (name: string): boolean => {
    const origin = all.get(imported.get(name) ?? "");
    return functions.has(name) || origin !== undefined && asyncNames(origin).functions.has(name);
  };
  const found: string[] = [];
  let before = ";";
  lines.forEach((line, i) => {
    const voided = [...line.matchAll(VOIDED)].some(([, name]) => {
      return !NO_PROMISE.has(name!) && !harmless.has(name!) && !synchronous.has(name!);
    });
    const call = BEFORE_STATEMENT.test(before) ? STATEMENT.exec(line) : null;
    const name = call?.[2] ?? "";
    const left = call !== null && !harmless.has(name) &&
      (call[1] === undefined ? isAsync(name) : own.has(name)) &&
      !HEARD.test(afterCall(lines.slice(i, i + 60).join("\n"), call[0].length));
    if (voided || left) found.push(`${source.path}:${i + 1}: ${line.trim()}`);
    if (line.trim() !== "") before = line.trimEnd();
  });
  return found;
}

const harmlessIn = new WeakMap<ReadonlyMap<string, Source>, Set<string>>();

/** The names of functions that are documented as harmless to leave. */
function harmlessNames(all: ReadonlyMap<string, Source>): Set<string> {
  let names = harmlessIn.get(all);
  if (names === undefined) {
    const texts = [...all.values()].map(({ text }) => text).filter((text) => text.length < 1e5);
    names = new Set(texts.flatMap((text) => [...text.matchAll(HARMLESS)].map(([, name]) => name!)));
    harmlessIn.set(all, names);
  }
  return names;
}

/** What follows a call that is none, or whose failure is heard: a declaration, `.catch(`, `.then(…, failed)`. */
const HEARD = /^\s*(?::|\.catch\(|\.then\([^\n]+, [\w.#]+\);|\{)/;

/** What follows the call whose arguments begin at `start`: `: void` of a declaration, `.catch(` that hears it. */
function afterCall(text: string, start: number): string {
  let depth = 1;
  let at = start;
  for (; depth > 0 && at < text.length; at++) {
    if (text[at] === "(") depth++;
    else if (text[at] === ")") depth--;
  }
  return text.slice(at, at + 120);
}

/** `text` with its comments blank, so that places stay. */
function blankComments(text: string): string {
  const blank = (comment: string) => comment.replaceAll(/[^\n]/g, " ");
  return text.replace(/\/\*[\s\S]*?\*\//g, blank).replace(/(?<=^|\s)\/\/ [^\n]*/gm, blank);
}
