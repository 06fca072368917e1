/**
 * Text of others, made safe for a terminal: control, escape, bidirectional and other invisible characters are
 * shown by their code, as ⟦U+001B⟧, so that no peer can move the cursor, recolour, or pose as another speaker.
 */
import { JOINERS, joins, MISLEADING } from "./invisible.ts";

/** What drives a terminal or is no character: C0, DEL, C1, lone surrogates, noncharacters. */
const unsafe = () => /\p{Cc}|\p{Cs}|\p{Noncharacter_Code_Point}/gu;

function visible(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `⟦U+${code.toString(16).toUpperCase().padStart(4, "0")}⟧`;
}

/** Most texts are like this, and need no closer look. */
const PLAIN = /^[\x20-\x7e]*$/;

/** `text` on one line, with everything unsafe made visible. */
export function safeText(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replace(unsafe(), visible).replace(MISLEADING, visible)
    .replace(JOINERS, (character, at, whole) => joins(whole, at) ? character : visible(character));
}

/** The same, but line breaks stay (each further line indented), and a tab becomes a blank. */
export function safeLines(text: string, indent = "  "): string {
  return text.split(/\r\n|\n|\r/).map((line) => safeText(line.replaceAll("\t", " "))).join(
    `\n${indent}`,
  );
}

/** What JSON may hold as it is, though a terminal that shows the line would act on it. */
const RAW_IN_JSON = new RegExp(`[\\x7f-\\x9f\\u200c\\u200d\\ufe0f]|${MISLEADING.source}`, "gu");

/** `value` in JSON on one line, for a program: whatever the eye does not see, or a terminal acts on, as \\uXXXX. */
export function safeJson(value: unknown): string {
  return JSON.stringify(value).replace(RAW_IN_JSON, (character) => {
    const units = Array.from({ length: character.length }, (_, i) => character.charCodeAt(i));
    return units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
  });
}
