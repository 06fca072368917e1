/** What a module costs at its loading: every command pays it at every start, whether it needs the thing or not. */
import assert from "node:assert/strict";
import { parseSource, type Source, sources, withoutComments } from "../support/imports.ts";

/**
 * What takes from a tenth of a millisecond to fifteen: classes of Unicode in regular expressions, which the engine looks
 * up when the expression is made, what knows languages, the case and composition of letters beyond Latin, and looking for a file that most have not.
 */
const DEAR =
  /\\p\{|\bnew Intl\.|\bDeno\.dlopen\(|\.(?:toLowerCase|normalize)\(|\bDeno\.\w+Sync\(|\bconfiguredLanguage\(/;

/** Statements at the margin, up to where the next one begins. */
function statements(text: string): string[] {
  return withoutComments(text).split(/\n(?=[a-z/@])/);
}

/** The dear values that a module makes as it loads: not in a function, which makes them when it is called. */
function madeAtLoad(text: string): string[] {
  return statements(text).filter((statement) =>
    /^(?:export )?(?:const|let) /.test(statement) && DEAR.test(statement) &&
    !/^[^;]*?=\s*(?:async )?(?:\([^)]*\)|\w+)(?:: [^=]+)? =>/.test(statement)
  );
}

Deno.test("no module makes at its loading what takes milliseconds to make", () => {
  for (const { path, text } of sources("lib", "commands", "main.ts")) {
    assert.deepEqual(madeAtLoad(text), [], path);
  }
});

Deno.test("what a module makes at its loading is found, on one line or several", () => {
  const bad = [
    "const A = /^\\p{L}/u;",
    "/** Why. */\nexport const B =\n  /[\\p{L}\\p{M}]/u;",
    'const c = new Intl.Segmenter(undefined, { granularity: "grapheme" });',
    "export const D = { letter: /\\p{L}/u, digit: /\\d/ };",
    'const E = new Map([..."ДЖ"].map((sign) => [sign.toLowerCase(), sign] as const));',
  ];
  for (const text of bad) assert.equal(madeAtLoad(text).length, 1, text);
  const good = [
    "const a = () => /^\\p{L}/u;",
    "const b = () =>\n  /[\\p{L}\\p{M}]/u;",
    "let made: Intl.Segmenter | undefined;\nfunction f() {\n  made ??= new Intl.Segmenter();\n}",
    "// const C = /\\p{L}/u;\nconst D = /^[a-z]+$/;",
  ];
  for (const text of good) assert.deepEqual(madeAtLoad(text), [], text);
});

/** Commands that say nothing when all goes well: they are started often, on small things. */
const QUIET_COMMANDS = ["dec", "enc", "keygen", "pubkey", "sign", "sm2", "sm3", "sm4", "verify"];

/** Commands whose work is a file of its own, which their help does not need. */
const LATE_COMMANDS = ["chat", "listen"];

/** What such a command loads only when it needs it: the words of a language, the database. */
const LATE = [
  "commands/shared/speech.ts",
  "lib/text/en/catalogue.ts",
  "lib/text/zh/catalogue.ts",
  "lib/state/sqlite.ts",
];

/** What `source` imports as it loads, from other files: neither types nor `import("…")`. */
function loadedWith({ path, text }: Source): readonly string[] {
  const code = withoutComments(text).replace(/\b(?:import|export) type [^;]*;/g, "")
    .replace(/\bimport\([^)]*\)/g, "");
  return parseSource(path, code).local;
}

Deno.test("commands that say nothing, and help, load no words and no database", () => {
  const all = new Map(sources("lib", "commands").map((source) => [source.path, source]));
  for (const late of LATE) assert.ok(all.has(late), `no such file: ${late}`);
  for (const name of [...QUIET_COMMANDS, ...LATE_COMMANDS]) {
    const reached = new Set([`commands/${name}.ts`]);
    for (const path of reached) {
      const source = all.get(path);
      if (source === undefined) continue;
      for (const next of loadedWith(source)) reached.add(next);
    }
    assert.deepEqual(LATE.filter((late) => reached.has(late)), [], name);
  }
});
