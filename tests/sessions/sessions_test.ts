/** Runs every session beside this file, and holds that a session can fail. */
import assert from "node:assert/strict";
import { basename } from "node:path";
import { withFolder } from "../support/executable.ts";
import { runSession } from "./session.ts";

const HERE = new URL("./", import.meta.url);

for (const { name } of [...Deno.readDirSync(HERE)].sort((a, b) => a.name < b.name ? -1 : 1)) {
  if (!name.endsWith(".txt")) continue;
  Deno.test(`session: ${name.slice(0, -".txt".length)}`, () =>
    withFolder(async (folder) => {
      for (const file of ["stego/cover.png", "voice/tone.wav"]) {
        const from = new URL(`../../fixtures/${file}`, import.meta.url);
        await Deno.copyFile(from, `${folder}/${basename(file)}`);
      }
      await runSession(await Deno.readTextFile(new URL(name, HERE)), folder);
    }));
}

Deno.test("a session fails at the line that does not hold", async () => {
  const wrong = [
    "! p2p version",
    "[3] p2p version",
    "p2p version\nstdout ^never",
    "exists none",
    "cmp a b",
    "p2p version\n! stdout p2p",
    "fly away",
    "p2p sm3 $NEVER",
    "end nobody",
    "start a version\nend a 3",
    "start a version\nsays a ^never",
  ];
  for (const text of wrong) {
    await withFolder((folder) => assert.rejects(runSession(text, folder), /line \d/, text));
  }
});
