/**
 * A line of progress on stderr: only on a terminal, only once the work has taken a second, repainted at most ten
 * times a second, and wiped at the end.
 */
import { progressText } from "../text/format.ts";
import type { Text, Wording } from "../text/text.ts";
import { fitText } from "./line-editor.ts";
import type { Loudness } from "./notice.ts";
import { terminalColumns } from "./size.ts";
import { writeStderr } from "./stderr.ts";
import { textWidth } from "./width.ts";
import { cutMiddle } from "./wrap.ts";

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
    const work = { label, bytes: done, total: this.#total, seconds, resumed: this.#base };
    const columns = Math.max(terminalColumns() - 1, 10);
    this.#paint(progressLine(speaker, work, columns), columns);
  }

  #paint(line: string, columns: number): void {
    const cut = fitText(line, columns);
    writeStderr(`\r${cut}\x1b[K`);
    this.#width = cut.length;
  }

  /** Takes the line away. */
  finish(): void {
    if (this.#width > 0) writeStderr("\r\x1b[K");
    this.#width = 0;
  }
}

/** How far some work is. */
export interface WorkDone {
  readonly label: string;
  readonly bytes: number;
  readonly total: number | undefined;
  readonly seconds: number;
  /** What was there before this run began. */
  readonly resumed: number;
}

/** Columns of a label that are left, however narrow the window is. */
const LEAST_LABEL = 8;

/** A line of progress in at most `columns`, if it can be: what there is no room for is left out, the time left last. */
export function progressLine(
  { text }: Pick<Wording, "text">,
  { label, bytes, total, seconds, resumed }: WorkDone,
  columns: number,
): string {
  const line = (detail: number, name: string) =>
    text(progressText(name, bytes, total, seconds, resumed, detail));
  for (const detail of [2, 1, 0]) {
    const whole = line(detail, label);
    if (textWidth(whole) <= columns) return whole;
  }
  const room = columns - textWidth(line(0, ""));
  return line(0, cutMiddle(label, Math.max(room, LEAST_LABEL)));
}
