/** English: commands and their arguments. */
import type { Text, Wording } from "../text.ts";
import { counted } from "./counted.ts";

/** ", did you mean a or b?"; nothing where there is no guess. */
function guess(corrections: readonly string[]): string {
  return corrections.length === 0 ? "" : `, did you mean ${corrections.join(" or ")}?`;
}

export const cli = {
  "usage.parse": ({ reason }: { reason: Text }, { text }: Wording) =>
    `parse command line: ${text(reason)}`,
  "usage.see-help": ({ command }: { command: string }) => `see '${command} --help'`,
  "usage.chat-message": ({ words }: { words: string }) =>
    `a message goes behind -m, in quotation marks: p2p chat PEER -m "${words} …"`,
  "usage.language": ({ given }: { given: string }) =>
    `choose language: "${given}" is none of en, zh`,
  "usage.unknown-command": (
    { given, corrections }: { given: string; corrections: readonly string[] },
  ) => `no command "${given}"${guess(corrections)}`,
  "usage.flag-first": ({ given }: { given: string }) => `${given} stands before the command`,
  "usage.flag-first.hint": ({ line }: { line: string }) => `flags go behind it: ${line}`,
  "usage.flag-command.hint": ({ line }: { line: string }) => `here that is a command: ${line}`,
  "usage.unknown-flag": (
    { given, corrections }: { given: string; corrections: readonly string[] },
  ) => `no flag --${given}${guess(corrections)}`,
  "usage.unknown-alias": ({ given }: { given: string }) => `no flag -${given}`,
  "usage.flag-value": ({ name, reason }: { name: string; reason: Text }, { text }: Wording) =>
    `${name}: ${text(reason)}`,
  "usage.none-of": (
    { name, given, values }: { name: string; given: string; values: readonly string[] },
  ) => `--${name}: "${given}" is none of ${values.join(", ")}`,
  "usage.flag-needs-value": ({ name }: { name: string }) => `--${name} is needed, with a value`,
  "usage.flag-needs-value-not": ({ name, next }: { name: string; next: string }) =>
    `--${name} needs a value, but --${next} follows`,
  "usage.flag-twice": (
    { name, first, second }: { name: string; first: string; second: string },
  ) => `--${name} is given twice, "${first}" and "${second}"`,
  "usage.flag-negated": ({ name, given }: { name: string; given: string }) =>
    `--${name} is negated and cannot take "${given}"`,
  "usage.too-many": ({ most, given }: { most: number; given: string }) =>
    `too many arguments: ${most} at most, and "${given}" is one more`,
  "usage.argument-missing": ({ name }: { name: string }) => `${name} is missing`,
  "usage.arguments-missing": (
    { name, least, found }: { name: string; least: number; found: number },
  ) => `${name}: ${counted(least, "argument")} at least, found ${found}`,
  "flag.empty": "it is empty",
  "flag.not-boolean": ({ given }: { given: string }) => `"${given}" is neither true nor false`,
  "flag.not-descriptor": ({ given }: { given: string }) => `"${given}" is no file descriptor`,
  "flag.not-a-time": ({ given }: { given: string }) =>
    `"${given}" is neither a day (2026-01-02), nor a time (2026-01-02T03:04), nor how long ago (30m, 12h, 3d, 2w)`,
  "flag.not-whole-number": (
    { given, least, most }: { given: string; least: number; most: number },
  ) => `"${given}" is not a whole number from ${least} to ${most}`,
  "cli.system": (
    { command, path, reason }: { command: string; path: string | undefined; reason: Text },
    { text }: Wording,
  ) => `run ${command}: ${path === undefined ? "" : `${path}: `}${text(reason)}`,
  "cli.internal": ({ message }: { message: string }) => `internal error: ${message}`,
  "cli.internal.hint": "set P2P_DEBUG=1 to see where",
} as const;
