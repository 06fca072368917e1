/** Colours of a terminal (ECMA-48, SGR), where they are wanted. */

/** What a piece of text is. */
export type Style = "faint" | "bold" | "alarm" | "warn" | "good" | "called";

const CODES: Readonly<Record<Style, string>> = {
  faint: "2",
  bold: "1",
  alarm: "1;31",
  warn: "33",
  good: "32",
  called: "1;7",
};

/** Colours that tell speakers apart: none that means something, all of them legible on dark and on light. */
const SPEAKERS = ["36", "35", "34", "33", "32", "31"] as const;

/** Whether colours are wanted: not where `NO_COLOR` is set (no-color.org), nor where there are none. */
export function hasColours(): boolean {
  return !Deno.noColor && Deno.env.get("TERM") !== "dumb";
}

/** Paints pieces of text. */
export class Painter {
  readonly #on: boolean;

  constructor(on = hasColours()) {
    this.#on = on;
  }

  /** `text` (safe to print) in a style. */
  paint(text: string, style: Style): string {
    return this.#with(CODES[style], text);
  }

  /** The name of a speaker, in a colour of its own. */
  speaker(text: string, key: string): string {
    let sum = 0;
    for (let i = 0; i < key.length; i++) sum = (sum * 31 + key.charCodeAt(i)) >>> 0;
    return this.#with(SPEAKERS[sum % SPEAKERS.length]!, text);
  }

  #with(code: string, text: string): string {
    return this.#on && text !== "" ? `\x1b[${code}m${text}\x1b[m` : text;
  }
}
