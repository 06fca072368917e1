/** A look into the database that changes nothing and needs no identity: for `p2p doctor`. */
import { systemCode } from "../errors.ts";
import { openBytes } from "./memory.ts";
import { SCHEMA_VERSION } from "./schema.ts";
import { Database, faultOf, StateError } from "./sqlite.ts";

/** A larger one is not read whole to be checked: that would take longer than anybody waits. */
const MOST_CHECKED_BYTES = 32 * 1024 * 1024;

/** What was found. */
export type DatabaseLook =
  | { readonly kind: "none" }
  | { readonly kind: "opens"; readonly version: number; readonly bytes: number }
  | { readonly kind: "fault"; readonly error: StateError };

/** Opens the database at `path` for reading, looks through it, and closes it. */
export async function inspectDatabase(path: string): Promise<DatabaseLook> {
  let bytes: number;
  try {
    const info = Deno.statSync(path);
    if (!info.isFile) throw new StateError("state.open", "cannot-open", path);
    bytes = info.size;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { kind: "none" };
    return { kind: "fault", error: asFault(error, path) };
  }
  try {
    return { kind: "opens", version: await versionIn(path, bytes), bytes };
  } catch (error) {
    return { kind: "fault", error: asFault(error, path) };
  }
}

function asFault(error: unknown, path: string): StateError {
  const fault = faultOf(error);
  if (fault !== undefined) return new StateError("state.open", fault, path, error);
  if (systemCode(error) === undefined && !(error instanceof Deno.errors.NotCapable)) throw error;
  return new StateError("state.open", "failed", path, error);
}

/** Where the folder takes nothing, not even the index of the log, the bytes of the file are looked into. */
async function versionIn(path: string, bytes: number): Promise<number> {
  try {
    return look(await Database.openToRead(path), bytes);
  } catch (error) {
    const fault = faultOf(error);
    if (fault !== "cannot-open" && fault !== "read-only") throw error;
    return look(await openBytes(path), bytes);
  }
}

function look(database: Database, bytes: number): number {
  try {
    const version = Number(database.get("PRAGMA user_version")?.["user_version"]);
    if (version > SCHEMA_VERSION) throw new StateError("state.open", "newer", database.path);
    database.all("SELECT name FROM sqlite_master");
    if (bytes > MOST_CHECKED_BYTES) return version;
    const verdict = database.get("PRAGMA quick_check(1)")?.["quick_check"];
    if (verdict !== "ok") throw new StateError("state.open", "damaged", database.path);
    return version;
  } finally {
    database.close();
  }
}
