/** Help fitted to a terminal: no row is wider than it, and what goes on stands below its beginning. Pure. */
import { mostWidth, wrapLine } from "./wrap.ts";

/** Columns of help: those that every terminal has, if nobody has made its window narrower. */
export const HELP_COLUMNS = 80;

/** Beginnings wider than this, or than this part of a row, have what explains them on the next row. */
const MOST_LABEL_COLUMNS = 40;
const MOST_LABEL_PART = 0.55;

/** An optional flag of a usage line, its value with it: " [--address IP[:PORT]]...". */
const OPTIONAL_FLAG = / \[-(?:[^[\]]|\[[^\]]*\])*\](?:\.\.\.)?/g;

/** A row of two parts that two blanks or more keep apart: a flag or an example, and what it is. */
const LABELLED = /^( +(?:-\w {2}--\w+|\S.*?)) {2,}(\S.*)$/;

/**
 * `help` as stricli lays it out, in rows of at most `columns`. Where there are several commands, their usage lines name
 * what each needs; the flags that may be given, each command's own help lists.
 */
export function fitHelp(help: string, columns = HELP_COLUMNS): string {
  const lines = shortUsage(help.split("\n"));
  return paragraphs(lines, columns).flatMap((line) => fitLine(line, columns)).join("\n");
}

/** A list of words and what they do, in rows of at most `columns`: what goes on stands below its beginning. */
export function fitList(list: string, columns: number): string[] {
  // What is labelled begins behind a blank.
  const indented = list.split("\n").map((line) => ` ${line}`).join("\n");
  return fitHelp(indented, columns + 1).split("\n").map((line) => line.slice(1));
}

/** The usage lines are those below the first heading: of one command its own, and that of its help. */
function shortUsage(lines: readonly string[]): string[] {
  const end = lines.findIndex((line, i) => i > 0 && !line.startsWith(" "));
  if (end <= 3) return [...lines];
  return lines.map((line, i) => i > 0 && i < end ? line.replace(OPTIONAL_FLAG, "") : line);
}

/** Lines with those joined that were broken further out than `columns`: prose, from its left edge on. */
function paragraphs(lines: readonly string[], columns: number): string[] {
  const out: string[] = [];
  let open = false;
  for (const line of lines) {
    const prose = line !== "" && !line.startsWith(" ");
    if (open && prose) out.push(joined(out.pop()!, line));
    else out.push(line);
    open = prose && mostWidth(line) > columns;
  }
  return out;
}

/** Two lines as one: between Chinese characters no blank stands. */
function joined(line: string, next: string): string {
  const tight = /[\p{Script=Han}，。：；！？、）”]$/u.test(line) &&
    /^[\p{Script=Han}，。：；！？、（“]/u.test(next);
  return tight ? line + next : `${line} ${next}`;
}

function fitLine(line: string, columns: number): string[] {
  if (line.trim() === "") return [line];
  const [, label, words] = LABELLED.exec(line) ?? [];
  const indent = " ".repeat(line.length - line.trimStart().length);
  if (label === undefined || words === undefined) {
    return wrapLine(line, columns, indent === "" ? "" : `${indent}    `);
  }
  const head = line.slice(0, line.length - words.length);
  const at = mostWidth(head);
  if (at <= Math.min(MOST_LABEL_COLUMNS, columns * MOST_LABEL_PART)) {
    const rows = wrapLine(words, columns - at, "");
    return rows.map((row, i) => `${i === 0 ? head : " ".repeat(at)}${row}`);
  }
  if (mostWidth(line) <= columns) return [line];
  const below = `${indent}    `;
  return [...wrapLine(label, columns, below), ...wrapLine(below + words, columns, below)];
}
