/** Free names: different each time, and found in few steps however many are taken. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { freeNumber, numberedName } from "../../lib/transfer/free-names.ts";
import { foldName, MAX_COMPONENT_BYTES, safeComponent } from "../../lib/transfer/names.ts";
import { OwnFolder } from "../../lib/files/own-folders.ts";
import { takeFreeName } from "../../lib/files/free-name.ts";
import { utf8 } from "../../lib/bytes.ts";
import { withFolders } from "./support.ts";

Deno.test("the number that is found is free, and the first where there are no gaps", () => {
  fc.assert(fc.property(fc.array(fc.boolean(), { maxLength: 60 }), fc.nat(5), (taken, first) => {
    const isTaken = (n: number) => taken[n] ?? false;
    const n = freeNumber(isTaken, first);
    assert.ok(n >= first && !isTaken(n) && (n === first || isTaken(n - 1)));
  }));
  for (const count of [0, 1, 2, 3, 4, 5, 1000, 100_000]) {
    let asked = 0;
    assert.equal(freeNumber((n) => ++asked > 0 && n < count, 0), count);
    assert.ok(asked < 50, `${asked} questions for ${count}`);
  }
});

Deno.test("places in a folder differ for every list of names, as all file systems see them", () => {
  const stem = fc.constantFrom("a", "A", "a (1)", "é", "e\u0301", "x".repeat(239), "x".repeat(240));
  const name = fc.tuple(stem, fc.constantFrom("", ".txt", ".tar.gz")).map((parts) =>
    parts.join("")
  );
  fc.assert(fc.property(fc.array(name, { maxLength: 40 }), (names) => {
    const folder = new OwnFolder("/f", "f", undefined);
    const given = names.map((each) => folder.assign(safeComponent(each)).name);
    assert.equal(new Set(given.map(foldName)).size, names.length);
    for (const each of given) assert.ok(utf8(each).length <= MAX_COMPONENT_BYTES);
  }));
});

Deno.test("names that clean to one cost the same each, however many there are", () => {
  const folder = new OwnFolder("/f", "f", undefined);
  const begun = performance.now();
  for (let i = 0; i < 40_000; i++) folder.assign("x".repeat(239) + "_");
  const sameName = performance.now() - begun;
  for (let i = 0; i < 20_000; i++) {
    // Different names, which are cut to the same when they are numbered.
    const name = safeComponent("y".repeat(233) + i);
    folder.assign(name);
    folder.assign(name);
  }
  assert.ok(performance.now() - begun < 20_000, `${sameName} and ${performance.now() - begun} ms`);
});

Deno.test("a thousand files of one name take their places in a folder one after the other", () =>
  withFolders(({ root, target }) => {
    for (let i = 0; i < 1000; i++) {
      Deno.writeTextFileSync(`${root}/from`, `${i}`);
      assert.equal(
        takeFreeName(`${root}/from`, target, "a.txt"),
        `${target}/${numberedName("a.txt", i)}`,
      );
    }
    assert.equal(Deno.readTextFileSync(`${target}/a (999).txt`), "999");
    return Promise.resolve();
  }));
