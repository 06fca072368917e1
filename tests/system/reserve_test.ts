/** Room for a file: given without making it longer, refused without changing anything. */
import assert from "node:assert/strict";
import { reserve } from "../../lib/system/reserve.ts";
import { withFolder } from "../support/executable.ts";
import { testUnless } from "../support/requires.ts";
import { noSmallDisk, withSmallDisk } from "../support/small-disk.ts";

const MIB = 2 ** 20;

testUnless(
  noSmallDisk,
  "room is given where there is some, and the file stays as long as it was",
  () =>
    withSmallDisk(8 * MIB, (folder) => {
      const path = `${folder}/file`;
      Deno.writeTextFileSync(path, "abc");
      assert.equal(reserve(path, 4 * MIB), true);
      assert.equal(Deno.readTextFileSync(path), "abc");
      assert.ok(Deno.statSync(path).blocks! * 512 >= 4 * MIB);
      assert.equal(reserve(path, 80 * MIB), false);
      assert.equal(Deno.readTextFileSync(path), "abc");
    }),
);

Deno.test("no room is given to what is no plain file", () =>
  withFolder((folder) => {
    Deno.writeTextFileSync(`${folder}/file`, "");
    Deno.symlinkSync(`${folder}/file`, `${folder}/link`);
    for (const name of ["link", "absent", ".", "fi\0le"]) {
      assert.equal(reserve(`${folder}/${name}`, MIB), false, name);
    }
    assert.equal(Deno.statSync(`${folder}/file`).blocks, 0);
    return Promise.resolve();
  }));
