/** Names of others: every trick of threat 16, and that honest names stay what they are. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { utf8 } from "../../lib/bytes.ts";
import { FormatError } from "../../lib/errors.ts";
import { numberedName } from "../../lib/transfer/free-names.ts";
import {
  foldName,
  MAX_COMPONENT_BYTES,
  MAX_DEPTH,
  safeComponent,
  safePath,
  safeTopName,
} from "../../lib/transfer/names.ts";

Deno.test("a path that tries to leave its folder is refused", () => {
  const bad = [
    "",
    "/etc/passwd",
    "../x",
    "a/../b",
    "a/..",
    "..",
    ".",
    "a/./b",
    "a//b",
    "a/",
    "//x",
    "a\0b",
  ];
  for (const path of bad) assert.throws(() => safePath(path), FormatError, JSON.stringify(path));
  assert.throws(() => safePath("d/".repeat(MAX_DEPTH) + "f"), FormatError);
  assert.equal(safePath("d/".repeat(MAX_DEPTH - 1) + "f").length, MAX_DEPTH);
});

Deno.test("what is impossible or misleading somewhere is replaced", () => {
  const cases: ReadonlyArray<readonly [given: string, safe: string]> = [
    ["C:\\Windows\\x", "C__Windows_x"],
    ["..\\..\\x", ".._.._x"],
    ["a:stream", "a_stream"],
    ['a<b>c"d|e?f*g', "a_b_c_d_e_f_g"],
    ["line\r\nbreak", "line__break"],
    ["\x1b[31mred", "_[31mred"],
    ["invoice\u202efdp.exe", "invoice_fdp.exe"],
    ["zero\u200bwidth", "zero_width"],
    ["\ufeffbom", "_bom"],
    ["lone\ud800", "lone_"],
    ["trailing...", "trailing"],
    ["trailing . . ", "trailing"],
    ["   ", "unnamed"],
    ["...", "unnamed"],
    ["CON", "_CON"],
    ["con.txt", "_con.txt"],
    ["COM1", "_COM1"],
    ["com¹.tar.gz", "_com¹.tar.gz"],
    ["LPT9 .txt", "_LPT9 .txt"],
    ["nul ", "_nul"],
    ["CONIN$", "_CONIN$"],
    ["e\u0301", "é"],
  ];
  for (const [given, safe] of cases) {
    assert.equal(safeComponent(given), safe, JSON.stringify(given));
  }
});

Deno.test("joiners and selectors stay where they mean something, and nowhere else", () => {
  const kept = [
    "می\u200cخواهم.txt",
    "क्\u200dष",
    "👩\u200d👩\u200d👧.png",
    "❤\ufe0f",
    "1\ufe0f\u20e3",
    "🏳\ufe0f\u200d🌈",
  ];
  for (const name of kept) assert.equal(safeComponent(name), name.normalize("NFC"), name);
  const cases: ReadonlyArray<readonly [given: string, safe: string]> = [
    ["a\u200cb", "a_b"],
    ["a\u200db", "a_b"],
    ["a\ufe0fb", "a_b"],
    ["\ufe0f", "_"],
    ["👩\u200d\u200d👧", "👩__👧"],
    ["👩\u200d", "👩_"],
  ];
  for (const [given, safe] of cases) {
    assert.equal(safeComponent(given), safe, JSON.stringify(given));
  }
});

/** What the eye does not see, or sees as a blank. */
const INVISIBLE = [
  0xad,
  0x34f,
  0x61c,
  0x115f,
  0x1160,
  0x17b4,
  0x17b5,
  0x180b,
  0x180e,
  0x200b,
  0x200e,
  0x202e,
  0x2028,
]
  .concat([
    0x2060,
    0x2066,
    0x2800,
    0x3164,
    0xfe00,
    0xfe0e,
    0xfeff,
    0xffa0,
    0xfff9,
    0xe0001,
    0xe0041,
    0xe0100,
    0xe0fff,
  ]);

