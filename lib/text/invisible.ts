/** Characters that the eye does not see: which mislead in a name or a message, and which mean something where they stand. */

/**
 * Characters that change nothing the eye sees, or the direction of what follows: format characters, line and paragraph
 * separators, fillers and blanks that are letters by their class, variation selectors and the tag block. Joiners and the
 * emoji variation selector are judged by what stands around them.
 */
export const MISLEADING =
  /[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0e\ufeff\uffa0\ufff0-\ufffb]|[\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]/gu;

/** U+200C and U+200D, and U+FE0F: kept where they mean something (RFC 5892 appendix A; UTS #51 §2). */
export const JOINERS = /[\u200c\u200d\ufe0f]/gu;

/**
 * Scripts whose letters join, so that a joiner between two of them changes how they look. Here as elsewhere a class of
 * Unicode is looked up when it is first asked for, because that takes milliseconds.
 */
const joining = () =>
  /[\p{L}\p{M}](?<=\p{sc=Arab}|\p{sc=Syrc}|\p{sc=Mong}|\p{sc=Nkoo}|\p{sc=Deva}|\p{sc=Beng}|\p{sc=Guru}|\p{sc=Gujr}|\p{sc=Orya}|\p{sc=Taml}|\p{sc=Telu}|\p{sc=Knda}|\p{sc=Mlym}|\p{sc=Sinh}|\p{sc=Khmr}|\p{sc=Mymr}|\p{sc=Tibt})/u;

let beforeJoiner: RegExp | undefined;
let afterJoiner: RegExp | undefined;

function joinsLetters(before: string, after: string): boolean {
  beforeJoiner ??= new RegExp(`${joining().source}$`, "u");
  afterJoiner ??= new RegExp(`^${joining().source}`, "u");
  return beforeJoiner.test(before) && afterJoiner.test(after);
}

/** An emoji, with what may stand between it and a joiner. */
const emojiBefore = () => /\p{Extended_Pictographic}[\u{1f3fb}-\u{1f3ff}\ufe0f]?$/u;
const emojiAfter = () => /^\p{Extended_Pictographic}/u;

/** What U+FE0F makes an emoji of: a keycap's digit, or a sign that is text otherwise. */
const selected = () => /(?:\p{Extended_Pictographic}|[0-9#*])$/u;

/** Whether the joiner or selector at `at` in `whole` means something there. */
export function joins(whole: string, at: number): boolean {
  const before = whole.slice(Math.max(0, at - 4), at);
  const after = whole.slice(at + 1, at + 3);
  if (whole[at] === "\ufe0f") return selected().test(before);
  if (joinsLetters(before, after)) return true;
  return whole[at] === "\u200d" && emojiBefore().test(before) && emojiAfter().test(after);
}
