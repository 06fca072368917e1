/** One line on stderr that is repainted in place: only on a terminal, and wiped at the end. */
import type { Loudness } from "./notice.ts";
import { terminalColumns } from "./progress.ts";
import { writeAllSync } from "./write.ts";

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
    const cut = [...text].slice(0, Math.max(terminalColumns() - 1, 10)).join("");
    writeAllSync(Deno.stderr, `\r${cut}\x1b[K`);
    this.#painted = text;
  }

  /** Takes the line away. */
  clear(): void {
    if (this.#painted !== "") writeAllSync(Deno.stderr, "\r\x1b[K");
    this.#painted = "";
  }
}
