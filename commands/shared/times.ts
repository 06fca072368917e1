/** Times on the command line: a day, a day and a time, or how long ago. Pure. */
import { UsageError } from "../../lib/errors.ts";

const UNIT_MS = { m: 60_000, h: 3_600_000, d: 24 * 3_600_000, w: 7 * 24 * 3_600_000 } as const;

const ISO =
  /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})?)?$/;

/** "2026-01-02", "2026-01-02 03:04" (local time unless it says otherwise), "3d", "12h", in milliseconds since 1970. */
function parseTime(given: string, now: number): number {
  const ago = /^(\d{1,5})([mhdw])$/.exec(given);
  if (ago !== null) return now - Number(ago[1]) * UNIT_MS[ago[2] as keyof typeof UNIT_MS];
  const day = /^\d{4}-\d{2}-\d{2}$/.test(given);
  const time = ISO.test(given) ? Date.parse(day ? `${given}T00:00` : given.replace(" ", "T")) : NaN;
  if (Number.isNaN(time) || !isDay(given.slice(0, 10))) {
    throw new UsageError("flag.not-a-time", { given });
  }
  return time;
}

/** Whether the calendar has the day; the parser of dates takes 31 February for 3 March. */
function isDay(day: string): boolean {
  const time = Date.parse(`${day}T00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(day);
}

/** A point in time as a flag, in milliseconds since 1970. */
export function timeFlag(brief: string) {
  return {
    kind: "parsed",
    parse: (given: string) => parseTime(given, Date.now()),
    optional: true,
    brief,
    placeholder: "TIME",
  } as const;
}

/** "2026-01-02 03:04" in local time. */
export function formatTime(time: number): string {
  const at = new Date(time);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${
    two(at.getHours())
  }:${two(at.getMinutes())}`;
}
