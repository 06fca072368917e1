/** Tab: words as a shell would write them, so that what is completed is split into the same again. */
import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import { pathsLike } from "../../commands/conversation/complete.ts";
import { splitArguments } from "../../commands/conversation/slash.ts";
import { completed, inColumns, lastWord } from "../../lib/terminal/completion.ts";
import { withFolder } from "../support/executable.ts";

function complete(line: string, ...values: string[]): string {
  return completed(line, lastWord(line, 0), values.map((value) => ({ value }))).line;
}

Deno.test("the last word of a line, whatever it is quoted with", () => {
  const cases: ReadonlyArray<readonly [line: string, from: number, value: string, quote: string]> =
    [
      ["", 0, "", ""],
      ["a", 0, "a", ""],
      ["a ", 2, "", ""],
      ["a b\\ c", 2, "b c", ""],
      ['a "b c', 2, "b c", '"'],
      ["a 'b \\c", 2, "b \\c", "'"],
      ["'a b' c", 6, "c", ""],
      ["'a b'", 5, "", ""],
    ];
  for (const [line, from, value, quote] of cases) {
    assert.deepEqual(lastWord(line, 0), { from, value, quote }, line);
  }
});

Deno.test("one choice is written whole, several as far as they agree", () => {
  assert.equal(complete("mo", "movie one.mkv"), "movie\\ one.mkv ");
  assert.equal(complete('"mo', "movie one.mkv"), '"movie one.mkv" ');
  assert.equal(complete("'mo", "it's"), '"it\'s" ');
  assert.equal(complete("a m", "movie one", "movie two"), "a movie\\ ");
  assert.equal(complete("e", "e\u0301a", "e\u0301b"), "e\u0301");
  assert.equal(complete("x"), "x");
  const none = completed("m", lastWord("m", 0), [{ value: "ma" }, { value: "mb" }]);
  assert.deepEqual([none.line, none.choices.length], ["m", 2]);
  const folder = completed("d", lastWord("d", 0), [{ value: "docs/", open: true }]);
  assert.equal(folder.line, "docs/");
});

Deno.test("what was completed means what was chosen", () => {
  const name = fc.string({
    unit: fc.constantFrom("a", " ", "'", '"', "\\", "好", "~"),
    minLength: 1,
  })
    .filter((value) => value.trim() === value);
  fc.assert(fc.property(name, fc.constantFrom("", '"', "'"), (value, quote) => {
    const line = completed(quote, lastWord(quote, 0), [{ value }]).line;
    assert.deepEqual(splitArguments(line), [value], line);
  }));
});

Deno.test("paths: folders go on, hidden files for who types the dot, names that hide something never", () =>
  withFolder(async (folder) => {
    for (const name of ["My Docs", ".cache"]) await Deno.mkdir(join(folder, name));
    for (const name of ["movie.mkv", ".profile", "evil\u202etxt.exe", "esc\x1b[2J"]) {
      await Deno.writeTextFile(join(folder, name), "");
    }
    const values = async (typed: string) =>
      (await pathsLike(typed)).map(({ value, open }) => [value.slice(folder.length + 1), open]);
    assert.deepEqual(await values(`${folder}/`), [["My Docs/", true], ["movie.mkv", false]]);
    assert.deepEqual(await values(`${folder}/.`), [[".cache/", true], [".profile", false]]);
    assert.deepEqual(await values(`${folder}/mov`), [["movie.mkv", false]]);
    assert.deepEqual(await values(`${folder}/none/`), []);
  }));

Deno.test("choices stand in columns", () => {
  assert.deepEqual(inColumns(["a", "b", "c"], 80), ["a  b  c"]);
  assert.deepEqual(inColumns(["文件", "b", "c"], 12), ["文件  c", "b"]);
  assert.deepEqual(inColumns([], 80), []);
});
