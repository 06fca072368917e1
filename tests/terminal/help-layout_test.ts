// Help in rows of 80 columns: usage, prose, flags and examples, in either language.
import assert from "node:assert/strict";
import { fitHelp } from "../../lib/terminal/help-layout.ts";
import { mostWidth } from "../../lib/terminal/wrap.ts";

const lines = (...rows: string[]) => rows.join("\n");

Deno.test("what explains a flag goes on below its beginning", () => {
  const row = `     [--slow-kdf]  ${"derive keys ".repeat(8).trim()}`;
  const rows = fitHelp(row).split("\n");
  assert.ok(rows.length > 1 && rows.every((each) => mostWidth(each) <= 80), rows.join("\n"));
  assert.ok(rows.slice(1).every((each) => /^ {19}\S/.test(each)));
});

Deno.test("prose that was broken further out is one paragraph, short lines stay apart", () => {
  const long =
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen";
  assert.equal(
    fitHelp(lines("USAGE", "  p2p x", "", long, "end.", "", "One", "Two")),
    lines(
      "USAGE",
      "  p2p x",
      "",
      "one two three four five six seven eight nine ten eleven twelve thirteen fourteen",
      "fifteen end.",
      "",
      "One",
      "Two",
    ),
  );
});

Deno.test("Chinese is broken between characters, never before punctuation that closes", () => {
  const text = "每张图片能容纳的内容有限，不指定级别时放得下就用隐蔽，否则用快速。".repeat(4);
  const rows = fitHelp(text).split("\n");
  assert.equal(rows.join(""), text);
  for (const row of rows) {
    assert.ok(mostWidth(row) <= 80 && !/^[，。]/.test(row), row);
  }
  assert.ok(rows.slice(0, -1).every((row) => mostWidth(row) >= 76));
});

Deno.test("the values of a flag are broken between two of them, not within one", () => {
  const values = `[${Array.from({ length: 12 }, () => "affiliationChanged").join("|")}]`;
  const rows = fitHelp(`     [--reason]  Why ${values}`).split("\n").map((row) => row.trim());
  assert.ok(rows.length > 2, rows.join("\n"));
  assert.ok(rows.slice(0, -1).every((row) => /\|$|Why$/.test(row)), rows.join("\n"));
});

Deno.test("what goes on stands below its beginning, whatever the label is made of", () => {
  const chinese = fitHelp(`  联系人  ${"contact  ".repeat(9).trim()}`, 40).split("\n");
  assert.deepEqual(chinese.slice(1).map((row) => row.search(/\S/)), [10, 10]);
  assert.equal(
    fitHelp("  -h  --help              Print this help and nothing else", 40),
    lines("  -h  --help", "      Print this help and nothing else"),
  );
  assert.equal(
    fitHelp("  p2p pubkey -i alice.crt         the key in a certificate, as p2p1…", 40),
    lines("  p2p pubkey -i alice.crt", "      the key in a certificate, as", "      p2p1…"),
  );
});

Deno.test("with several commands, usage says what each needs; with one, all that it takes", () => {
  const one = lines(
    "USAGE",
    "  p2p x a [--address IP[:PORT]]... [-q] <NAME>",
    "  p2p x -h",
    "",
    "X",
  );
  assert.equal(fitHelp(one), one);
  const two = lines(
    "USAGE",
    "  p2p x a [--address IP[:PORT]]... [-q] <NAME>",
    "  p2p x b",
    "  p2p x -h",
    "",
  );
  assert.equal(fitHelp(two), lines("USAGE", "  p2p x a <NAME>", "  p2p x b", "  p2p x -h", ""));
});
