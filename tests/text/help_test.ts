/** The help in both languages: whole, and in its language. The types hold that both have the same entries. */
import assert from "node:assert/strict";
import { COMMAND_NAMES } from "../../commands/names.ts";
import { help as chinese } from "../../lib/text/help/zh/help.ts";
import { help as english } from "../../lib/text/help/en/help.ts";
import { sources } from "../support/imports.ts";
import { chineseFault } from "../support/chinese.ts";

/** Every text of a table of help, by its place in it. */
function* texts(table: object, place = ""): Generator<[place: string, text: string]> {
  for (const [name, value] of Object.entries(table)) {
    const here = `${place}/${name}`;
    if (typeof value === "string") yield [here, value];
    else if (typeof value === "function") yield [here, value({ most: 7, byDefault: 7 })];
    else yield* texts(value, here);
  }
}

Deno.test("every command has help, and nothing else has", () => {
  assert.deepEqual(Object.keys(english.commands), [...COMMAND_NAMES]);
});

Deno.test("every variable of ours that code reads is in the table of them, and nothing else", () => {
  const named = sources("lib", "commands", "main.ts").flatMap(({ path, text }) =>
    path.startsWith("lib/text/") ? [] : [...text.matchAll(/env\.get\("(P2P_[A-Z_]+)"\)/g)]
  ).map(([, name]) => name!);
  // The head of the executable, a shell script, reads the cache's.
  const all = new Set([...named, "P2P_CACHE"]);
  const table = Object.keys(english.program.environment).filter((name) => name.startsWith("P2P_"));
  assert.deepEqual(table.toSorted(), [...all].toSorted());
});

Deno.test("help says something everywhere, with two examples for each command", () => {
  for (const [place, text] of [...texts(english), ...texts(chinese)]) {
    assert.notEqual(text.trim(), "", place);
    if (!place.endsWith("/full")) assert.doesNotMatch(text, /[.。]$/, `${place} is no sentence`);
    else assert.ok((text.match(/^ {2}.*\bp2p /gm) ?? []).length >= 2, `${place}: two examples`);
  }
});

Deno.test("the Chinese help is Chinese, with the punctuation of Chinese", () => {
  for (const [place, text] of texts(chinese)) {
    assert.equal(chineseFault(text), undefined, `${place}: ${text}`);
  }
});

Deno.test("examples are the same in both languages: the command, and what it is told", () => {
  const examples = (table: object) =>
    [...texts(table)].filter(([place]) => place.endsWith("/full")).map(([place, text]) => [
      place,
      // What stands behind two blanks is an explanation.
      [...text.matchAll(/^ {2}(\S.*)$/gm)].map(([, line = ""]) => line.split(/ {2,}/)[0]!.trim()),
    ]);
  assert.deepEqual(examples(chinese), examples(english));
});
