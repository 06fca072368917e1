/** No test is skipped silently: what a machine lacks is a reason for `testUnless`, which says it and has it counted. */
import assert from "node:assert/strict";
import { type Source, sources, withoutComments } from "../support/imports.ts";

/** A question about the machine. */
const ASK = String.raw`Deno\.build\b|Deno\.uid\(|\bhasProgram\(|\blacks\(`;
/** What stands in a condition up to such a question, with parentheses of its own. */
const WITHIN = String.raw`(?:[^();{}]|\([^();{}]*\))*?`;
const IGNORED = /\bignore\s*[:,}]|\bDeno\.test\.(?:ignore|only)\b/g;
/** A constant of a module that holds an answer. */
const ANSWER = new RegExp(String.raw`^(export )?const (\w+) =[^;]*?(?:${ASK})`, "gm");

/** The constants that hold what is known of the machine: for every file, and for the file alone. */
function answers(all: readonly Source[]): (source: Source) => string[] {
  const shared: string[] = [];
  const own = new Map<string, string[]>();
  for (const { path, text } of all) {
    for (const [, exported, name] of text.matchAll(ANSWER)) {
      if (exported !== undefined) shared.push(name!);
      else own.set(path, [...own.get(path) ?? [], name!]);
    }
  }
  return ({ path }) => [...shared, ...own.get(path) ?? []];
}

/** How often `text` leaves out a test, or a part of one, for what the machine is or lacks. */
function skipsIn(text: string, names: readonly string[]): number {
  const code = withoutComments(text);
  const asks = [ASK, ...names.map((name) => String.raw`\b${name}\b`)].join("|");
  const conditions = new RegExp(String.raw`\bif \(${WITHIN}(?:${asks})`, "g");
  const assertions = new RegExp(
    String.raw`\bassert(?:\.\w+)?\(${WITHIN}(?:Deno\.build\b|Deno\.uid\()`,
    "g",
  );
  return [IGNORED, conditions, assertions]
    .reduce((sum, pattern) => sum + [...code.matchAll(pattern)].length, 0);
}

/** Where the machine may be asked otherwise: how often, and why. */
const ALLOWED: Readonly<Record<string, readonly [count: number, why: string]>> = {
  "tests/support/requires.ts": [1, "says and counts what is skipped"],
  "tests/support/small-disk.ts": [1, "makes a reason"],
  "tests/lab/namespaces.ts": [1, "makes a reason"],
  "tests/release/debian_test.ts": [1, "makes a reason"],
  "tests/support/turns.ts": [1, "a figure that only Linux has makes a test stricter"],
  "tests/interop/other_tools_test.ts": [1, "a test by the name of each tool is skipped"],
  "tests/project/deadline_test.ts": [1, "a test file that is written, with a test left out"],
};

Deno.test("no test is skipped, wholly or in part, but by testUnless", () => {
  const all = sources("tests").filter(({ path }) => path !== "tests/project/skips_test.ts");
  const names = answers(all);
  const found = all.map((source) => [source.path, skipsIn(source.text, names(source))] as const)
    .filter(([, count]) => count > 0);
  const allowed = Object.entries(ALLOWED).map(([path, [count]]) => [path, count]);
  assert.deepEqual(found.sort(), allowed.sort());
});

Deno.test("a silent skip is found, and a reason is none", () => {
  const names = ["notHere"];
  for (
    const text of [
      'Deno.test({ name: "a", ignore: Deno.build.os !== "linux", fn });',
      'Deno.test("a", { ignore: true }, fn);',
      'Deno.test({ name: "a", ignore, fn });',
      'Deno.test.ignore("a", fn);',
      'if (Deno.build.os !== "linux") return;',
      "if (paths.has(own) && Deno.uid() !== 0) {\n  return;\n}",
      'if (hasProgram("mandoc")) await lint();',
      'if (lacks("mandoc")) return;',
      "if (notHere !== undefined) return;",
      'assert.ok(Deno.build.os !== "linux" || took < 1000);',
    ]
  ) assert.equal(skipsIn(text, names), 1, text);
  for (
    const text of [
      'testUnless(notLinux ?? lacks("mandoc"), "a", fn);',
      'const reason = Deno.uid() === 0 ? undefined : "needs root";',
      "if (found === undefined) return;",
      "// if (Deno.build.os) return; ignore: true",
    ]
  ) assert.equal(skipsIn(text, names), 0, text);
});

Deno.test("a constant that holds an answer is known in its file, and an exported one everywhere", () => {
  const [here, there] = [
    ["a.ts", "const CAN =\n  Deno.uid() === 0;\nconst other = 1;\n"],
    ["b.ts", 'export const notHere = lacks("x");\n'],
  ].map(([path, text]) => ({ path: path!, text: text!, local: [], foreign: [] }));
  const names = answers([here!, there!]);
  assert.deepEqual([names(here!), names(there!)], [["notHere", "CAN"], ["notHere"]]);
});
