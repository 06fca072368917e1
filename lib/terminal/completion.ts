/** Completion of the last word of a line, written as a shell would have it: quotes and backslashes keep blanks. Pure. */
import { characters, textWidth } from "./width.ts";

/** The word at the end of a line. */
export interface LastWord {
  /** Where it begins in the line, with its quote. */
  readonly from: number;
  /** What it says, without quotes and backslashes. */
  readonly value: string;
  /** A quote that is not closed. */
  readonly quote: '"' | "'" | "";
}

/** Something that a word may become. */
export interface CompletionChoice {
  readonly value: string;
  /** A folder: its name goes on. */
  readonly open?: boolean;
  /** How it is listed; as `value` unless given. */
  readonly shown?: string;
}

/** What becomes of a line, and what there is to choose from where nothing does. */
export interface LineCompletion {
  readonly line: string;
  readonly choices: readonly CompletionChoice[];
}

/** The last word of `line`, of those that stand behind `start`. */
export function lastWord(line: string, start: number): LastWord {
  let from = line.length;
  let value = "";
  let quote: LastWord["quote"] = "";
  let inWord = false;
  let quoted = false;
  for (let at = start; at < line.length; at++) {
    const c = line[at]!;
    if (!inWord) {
      if (/\s/.test(c)) continue;
      [inWord, from, value, quoted] = [true, at, "", c === '"' || c === "'"];
      if (quoted) {
        quote = c as LastWord["quote"];
        continue;
      }
    }
    if (quoted && c === quote) [inWord, quoted, quote, from] = [false, false, "", line.length];
    else if (c === "\\" && quote !== "'" && at + 1 < line.length) value += line[++at]!;
    else if (!quoted && /\s/.test(c)) [inWord, from] = [false, line.length];
    else value += c;
  }
  return inWord ? { from, value, quote } : { from: line.length, value: "", quote: "" };
}

/** `value` as a word that begins with `quote`; left open where it may go on. */
function written(value: string, quote: LastWord["quote"], open: boolean): string {
  if (quote === "'" && !value.includes("'")) return `'${value}${open ? "" : "'"}`;
  if (quote !== "") return `"${value.replace(/["\\]/g, "\\$&")}${open ? "" : '"'}`;
  return value.replace(/[\s"'\\]/g, "\\$&");
}

/** The longest beginning that all have, in whole characters. */
function commonBeginning(values: readonly string[]): string {
  const [first = [], ...others] = values.map(characters);
  let length = first.length;
  for (const other of others) {
    let same = 0;
    while (same < length && first[same] === other[same]) same++;
    length = same;
  }
  return first.slice(0, length).join("");
}

/**
 * `line` with its last word completed by `candidates`, all of which begin with that word.
 *
 * @param line up to the cursor
 */
export function completed(
  line: string,
  { from, value, quote }: LastWord,
  candidates: readonly CompletionChoice[],
): LineCompletion {
  const before = line.slice(0, from);
  const [only] = candidates;
  if (only === undefined) return { line, choices: [] };
  if (candidates.length === 1) {
    const open = only.open ?? false;
    const end = open ? "" : " ";
    return { line: before + written(only.value, quote, open) + end, choices: [] };
  }
  const common = commonBeginning(candidates.map((each) => each.value));
  return common.length > value.length
    ? { line: before + written(common, quote, true), choices: [] }
    : { line, choices: candidates };
}

/** Names in columns of a window. */
export function inColumns(names: readonly string[], columns: number): string[] {
  const widest = names.reduce((most, name) => Math.max(most, textWidth(name)), 0) + 2;
  const across = Math.max(1, Math.floor(columns / widest));
  const down = Math.ceil(names.length / across);
  return Array.from({ length: down }, (_, row) => {
    const cells = names.filter((_, i) => i % down === row);
    return cells.map((name, i) =>
      i === cells.length - 1 ? name : name + " ".repeat(widest - textWidth(name))
    ).join("");
  });
}
