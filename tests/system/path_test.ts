/** The small path functions agree with the platform's, but for what only `node:path` tidies. */
import assert from "node:assert/strict";
import * as node from "node:path/posix";
import fc from "fast-check";
import { basename, dirname, extname, join, resolve } from "../../lib/system/path.ts";
import { notPosix, testUnless } from "../support/requires.ts";

testUnless(notPosix, "join, dirname and basename as node:path has them", () => {
  for (const path of ["a", "a/b", "/a", "/a/b.c", "./a", "../a", "/", "a/..", "ä/ö ü"]) {
    assert.equal(dirname(path), node.dirname(path), path);
    assert.equal(basename(path), node.basename(path), path);
  }
  for (const parts of [["a", "b"], ["/", "a"], ["/a/", "b", "c"], ["", "a"], ["a", "", "b"], []]) {
    assert.equal(join(...parts), node.join(...parts), parts.join());
  }
  assert.equal(join(dirname("x.txt"), ".x.part"), ".x.part");
});

testUnless(notPosix, "extname and resolve as node:path has them", () => {
  const names = [
    "a",
    "a.b",
    ".a",
    "a.",
    "..",
    ".",
    "a..b",
    ".a.b",
    "..a",
    "/x.y/z",
    "a.b.c",
    "",
    "/",
  ];
  for (const path of names) assert.equal(extname(path), node.extname(path), path);
  const part = fc.constantFrom("a", "b.c", ".", "..", "", "ä");
  fc.assert(fc.property(fc.boolean(), fc.array(part), (rooted, parts) => {
    const path = (rooted ? "/" : "") + parts.join("/");
    assert.equal(resolve(path), node.resolve(path), path);
  }));
});
