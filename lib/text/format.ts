/** Numbers as people read them: sizes, rates, times. Pure. */
import { text } from "./catalogue.ts";
import type { Text } from "./text.ts";

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"] as const;

/** "512 B", "1.5 MiB": at most four significant digits, powers of 1024. */
export function formatSize(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${value.toFixed(digits)} ${UNITS[unit]}`;
}

/** "0:07", "12:05", "1:02:03" for a number of seconds. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const shown = parts[0] === 0 ? parts.slice(1) : parts;
  return shown.map((part, i) => i === 0 ? String(part) : String(part).padStart(2, "0")).join(":");
}

/**
 * A line of progress: "label  45 %  12.3 MiB of 27 MiB  4.1 MiB/s  0:03 left".
 *
 * @param resumed what was there before this run began: it does not count for the rate
 * @param detail how much is said: 2 all, 1 without the bytes, 0 without the rate, too
 */
export function progressText(
  label: string,
  done: number,
  total: number | undefined,
  elapsedSeconds: number,
  resumed = 0,
  detail = 2,
): Text {
  const rate = elapsedSeconds > 0 ? (done - resumed) / elapsedSeconds : 0;
  const left = total !== undefined && rate > 0 && done < total ? (total - done) / rate : undefined;
  return text("terminal.progress", { label, done, total, rate, left, detail });
}
