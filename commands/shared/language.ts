/**
 * The language of this run, chosen once, from `--lang`, `P2P_LANG`, `config language` and the locale
 * (`lib/text/language.ts`); and its words, which are loaded when there is something to say: most runs of most commands
 * say nothing. Commands that always talk have them at hand (speech.ts).
 */
import { settle } from "../../lib/system/settle.ts";
import { type Loudness, notice } from "../../lib/terminal/notice.ts";
import { type Code, type ParamsArgument, text } from "../../lib/text/catalogue.ts";
import { type Language, languageOf } from "../../lib/text/language.ts";
import { type Speaker, speakerOf } from "../../lib/text/speaker.ts";
import { splitLanguage } from "./arguments.ts";
import { configuredLanguage } from "./language-setting.ts";

const { rest, lang, asked } = splitLanguage(Deno.args);

/** The command line of this run without `--lang`. */
export const commandLine: readonly string[] = rest;

/** The words behind `help` or `version`, of which run.ts refuses those that are too many. */
export const askedWords = asked;

/** The language that `--lang` asks for, as it was typed; run.ts refuses what there is not. */
export const languageFlag: string | undefined = lang;

let chosen: Language | undefined;

/** The language of this run: chosen when something is to be said, because looking for the setting takes half a millisecond. */
export function runLanguage(): Language {
  return chosen ??= languageOf({
    flag: lang,
    variable: Deno.env.get("P2P_LANG"),
    config: configuredLanguage(),
    locale: ["LC_ALL", "LC_MESSAGES", "LANG"].map((name) => Deno.env.get(name)),
  });
}

let loading: Promise<Speaker> | undefined;
let loaded: { readonly speaker: Speaker } | { readonly error: unknown } | undefined;

/** The speaker of this run's language. */
export function words(): Promise<Speaker> {
  return loading ??= speakerOf(runLanguage());
}

/** The speaker once it is loaded, and until then undefined: for what may as well be said a little later. */
export function wordsSoon(): Speaker | undefined {
  if (loading === undefined || loaded === undefined) {
    settle(words().then((speaker) => loaded = { speaker }), (error) => loaded = { error });
  } else if ("error" in loaded) throw loaded.error;
  else return loaded.speaker;
}

/** Says one line on stderr, unless `quiet`. */
export async function tell<C extends Code>(
  loudness: Loudness,
  code: C,
  ...params: ParamsArgument<C>
): Promise<void> {
  if (!loudness.quiet) notice((await words()).text(text(code, ...params)));
}
