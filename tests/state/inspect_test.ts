// The look into a database that changes nothing: none, whole, damaged within, newer, in a folder that takes nothing.
import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { inspectDatabase } from "../../lib/state/inspect.ts";
import { SCHEMA_VERSION } from "../../lib/state/schema.ts";
import { withFolder } from "../support/executable.ts";
import { noSmallDisk, withSmallDisk } from "../support/small-disk.ts";
import { attempt } from "../support/processes.ts";
import { testUnless } from "../support/requires.ts";

/** A database of this version with rows on several pages. */
function make(path: string, version = SCHEMA_VERSION): void {
  const database = new DatabaseSync(path);
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA user_version = ${version}`);
  database.exec("CREATE TABLE t (id INTEGER PRIMARY KEY, body BLOB)");
  const insert = database.prepare("INSERT INTO t (body) VALUES (?)");
  for (let i = 0; i < 100; i++) insert.run(new Uint8Array(500).fill(i));
  database.close();
}

async function fault(path: string): Promise<string | undefined> {
  const found = await inspectDatabase(path);
  return found.kind === "fault" ? found.error.fault : undefined;
}

Deno.test("a database is looked into and left as it was; what is wrong with it is told", () =>
  withFolder(async (folder) => {
    const path = join(folder, "p2p.db");
    assert.deepEqual(await inspectDatabase(path), { kind: "none" });
    assert.equal([...Deno.readDirSync(folder)].length, 0, "nothing is made");
    make(path);
    const bytes = Deno.readFileSync(path);
    assert.deepEqual(await inspectDatabase(path), {
      ...{ kind: "opens", version: SCHEMA_VERSION, bytes: bytes.length },
    });
    assert.deepEqual(Deno.readFileSync(path), bytes);

    const page = bytes.slice();
    page.fill(0xa5, 3 * 4096, 4 * 4096);
    Deno.writeFileSync(path, page);
    assert.equal(await fault(path), "damaged", "in the middle, where opening does not look");
    Deno.writeTextFileSync(path, "this is no database, but long enough to be one\n".repeat(50));
    assert.equal(await fault(path), "damaged");
    Deno.removeSync(path);
    make(path, SCHEMA_VERSION + 1);
    assert.equal(await fault(path), "newer");
    Deno.removeSync(path);
    Deno.mkdirSync(path);
    assert.equal(await fault(path), "cannot-open");
  }));

testUnless(
  noSmallDisk,
  "it is looked into on a file system that is read-only",
  () =>
    withSmallDisk(1 << 20, async (folder) => {
      const path = join(folder, "p2p.db");
      make(path);
      assert.ok(await attempt("mount", "-o", "remount,ro", folder));
      assert.equal((await inspectDatabase(path)).kind, "opens");
    }),
);
