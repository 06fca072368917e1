/** Rows of a terminal: none but the first begins at the left edge, whatever a peer wrote and however it is drawn. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { fitText } from "../../lib/terminal/line-editor.ts";
import { mostColumns, textWidth } from "../../lib/terminal/width.ts";
import { cutMiddle, wrapLine, wrapLines } from "../../lib/terminal/wrap.ts";
import { safeLines } from "../../lib/text/safe.ts";

/** What some terminal draws in so many columns: pictures, pictures of several parts, syllables, ambiguous signs. */
const DRAWN: Readonly<Record<string, number>> = {
  x: 1,
  é: 1,
  "e\u0301": 1,
  ж: 1,
  好: 2,
  "！": 2,
  "✅": 2,
  "⚡": 2,
  "☔": 2,
  "🀄": 2,
  "䷀": 2,
  "𗀀": 2,
  "—": 2,
  "①": 2,
  "❤️": 2,
  "🇩🇪": 4,
  "👍🏽": 4,
  "👨‍👩‍👧‍👦": 8,
  क्षि: 3,
  কো: 2,
};

const piece = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...Object.keys(DRAWN)) },
  { weight: 1, arbitrary: fc.constant(" ") },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 3 }) },
);
const words = fc.array(piece, { maxLength: 120 }).map((pieces) => pieces.join(""));

/** Columns of a row in a terminal that draws every code point by itself. */
function drawn(row: string, ambiguous = 2): number {
  let columns = 0;
  for (const part of row) {
    if (/[\p{Mn}\p{Me}\u200c\u200d\ufe0f]/u.test(part)) continue;
    if (/[—①]/u.test(part)) columns += ambiguous;
    else columns += (DRAWN[part] ?? 1) === 2 || /\p{Emoji_Presentation}/u.test(part) ? 2 : 1;
  }
  return columns;
}

Deno.test("no character takes more columns anywhere than we reckon with", () => {
  for (const [text, columns] of Object.entries(DRAWN)) {
    assert.ok(mostColumns(text) >= columns, `${text}: ${mostColumns(text)}`);
    assert.ok(mostColumns(text) >= textWidth(text), text);
  }
  assert.equal(textWidth("✅⚡"), 4);
});

Deno.test("however long and wide a message is, no row of it but the first begins at the left edge", () => {
  fc.assert(
    fc.property(words, fc.integer({ min: 12, max: 120 }), (text, columns) => {
      const rows = wrapLines(`[22:05] mallory: ${safeLines(text)}`, columns).split("\n");
      for (const [i, row] of rows.entries()) {
        if (i > 0) assert.ok(row === "" || row.startsWith("  "), JSON.stringify(rows));
        assert.ok(drawn(row) <= columns, `${drawn(row)} of ${columns}: ${row}`);
      }
    }),
    { numRuns: 500 },
  );
});

Deno.test("a picture of any number of parts is cut into rows too", () => {
  const rows = wrapLine(Array(200).fill("👨").join("\u200d"), 40);
  assert.ok(rows.length >= 10);
  for (const row of rows) assert.ok(drawn(row) <= 40);
});

Deno.test("names and prompts are cut to what every terminal holds", () => {
  fc.assert(fc.property(words, fc.integer({ min: 4, max: 80 }), (text, columns) => {
    assert.ok(drawn(fitText(text, columns), 1) <= columns);
    assert.ok(drawn(cutMiddle(text, columns)) <= columns);
  }));
});
