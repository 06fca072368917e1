/**
 * The signs of our own that ASCII has not. Where the locale says that the terminal shows no UTF-8, each is another, as
 * wide; what people write stays what it is.
 */

/** In their place, one column each. */
const IN_ASCII: ReadonlyMap<string, string> = new Map([
  ["…", "."],
  ["→", ">"],
  ["✓", "+"],
  ["↵", "|"],
  ["“", '"'],
  ["”", '"'],
]);

/** What decides on the characters of the terminal, the strongest first (POSIX.1-2017, 8.2). */
export type LocaleVariables = readonly (string | undefined)[];

/** Whether these locales say that the terminal shows no UTF-8; where they say nothing it does. */
export function isAsciiLocale(variables: LocaleVariables): boolean {
  const locale = variables.find((value) => value !== undefined && value !== "");
  if (locale === undefined) return false;
  const charset = /\.([^@]*)/.exec(locale)?.[1];
  if (charset !== undefined) return !/^utf-?8$/i.test(charset);
  return /^(?:C|POSIX)$/.test(locale);
}

/** `text` with the signs that ASCII has. */
export function inAscii(text: string): string {
  return text.replace(/[…→✓↵“”]/g, (sign) => IN_ASCII.get(sign)!);
}

let ascii: boolean | undefined;

/** `text`, safe to print, as the terminal of this run shows it. */
export function forTerminal(text: string): string {
  ascii ??= isAsciiLocale(["LC_ALL", "LC_CTYPE", "LANG"].map((name) => Deno.env.get(name)));
  return ascii ? inAscii(text) : text;
}
