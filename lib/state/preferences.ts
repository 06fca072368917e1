/** The settings that `p2p config` knows: their names, what they may hold, and what holds where they are not set. */
import { FormatError, UsageError } from "../errors.ts";
import type { State } from "./state.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** How long what cannot be delivered waits for its peer unless told otherwise, in days. */
const EXPIRY_DAYS = 30;
/** Longer than any program runs: "never". */
const NEVER_MS = 100 * 365 * DAY_MS;
/** As long as ids are remembered; what came later could be shown twice. */
const MOST_DAYS = 365;

/** A setting of the database. */
export interface Preference {
  readonly byDefault: string;
  /** Throws where `value` is none. */
  check(value: string): void;
}

/** Milliseconds of "30d", "12h", "45m" or "never"; undefined for anything else. */
function parseExpiry(value: string): number | undefined {
  if (value === "never") return NEVER_MS;
  const [, number, unit] = /^([1-9]\d{0,5})([dhm])$/.exec(value) ?? [];
  if (number === undefined) return undefined;
  const ms = Number(number) * (unit === "d" ? DAY_MS : unit === "h" ? HOUR_MS : 60_000);
  return ms <= MOST_DAYS * DAY_MS ? ms : undefined;
}

function oneOf(name: string, values: readonly string[]) {
  return (value: string) => {
    if (values.includes(value)) return;
    throw new FormatError("config.value", { name, value, values });
  };
}

/** For which messages a terminal calls. */
const OCCASIONS = ["off", "mention", "all"] as const;
/** Characters of `mention`. */
const MOST_MENTION = 200;

/** "Alice, 小红" → the words. */
function mentionWords(value: string): string[] {
  return value.split(/[,，]/).map((word) => word.trim()).filter((word) => word !== "");
}

/** All of them, by name. */
export const PREFERENCES: ReadonlyMap<string, Preference> = new Map([
  ["announce", {
    byDefault: "off",
    check(value) {
      if (value.trim() !== "" && [...value].length <= 32) return;
      throw new FormatError("config.value", { name: "announce", value, values: ["off", "NAME"] });
    },
  }],
  ["bell", {
    byDefault: "off",
    check: oneOf("bell", OCCASIONS),
  }],
  ["expiry", {
    byDefault: `${EXPIRY_DAYS}d`,
    check(value) {
      if (parseExpiry(value) !== undefined) return;
      throw new FormatError("config.value", {
        name: "expiry",
        value,
        values: ["45m", "12h", "30d", `${MOST_DAYS}d`, "never"],
      });
    },
  }],
  ["history", {
    byDefault: "on",
    check: oneOf("history", ["on", "off"]),
  }],
  ["mention", {
    byDefault: "",
    check(value) {
      if (value.length <= MOST_MENTION && mentionWords(value).length > 0) return;
      throw new FormatError("config.value", {
        name: "mention",
        value,
        values: ["NAME", "NAME, NAME…"],
      });
    },
  }],
  ["notify", {
    byDefault: "off",
    check: oneOf("notify", OCCASIONS),
  }],
  ["theme", {
    byDefault: "system",
    check: oneOf("theme", ["system", "light", "dark"]),
  }],
  ["times", {
    byDefault: "on",
    check: oneOf("times", ["on", "off"]),
  }],
]);

/** The setting called `name`; a UsageError where there is none. */
export function preference(name: string): Preference {
  const found = PREFERENCES.get(name);
  if (found === undefined) throw new UsageError("config.unknown", { name });
  return found;
}

/** How long what cannot be delivered waits, in milliseconds. */
export function expiryOf({ settings }: State): number {
  return parseExpiry(settings.get("expiry") ?? "") ?? EXPIRY_DAYS * DAY_MS;
}

/** How a conversation at a terminal is shown. */
export interface TerminalPreferences {
  /** Words that the person wants to be called for. */
  readonly mention: readonly string[];
  readonly bell: (typeof OCCASIONS)[number];
  readonly notify: (typeof OCCASIONS)[number];
  /** Whether messages have their times. */
  readonly times: boolean;
}

/** See above. Without words of one's own, the name that is announced is the one. */
export function terminalPreferences({ settings }: State): TerminalPreferences {
  const announced = settings.get("announce") ?? "off";
  const occasion = (name: string) => OCCASIONS.find((each) => each === settings.get(name)) ?? "off";
  return {
    mention: mentionWords(settings.get("mention") ?? (announced === "off" ? "" : announced)),
    bell: occasion("bell"),
    notify: occasion("notify"),
    times: settings.get("times") !== "off",
  };
}

/** Whether what is said is kept unless the command line says otherwise. */
export function keepsHistory({ settings }: State): boolean {
  return settings.get("history") !== "off";
}
