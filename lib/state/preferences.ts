/** The settings that `p2p config` knows: their names, what they may hold, and what holds where they are not set. */
import { FormatError, UsageError } from "../errors.ts";
import type { Text } from "../text/text.ts";
import { text } from "../text/catalogue.ts";
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
  /** What it does. */
  readonly brief: Text;
  /** Throws where `value` is none. */
  check(value: string): void;
}

/** Milliseconds of "30d", "12h", "45m" or "never"; undefined for anything else. */
export function parseExpiry(value: string): number | undefined {
  if (value === "never") return NEVER_MS;
  const [, number, unit] = /^([1-9]\d{0,5})([dhm])$/.exec(value) ?? [];
  if (number === undefined) return undefined;
  const ms = Number(number) * (unit === "d" ? DAY_MS : unit === "h" ? HOUR_MS : 60_000);
  return ms <= MOST_DAYS * DAY_MS ? ms : undefined;
}

function oneOf(name: string, values: readonly string[]) {
  return (value: string) => {
    if (values.includes(value)) return;
    throw new FormatError("config.value", { name, value, values: values.join(", ") });
  };
}

/** All of them, by name. */
export const PREFERENCES: ReadonlyMap<string, Preference> = new Map([
  ["announce", {
    byDefault: "off",
    brief: text("config.announce"),
    check(value) {
      if (value.trim() !== "" && [...value].length <= 32) return;
      throw new FormatError("config.value", { name: "announce", value, values: "off, NAME" });
    },
  }],
  ["expiry", {
    byDefault: `${EXPIRY_DAYS}d`,
    brief: text("config.expiry"),
    check(value) {
      if (parseExpiry(value) !== undefined) return;
      throw new FormatError("config.value", {
        name: "expiry",
        value,
        values: `30d, 12h, 45m, never (${MOST_DAYS}d)`,
      });
    },
  }],
  ["history", {
    byDefault: "on",
    brief: text("config.history"),
    check: oneOf("history", ["on", "off"]),
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

/** Whether what is said is kept unless the command line says otherwise. */
export function keepsHistory({ settings }: State): boolean {
  return settings.get("history") !== "off";
}
