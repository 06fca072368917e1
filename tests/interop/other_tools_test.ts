// docs/other-tools.md: every block of it is run as it stands, in one folder, in its order.
import assert from "node:assert/strict";
import { join } from "node:path";
import { EXECUTABLE, withFolder } from "../support/executable.ts";
import { hasProgram, lacks, skipTest, testUnless } from "../support/requires.ts";

const ROOT = new URL("../..", import.meta.url).pathname;
const BLOCK = /^```(sh|js|java)(?: (\w+))?\n([\s\S]*?)^```$/gm;

interface Block {
  readonly kind: "sh" | "js" | "java";
  /** The program that it needs, besides p2p and the shell. */
  readonly needs: string | undefined;
  readonly text: string;
  readonly line: number;
}

function blocks(page: string): Block[] {
  return [...page.matchAll(BLOCK)].map(([, kind, needs, text], i, all) => ({
    kind: kind as Block["kind"],
    needs: kind === "java" ? "java" : needs,
    text: text!,
    line: page.slice(0, all[i]!.index).split("\n").length,
  }));
}

const JARS = "/usr/share/java/bcprov.jar";

/** Not in Debian: its blocks run where somebody has it. */
const ELSEWHERE = ["gmssl"];

const PAGE = blocks(Deno.readTextFileSync(join(ROOT, "docs/other-tools.md")));

for (const program of new Set(PAGE.flatMap(({ needs }) => needs ?? []))) {
  const reason = lacks(program);
  const name = `docs/other-tools.md: the commands of ${program}`;
  // Where it is there, the blocks are run with all others, below.
  if (reason !== undefined && ELSEWHERE.includes(program)) skipTest(name, reason);
  else if (reason !== undefined) testUnless(reason, name, () => undefined);
}

async function run(command: string, args: string[], cwd: string, path: string): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(command, {
    args,
    cwd,
    env: { PATH: path, P2P_HOME: join(cwd, "home"), P2P_LANG: "en", NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const said = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("");
  if (!success) throw new Error(`${command} ${args.join(" ")}:\n${said}`);
  return said;
}

Deno.test("docs/other-tools.md: all its commands work, both ways", () =>
  withFolder(async (folder) => {
    const bin = join(folder, "bin"), work = join(folder, "work");
    for (const path of [bin, work]) Deno.mkdirSync(path);
    Deno.writeTextFileSync(join(bin, "p2p"), `#!/bin/sh\nexec '${EXECUTABLE}' "$@"\n`);
    Deno.chmodSync(join(bin, "p2p"), 0o755);
    const path = `${bin}:${Deno.env.get("PATH")}`;
    let ran = 0;
    for (const { kind, needs, text, line } of PAGE) {
      if (needs !== undefined && !hasProgram(needs)) continue; // said above
      try {
        if (kind === "sh") await run("sh", ["-euc", text], work, path);
        else if (kind === "js") {
          const file = join(work, "example.js");
          Deno.writeTextFileSync(file, text);
          const config = ["--no-check", "--cached-only", "--config", join(ROOT, "deno.json")];
          await run(Deno.execPath(), ["run", "-A", ...config, file], work, path);
        } else {
          Deno.writeTextFileSync(join(work, "Example.java"), text);
          await run("java", ["-XX:TieredStopAtLevel=1", "-cp", JARS, "Example.java"], work, path);
        }
        ran++;
      } catch (cause) {
        throw new Error(`docs/other-tools.md, line ${line}`, { cause });
      }
    }
    assert.ok(ran >= 12, `${ran} blocks`);
  }));
