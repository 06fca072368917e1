/** Values that begin with a dash, and flags that do not become values. */
import assert from "node:assert/strict";
import { joinDashValues } from "../../commands/shared/dash-values.ts";
import { findCommand, type NamedCommand } from "../../commands/table.ts";

async function joined(line: string): Promise<readonly string[]> {
  const argv = line.split(" ");
  const { load } = findCommand(argv[0]!)!;
  const commands: readonly NamedCommand[] = [[argv[0]!, (await load()).command]];
  return joinDashValues(argv, commands);
}

Deno.test("a word that is no flag of the command is the value of the flag before it", async () => {
  for (
    const [line, expected] of [
      ["chat alice -m -x", "chat alice --message=-x"],
      ["chat alice -m --x-y", "chat alice --message=--x-y"],
      ["chat alice --message -zz", "chat alice --message=-zz"],
      ["enc -r -x -o -y a", "enc --recipient=-x --output=-y a"],
      ["enc -r - a", "enc -r - a"],
      ["sm2 decrypt -i -key.pem c", "sm2 decrypt --identity=-key.pem c"],
      ["enc -ao -x a", "enc -a --output=-x a"],
    ] as const
  ) assert.equal((await joined(line)).join(" "), expected, line);
});

Deno.test("flags of the command stay flags, and nothing behind -- changes", async () => {
  for (
    const line of [
      "chat alice -m --json",
      "enc -r --output x",
      "enc -a -o out a",
      "enc -a -x",
      "enc -r bob -- -o -x",
      "enc -r --help",
      "sm4 encrypt --mode gcm --key-file k",
      "sm2 nonsense -k -x",
    ]
  ) assert.equal((await joined(line)).join(" "), line);
});
