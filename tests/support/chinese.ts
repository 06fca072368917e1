/** Whether a text is Chinese as it is written: characters, and full-width punctuation beside them. */

/** A character of Chinese, as distinct from its punctuation. */
const HAN = /\p{Script=Han}/u;

/** ASCII punctuation that stands directly beside a Chinese character, where Chinese has its own. */
const ASCII_BESIDE_HAN =
  /\p{Script=Han}[,;:!?()]|[,;:!?()]\p{Script=Han}|\p{Script=Han}\.(?:\s|$)/u;

/** A quoted word of ours in the straight quotation marks of English; those of a line for the shell are left alone. */
const STRAIGHT_BESIDE_HAN = /\p{Script=Han} ?['"]\p{L}/u;

/** What is wrong with a text for Chinese readers; names, commands and units may stay as they are. */
export function chineseFault(text: string): string | undefined {
  const wrong = (ASCII_BESIDE_HAN.exec(text) ?? STRAIGHT_BESIDE_HAN.exec(text))?.[0];
  if (wrong !== undefined) return `ASCII punctuation in Chinese: ${JSON.stringify(wrong)}`;
  if (/[a-z]{2,}/.test(text) && !HAN.test(text)) return "not Chinese";
  return undefined;
}
