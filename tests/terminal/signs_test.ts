/** Signs of our own where the terminal shows ASCII alone. */
import assert from "node:assert/strict";
import { inAscii, isAsciiLocale } from "../../lib/terminal/signs.ts";
import { textWidth } from "../../lib/terminal/width.ts";

Deno.test("a locale that names no UTF-8 is told from one that does, and from none", () => {
  for (const locale of ["C", "POSIX", "en_US.ISO-8859-1", "zh_CN.GB18030", "de_DE.iso88591@euro"]) {
    assert.ok(isAsciiLocale([undefined, "", locale]), locale);
    assert.ok(!isAsciiLocale(["C.UTF-8", locale]), locale);
  }
  for (const locale of ["C.UTF-8", "en_US.utf8", "zh_CN.UTF-8", "en_US", undefined, ""]) {
    assert.ok(!isAsciiLocale([locale]), String(locale));
  }
});

Deno.test("signs become others of the same width, what people write does not", () => {
  const row = "[12:00]✓me → bob: 你好 é “so” ↵…";
  assert.equal(inAscii(row), '[12:00]+me > bob: 你好 é "so" |.');
  assert.equal(textWidth(inAscii(row)), textWidth(row));
});
