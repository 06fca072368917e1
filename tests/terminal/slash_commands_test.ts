/** The slash commands: what Tab offers is what there is, and /help names each. */
import assert from "node:assert/strict";
import { nearSlash } from "../../commands/conversation/near-slash.ts";
import { SLASH_COMMANDS } from "../../commands/conversation/slash-commands.ts";
import { fitList } from "../../lib/terminal/help-layout.ts";
import { mostWidth } from "../../lib/terminal/wrap.ts";
import { text } from "../../lib/text/catalogue.ts";
import { speakerOf } from "../../lib/text/speaker.ts";

Deno.test("every slash command has its line in /help, in both languages, and is carried out", async () => {
  const source = await Deno.readTextFile("commands/conversation/slash.ts");
  for (const language of ["en", "zh"] as const) {
    const help = (await speakerOf(language)).text(text("talk.slash-help"));
    for (const name of SLASH_COMMANDS.keys()) {
      assert.match(source, new RegExp(`case "${name}":`), name);
      if (name !== "help") assert.match(help, new RegExp(`/${name}\\b`), name);
    }
  }
});

Deno.test("an unknown slash command is answered with what is meant, where that can be guessed", () => {
  assert.deepEqual(nearSlash("send"), ["/file"]);
  assert.deepEqual(nearSlash("GROUP"), ["/to"]);
  assert.deepEqual(nearSlash("hsitory"), ["/history"]);
  assert.deepEqual(nearSlash("searc"), ["/search"]);
  assert.deepEqual(nearSlash("Quit"), ["/quit"]);
  assert.deepEqual(nearSlash("xyzzy"), []);
});

/** Other words for some of them, which Tab does not offer. */
const ALIASES = ["", "exit", "q", "safety"];

Deno.test("Tab offers every slash command that is carried out", async () => {
  const source = await Deno.readTextFile("commands/conversation/slash.ts");
  const [, cases = ""] = /switch \(verb\) \{([^]*?)\n {4}\}/.exec(source) ?? [];
  const carriedOut = [...cases.matchAll(/case "(\w*)":/g)].map(([, name]) => name!);
  assert.deepEqual(carriedOut.toSorted(), [...SLASH_COMMANDS.keys(), ...ALIASES].toSorted());
});

Deno.test("/help fits a window; what a command does goes on below its beginning", async () => {
  for (const language of ["en", "zh"] as const) {
    const help = (await speakerOf(language)).text(text("talk.slash-help"));
    for (const columns of [60, 78, 118]) {
      const rows = fitList(help, columns);
      for (const row of rows) {
        assert.ok(mostWidth(row) <= columns, row);
        if (row.startsWith(" ")) assert.match(row, / {4}\S| {22}\S/);
      }
      const begun = rows.filter((row) => row.startsWith("/")).length;
      assert.equal(begun, help.split("\n").filter((line) => line.startsWith("/")).length);
      if (columns === 60) assert.ok(rows.some((row) => /^ {22}\S/.test(row)), rows.join("\n"));
    }
  }
});
