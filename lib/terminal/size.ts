/** The size of the terminal's window. */

/** What is reckoned with where it cannot be told. */
const COLUMNS = 80;
const ROWS = 24;

function size(): { readonly columns: number; readonly rows: number } {
  try {
    return Deno.consoleSize();
  } catch (error) {
    if (error instanceof Error) return { columns: COLUMNS, rows: ROWS };
    throw error;
  }
}

/** Width of the terminal. */
export function terminalColumns(): number {
  return size().columns || COLUMNS;
}

/** Columns for rows on stdout that are laid out in `most`: fewer at a terminal that is narrower. */
export function columnsUpTo(most: number): number {
  return Deno.stdout.isTerminal() ? Math.min(most, terminalColumns()) : most;
}

/** Rows of the terminal. */
export function terminalRows(): number {
  return size().rows || ROWS;
}
