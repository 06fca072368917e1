/** No sentence for people stands in code: words are in the catalogue, in two languages. */
import assert from "node:assert/strict";
import { parseSource, sources } from "../support/imports.ts";
import { sentences } from "../support/sentences.ts";

/** How many each folder may still have. The numbers only go down; a folder that has none is not listed. */
const LEFT: Readonly<Record<string, number>> = {
  "commands": 1,
  "commands/stego": 1,
  "lib/crypto": 11,
  "lib/transfer": 4,
  "lib/voice": 17,
  "lib/wire": 1,
};

/** "lib/crypto", "commands/shared"; "lib" and "commands" for the files right in them. */
function folderOf(path: string): string {
  return path.split("/").slice(0, -1).slice(0, 2).join("/");
}

Deno.test("no sentence stands in lib/ or commands/ outside the catalogue", () => {
  const found = new Map<string, string[]>();
  for (const source of sources("lib", "commands")) {
    const folder = folderOf(source.path);
    if (folder === "lib/text") continue;
    found.set(folder, [...found.get(folder) ?? [], ...sentences(source)]);
  }
  for (const [folder, list] of found) {
    const most = LEFT[folder] ?? 0;
    assert.ok(
      list.length <= most,
      `${folder}: ${list.length}, at most ${most}\n${list.join("\n")}`,
    );
  }
});

Deno.test("a sentence is found, and code, labels and comments are none", () => {
  const found = (text: string) => sentences(parseSource("lib/x/a.ts", text)).length;
  assert.equal(found('throw new FailureError("read key: not a PEM file");'), 1);
  assert.equal(found("notice(`no answer from ${name} for ${n} seconds`);"), 1);
  assert.equal(found('const a = b ? `${"the folder is gone"}` : "";'), 1);
  assert.equal(
    found("// the folder is gone\n/* nobody is there */ const a = /the folder is gone/;"),
    0,
  );
  assert.equal(found('throw new FormatError("key.not-pem", { what });'), 0);
  assert.equal(found('const label = "p2p/1 traffic key"; const sql = "SELECT a FROM b";'), 0);
});
