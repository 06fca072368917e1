/** The committed kernel is what the generator makes: nothing in it that its source does not say. */
import assert from "node:assert/strict";
import { builtFile, generate } from "../../scripts/kernel/build.ts";

Deno.test("the generator makes the committed kernel again, byte for byte", async () => {
  const { files } = await generate();
  assert.deepEqual([...files.keys()], ["sbox.ts", "module.ts"]);
  for (const [name, text] of files) assert.ok(await builtFile(name) === text, `${name} differs`);
});
