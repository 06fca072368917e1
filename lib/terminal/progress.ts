/**
 * A line of progress on stderr: only on a terminal, only once the work has taken a second, repainted at most ten
 * times a second, and wiped at the end.
 */
import { progressText } from "../text/format.ts";
import type { Text, Wording } from "../text/text.ts";
import { fitText } from "./line-editor.ts";
import type { Loudness } from "./notice.ts";
import { writeStderr } from "./stderr.ts";

/** Work shorter than this shows nothing, in milliseconds. */
const PATIENCE_MS = 1000;
/** Least time between two paintings, in milliseconds. */
const REPAINT_MS = 100;

/** The speaker; undefined where its words are not loaded yet: the line comes a little later then. */
type Words = () => Pick<Wording, "text"> | undefined;

/** Progress of one piece of work, in bytes. */
export class Progress {
  readonly #label: string | Text;
  readonly #total: number | undefined;
  readonly #words: Words;
  readonly #shown: boolean;
  readonly #start = performance.now();
  #base = 0;
  #painted = 0;
  #width = 0;

  /**
   * @param label what is done
   * @param total all the bytes, where known
   */
  constructor(
    label: string | Text,
    total: number | undefined,
    words: Words,
    { quiet }: Loudness = {},
  ) {
    this.#label = label;
    this.#words = words;
    this.#total = total;
    this.#shown = !quiet && Deno.stderr.isTerminal() && Deno.env.get("TERM") !== "dumb";
  }

  /** What was there before this run began (a resumed transfer): it does not count for the rate. */
  startAt(done: number): void {
    this.#base = done;
  }

  /** Tells how many bytes are done in all. */
  update(done: number): void {
    if (!this.#shown) return;
    const now = performance.now();
    if (now - this.#start < PATIENCE_MS || now - this.#painted < REPAINT_MS) return;
    const speaker = this.#words();
    if (speaker === undefined) return;
    this.#painted = now;
    const label = typeof this.#label === "string" ? this.#label : speaker.text(this.#label);
    const seconds = (now - this.#start) / 1000;
    const line = progressText(label, done, this.#total, seconds, this.#base);
    this.#paint(speaker.text(line));
  }

  #paint(line: string): void {
    const cut = fitText(line, Math.max(terminalColumns() - 1, 10));
    writeStderr(`\r${cut}\x1b[K`);
    this.#width = cut.length;
  }

  /** Takes the line away. */
  finish(): void {
    if (this.#width > 0) writeStderr("\r\x1b[K");
    this.#width = 0;
  }
}

/** Width of the terminal; 80 where it cannot be told. */
export function terminalColumns(): number {
  try {
    return Deno.consoleSize().columns || 80;
  } catch (error) {
    if (error instanceof Error) return 80;
    throw error;
  }
}
