/** A screen of a terminal, as tmux captures it with its colours, as an SVG picture. Pure. */
import { mostWidth } from "../../lib/terminal/wrap.ts";

/** Size of a cell in units of the picture. */
const CELL = { width: 8.4, height: 18 } as const;
const MARGIN = 12;

/** The eight colours of a terminal (ECMA-48 8.3.117), bright ones from eight on, on a dark ground. */
const COLOURS = "#3b4252 #bf616a #a3be8c #ebcb8b #81a1c1 #b48ead #88c0d0 #e5e9f0".split(" ");
const GROUND = "#2e3440";
const INK = "#d8dee9";

interface Style {
  colour: string;
  bold: boolean;
  faint: boolean;
  reverse: boolean;
}

const PLAIN: Style = { colour: INK, bold: false, faint: false, reverse: false };

/** `style` after a sequence "ESC [ … m". */
function styled(style: Style, parameters: string): Style {
  const next = { ...style };
  for (const code of (parameters || "0").split(";").map(Number)) {
    if (code === 0) Object.assign(next, PLAIN);
    else if (code === 1) next.bold = true;
    else if (code === 2) next.faint = true;
    else if (code === 7) next.reverse = true;
    else if (code === 22) next.bold = next.faint = false;
    else if (code === 27) next.reverse = false;
    else if (code === 39) next.colour = INK;
    else if (code >= 30 && code <= 37) next.colour = COLOURS[code - 30]!;
    else if (code >= 90 && code <= 97) next.colour = COLOURS[code - 90]!;
  }
  return next;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** One run of text in one style; each begins at its own column, so that no font can shift what follows. */
function run(whole: string, start: number, row: number, style: Style): string {
  // A picture drops blanks at either end of a text.
  const text = style.reverse ? whole : whole.trim();
  if (text === "") return "";
  const column = start + mostWidth(whole.slice(0, whole.indexOf(text)));
  const x = MARGIN + column * CELL.width;
  const y = MARGIN + row * CELL.height;
  const width = mostWidth(text) * CELL.width;
  const [ink, ground] = style.reverse ? [GROUND, style.colour] : [style.colour, undefined];
  const box = ground === undefined
    ? ""
    : `<rect x="${x}" y="${y}" width="${width}" height="${CELL.height}" fill="${ground}"/>`;
  const weight = style.bold ? ' font-weight="bold"' : "";
  const faint = style.faint ? ' opacity="0.6"' : "";
  return `${box}<text x="${x.toFixed(1)}" y="${y + 13}" textLength="${width.toFixed(1)}" ` +
    `fill="${ink}"${weight}${faint}>${escaped(text)}</text>`;
}

/** `shown`, rows of text with "ESC [ … m" sequences, as a picture of `columns` × `rows` cells. */
export function svgOf(shown: string, columns: number, rows: number): string {
  const width = Math.ceil(2 * MARGIN + columns * CELL.width);
  const lines = shown.trimEnd().split("\n").slice(0, rows);
  const height = 2 * MARGIN + (lines.length + 1) * CELL.height;
  let style = PLAIN;
  const texts: string[] = [];
  for (const [row, line] of lines.entries()) {
    let column = 0;
    // deno-lint-ignore no-control-regex
    for (const [, parameters, text] of line.matchAll(/\x1b\[([0-9;]*)m|([^\x1b]+)/g)) {
      if (text === undefined) {
        style = styled(style, parameters ?? "");
        continue;
      }
      // Wide characters in runs of their own: a font's may not be twice as wide as its letters.
      for (const [part] of text.matchAll(/[\u1100-\uffff]+|[^\u1100-\uffff]+/g)) {
        texts.push(run(part, column, row, style));
        column += mostWidth(part);
      }
    }
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" ` +
    `height="${height}">\n<rect width="100%" height="100%" rx="8" fill="${GROUND}"/>\n` +
    `<g font-family="ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', 'Noto Sans Mono CJK SC', monospace" ` +
    `font-size="14" xml:space="preserve">\n${
      texts.filter((text) => text !== "").join("\n")
    }\n</g>\n</svg>\n`;
}
