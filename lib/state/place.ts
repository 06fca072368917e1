/**
 * Whether the database is still the file it was: a copy that is put back (a backup, a copied home, a cloned disk that
 * was unpacked) is another file. What must serve once is then dropped. A virtual machine that is wound back while it
 * runs looks the same from inside: nothing here can tell.
 */
import type { Database } from "./sqlite.ts";

/** Looks, and notes the present place; true where nothing has changed. A database without a file has always changed. */
export function isSamePlace(database: Database): boolean {
  const now = placeOf(database.path);
  const noted = database.get("SELECT file FROM place WHERE id = 1")?.["file"];
  if (noted === now) return true;
  database.write(
    () => database.run("INSERT OR REPLACE INTO place (id, file) VALUES (1, ?)", now),
    { durable: true },
  );
  return false;
}

function placeOf(path: string): string {
  const { dev, ino, birthtime } = Deno.statSync(path);
  return [dev, ino, birthtime?.getTime()].join(":");
}
