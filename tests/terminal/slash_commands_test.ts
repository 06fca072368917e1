/** The slash commands: what Tab offers is what there is, and /help names each. */
import assert from "node:assert/strict";
import { SLASH_COMMANDS } from "../../commands/conversation/slash-commands.ts";
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
