// The help of every command and subcommand, in both languages, fits a terminal of 80 columns.
import assert from "node:assert/strict";
import { mostWidth } from "../../lib/terminal/wrap.ts";
import { p2p } from "../support/executable.ts";

const LANGUAGES = ["en", "zh"];

/** The commands that a page of help lists with their subcommands, or the subcommands of one. */
function listed(help: string, of: readonly string[]): string[] {
  const [, list = ""] = /^(?:COMMANDS|命令)\n((?: {2}\S.*\n?| {6,}\S.*\n?)*)/m.exec(help) ?? [];
  return [...list.matchAll(/^ {2}(\S+)/gm)].map(([, name]) => [...of, name!].join(" "));
}

async function check(language: string, command: readonly string[]): Promise<number> {
  const { code, stdout, stderr } = await p2p([...command, "--help"], {
    env: { P2P_LANG: language },
  });
  assert.equal(code, 0, stderr);
  for (const line of stdout.split("\n")) {
    assert.ok(mostWidth(line) <= 80, `${language}: p2p ${command.join(" ")}: ${line}`);
  }
  let pages = 1;
  for (const inner of listed(stdout, command)) pages += await check(language, inner.split(" "));
  return pages;
}

Deno.test("no line of any help is wider than 80 columns, in either language", async () => {
  const [english, chinese] = await Promise.all(LANGUAGES.map((language) => check(language, [])));
  assert.equal(english, chinese);
  assert.ok(english! > 40, `${english} pages`);
});
