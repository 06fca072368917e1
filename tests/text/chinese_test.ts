/** Every text in Chinese, from the tables that they stand in: no English is left but names. */
import assert from "node:assert/strict";
import { chinese } from "../../lib/text/zh/catalogue.ts";
import { help } from "../../lib/text/help/zh/help.ts";
import { wordsOf } from "../../scripts/demo/words.ts";
import { MANUAL_WORDS, programNode } from "../../scripts/man.ts";
import type { CommandNode } from "../../commands/shared/command-tree.ts";
import { latinWords } from "../support/english-words.ts";
import { literals } from "../support/literals.ts";

/** What stands before a literal that is compared with or looked up, and never shown. */
const NEVER_SHOWN = /(?:[!=]==|\bcase|\[)\s*$/;

/** Entries that are the same in every language: a line that scripts read, the head of a table. */
const SAME = ["talk.listening", "stego.check.head"];

/** The words that are typed as they are: commands, values of flags, and what stands for values and arguments. */
function typed(node: CommandNode): string[] {
  const { name, flags, arguments: args, commands } = node;
  const placeholders = [...flags, ...args].flatMap(({ placeholder }) => placeholder ?? []);
  const values = flags.flatMap((flag) => flag.values ?? []);
  return [
    ...[name, ...values],
    ...placeholders.flatMap((each) => each.split(/[^A-Za-z0-9]+/)),
    ...commands.flatMap(typed),
  ];
}

/** Every text within a table, by its place: of a function, the literals that it is made of. */
function* texts(table: object, place = ""): Generator<readonly [place: string, text: string]> {
  for (const [name, value] of Object.entries(table)) {
    const here = place === "" ? name : `${place}/${name}`;
    if (SAME.includes(here)) continue;
    if (typeof value === "string") yield [here, value];
    else if (typeof value === "function") {
      for (const { text, before } of literals(String(value))) {
        if (!NEVER_SHOWN.test(before)) yield [here, text];
      }
    } else yield* texts(value, here);
  }
}

Deno.test("no English is left in the Chinese of help, errors, notices, the manual and the demo", async () => {
  const known = new Set(["help", ...typed(await programNode())]);
  const tables = { help, texts: chinese, manual: MANUAL_WORDS.zh, demo: wordsOf("zh") };
  const left = Object.entries(tables).flatMap(([table, all]) =>
    [...texts(all)].flatMap(([place, text]) => {
      const words = latinWords(text, known);
      return words.length === 0 ? [] : [`${table}/${place}: ${words.join(" ")}: ${text}`];
    })
  );
  assert.deepEqual(left, []);
});

Deno.test("an English word that is left is found; names, files, flags and lines for the shell are none", () => {
  const known = new Set(["sign", "FILE"]);
  assert.deepEqual(latinWords("读取 key file：not 找到 FILE", known), ["key", "file", "not"]);
  assert.deepEqual(latinWords("  p2p enc a b  a line of text", known), ["line", "of", "text"]);
  const clean =
    "用“p2p sign --key-file k.pem”；SM4-CBC、30d、~/Downloads、P2P_HOME、sudo apt install sox";
  assert.deepEqual(latinWords(clean, known), []);
});
