/** Whether the clock is plausible, and whether the network keeps it right, as far as files tell. */
import { look } from "../system/look.ts";
import { type System, thisSystem } from "../system/machine.ts";
import { text } from "../text/catalogue.ts";
import type { Text } from "../text/text.ts";
import { type Judgement, ok, shellLine, warn } from "./finding.ts";
import { RELEASED } from "./released.ts";

/** A version is not in use for longer than that, in years. */
const MOST_YEARS = 15;
const YEAR_MS = 365.25 * 24 * 3_600_000;

/** There when systemd-timesyncd has heard from a server (systemd-timesyncd.service(8)). */
const SYNCHRONIZED = "/run/systemd/timesync/synchronized";
/** There where systemd runs (sd_booted(3)), and where it does so within a container, which has its host's clock. */
const SYSTEMD = "/run/systemd/system";
const CONTAINER = "/run/systemd/container";
/** Folders and files of other programs that keep the clock: chrony, ntpsec, ntpd, openntpd. */
const OTHERS = [
  "/run/chrony",
  "/run/ntpd.pid",
  "/run/ntpd.sock",
  "/var/lib/openntpd/db/ntpd.drift",
];

/** Who keeps the clock. */
export type ClockKeeper = "synchronized" | "unsynchronized" | "other" | "unknown";

/** @param exists whether something lies at a path */
export function clockKeeper(exists: (path: string) => boolean): ClockKeeper {
  if (exists(SYNCHRONIZED)) return "synchronized";
  if (OTHERS.some(exists)) return "other";
  return exists(SYSTEMD) && !exists(CONTAINER) ? "unsynchronized" : "unknown";
}

/** @param now milliseconds since 1970 */
export function judgeClock(now: number, keeper: ClockKeeper, system: System): Judgement {
  const time = `${new Date(now).toISOString().slice(0, 16).replace("T", " ")} UTC`;
  const released = Date.parse(RELEASED);
  if (now < released) {
    return warn(text("doctor.clock.early", { time, released: RELEASED }), setClock(system));
  }
  if (now > released + MOST_YEARS * YEAR_MS) {
    return warn(text("doctor.clock.late", { time }), setClock(system));
  }
  if (keeper === "unsynchronized") {
    return warn(text("doctor.clock.unsynchronized", { time }), setClock(system));
  }
  return ok(text("doctor.clock", { time, keeper }));
}

function setClock(system: System): Text {
  switch (system) {
    case "linux":
      return shellLine("sudo timedatectl set-ntp true");
    case "darwin":
      return shellLine("sudo sntp -sS time.apple.com");
    case "windows":
      return shellLine("w32tm /resync");
  }
}

/** @param now milliseconds since 1970 */
export function checkClock(now: number): Judgement {
  return judgeClock(now, clockKeeper((path) => look(path).kind !== "nothing"), thisSystem());
}
