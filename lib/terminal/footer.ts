/**
 * What stands below everything that was printed: rows of status, the prompt, the line being typed. Where it is after the
 * window has changed depends on the terminal: some break rows that have become too long anew, others cut them. Pure.
 */

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
