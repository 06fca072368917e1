// The help of every command and subcommand, in both languages: all its flags, in a terminal of 80 columns.
import assert from "node:assert/strict";
import { help as chinese } from "../../lib/text/help/zh/help.ts";
import { mostWidth } from "../../lib/terminal/wrap.ts";
import type { CommandNode } from "../../commands/shared/command-tree.ts";
import { programNode } from "../../scripts/man.ts";
import { COMMAND_NAMES } from "../../commands/names.ts";
import { p2p } from "../support/executable.ts";
import { testWithPrograms } from "../support/requires.ts";
import { startOnTerminal } from "./support.ts";

const LANGUAGES = ["en", "zh"];

/** The commands that a page of help lists with their subcommands, or the subcommands of one. */
function listed(help: string, of: readonly string[]): string[] {
  const [, list = ""] = /^(?:COMMANDS|命令)\n((?: {2}\S.*\n?| {6,}\S.*\n?)*)/m.exec(help) ?? [];
  return [...list.matchAll(/^ {2}(\S+)/gm)].map(([, name]) => [...of, name!].join(" "));
}

/** The flags that a page of help lists. */
function flagsIn(help: string): string[] {
  const [, list = ""] = /^(?:FLAGS|选项)\n((?: .*\n)*)/m.exec(help) ?? [];
  return [...list.matchAll(/^ {2}(?:-\w| {2}) {1,2}\[?--([\w-]+)/gm)].map(([, name]) => name!);
}

/** The node of a command, by its path. */
function nodeOf(command: readonly string[]): CommandNode {
  return command.reduce(
    (node, name) => node.commands.find((inner) => inner.name === name)!,
    program,
  );
}

const program = await programNode();

function latin(text: string): string[] {
  return text.match(/[A-Za-z][A-Za-z0-9]*/g) ?? [];
}

/** The words of a page in Chinese that neither its texts nor what is typed have: those of the library that lays it out. */
function ownWords(help: string): string[] {
  const texts = JSON.stringify(
    chinese,
    (_, value) => typeof value === "function" ? value({}) : value,
  );
  const given = new Set(latin(texts + JSON.stringify(program) + [...COMMAND_NAMES, "help"]));
  return latin(help).filter((word) => !given.has(word));
}

async function check(language: string, command: readonly string[]): Promise<number> {
  const { code, stdout, stderr } = await p2p([...command, "--help"], {
    env: { P2P_LANG: language },
  });
  assert.equal(code, 0, stderr);
  for (const line of stdout.split("\n")) {
    assert.ok(mostWidth(line) <= 80, `${language}: p2p ${command.join(" ")}: ${line}`);
  }
  if (language === "zh") assert.deepEqual(ownWords(stdout), [], `p2p ${command.join(" ")}`);
  const flags = nodeOf(command).flags.map(({ name }) => name);
  if (command.length > 0) assert.deepEqual(flagsIn(stdout), [...flags, "help"], command.join(" "));
  else for (const name of flags) assert.match(stdout, new RegExp(`^  .*--${name}\\b`, "m"));
  let pages = 1;
  const inside = command.length === 0 ? COMMAND_NAMES : listed(stdout, command);
  for (const inner of inside) pages += await check(language, inner.split(" "));
  return pages;
}

Deno.test("every help has every flag, and no line wider than 80 columns, in either language", async () => {
  const [english, chinese] = await Promise.all(LANGUAGES.map((language) => check(language, [])));
  assert.equal(english, chinese);
  assert.ok(english! > 40, `${english} pages`);
});

Deno.test("p2p alone fits a screen of 24 rows and 80 columns, and names every command once", async () => {
  for (const language of LANGUAGES) {
    const { code, stdout } = await p2p([], { env: { P2P_LANG: language } });
    assert.equal(code, 0);
    const lines = stdout.trimEnd().split("\n");
    // The prompt of the shell takes the last row.
    assert.ok(lines.length <= 23, `${lines.length} rows`);
    for (const line of lines) assert.ok(mostWidth(line) <= 80, line);
    const groups = lines.slice(3, lines.indexOf("", 4)).flatMap((line) => line.split(/ {2,}/));
    for (const name of COMMAND_NAMES) {
      assert.equal(groups.filter((word) => word === name).length, 1, name);
    }
    assert.equal((stdout.match(/^ {2}p2p /gm) ?? []).length, 3);
  }
});

testWithPrograms("in a narrow window no line of help is wider than it", ["script"], async () => {
  for (const language of LANGUAGES) {
    for (const command of [[], ["help"], ["pubkey", "-h"], ["stego", "hide", "-h"]]) {
      for (const columns of [40, 60]) {
        const env = { P2P_LANG: language, LC_ALL: "C.UTF-8" };
        const run = startOnTerminal(command, { env }, columns);
        assert.equal(await run.code(), 0);
        const lines = run.shown().split("\r\n");
        assert.ok(lines.length > 10, run.shown());
        for (const line of lines) assert.ok(mostWidth(line) <= columns, `${columns}: ${line}`);
      }
    }
  }
});

Deno.test("p2p help, --help and -h list every command with a line; help and version are words as well", async () => {
  const [words, flag, short] = await Promise.all([["help"], ["--help"], ["-h"]].map((a) => p2p(a)));
  assert.equal(words!.stdout, flag!.stdout);
  assert.equal(words!.stdout, short!.stdout);
  for (const name of COMMAND_NAMES) {
    assert.match(words!.stdout, new RegExp(`^  ${name} +[A-Z]`, "m"));
  }
  const [of, one] = await Promise.all([["help", "stego", "hide"], ["stego", "hide", "--help"]]
    .map((a) => p2p(a)));
  assert.equal(of!.stdout, one!.stdout);
  for (const way of ["version", "--version", "-v", "-V"]) {
    assert.match((await p2p([way])).stdout, /^p2p \d+\.\d+\.\d+\n$/);
  }
});

Deno.test("what people try leads to the command that is meant", async () => {
  const near = {
    send: "send-file",
    receive: "listen",
    encrypt: "enc",
    hide: "stego hide",
    browser: "ui",
    pkcs7: "cms",
    ca: "cert",
    cht: "chat",
  };
  for (const [word, command] of Object.entries(near)) {
    const { code, stderr } = await p2p([word, "x"]);
    assert.equal(code, 2);
    assert.match(stderr, new RegExp(`^p2p: .*"${word}", did you mean ${command}\\?$`, "m"));
  }
  const { code, stderr } = await p2p(["chat", "bob", "hello", "there"]);
  assert.equal(code, 2);
  assert.match(stderr, /^ +.*p2p chat PEER -m "hello …"$/m);
});

Deno.test("a flag before the command is told its place", async () => {
  const lines = [
    [["--quiet", "enc", "f"], "p2p enc --quiet"],
    [["contact", "--json", "list"], "p2p contact list --json"],
    [["outbox", "--json", "list"], "p2p outbox list --json"],
    [["--nothing"], "p2p COMMAND --nothing"],
  ] as const;
  for (const [args, place] of lines) {
    const { code, stderr } = await p2p(args);
    assert.equal(code, 2);
    assert.match(
      stderr,
      new RegExp(`^p2p: parse command line: .*\n {5}flags go behind it: ${place}\n$`),
    );
  }
});
