/** What is read off the command line before any command is known. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { COMMAND_NAMES, WITH_SUBCOMMANDS } from "../../commands/names.ts";
import { mayPrintHelp, splitLanguage } from "../../commands/shared/arguments.ts";
import { commandOfFlag, NEAR_WORDS, nearCommands } from "../../commands/shared/near-commands.ts";
import { COMMANDS } from "../../commands/table.ts";

Deno.test("--lang is taken from wherever it stands before --, and nothing else is touched", () => {
  const words = fc.array(
    fc.constantFrom("enc", "-r", "--help", "a.txt", "", "-", "--language", "lang"),
  );
  fc.assert(
    fc.property(words, words, words, fc.constantFrom("zh", "en", "fr", ""), (a, b, c, lang) => {
      const before = ["x", ...a];
      for (const given of [["--lang", lang], [`--lang=${lang}`]]) {
        assert.deepEqual(splitLanguage([...before, ...given, ...b, "--", ...c, "--lang", "zh"]), {
          rest: [...before, ...b, "--", ...c, "--lang", "zh"],
          lang,
          asked: undefined,
        });
      }
      assert.deepEqual(splitLanguage([...before, ...b]), {
        rest: [...before, ...b],
        lang: undefined,
        asked: undefined,
      });
    }),
  );
  assert.deepEqual(splitLanguage(["enc", "--lang"]), {
    rest: ["enc"],
    lang: "",
    asked: undefined,
  });
});

Deno.test("help and version may be words", () => {
  assert.deepEqual(splitLanguage(["help", "stego", "hide"]).rest, ["stego", "hide", "--help"]);
  assert.deepEqual(splitLanguage(["version"]).rest, ["--version"]);
  assert.deepEqual(splitLanguage(["chat", "help"]).rest, ["chat", "help"]);
  // Wherever the flags stand, and whichever they are.
  for (
    const line of ["help -q stego hide", "--help stego hide", "-h stego hide", "stego help hide"]
  ) {
    assert.deepEqual(splitLanguage(line.split(" ")).rest, ["stego", "hide", "--help"], line);
  }
  for (const line of ["help", "help help", "help --json", "help --help", "version --help"]) {
    assert.deepEqual(splitLanguage(line.split(" ")).rest, ["--help"], line);
  }
  for (const line of ["--version --json", "version"]) {
    assert.deepEqual(splitLanguage(line.split(" ")).rest, ["--version"], line);
  }
});

Deno.test("help is loaded where it may be printed, and not for work", () => {
  assert.ok(mayPrintHelp([]));
  assert.ok(mayPrintHelp(["stego"]));
  assert.ok(mayPrintHelp(["enc", "a", "-h"]));
  assert.ok(!mayPrintHelp(["enc", "-o", "b", "a"]));
  assert.ok(!mayPrintHelp(["enc", "--", "--help"]));
});

Deno.test("a message may begin with a dash", () => {
  assert.deepEqual(splitLanguage(["chat", "bob", "-m", "-x"]).rest, [
    "chat",
    "bob",
    "--message=-x",
  ]);
  assert.deepEqual(splitLanguage(["chat", "bob", "-m", "x", "--", "-m", "-x"]).rest, [
    "chat",
    "bob",
    "-m",
    "x",
    "--",
    "-m",
    "-x",
  ]);
  assert.deepEqual(splitLanguage(["enc", "-m", "-x"]).rest, ["enc", "-m", "-x"]);
});

Deno.test("the commands with subcommands are those that are route maps and take no other word", async () => {
  const found: string[] = [];
  for (const { name, load } of COMMANDS) {
    const { command } = await load();
    if ("getRoutingTargetForInput" in command && name !== "history") found.push(name);
  }
  assert.deepEqual(found.sort(), [...WITH_SUBCOMMANDS].sort());
});

Deno.test("words that people try are told apart, and are no commands themselves", () => {
  assert.equal(new Set(NEAR_WORDS).size, NEAR_WORDS.length);
  assert.deepEqual(NEAR_WORDS.filter((word) => (COMMAND_NAMES as string[]).includes(word)), []);
  for (const name of COMMAND_NAMES) {
    const led = NEAR_WORDS.some((word) =>
      nearCommands(word, COMMAND_NAMES, false).some((to) => to.split(" ")[0] === name)
    );
    assert.ok(led, `nothing leads to ${name}`);
  }
});

Deno.test("a guess is a likely one: a word for the act, or one slip of the fingers", () => {
  const top = (word: string) => nearCommands(word, COMMAND_NAMES, false);
  for (
    const [word, meant] of [["lsiten", "listen"], ["encc", "enc"], ["chta", "chat"], [
      "hist",
      "history",
    ]]
  ) {
    assert.deepEqual(top(word!), [meant]);
  }
  for (const [word, meant] of [["rage", "enc"], ["rcv", "listen"], ["genrsa", "keygen"]]) {
    assert.deepEqual(top(word!), [meant]);
  }
  for (const word of ["nope", "ls", "phone", "edit", "exit", "", "x"]) {
    assert.deepEqual(top(word), []);
  }
});

Deno.test("in a group its own commands are meant", () => {
  const contact = ["list", "show", "add", "rename", "remove", "forget", "invite", "accept"];
  const within = (word: string) => nearCommands(word, contact, true);
  assert.deepEqual(within("new"), ["add", "invite"]);
  assert.deepEqual(within("delete"), ["remove", "forget"]);
  assert.deepEqual(within("renmae"), ["rename"]);
  assert.deepEqual(within("keygen2"), []);
  assert.deepEqual(nearCommands("gen", ["convert"], true), ["p2p keygen"]);
});

Deno.test("what other tools have as a flag is a command here", () => {
  assert.deepEqual(["-e", "-d", "--decrypt", "--sign", "--nope", "-x"].map(commandOfFlag), [
    ...["enc", "dec", "dec", "sign", undefined, undefined],
  ]);
});
