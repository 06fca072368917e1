/** Which language texts for people are in. Data, JSON, exit codes and file formats never depend on it. */

/** A language of the catalogue: English or Simplified Chinese. */
export type Language = "en" | "zh";

/** Where a wish may stand, the strongest first. */
export interface LanguageWishes {
  /** `--lang` */
  readonly flag?: string | undefined;
  /** `P2P_LANG` */
  readonly variable?: string | undefined;
  /** `config language` */
  readonly config?: string | undefined;
  /** LC_ALL, LC_MESSAGES, LANG in this order (POSIX.1-2017, 8.2): the first that is not empty counts. */
  readonly locale?: readonly (string | undefined)[];
}

/** The language that a tag or a locale names: "zh", "zh_CN.UTF-8", "en-GB"; undefined for others. */
export function parseLanguage(tag: string): Language | undefined {
  const primary = /^([a-z]{2,3})(?:[-_.@]|$)/i.exec(tag.trim())?.[1]?.toLowerCase();
  return primary === "en" || primary === "zh" ? primary : undefined;
}

/** The language to speak; English where nobody wishes another that there is. */
export function languageOf({ flag, variable, config, locale = [] }: LanguageWishes): Language {
  const posix = locale.find((value) => value !== undefined && value !== "");
  for (const wish of [flag, variable, config, posix]) {
    const language = wish === undefined ? undefined : parseLanguage(wish);
    if (language !== undefined) return language;
  }
  return "en";
}
