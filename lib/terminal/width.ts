/**
 * How many columns text takes on a terminal: two for East Asian wide characters and emoji, none for combining marks
 * (Unicode UAX #11).
 */
import { eastAsianWidth } from "get-east-asian-width";

const picture = () => /^\p{Emoji_Presentation}/u;

let graphemes: Intl.Segmenter | undefined;

/** Text of which every code unit is a character: ASCII, Latin letters, our brackets, Chinese and Japanese. */
const SIMPLE =
  /^[ -~\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u27e6-\u27ef\u3000-\u3029\u3041-\u3096\u30a0-\u30ff\u4e00-\u9fff\uff01-\uff60]*$/;

/** What a reader takes for characters: a letter with its marks, an emoji of several parts. */
export function characters(text: string): string[] {
  // Most text is; the segmenter takes 20 times as long.
  if (SIMPLE.test(text)) return text.split("");
  graphemes ??= new Intl.Segmenter(undefined, { granularity: "grapheme" }); // takes 15 ms to make
  return Array.from(graphemes.segment(text), ({ segment }) => segment);
}

/** Columns of one character as `characters` gives them, where the terminal draws it as one. */
export function characterWidth(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x7f) return 1;
  if (character.includes("\ufe0f")) return 2;
  if (/^\p{M}/u.test(character)) return 0;
  return isWide(character) ? 2 : 1;
}

function isWide(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  return eastAsianWidth(code) === 2 || picture().test(character);
}

/** Columns of a line of text. */
export function textWidth(text: string): number {
  return characters(text).reduce((sum, character) => sum + characterWidth(character), 0);
}

/** What takes no column wherever it stands: marks over and under letters, joiners, selectors. */
const nothing = () => /[\p{Mn}\p{Me}\u200c\u200d]/u;
/** What no terminal draws wider than UAX #11 says. */
const settled = () => /[\p{L}\p{M}\p{Nd}]/u;

/**
 * The most columns that any terminal takes for one character as `characters` gives them: some draw the parts of an
 * emoji or of a syllable one beside the other, and signs of ambiguous width two columns wide. For what must not run
 * over the edge, whoever wrote it.
 *
 * @param ambiguous columns of signs of ambiguous width
 */
export function mostColumns(character: string, ambiguous: 1 | 2 = 2): number {
  if (character.length > 1) return measure(character, ambiguous);
  if (character <= "~") return 1;
  const at = character.charCodeAt(0) + (ambiguous - 1 << 16);
  return measured[at] || (measured[at] = measure(character, ambiguous));
}

/** What `measure` gave for single code units, by ambiguous width; 0 where it was not asked, or gave that. */
const measured = new Uint8Array(2 << 16);

function measure(character: string, ambiguous: 1 | 2): number {
  let columns = 0;
  for (const part of character) {
    if (part <= "~") columns++;
    else if (!nothing().test(part)) {
      columns += isWide(part) ? 2 : settled().test(part) ? 1 : ambiguous;
    }
  }
  return Math.max(columns, characterWidth(character));
}

/** `text` with blanks behind it, in `columns` columns at least. */
export function padEnd(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - textWidth(text)));
}
