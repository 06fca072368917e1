/** What a terminal shows of a QR code in half blocks, as the pixels that a camera would see. */
import type { QrCode } from "../../lib/qr/code.ts";

/** Which halves of a cell each glyph paints. */
const GLYPHS: Readonly<Record<string, readonly [upper: boolean, lower: boolean]>> = {
  "█": [true, true],
  "▀": [true, false],
  "▄": [false, true],
  " ": [false, false],
};

/**
 * The code between lines of other text: each module as it is painted.
 *
 * @param inkIsDark whether the glyphs are the dark modules (black on white) or the light ones
 */
export function codeOnTerminal(shown: string, inkIsDark: boolean): QrCode {
  // deno-lint-ignore no-control-regex
  const plain = shown.replace(/\x1b\[[0-9;]*m/g, "");
  const rows = plain.split(/\r?\n/).filter((line) => /^[█▀▄ ]{25,}$/.test(line));
  const cells = rows.map((row) => [...row].map((glyph) => GLYPHS[glyph]!));
  const width = cells[0]!.length;
  const lines = cells.flatMap((
    row,
  ) => [row.map(([upper]) => upper), row.map(([, lower]) => lower)]);
  return { size: width, dark: (row, column) => lines[row]![column]! === inkIsDark };
}
