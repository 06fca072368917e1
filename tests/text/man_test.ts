/**
 * The manual pages: well-formed for mandoc and groff, no wider than a terminal, with exactly the flags that the commands
 * and the completion have.
 */
import assert from "node:assert/strict";
import { complete } from "../../commands/completion/engine.ts";
import type { CommandNode } from "../../commands/shared/command-tree.ts";
import { anywhere } from "../../commands/shared/program-flags.ts";
import { ExitCode } from "../../lib/errors.ts";
import { textWidth } from "../../lib/terminal/width.ts";
import { help } from "../../lib/text/help/en/help.ts";
import { flagEntry, roff } from "../../scripts/man/page.ts";
import { programNode } from "../../scripts/man.ts";
import { testWithPrograms } from "../support/requires.ts";

const SCRIPT = new URL("../../scripts/man.ts", import.meta.url).pathname;

function leaves(node: CommandNode, path: string[]): Array<readonly [string[], CommandNode]> {
  if (node.commands.length === 0) return [[path, node]];
  return node.commands.flatMap((sub) => leaves(sub, [...path, sub.name]));
}

async function run(program: string, args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, { args }).output();
  const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  assert.ok(success, said);
  return said;
}

/** The terms (`.TP`) of the flags of a page, in its order; each section is that of one command. */
function flagTerms(page: string): string[] {
  return page.split(/^\.S[HS] /m).filter((part) => /^"(?:FLAGS|选项)"/.test(part))
    .flatMap((part) => [...part.matchAll(/^\.TP\n\\fB(.*)\\fR$/gm)].map(([, term]) => term!));
}

/** Runs `use` with the pages of both languages, by path; those of one language first. */
async function withPages(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await run(Deno.execPath(), ["run", "-A", "--no-check", SCRIPT, folder]);
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const FOLDERS = ["man1", "zh_CN/man1"];

/** A letter struck twice is bold, an underscore below one is italic. */
const STRUCK = new RegExp(".\b", "gu");

Deno.test("man pages of both languages and the completion have exactly the flags that are parsed", () =>
  withPages(async (folder) => {
    const program = await programNode();
    for (const at of FOLDERS) {
      for (const command of [program, ...program.commands]) {
        const name = command === program ? "p2p" : `p2p-${command.name}`;
        const page = await Deno.readTextFile(`${folder}/${at}/${name}.1`);
        const all = command === program
          ? [[[], program] as const]
          : leaves(command, [command.name]);
        const flags = all.flatMap(([, leaf]) => leaf.flags.map((flag) => roff(flagEntry(flag)[0])));
        assert.deepEqual(flagTerms(page), flags, `${at}/${name}`);
      }
    }
    for (const [words, leaf] of leaves(program, [])) {
      const offered = complete([...words, "--"], program).words.map(({ word }) => word);
      const flags = [...leaf.flags, ...anywhere(program.flags)].map(({ name }) => `--${name}`);
      assert.deepEqual(offered.toSorted(), flags.toSorted(), words.join(" "));
    }
    const offered = complete(["--"], program).words.map(({ word }) => word);
    assert.deepEqual(offered, program.flags.map(({ name }) => `--${name}`));
  }));

Deno.test("pages say what the program reads, keeps and ends with, in the words of the help", () =>
  withPages(async (folder) => {
    const whole = await Deno.readTextFile(`${folder}/man1/p2p.1`);
    const { environment, files, exitCodes, headings } = help.program;
    for (const heading of Object.values(headings)) {
      assert.ok(whole.includes(`.SH "${heading.toUpperCase()}"`), heading);
    }
    for (const [term, text] of [environment, files, exitCodes].flatMap(Object.entries)) {
      assert.ok(whole.includes(`\\fB${roff(term)}\\fR\n${roff(text)}\n`), term);
    }
    assert.deepEqual(
      Object.keys(exitCodes).map(Number),
      Object.values(ExitCode).toSorted((a, b) => a - b),
    );
    const enc = await Deno.readTextFile(`${folder}/zh_CN/man1/p2p-enc.1`);
    assert.match(enc, /^\.SH "退出码"$[^]*^\.SH "另请参阅"$/m);
  }));

/** Runs `use` with the path of every page. */
function withPaths(use: (pages: readonly string[]) => Promise<void>): Promise<void> {
  return withPages(async (folder) => {
    const pages = FOLDERS.flatMap((at) =>
      [...Deno.readDirSync(`${folder}/${at}`)].map(({ name }) => `${folder}/${at}/${name}`)
    );
    assert.ok(pages.length > 50, `${pages.length} pages`);
    await use(pages);
  });
}

testWithPrograms(
  "mandoc has nothing to warn of, and no row is wider than 80 columns",
  ["mandoc"],
  () =>
    withPaths(async (pages) => {
      assert.equal(await run("mandoc", ["-T", "lint", "-W", "warning", ...pages]), "");
      for (const page of pages) {
        const shown = await run("mandoc", ["-T", "utf8", "-O", "width=78", page]);
        const rows = shown.replaceAll(STRUCK, "").split("\n");
        assert.deepEqual(rows.filter((row) => textWidth(row) > 80), [], page);
      }
    }),
);

testWithPrograms("groff has nothing to warn of", ["groff"], () =>
  withPaths(async (pages) => {
    for (const page of pages) {
      assert.equal(await run("sh", ["-c", 'groff -ww -k -man -Tutf8 "$0" >/dev/null', page]), "");
    }
  }));
