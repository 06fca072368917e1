/** Text of others, as it is shown and as it stands in JSON: nothing in it acts on a terminal, or hides. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { safeJson, safeText } from "../../lib/text/safe.ts";
import { sources } from "../support/imports.ts";

/** What neither a terminal nor the eye shows as it is. */
const BAD = [
  "\x1b",
  "\x7f",
  "\u009b",
  "\u0000",
  "\u202e",
  "\u2066",
  "\u2028",
  "\u200b",
  "\u200e",
  "\u034f",
  "\u115f",
  "\u1160",
  "\u17b4",
  "\u180b",
  "\u2800",
  "\u3164",
  "\uffa0",
  "\ufeff",
  "\ufe00",
  "\u{e0001}",
  "\u{e0100}",
  "\ud800",
];

Deno.test("what the eye does not see is shown by its code", () => {
  for (const character of BAD) {
    const code = character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0");
    assert.equal(safeText(`a${character}b`), `a⟦U+${code}⟧b`);
  }
  for (const joiner of ["\u200c", "\u200d", "\ufe0f"]) {
    assert.match(safeText(`a${joiner}b`), /⟦U\+/);
  }
});

Deno.test("what means something stays: emoji, Persian, Hindi, marks", () => {
  for (const text of ["👩‍👩‍👧", "❤️", "1️⃣", "می‌خواهم", "क्‍ष", "e\u0301", "你好，世界", "🇨🇳"]) {
    assert.equal(safeText(text), text);
  }
});

Deno.test("JSON for programs is the same value, and shows on a terminal as it is", () => {
  const character = fc.oneof(fc.constantFrom(...BAD, "👩‍👩‍👧", "好", '"', "\\"), fc.string());
  fc.assert(fc.property(fc.array(character), (parts) => {
    const text = parts.join("");
    const json = safeJson({ text });
    assert.deepEqual(JSON.parse(json), { text });
    assert.doesNotMatch(json, /[\p{Cc}\p{Cf}\u2028\u2029\u2800\u3164]/u);
  }));
});

Deno.test("commands print JSON through safeJson alone", () => {
  const raw = sources("commands").filter(({ text }) => /\bJSON\.stringify\(/.test(text));
  assert.deepEqual(raw.map(({ path }) => path), []);
});
