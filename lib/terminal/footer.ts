/**
 * What stands below everything that was printed: rows of status, the prompt, the line being typed. Where it is after the
 * window has changed depends on the terminal: some break rows that have become too long anew, others cut them. Pure.
 */

import { fitText } from "./line-editor.ts";
import { textWidth } from "./width.ts";
import { wrapLine } from "./wrap.ts";
import { CHOICE } from "./asking.ts";

/**
 * The row, then all behind its first column. From the first column of the window on, tmux would take it for the whole
 * window, and keep what stood there in what has scrolled away: every line as it was being typed.
 */
const WIPE_BELOW = "\r\x1b[K\x1b[C\x1b[J\r";

/** Columns left for typing, whatever else wants to be shown. */
const LEAST_TYPING = 20;
/** Columns left for typing an answer. */
const LEAST_ANSWER = 4;

/** The footer as it was drawn. */
export interface Footer {
  /** Columns of the rows above the one with the cursor. */
  readonly above: readonly number[];
  /** Where the cursor is in its row, from 0. */
  readonly cursor: number;
  /** Columns of the window then. */
  readonly columns: number;
}

/** Rows that a row of so many columns takes in a window of fewer. */
function broken(width: number, columns: number): number {
  return Math.max(1, Math.ceil(width / columns));
}

/**
 * How many rows of the footer are above the cursor now that the window has `columns`.
 *
 * @param column where the terminal says the cursor is, from 0; undefined where it does not say
 */
export function rowsAbove(
  { above, cursor, columns: before }: Footer,
  columns: number,
  column: number | undefined,
): number {
  if (columns >= before) return above.length;
  // A terminal that cuts leaves the cursor at the edge.
  const cut = cursor >= columns && column === columns - 1 && cursor % columns !== columns - 1;
  if (cut) return above.length;
  const rows = above.reduce((sum, width) => sum + broken(width, columns), 0);
  return rows + Math.floor(cursor / columns);
}

/** Whom the line goes to, with `aside` before it where there is room; what a search says stands in place of both. */
export function promptRow(
  columns: number,
  { prompt, aside, search }: { prompt: string; aside: string; search: string | undefined },
): string {
  const room = Math.max(columns - LEAST_TYPING, 1);
  if (search !== undefined) return fitText(search, room);
  const fitted = fitText(prompt, room);
  return textWidth(aside + fitted) <= room ? aside + fitted : fitted;
}

/** A question in rows that leave room for an answer behind the last one. */
export function questionRows(columns: number, text: string): string[] {
  return wrapLine(`${text} ${CHOICE}`, columns - LEAST_ANSWER, "  ");
}

/** Draws the footer over the one that was drawn before. */
export class FooterPainter {
  #drawn: Footer | undefined;
  /** Rows of the window that it takes above the one with the cursor. */
  #above = 0;

  /** Columns of the window it was drawn for, and its rows above the one with the cursor; undefined: there is none. */
  get drawn(): { readonly columns: number; readonly rowsAbove: number } | undefined {
    return this.#drawn && { columns: this.#drawn.columns, rowsAbove: this.#drawn.above.length };
  }

  /**
   * What draws rows, and the line being typed behind the last of them.
   *
   * @param line what of it fits into so many columns, and where the cursor is in that
   */
  paint(
    columns: number,
    rows: readonly string[],
    line: (columns: number) => { readonly text: string; readonly cursor: number },
  ): string {
    const width = textWidth(rows.at(-1)!);
    const { text, cursor } = line(Math.max(columns - width, 2));
    const right = width + cursor;
    const wipe = this.wipe();
    this.#drawn = { above: rows.slice(0, -1).map(textWidth), cursor: right, columns };
    this.#above = rows.length - 1;
    return `${wipe}${rows.join("\n")}${text}\r${right > 0 ? `\x1b[${right}C` : ""}`;
  }

  /** What takes away the footer that was drawn last. */
  wipe(): string {
    const above = this.#above;
    this.forget();
    return above === 0 ? WIPE_BELOW : `\r\x1b[${above}A${WIPE_BELOW}`;
  }

  /** The window is empty. */
  forget(): void {
    this.#above = 0;
    this.#drawn = undefined;
  }

  /** The window has `columns` now; see `rowsAbove`. */
  resized(columns: number, column: number | undefined): void {
    if (this.#drawn !== undefined) this.#above = rowsAbove(this.#drawn, columns, column);
  }
}
