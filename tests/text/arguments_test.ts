/** What is read off the command line before any command is known. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { mayPrintHelp, splitLanguage } from "../../commands/shared/arguments.ts";

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
        });
      }
      assert.deepEqual(splitLanguage([...before, ...b]), {
        rest: [...before, ...b],
        lang: undefined,
      });
    }),
  );
  assert.deepEqual(splitLanguage(["enc", "--lang"]), { rest: ["enc"], lang: "" });
});

Deno.test("help and version may be words", () => {
  assert.deepEqual(splitLanguage(["help", "stego", "hide"]).rest, ["stego", "hide", "--help"]);
  assert.deepEqual(splitLanguage(["version"]).rest, ["--version"]);
  assert.deepEqual(splitLanguage(["chat", "help"]).rest, ["chat", "help"]);
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
