/** What may stand at the cursor, for every command that there is. */
import assert from "node:assert/strict";
import { complete, valueKind } from "../../commands/completion/engine.ts";
import { type CommandNode, commandNode } from "../../commands/shared/command-tree.ts";
import { sharedHelp } from "../../commands/shared/help.ts";
import { programFlags } from "../../commands/shared/program-flags.ts";
import { COMMANDS } from "../../commands/table.ts";

const root: CommandNode = {
  name: "p2p",
  brief: "",
  full: "",
  flags: programFlags(sharedHelp.flags),
  arguments: [],
  repeated: false,
  commands: await Promise.all(
    COMMANDS.map(async ({ name, load }) => commandNode(name, (await load()).command)),
  ),
};

/** Every command that does something, with its path. */
function* all(node: CommandNode, path: string[] = []): Generator<[string[], CommandNode]> {
  if (node.commands.length === 0) yield [path, node];
  for (const inner of node.commands) yield* all(inner, [...path, inner.name]);
}

const words = (...line: string[]) => complete(line, root).words.map(({ word }) => word);

Deno.test("every command, flag and value of every command is completed", () => {
  let flags = 0;
  for (const [path, node] of all(root)) {
    const name = path.at(-1)!;
    assert.ok(words(...path.slice(0, -1), name).includes(name), path.join(" "));
    for (const flag of node.flags) {
      flags++;
      assert.ok(
        words(...path, `--${flag.name}`).includes(`--${flag.name}`),
        `${path} ${flag.name}`,
      );
      if (flag.letter !== undefined) assert.ok(words(...path, "-").includes(`-${flag.letter}`));
      if (flag.values !== undefined) {
        assert.deepEqual(words(...path, `--${flag.name}`, ""), flag.values);
        assert.deepEqual(words(...path, `--${flag.name}=`), flag.values);
      }
    }
  }
  assert.ok(flags > 200, `${flags} flags`);
});

Deno.test("what every placeholder stands for is decided", () => {
  const undecided = new Set<string>();
  for (const [path, node] of all(root)) {
    const flags = node.flags.filter(({ values }) => values === undefined);
    for (const { placeholder } of [...flags, ...node.arguments]) {
      if (placeholder !== undefined && valueKind(path, placeholder) === undefined) {
        undecided.add(`${path.join(" ")}: ${placeholder}`);
      }
    }
  }
  assert.deepEqual([...undecided], []);
});

Deno.test("values, arguments and groups are told apart", () => {
  const kind = (...line: string[]) => complete(line, root).kind;
  assert.equal(kind("chat", ""), "peer");
  assert.equal(kind("chat", "--port", "1", "a"), "peer");
  assert.equal(kind("send-file", "bob", "a.txt", ""), "file");
  assert.equal(kind("listen", "--save-dir", ""), "folder");
  assert.equal(kind("enc", "-r", ""), "key");
  assert.equal(kind("config", "set", ""), "setting");
  assert.equal(kind("chat", "alice", ""), "nothing");
  assert.equal(kind("chat", "--", "-x"), "peer");
  assert.deepEqual(words("chat", "--", "-"), []);
  assert.deepEqual(words("nonsense", ""), []);
});
