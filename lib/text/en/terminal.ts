/** English: the terminal. */
import type { Text, Wording } from "../text.ts";
import { counted } from "./counted.ts";

/** What a line of progress is made from: bytes, bytes a second, seconds. */
export interface ProgressParams {
  readonly label: string;
  readonly done: number;
  readonly total: number | undefined;
  readonly rate: number;
  readonly left: number | undefined;
  /** How much is said: 2 all, 1 without the bytes, 0 without the rate, too. */
  readonly detail: number;
}

export const terminal = {
  "terminal.write-stdout": ({ reason }: { reason: Text }, { text }: Wording) =>
    `write stdout: ${text(reason)}`,
  "terminal.no-answer": "ask passphrase: the terminal does not answer",
  "terminal.interrupted": "ask passphrase: interrupted",
  "terminal.too-long": ({ limit }: { limit: number }) =>
    `ask passphrase: the line is longer than ${counted(limit, "byte")}`,
  "terminal.warning": ({ what }: { what: Text }, { text }: Wording) =>
    `p2p: warning: ${text(what)}`,
  "terminal.progress": (
    { label, done, total, rate, left, detail }: ProgressParams,
    { size, duration }: Wording,
  ) => {
    const whole = total !== undefined && total > 0;
    return [
      label,
      ...(whole ? [`${Math.min(100, Math.floor((done / total) * 100))} %`] : []),
      ...(detail > 1 || !whole ? [whole ? `${size(done)} of ${size(total)}` : size(done)] : []),
      ...(detail > 0 ? [`${size(rate)}/s`] : []),
      ...(left === undefined ? [] : [`${duration(left)} left`]),
    ].join("  ");
  },
} as const;
