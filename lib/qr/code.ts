/** QR codes (ISO/IEC 18004): a text as modules, and the modules as lines for a terminal or as a PNG. Pure. */
import { deflateSync } from "node:zlib";
import qrcode from "qrcode-generator";
import { type Bytes, concat } from "../bytes.ts";
import { ColourType } from "../stego/png/header.ts";
import { PNG_SIGNATURE } from "../stego/png/read.ts";
import { chunk, headerData } from "../stego/png/write.ts";

/** Light modules around a code (§5.3.8). */
const QUIET_MODULES = 4;
/** Pixels of a module in a PNG. */
const MODULE_PIXELS = 8;

/** A square of modules: true is dark. The quiet zone is not among them. */
export interface QrCode {
  readonly size: number;
  dark(row: number, column: number): boolean;
}

/**
 * The smallest code of error correction level L that holds `text`, which must be of the 45 characters of the
 * alphanumeric mode (§7.4.4): capital letters, digits, and a few signs, of `:` and `/` among them.
 */
export function qrCode(text: string): QrCode {
  const code = qrcode(0, "L");
  code.addData(text, "Alphanumeric");
  code.make();
  return {
    size: code.getModuleCount(),
    dark: (row, column) => code.isDark(row, column),
  };
}

/** Whether the module is dark, with what lies around the code. */
function isDark({ size, dark }: QrCode, row: number, column: number): boolean {
  return row >= 0 && column >= 0 && row < size && column < size && dark(row, column);
}

/** Black on white whatever the terminal's own colours: two entries of the fixed part of the palette of 256. */
const BLACK_ON_WHITE = "\x1b[38;5;16;48;5;231m";
const RESET = "\x1b[0m";

/**
 * Lines for a terminal: a cell of a line is two modules, one above the other.
 *
 * @param colours without them light modules are drawn, as on a dark terminal
 */
export function qrLines(code: QrCode, colours: boolean): string[] {
  const lines: string[] = [];
  const [begin, end] = [-QUIET_MODULES, code.size + QUIET_MODULES];
  for (let row = begin; row < end; row += 2) {
    let line = "";
    for (let column = begin; column < end; column++) {
      const upper = isDark(code, row, column) === colours;
      // The last line is only half full: what is below it is no part of the code.
      const lower = row + 1 < end ? isDark(code, row + 1, column) === colours : !colours;
      line += upper ? lower ? "█" : "▀" : lower ? "▄" : " ";
    }
    lines.push(colours ? BLACK_ON_WHITE + line + RESET : line);
  }
  return lines;
}

/** The code as a PNG: greyscale, one bit a pixel. */
export function qrPng(code: QrCode): Bytes {
  const modules = code.size + 2 * QUIET_MODULES;
  const width = modules * MODULE_PIXELS;
  const stride = 1 + Math.ceil(width / 8);
  const rows = new Uint8Array(stride * width);
  for (let y = 0; y < width; y++) {
    const row = Math.floor(y / MODULE_PIXELS) - QUIET_MODULES;
    for (let column = 0; column < modules; column++) {
      // A module is one byte wide: eight pixels of one bit.
      rows[y * stride + 1 + column] = isDark(code, row, column - QUIET_MODULES) ? 0x00 : 0xff;
    }
  }
  const header = {
    width,
    height: width,
    bitDepth: 1,
    colourType: ColourType.grey,
    interlaced: false,
  };
  return concat(
    PNG_SIGNATURE,
    chunk("IHDR", headerData(header)),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", new Uint8Array(0)),
  );
}
