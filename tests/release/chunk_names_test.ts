/** Names of the bundle's chunks: they depend on what is in them, not on where the bundle was made. */
import assert from "node:assert/strict";
import { chunkNames, renameChunks } from "../../scripts/build/chunk-names.ts";
import { withFolder } from "../support/executable.ts";

/** A bundle whose chunks have the hashes of one machine: each ends with `mark`. */
function bundle(mark: string, deep = "1"): Map<string, string> {
  const name = (what: string, i: number) => `${what}-${mark}0000${i}.js`;
  return new Map([
    ["main.js", `import{a}from"./${name("chunk", 1)}";import(String("./${name("page", 2)}"));`],
    [name("chunk", 1), `import{b}from"./${name("chunk", 3)}";export const a=b;`],
    [name("page", 2), `import{a}from"./${name("chunk", 1)}";const other="./not-ABCDEFGH.js";`],
    [name("chunk", 3), `export const b=${deep};import("./${name("page", 2)}");`],
    [name("chunk", 4), `export const b=${deep};import("./${name("page", 2)}");`],
  ]);
}

Deno.test("chunks have the same names wherever they were made, and others where one they name changed", () => {
  const names = (mark: string, deep?: string) => [...chunkNames(bundle(mark, deep)).values()];
  assert.deepEqual(names("ABC"), names("XYZ"));
  const [first, page, circle, alike] = names("ABC");
  assert.match(first!, /^chunk-[0-9a-f]{10}\.js$/);
  assert.match(page!, /^page-[0-9a-f]{10}\.js$/);
  assert.equal(circle, alike, "what is alike is one");
  assert.notEqual(circle, first);
  const changed = names("ABC", "2");
  assert.notEqual(changed[0], first);
  assert.notEqual(changed[2], circle);
});

Deno.test("two bundles that differ in their chunks' names alone become the same files", () =>
  withFolder(async (folder) => {
    const made: Array<Map<string, string>> = [];
    for (const mark of ["ABC", "XYZ"]) {
      const at = `${folder}/${mark}`;
      await Deno.mkdir(at);
      for (const [name, text] of bundle(mark)) await Deno.writeTextFile(`${at}/${name}`, text);
      await renameChunks(at);
      const files = [...Deno.readDirSync(at)].map(({ name }) => name).sort();
      made.push(new Map(files.map((name) => [name, Deno.readTextFileSync(`${at}/${name}`)])));
    }
    assert.deepEqual(made[0], made[1]);
    assert.equal(made[0]!.size, 4);
    const main = made[0]!.get("main.js")!;
    for (const [, name] of main.matchAll(/"\.\/([^"]+)"/g)) assert.ok(made[0]!.has(name!), name);
  }));
