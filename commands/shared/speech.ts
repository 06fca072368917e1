/**
 * The words of this run's language (language.ts), loaded before the command begins: for commands that always have
 * something to say, and say it at once.
 */
import { type Code, type ParamsArgument, text } from "../../lib/text/catalogue.ts";
import { words } from "./language.ts";

/** Words for people, in the language of this run. */
export const speaker = await words();

/** The words of `code` with `params`, in the language of this run. */
export function say<C extends Code>(code: C, ...params: ParamsArgument<C>): string {
  return speaker.text(text(code, ...params));
}
