/** What stands at the bottom of a terminal: where it is after its window has changed, and which rows can be marked. */
import assert from "node:assert/strict";
import { FooterPainter, rowsAbove } from "../../lib/terminal/footer.ts";
import { Marks } from "../../lib/terminal/marks.ts";
import { progressLine } from "../../lib/terminal/progress.ts";
import { textWidth } from "../../lib/terminal/width.ts";
import { speakerOf } from "../../lib/text/speaker.ts";
import { screenOf } from "../support/screen.ts";

Deno.test("a window that shrinks breaks the rows of the footer, or cuts them: the cursor tells which", () => {
  const footer = { above: [] as number[], cursor: 75, columns: 80 };
  assert.equal(rowsAbove(footer, 80, undefined), 0);
  assert.equal(rowsAbove(footer, 100, 75), 0);
  assert.equal(rowsAbove(footer, 40, 35), 1, "broken: the cursor is in the second row");
  assert.equal(rowsAbove(footer, 40, 39), 0, "cut: the cursor is at the edge");
  assert.equal(rowsAbove(footer, 20, undefined), 3, "most terminals break rows");
  const short = { above: [70, 10], cursor: 6, columns: 80 };
  assert.equal(rowsAbove(short, 40, 6), 3);
  assert.equal(rowsAbove(short, 90, 6), 2);
});

Deno.test("a footer in the first row of a window is painted over, and kept nowhere as it was", async () => {
  const footer = new FooterPainter();
  const paint = (rows: readonly string[], text: string) =>
    footer.paint(40, rows, () => ({ text, cursor: text.length }));
  const output = [
    paint(["sending 5 %", "bob> "], "my secr"),
    paint(["bob> "], "my secret"),
    paint(["bob> "], ""),
    `${footer.wipe()}a message\n`,
    paint(["bob> "], "t"),
  ].join("").replaceAll("\n", "\r\n");
  const { rows, cursor, erasedWhole } = await screenOf(output, 40, 5);
  assert.deepEqual(rows, ["a message", "bob> t", "", "", ""]);
  assert.deepEqual(cursor, { row: 1, column: 6 });
  assert.equal(erasedWhole, 0);
});

Deno.test("a row is marked while it is within reach, and once", () => {
  const marks = new Marks();
  marks.printed(1, "a");
  marks.printed(3);
  marks.printed(2, "b");
  assert.equal(marks.take("a", 10), 6);
  assert.equal(marks.take("a", 10), undefined);
  assert.equal(marks.take("b", 1), undefined, "it has scrolled away");
  marks.printed(1, "c");
  marks.forget();
  assert.equal(marks.take("c", 10), undefined);
});

Deno.test("progress says how long it takes in any window that has room for that", async () => {
  const work = {
    ...{ label: "sending a rather long name of a movie.mkv", bytes: 12 << 20, total: 27 << 20 },
    ...{ seconds: 3, resumed: 0 },
  };
  for (const [language, left] of [["en", /0:04 left$/], ["zh", /剩余 0:04$/]] as const) {
    const words = await speakerOf(language);
    for (let columns = 30; columns <= 120; columns++) {
      const line = progressLine(words, work, columns);
      assert.ok(textWidth(line) <= columns, `${columns}: ${line}`);
      assert.match(line, left);
      assert.match(line, /44 %/);
    }
    assert.match(progressLine(words, work, 120), /MiB\/s/);
  }
});
