/** Text in rows of a terminal: wrapped by us, so that no row but the first begins at the left edge. Pure. */
import { characters, mostColumns } from "./width.ts";

/** Fewer columns than this are not worth wrapping for. */
const LEAST_COLUMNS = 12;

/**
 * Where a row may end: behind a blank, behind a bar between two words (the values of a flag), and beside Chinese
 * characters, but not before punctuation that closes, nor behind punctuation that opens.
 */
const rowBreaks = () =>
  /(?<= )|(?<=\w\|)(?=\w)|(?<=[\p{Script=Han}，。：；！？、）》」』”])(?=[^ ，。：；！？、）》」』”…])|(?<=[^ （《「『“])(?=[\p{Script=Han}（《「『“])/u;

/** The most columns that any terminal takes for `text`: a row that it breaks itself would begin at the left edge. */
export function mostWidth(text: string): number {
  return characters(text).reduce((sum, character) => sum + mostColumns(character), 0);
}

/** The characters of `word`; one that no row holds (an emoji may have any number of parts) in its parts. */
function parts(word: string, room: number): string[] {
  return characters(word).flatMap((each) => mostColumns(each) > room ? [...each] : [each]);
}

/**
 * `text` (one line, safe to print) in rows of at most `columns`; those after the first begin with `indent`. Rows break
 * at blanks and beside Chinese characters, and within a word that is longer than a row.
 */
export function wrapLine(text: string, columns: number, indent = "  "): string[] {
  const room = Math.max(columns, LEAST_COLUMNS);
  const rows: string[] = [];
  let row = "";
  let width = 0;
  let begun = 0;
  const next = () => {
    rows.push(row.trimEnd());
    row = indent;
    width = begun = mostWidth(indent);
  };
  for (const word of text.split(rowBreaks())) {
    const wordWidth = mostWidth(word.trimEnd());
    if (width > begun && width + wordWidth > room) next();
    for (const character of parts(word, room - mostWidth(indent))) {
      const w = mostColumns(character);
      if (width + w > room) {
        if (character === " ") continue;
        next();
      }
      row += character;
      width += w;
    }
  }
  rows.push(row);
  return rows;
}

/** `text` of several lines in such rows: every row but the very first is indented. */
export function wrapLines(text: string, columns: number, indent = "  "): string {
  const lines = text.split("\n");
  return lines.flatMap((line, i) => {
    const rows = wrapLine(i === 0 ? line : `${indent}${line.trimStart()}`, columns, indent);
    return rows;
  }).join("\n");
}

/** `text` in at most `columns`, its middle left out where it is longer: both ends of a name say something. */
export function cutMiddle(text: string, columns: number): string {
  if (mostWidth(text) <= columns) return text;
  const all = characters(text);
  const half = Math.max(1, Math.floor((columns - 1) / 2));
  const take = (from: readonly string[]): string[] => {
    const taken: string[] = [];
    let width = 0;
    for (const character of from) {
      width += mostColumns(character);
      if (width > half) break;
      taken.push(character);
    }
    return taken;
  };
  const head = take(all).join("");
  const tail = take(all.toReversed()).toReversed().join("");
  return `${head}…${tail}`;
}
