/** The manual pages: well-formed for mandoc, and with every flag that the commands and the completion have. */
import assert from "node:assert/strict";
import { complete } from "../../commands/completion/engine.ts";
import type { CommandNode } from "../../commands/shared/command-tree.ts";
import { roff } from "../../scripts/man/page.ts";
import { programNode } from "../../scripts/man.ts";

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

Deno.test("man pages of both languages have every flag, and mandoc has nothing to warn of", async (t) => {
  const folder = await Deno.makeTempDir();
  try {
    await run(Deno.execPath(), ["run", "-A", "--no-check", SCRIPT, folder]);
    const program = await programNode();
    const pages: string[] = [];
    for (const at of ["man1", "zh_CN/man1"]) {
      for (const command of program.commands) {
        const path = `${folder}/${at}/p2p-${command.name}.1`;
        pages.push(path);
        const page = await Deno.readTextFile(path);
        for (const [words, leaf] of leaves(command, [command.name])) {
          const offered = complete([...words, "--"], program).words.map(({ word }) => word);
          for (const { name } of leaf.flags) {
            assert.ok(page.includes(roff(`--${name}`)), `${path}: --${name}`);
            assert.ok(offered.includes(`--${name}`), `completion of ${words.join(" ")}: --${name}`);
          }
        }
      }
      pages.push(`${folder}/${at}/p2p.1`);
    }
    const chinese = await Deno.readTextFile(`${folder}/zh_CN/man1/p2p-enc.1`);
    assert.match(chinese, /^\.SH "选项"$/m);
    const mandoc = (Deno.env.get("PATH") ?? "").split(":").map((at) => `${at}/mandoc`);
    const there = (await Promise.allSettled(mandoc.map((path) => Deno.stat(path))))
      .some(({ status }) => status === "fulfilled");
    await t.step({
      name: "mandoc -T lint",
      ignore: !there,
      fn: async () => {
        assert.equal(await run("mandoc", ["-T", "lint", "-W", "warning", ...pages]), "");
      },
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
