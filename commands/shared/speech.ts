/**
 * The language of this run, and its speaker: what commands word their texts with. Chosen once, at the start, from
 * `--lang`, `P2P_LANG` and the locale (`lib/text/language.ts`).
 */
import { languageOf } from "../../lib/text/language.ts";
import { speakerOf } from "../../lib/text/speaker.ts";
import { type Code, type ParamsArgument, text } from "../../lib/text/catalogue.ts";
import { splitLanguage } from "./arguments.ts";

const { rest, lang } = splitLanguage(Deno.args);

/** The command line of this run without `--lang`. */
export const commandLine: readonly string[] = rest;

/** The language that `--lang` asks for, as it was typed; run.ts refuses what there is not. */
export const languageFlag: string | undefined = lang;

/** The language of this run. */
export const language = languageOf({
  flag: lang,
  variable: Deno.env.get("P2P_LANG"),
  locale: ["LC_ALL", "LC_MESSAGES", "LANG"].map((name) => Deno.env.get(name)),
});

/** Words for people, in the language of this run. */
export const speaker = await speakerOf(language);

/** The words of `code` with `params`, in the language of this run. */
export function say<C extends Code>(code: C, ...params: ParamsArgument<C>): string {
  return speaker.text(text(code, ...params));
}
