/** The version of what is built, which stands in deno.json, and its day. */
import { RELEASED } from "../../lib/doctor/released.ts";
import config from "../../deno.json" with { type: "json" };

/** "0.2.0". */
export const VERSION = config.version;

/** The day of the version; fixed, so that two builds make the same bytes. */
export const VERSION_DAY = RELEASED;

/** The time that files of packages have: that day's beginning, in seconds since 1970. */
export const VERSION_TIME = Date.parse(`${VERSION_DAY}T00:00:00Z`) / 1000;
