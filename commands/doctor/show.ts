/** What `p2p doctor` prints: rows for people, JSON for programs. */
import { reasonJson } from "../../lib/api/event-json.ts";
import type { Area, CheckState, Finding } from "../../lib/doctor/finding.ts";
import { Painter, type Style } from "../../lib/terminal/style.ts";
import { padEnd } from "../../lib/terminal/width.ts";
import { mostWidth, wrapLine } from "../../lib/terminal/wrap.ts";
import { text } from "../../lib/text/catalogue.ts";
import { safeJson } from "../../lib/text/safe.ts";
import { type Speaker, speakerOf } from "../../lib/text/speaker.ts";

/** Columns of the state and of the name. */
const STATE_COLUMNS = 8;
const NAME_COLUMNS = 14;

/** In fewer columns what was found stands below its name. */
const LEAST_BESIDE_COLUMNS = 60;

const STYLES: Readonly<Record<CheckState, Style>> = { ok: "good", warn: "warn", fail: "alarm" };

/** The rows of one finding, in at most `columns`. */
export function findingRows(
  { name, state, detail, cure }: Finding,
  speaker: Speaker,
  painter: Painter,
  columns: number,
): string[] {
  const what = speaker.text(name);
  const found = detail === undefined ? "" : speaker.text(detail);
  const below = " ".repeat(STATE_COLUMNS);
  const indent = below + " ".repeat(NAME_COLUMNS);
  // A name that is longer than its column is followed by what was found as by a sentence.
  const label = found === ""
    ? what
    : mostWidth(what) < NAME_COLUMNS
    ? padEnd(what, NAME_COLUMNS)
    : `${what}  `;
  const word = speaker.text(text(`doctor.state.${state}`));
  const head = padEnd(word, STATE_COLUMNS);
  const [first = "", ...rest] = columns < LEAST_BESIDE_COLUMNS && found !== ""
    ? [head + what, ...wrapLine(below + found, columns, below)]
    : wrapLine(`${head}${label}${found}`, columns, indent);
  const rows = [painter.paint(word, STYLES[state]) + first.slice(word.length), ...rest];
  if (cure === undefined) return rows;
  const advice = speaker.text(text("doctor.cure", { cure }));
  // A line for the shell stays in one piece.
  return cure.code === "doctor.run"
    ? [...rows, below + advice]
    : [...rows, ...wrapLine(below + advice, columns, below)];
}

/** A finding for programs: in English whatever the language of this run, and as codes. */
export async function findingJson(area: Area, finding: Finding): Promise<string> {
  const { text: english } = await speakerOf("en");
  const { name, state, detail, cure } = finding;
  return safeJson({
    type: "check",
    area,
    name: english(name),
    ok: state !== "fail",
    state,
    ...(detail === undefined ? {} : { detail: english(detail), reason: reasonJson(detail) }),
    ...(cure === undefined ? {} : { cure: english(cure) }),
  });
}
