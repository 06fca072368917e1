/** English: what becomes of what is sent, and the settings. */
import type { Text, Wording } from "../text.ts";

interface Named {
  readonly label: string;
}

export const delivery = {
  "talk.waiting": (
    { label, text: words, reason }: Named & { text: string; reason: Text },
    { text }: Wording,
  ) => `kept; goes out when ${label} appears: ${words} (${text(reason)})`,
  "talk.delivered-late": ({ label, text }: Named & { text: string }) =>
    `✓ delivered to ${label}: ${text}`,
  "talk.shown-only": ({ label }: Named) => `shown to ${label}, who keeps no history`,
  "talk.expired": "deliver: it waited too long for its recipient",
  "talk.clock-off": (
    { label, seconds }: Named & { seconds: number },
    { duration }: Wording,
  ) =>
    `the clock of ${label} is ${duration(Math.abs(seconds))} ${seconds > 0 ? "ahead" : "behind"}` +
    `: times marked with ? are by that clock`,
  "talk.not-kept": "keep for later: nothing is stored here",
  "talk.not-kept.hint": "leave out --no-history, and see that the state folder can be written",
  "talk.kept-later": ({ peer }: { peer: string }) => `kept; goes out when ${peer} appears`,
  "talk.later-or-now": "send: --later and --now exclude each other",
  "talk.later-needs-text": "send message: --later needs a text: -m TEXT",
  "talk.later-needs-path": "send file: standard input cannot be kept for later",
  "talk.later-needs-key": ({ peer }: { peer: string }) =>
    `keep for later: the key of ${peer} is not known yet`,
  "talk.no-own-history": "cancel: name it: /cancel ID",
  "talk.search-what": "search: for what? /search TEXT",
  "talk.history-count": ({ most }: { most: number }) =>
    `show history: give a number from 1 to ${most}: /history 20`,

  "config.line": ({ name, value, set }: { name: string; value: string; set: boolean }) =>
    `${name} = ${value}${set ? "" : "  (default)"}`,
  "config.unknown": ({ name }: { name: string }) => `config: there is no setting "${name}"`,
  "config.unknown.hint": "p2p config list shows all",
  "config.value": (
    { name, value, values }: { name: string; value: string; values: readonly string[] },
  ) => `config ${name}: "${value}" is none of: ${values.join(", ")}`,
} as const;
