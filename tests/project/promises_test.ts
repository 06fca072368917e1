/** No promise is left to itself: one that rejects would end the program. */
import assert from "node:assert/strict";
import { parseSource, type Source, sources } from "../support/imports.ts";
import { leftPromises } from "../support/promises.ts";

function byPath(all: readonly Source[]): Map<string, Source> {
  return new Map(all.map((source) => [source.path, source]));
}

Deno.test("no promise is left to itself", () => {
  const all = sources("lib", "commands", "main.ts", "scripts");
  const paths = byPath(all);
  assert.deepEqual(all.flatMap((source) => leftPromises(source, paths)), []);
});

Deno.test("a promise that is left is found: voided, called as a statement, of this file or another", () => {
  const other = parseSource("lib/b.ts", "export async function go(): Promise<void> {}");
  const head =
    'import { go } from "./b.ts";\nasync function mine() {}\nclass A {\n  async #own() {}\n';
  const bad = [
    "  f() {\n    void this.#own();\n  }\n}",
    "  f() {\n    this.#own();\n  }\n}",
    "  f() {\n    if (x) go();\n  }\n}",
    "  f() {\n    mine();\n  }\n}",
    "}\nvoid channel.put(go());",
  ];
  for (const code of bad) {
    const source = parseSource("lib/a.ts", head + code);
    assert.equal(leftPromises(source, byPath([source, other])).length, 1, code);
  }
  const good = [
    "  async f() {\n    await this.#own();\n    return go();\n  }\n}",
    "  f() {\n    settle(this.#own(), this.failed);\n    const kept = go();\n  }\n}",
    "  f() {\n    mine().catch((error) => this.failed(error));\n    // void go();\n  }\n}",
    "}\nconst forget = () => void set.delete(1);\nlet x: void | undefined;",
  ];
  for (const code of good) {
    const source = parseSource("lib/a.ts", head + code);
    assert.deepEqual(leftPromises(source, byPath([source, other])), [], code);
  }
});
