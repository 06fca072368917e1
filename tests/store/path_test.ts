/** The small path functions agree with the platform's, but for what only `node:path` tidies. */
import assert from "node:assert/strict";
import * as node from "node:path/posix";
import { basename, dirname, join } from "../../lib/store/path.ts";

Deno.test({
  name: "join, dirname and basename as node:path has them",
  ignore: Deno.build.os === "windows",
}, () => {
  for (const path of ["a", "a/b", "/a", "/a/b.c", "./a", "../a", "/", "a/..", "ä/ö ü"]) {
    assert.equal(dirname(path), node.dirname(path), path);
    assert.equal(basename(path), node.basename(path), path);
  }
  for (const parts of [["a", "b"], ["/", "a"], ["/a/", "b", "c"], ["", "a"], ["a", "", "b"], []]) {
    assert.equal(join(...parts), node.join(...parts), parts.join());
  }
  assert.equal(join(dirname("x.txt"), ".x.part"), "./.x.part");
});
