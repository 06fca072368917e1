/** Names of others: every trick of threat 16, and that honest names stay what they are. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { utf8 } from "../../lib/bytes.ts";
import { FormatError } from "../../lib/errors.ts";
import {
  foldName,
  MAX_COMPONENT_BYTES,
  MAX_DEPTH,
  numberedName,
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
