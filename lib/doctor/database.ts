/** The database of what is remembered: whether it opens, and its version. */
import { type DatabaseLook, inspectDatabase } from "../state/inspect.ts";
import { DATABASE_NAME } from "../state/written.ts";
import { SCHEMA_VERSION } from "../state/schema.ts";
import { join } from "../system/path.ts";
import { text } from "../text/catalogue.ts";
import { fail, type Judgement, ok, warn } from "./finding.ts";

/** Judges what was found at `path`. */
export function judgeDatabase(path: string, found: DatabaseLook): Judgement {
  if (found.kind === "none") return ok(text("doctor.database.none"));
  if (found.kind === "opens") {
    const { version, bytes } = found;
    const current = version < SCHEMA_VERSION ? SCHEMA_VERSION : undefined;
    return ok(text("doctor.database", { version, bytes, current }));
  }
  const { fault, reason, hint } = found.error;
  const detail = text("doctor.database.fault", { path, reason });
  return fault === "busy" ? warn(detail) : fail(detail, hint);
}

/** @param home undefined where no place for one is set */
export async function checkDatabase(home: string | undefined): Promise<Judgement> {
  if (home === undefined) return ok(text("doctor.database.none"));
  const path = join(home, DATABASE_NAME);
  return judgeDatabase(path, await inspectDatabase(path));
}
