/** A receiver that is killed at any moment: what has a final name is whole, and the rest is gone on with. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { makeHome, p2p, withFolder } from "../support/executable.ts";
import { listener, start, stopping } from "./support.ts";
import { until } from "../support/until.ts";

const KILLS = 10;
const ROOTS = 60;

/** What lies at the final names in `target`; fails where something is not whole. */
function finished(target: string): string[] {
  const names: string[] = [];
  for (const { name, isDirectory } of Deno.readDirSync(target)) {
    if (name.endsWith(".p2p-part")) continue;
    const path = join(target, name);
    const root = name.replace(/ \(\d+\)$/, "");
    names.push(name);
    assert.equal(isDirectory, root.startsWith("folder"));
    if (isDirectory) {
      const inside = [...Deno.readDirSync(path)].map((entry) => entry.name).sort();
      assert.deepEqual(inside, ["1", "2"], name);
      for (const each of inside) assert.equal(Deno.readTextFileSync(join(path, each)), root + each);
    } else {
      assert.equal(Deno.readTextFileSync(path), root);
      assert.equal(Deno.statSync(path).nlink, 1);
    }
  }
  return names;
}

Deno.test("killed at any moment: whole or not at all, and nothing of it stays in the end", () =>
  withFolder((folder) =>
    stopping(async (keep) => {
      const src = join(folder, "src");
      Deno.mkdirSync(src);
      const paths = Array.from({ length: ROOTS }, (_, i) => {
        const root = `${i % 2 === 0 ? "folder" : "file"}${i}`;
        const path = join(src, root);
        if (i % 2 === 0) {
          Deno.mkdirSync(path);
          for (const name of ["1", "2"]) Deno.writeTextFileSync(join(path, name), root + name);
        } else Deno.writeTextFileSync(path, root);
        return path;
      });
      const target = join(folder, "in");
      const b = await makeHome(folder, "b");
      const a = await makeHome(folder, "a");
      const receive = ["--accept", "all", "--save-dir", target];
      let port = 0;
      let interrupted = 0;
      for (let i = 0; i < KILLS; i++) {
        const bob = keep(await listener(receive, { home: b.home }, port));
        port = bob.port;
        const before = finished(target).length;
        const sender = keep(start(["send-file", bob.peer, ...paths, "--give-up", "0"], a));
        await until(() => finished(target).length > before);
        await new Promise((resolve) => setTimeout(resolve, 4 * Math.random()));
        bob.kill();
        await bob.code();
        sender.kill();
        await sender.code();
        const came = finished(target).length - before;
        if (came > 0 && came < ROOTS) interrupted++;
      }
      assert.ok(interrupted > 0, "no transfer was interrupted in its middle");
      const bob = keep(await listener(receive, { home: b.home }, port));
      const { code, stderr } = await p2p(["send-file", bob.peer, ...paths], a);
      assert.equal(code, 0, stderr);
      finished(target);
      const left = [...Deno.readDirSync(target)].filter(({ name }) => name.endsWith(".p2p-part"));
      assert.deepEqual(left, []);
    })
  ));
