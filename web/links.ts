/** Links in texts of others. Only http and https become links, whole and as they stand; everything else stays text. Pure. */
import { safeLines } from "../lib/text/safe.ts";

/** A piece of a text: words, or a link. */
export type TextPiece = { readonly text: string; readonly link?: string };

const LINK = /https?:\/\/[^\s<>"'`\u3000-\u303f\uff00-\uffef\u2018-\u201f]+/gi;
/** Longer addresses stay text, in characters: part of one would lead elsewhere. */
const MOST_LINK = 2000;
/** What stands behind a link in a sentence, and is none of it. */
const TRAILING = /[.,;:!?)\]}]+$/;
/** `text` with everything invisible or misleading shown by its code, as in the terminal: ⟦U+202E⟧. */
export function visible(text: string): string {
  return safeLines(text, "");
}

/** The pieces of a text that a person wrote. */
export function piecesOf(given: string): TextPiece[] {
  const text = visible(given);
  const pieces: TextPiece[] = [];
  let at = 0;
  for (const match of text.matchAll(LINK)) {
    let link = match[0].replace(TRAILING, "");
    // A bracket that was opened within the link belongs to it.
    if (match[0].startsWith(`${link})`) && link.includes("(")) link += ")";
    const href = safeLink(link);
    if (href === undefined || link.length > MOST_LINK) continue;
    if (match.index > at) pieces.push({ text: text.slice(at, match.index) });
    pieces.push({ text: link, link: href });
    // Letters of other scripts that look alike, or an address in other numerals: the host that it leads to is shown, too.
    const { host } = new URL(href);
    if (!link.toLowerCase().includes(host)) pieces.push({ text: ` (${host})` });
    at = match.index + link.length;
  }
  if (at < text.length) pieces.push({ text: text.slice(at) });
  return pieces;
}

/** The address that a link leads to: of the web, without a user's name that would pose as a host. */
export function safeLink(link: string): string | undefined {
  try {
    const url = new URL(link);
    if (url.protocol !== "https:" && url.protocol !== "http:") return undefined;
    return url.username === "" && url.password === "" ? url.href : undefined;
  } catch {
    return undefined;
  }
}
