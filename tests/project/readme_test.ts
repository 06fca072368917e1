/** The READMEs: their tables of commands are those of the help. */
import assert from "node:assert/strict";
import { loadHelp } from "../../lib/text/help/help.ts";
import { commandRows } from "../../scripts/readme.ts";
import { ROOT } from "../support/imports.ts";

Deno.test("the READMEs' tables of commands are the help's", async () => {
  for (const [path, language] of [["README.md", "en"], ["README.zh-CN.md", "zh"]] as const) {
    const text = await Deno.readTextFile(ROOT + path);
    const table = text.slice(text.indexOf("<!-- commands:"), text.indexOf("<!-- end of commands"));
    const rows = [...table.matchAll(/^\| (`.+?) +\| (.+?) +\|$/gm)].map(([, a, b]) => [a, b]);
    assert.deepEqual(rows, commandRows(await loadHelp(language)), `${path}: run deno task readme`);
  }
});
