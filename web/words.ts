/** The page's words, in the language of the page. */
import { en, type PageTexts, type SamePageTexts } from "./texts/en.ts";
import { zh } from "./texts/zh.ts";

/** A language of the page. */
export type PageLanguage = "en" | "zh";

let table: SamePageTexts = en;
let language: PageLanguage = "en";

/** Chooses the language. */
export function speak(wanted: PageLanguage): void {
  language = wanted;
  table = wanted === "zh" ? zh : en;
  document.documentElement.lang = wanted === "zh" ? "zh-Hans" : "en";
  document.title = table.title;
}

/** The language that is spoken. */
export function spoken(): PageLanguage {
  return language;
}

/** The words of `name`. */
export function t<K extends keyof PageTexts>(
  name: K,
  ...params: PageTexts[K] extends (...params: infer P) => string ? P : []
): string {
  const entry = table[name] as string | ((...params: unknown[]) => string);
  return typeof entry === "string" ? entry : entry(...params);
}

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];

/** "1.5 MiB". */
export function sizeOf(bytes: number): string {
  let [value, unit] = [bytes, 0];
  while (value >= 1000 && unit < UNITS.length - 1) [value, unit] = [value / 1024, unit + 1];
  return `${value.toFixed(unit === 0 || value >= 100 ? 0 : 1)} ${UNITS[unit]}`;
}

/** "0:07". */
export function lengthOf(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const hours = Math.floor(whole / 3600);
  const rest = `${Math.floor(whole / 60) % 60}`.padStart(hours > 0 ? 2 : 1, "0");
  return `${hours > 0 ? `${hours}:` : ""}${rest}:${`${whole % 60}`.padStart(2, "0")}`;
}

/** Makers of dates are dear: one of each kind is kept for a language. */
const makers = new Map<string, Intl.DateTimeFormat>();

function dated(time: number, kind: "clock" | "day" | "date"): string {
  const options = {
    clock: { hour: "2-digit", minute: "2-digit" },
    day: { dateStyle: "full" },
    date: { month: "short", day: "numeric" },
  } as const;
  const name = `${language} ${kind}`;
  let maker = makers.get(name);
  if (maker === undefined) {
    maker = new Intl.DateTimeFormat(language === "zh" ? "zh-CN" : "en-GB", options[kind]);
    makers.set(name, maker);
  }
  return maker.format(time);
}

/** The time of a message: "14:05". */
export function clock(time: number): string {
  return dated(time, "clock");
}

/** Midnight before a time, here. */
function midnight(time: number): number {
  return new Date(time).setHours(0, 0, 0, 0);
}

/** The day of a message, as a heading. */
export function dayOf(time: number): string {
  const today = midnight(Date.now());
  if (time >= today && time < today + 86_400_000) return t("today");
  if (time < today && midnight(time) === midnight(today - 1)) return t("yesterday");
  return dated(time, "day");
}

/** When something was, short: a time of today, else a date. */
export function moment(time: number): string {
  return dated(time, time >= midnight(Date.now()) ? "clock" : "date");
}
