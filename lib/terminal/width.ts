/**
 * How many columns text takes on a terminal: two for East Asian wide characters and emoji, none for combining marks
 * (Unicode UAX #11, in the ranges that terminals use).
 */

/** First and last code points of what is two columns wide (UAX #11 W and F, and emoji shown as pictures). */
const WIDE: ReadonlyArray<readonly [number, number]> = [
  [0x1100, 0x115f],
  [0x231a, 0x231b],
  [0x2329, 0x232a],
  [0x23e9, 0x23ec],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xa960, 0xa97c],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1f9ff],
  [0x1fa70, 0x1faff],
  [0x20000, 0x3fffd],
];

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** What a reader takes for characters: a letter with its marks, an emoji of several parts. */
export function characters(text: string): string[] {
  return Array.from(graphemes.segment(text), ({ segment }) => segment);
}

/** Columns of one character as `characters` gives them. */
export function characterWidth(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (character.includes("\ufe0f")) return 2;
  if (/^\p{M}/u.test(character)) return 0;
  return WIDE.some(([first, last]) => code >= first && code <= last) ? 2 : 1;
}

/** Columns of a line of text. */
export function textWidth(text: string): number {
  return characters(text).reduce((sum, character) => sum + characterWidth(character), 0);
}
