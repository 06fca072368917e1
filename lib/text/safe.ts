/**
 * Text of others, made safe for a terminal: control, escape, bidirectional and other invisible characters are
 * shown by their code, as ⟦U+001B⟧, so that no peer can move the cursor, recolour, or pose as another speaker.
 */

/**
 * Characters that a terminal or the eye would not show as they are: C0, DEL, C1, line and paragraph separators,
 * bidirectional controls (UAX #9), zero-width and other default-ignorable format characters, lone surrogates,
 * interlinear annotations, and the tag block. Emoji joiners (U+200D, U+FE0F) stay: they only join what is visible.
 */
const UNSAFE =
  /\p{Cc}|\p{Cs}|\p{Noncharacter_Code_Point}|[\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb]|[\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]/gu;

function visible(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `⟦U+${code.toString(16).toUpperCase().padStart(4, "0")}⟧`;
}

/** `text` on one line, with everything unsafe made visible. */
export function safeText(text: string): string {
  return text.replace(UNSAFE, visible);
}

/** The same, but line breaks stay (each further line indented), and a tab becomes a blank. */
export function safeLines(text: string, indent = "  "): string {
  return text.split(/\r\n|\n|\r/).map((line) => safeText(line.replaceAll("\t", " "))).join(
    `\n${indent}`,
  );
}
