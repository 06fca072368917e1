/** The English words of an error or a text, as the program would print them. */
import { english as catalogue } from "../../lib/text/en/catalogue.ts";
import { reasonText } from "../../lib/errors.ts";
import { Speaker } from "../../lib/text/speaker.ts";
import type { Text } from "../../lib/text/text.ts";

const speaker = new Speaker("en", catalogue);

/** The words of `what`: a text, or anything thrown; "" for undefined (a hint that is not there). */
export function english(what: unknown): string {
  if (what === undefined) return "";
  const isText = typeof what === "object" && what !== null && "code" in what && "params" in what;
  return speaker.text(isText ? what as Text : reasonText(what));
}

/** For `assert.throws` and `assert.rejects`: whether the English words of the error match. */
export function says(words: RegExp): (error: unknown) => boolean {
  return (error) => words.test(english(error));
}
