/** What a terminal shows after some output: the few sequences that p2p writes (ECMA-48), one column a character. */

// deno-lint-ignore no-control-regex
const PIECE = /\x1b\[([?0-9;]*)([A-Za-z])|[\s\S]/gu;

/** The rows of a terminal of `columns` that was given `output`, those that scrolled away too. */
export function screenRows(output: string, columns: number): string[] {
  const rows: string[][] = [[]];
  let [row, column] = [0, 0];
  const down = () => {
    row++;
    rows[row] ??= [];
  };
  for (const [piece, parameter = "", command] of output.matchAll(PIECE)) {
    const count = Number(parameter || "1");
    if (command === "A") row = Math.max(0, row - count);
    else if (command === "C") column = Math.min(columns - 1, column + count);
    else if (command === "K" || command === "J") {
      rows[row] = rows[row]!.slice(0, column);
      if (command === "J") rows.length = row + 1;
    } else if (command !== undefined) continue;
    else if (piece === "\r") column = 0;
    else if (piece === "\n") down();
    else {
      if (column === columns) [column] = [0, down()];
      while (rows[row]!.length < column) rows[row]!.push(" ");
      rows[row]![column++] = piece;
    }
  }
  return rows.map((cells) => cells.join("").trimEnd());
}
