/** No sentence for people stands in code: words are in the catalogue, in two languages. */
import assert from "node:assert/strict";
import { parseSource, sources } from "../support/imports.ts";
import { sentences } from "../support/sentences.ts";

Deno.test("no sentence stands in lib/ or commands/ outside the catalogue", () => {
  const found = sources("lib", "commands").filter(({ path }) => !path.startsWith("lib/text/"))
    .flatMap(sentences);
  assert.deepEqual(found, []);
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
  assert.equal(found('const how = "sudo apt install ffmpeg, dnf install sox";'), 0);
  assert.equal(found('const how = "sudo apt install ffmpeg, and then begin again";'), 1);
  assert.equal(found('run("sudo timedatectl set-ntp true");'), 0);
  assert.equal(found('run("sudo timedatectl set-ntp true, and look again");'), 1);
  assert.equal(found('throw new TypeError("hash: update after digest");'), 0);
  assert.equal(found('throw new Error("hash: update after digest");'), 1);
  assert.equal(found('const label = "p2p/1 traffic key"; const sql = "SELECT a FROM b";'), 0);
});
