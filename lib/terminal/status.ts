/** One line on stderr that is repainted in place: only on a terminal, and wiped at the end. */
import type { Loudness } from "./notice.ts";
import { fitText } from "./line-editor.ts";
import { terminalColumns } from "./size.ts";
import { writeStderr } from "./stderr.ts";

/** A line that changes. */
export class StatusLine {
  readonly #shown: boolean;
  #painted = "";

  constructor({ quiet }: Loudness = {}) {
    this.#shown = !quiet && Deno.stderr.isTerminal() && Deno.env.get("TERM") !== "dumb";
  }

  /** Shows `text`, already safe, cut to the width of the terminal. */
  show(text: string): void {
    if (!this.#shown || text === this.#painted) return;
    const cut = fitText(text, Math.max(terminalColumns() - 1, 10));
    writeStderr(`\r${cut}\x1b[K`);
    this.#painted = text;
  }

  /** Takes the line away. */
  clear(): void {
    if (this.#painted !== "") writeStderr("\r\x1b[K");
    this.#painted = "";
  }
}
