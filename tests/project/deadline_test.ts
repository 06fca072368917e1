/** A test that hangs fails by its name, and those behind it run (scripts/test-deadline.ts). */
import assert from "node:assert/strict";
import { join } from "node:path";
import { withFolder } from "../support/executable.ts";

const DEADLINE = new URL("../../scripts/test-deadline.ts", import.meta.url).pathname;

const HANGING = `
const never = () => new Promise(() => {});
Deno.test("waits as a function", never);
Deno.test({ name: "waits as an option", fn: never });
Deno.test("waits behind options", { sanitizeOps: false }, never);
Deno.test("goes on", () => {});
Deno.test.ignore("is left out", never);
`;

Deno.test("a test that waits for what never comes is given up by its name; the next one runs", async () => {
  await withFolder(async (folder) => {
    const file = join(folder, "hanging_test.ts");
    await Deno.writeTextFile(file, HANGING);
    const { code, stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["test", "--no-check", "--no-config", "--allow-env", "--preload", DEADLINE, file],
      env: { TEST_LIMIT_SECONDS: "0.2", NO_COLOR: "1" },
      stderr: "null",
    }).output();
    const said = new TextDecoder().decode(stdout);
    assert.equal(code, 1);
    for (const name of ["waits as a function", "waits as an option", "waits behind options"]) {
      assert.match(said, new RegExp(`^${name} \\.\\.\\. FAILED`, "m"), said);
    }
    assert.match(said, /^goes on \.\.\. ok/m, said);
    assert.match(said, /given up after 0\.2 seconds/);
    assert.match(said, /1 passed \| 3 failed \| 1 ignored/);
  });
});
