/** How the program begins: which commands may start other programs. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { bundledCommands } from "../../scripts/build/commands.ts";
import { PROGRAMS_FLAG } from "../../scripts/build/permissions.ts";
import { start } from "../../scripts/build/start.ts";
import { BUNDLE } from "./support.ts";

/** What the lines of sh of `start` hand to the runtime for a command line. */
async function handedOver(folder: string, args: readonly string[]): Promise<string[]> {
  const commands = [{ name: "enc", starts: false }, { name: "chat", starts: true }];
  const script = start({ folder, cache: "/none", flags: ["--allow-read"], commands });
  const { stdout } = await new Deno.Command("sh", { args: ["-c", script, "p2p", ...args] })
    .output();
  return new TextDecoder().decode(stdout).split("\n").slice(0, -1);
}

Deno.test("a command that starts no other program may not: the flag is left out", async () => {
  const folder = await Deno.makeTempDir({ prefix: "p2p-test-" });
  try {
    const runtime = join(folder, "deno");
    await Deno.writeTextFile(runtime, '#!/bin/sh\nprintf "%s\\n" "$@"\n');
    await Deno.chmod(runtime, 0o755);
    for (
      const [args, program, programs] of [
        [["enc", "-o", "a b"], "enc", false],
        [["chat", "bob"], "chat", true],
        [["--lang", "zh", "enc"], "main", true],
        [[], "main", true],
      ] as const
    ) {
      const flags = ["--allow-read", ...programs ? [PROGRAMS_FLAG] : []];
      const given = await handedOver(folder, args);
      assert.deepEqual(given.slice(given.indexOf("--allow-read")), [
        ...flags,
        join(folder, `${program}.js`),
        ...args,
      ]);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("who starts other programs is read from the bundle, through what is loaded only sometimes", async () => {
  const folder = await Deno.makeTempDir({ prefix: "p2p-test-" });
  try {
    const files = {
      "enc.js": 'import{a}from"./chunk-1.js";',
      "chat.js": 'import{a}from"./chunk-1.js";import(String("./late-2.js"));',
      "chunk-1.js": "export const a=1;",
      "late-2.js": 'import"./chunk-1.js";new Deno.Command("x");',
    };
    for (const [name, text] of Object.entries(files)) {
      await Deno.writeTextFile(join(folder, name), text);
    }
    assert.deepEqual(await bundledCommands(folder, ["enc", "chat"]), [
      { name: "enc", starts: false },
      { name: "chat", starts: true },
    ]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("in the bundle those start programs that record, play, open the browser or look for what does", async () => {
  const commands = await bundledCommands(BUNDLE);
  const starting = commands.filter(({ starts }) => starts).map(({ name }) => name);
  for (const name of ["chat", "listen", "voice", "ui"]) assert.ok(starting.includes(name), name);
  for (const name of ["enc", "dec", "sign", "verify", "sm3", "sm4", "keygen", "stego"]) {
    assert.ok(!starting.includes(name), name);
  }
});