Deno.test("no invisible character comes through, wherever it stands", () => {
  const around = fc.string({ unit: "grapheme", maxLength: 5 });
  fc.assert(
    fc.property(around, fc.constantFrom(...INVISIBLE), around, (before, code, after) => {
      const character = String.fromCodePoint(code);
      assert.ok(!safeComponent(before + character + after).includes(character), code.toString(16));
    }),
    { numRuns: 2000 },
  );
});

Deno.test("names that are fine everywhere stay", () => {
  const fine = [
    "photo.jpg",
    "COM10",
    "console.log",
    "报告 2026.pdf",
    ".gitignore",
    "a b",
    "👩‍👩‍👧.png",
    "-x",
  ];
  for (const name of fine) assert.equal(safeComponent(name), name);
});

Deno.test("at the top nothing is hidden or taken for an option", () => {
  assert.equal(safeTopName(".bashrc"), "_bashrc");
  assert.equal(safeTopName(".ssh"), "_ssh");
  assert.equal(safeTopName("-rf"), "_rf");
  assert.deepEqual(safePath(".ssh/.config"), ["_ssh", ".config"]);
});

Deno.test("a long name is cut between characters and keeps its extension", () => {
  const name = safeComponent("长".repeat(200) + ".tar.gz");
  assert.ok(utf8(name).length <= MAX_COMPONENT_BYTES);
  assert.match(name, /^长+\.tar\.gz$/u);
});

Deno.test("a number goes before the extension", () => {
  assert.equal(numberedName("a.txt", 0), "a.txt");
  assert.equal(numberedName("a.txt", 1), "a (1).txt");
  assert.equal(numberedName("a.tar.gz", 12), "a (12).tar.gz");
  assert.equal(numberedName("noext", 2), "noext (2)");
  assert.equal(numberedName(".hidden", 1), ".hidden (1)");
  assert.ok(utf8(numberedName("x".repeat(240) + ".txt", 99)).length <= 255);
});

Deno.test("spellings that some file system takes for one name fold together", () => {
  const twins = [["README", "readme"], ["é", "e\u0301"], ["Straße", "STRASSE"], ["ﬁ", "fi"], [
    "K",
    "k",
  ]];
  for (const [a, b] of twins) assert.equal(foldName(a!), foldName(b!), `${a} ${b}`);
  assert.notEqual(foldName("a"), foldName("b"));
});

Deno.test("whatever comes in, what comes out can be created anywhere", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 400 }), (name) => {
    const safe = safeTopName(name);
    assert.ok(utf8(safe).length <= MAX_COMPONENT_BYTES && safe.length > 0);
    assert.doesNotMatch(safe, /[\p{Cc}\p{Cs}<>:"/\\|?*\u202a-\u202e\u2066-\u2069]/u);
    assert.doesNotMatch(safe, /^[.\- ]|[. ]$/u);
    assert.equal(safe, safe.normalize("NFC"));
    assert.equal(safeTopName(safe), safe);
  }));
});

Deno.test("whatever path comes in, it is refused or every component is safe", () => {
  const piece = fc.oneof(
    fc.constantFrom("..", ".", "", "a", "C:", "\0", "COM1", "x\\y"),
    fc.string({ maxLength: 8 }),
  );
  fc.assert(fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
    let parts: string[];
    try {
      parts = safePath(pieces.join("/"));
    } catch (error) {
      assert.ok(error instanceof FormatError);
      return;
    }
    for (const part of parts) {
      assert.ok(part !== "" && part !== "." && part !== ".." && !/[/\\\0]/.test(part));
    }
  }));
});

Deno.test("names that need no closer look come out as a closer look would leave them", () => {
  const closer = (name: string) => safeComponent(`\u00ad${name}`).slice(1);
  fc.assert(
    fc.property(fc.string({ unit: "binary-ascii", minLength: 1, maxLength: 12 }), (name) => {
      // A hidden character in front forbids the short way; what it becomes is cut off again.
      if (/^[ .]/.test(name) || /^\w*(con|prn|aux|nul|clock|com|lpt)/i.test(name)) return;
      assert.equal(safeComponent(name), closer(name));
      assert.equal(foldName(name), foldName(`é${name}`).slice(1));
    }),
    { numRuns: 3000 },
  );
});
