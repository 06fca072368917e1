/** What is exported is used by another file; what a module remembers is said, with the reason. */
import assert from "node:assert/strict";
import { parseSource, type Source, sources, withoutComments } from "../support/imports.ts";

const VALUE = /^export (?:abstract )?(?:async )?(?:const|let|function\*?|class|enum) (\w+)/gm;

/** Functions, constants and classes that a file of `all` exports and no other file names, as "path: name". */
function unused(all: readonly Source[]): string[] {
  const files = new Map<string, Set<string>>();
  for (const { path, text } of all) {
    for (const [word] of withoutComments(text).matchAll(/\w+/g)) {
      const places = files.get(word);
      if (places === undefined) files.set(word, new Set([path]));
      else places.add(path);
    }
  }
  return all.filter(({ path }) => !path.startsWith("tests/")).flatMap(({ path, text }) =>
    [...withoutComments(text).matchAll(VALUE)].map(([, name]) => name!)
      .filter((name) => files.get(name)!.size === 1)
      .map((name) => `${path}: ${name}`)
  );
}

Deno.test("no function, constant or class is exported that no other file uses", () => {
  const all = sources("lib", "commands", "web", "scripts", "bench", "tests", "examples", "main.ts");
  assert.deepEqual(unused(all), []);
});

/** A variable of a module, or an empty collection to be filled. */
const REMEMBERS =
  /^(?:export )?(?:let (\w+)|const (\w+)(?:: [^=\n]+)? = (?:new (?:Weak)?(?:Map|Set)\b[^(]*\(\)|\[\]))/gm;

/** What modules remember, each with the reason that it is the process's, and not an application's. */
const PROCESS_WIDE: Readonly<Record<string, string>> = {
  "commands/shared/language.ts": "the words of the run's language, once loaded",
  "lib/certificate/revocation.ts": "what a list's signature was found to be; it stays so",
  "lib/container/direct.ts": "a buffer, and whether the kernel is warm",
  "lib/container/worker.ts": "the program of a worker: what it was told first",
  "lib/crypto/kernel/kernel.ts": "the kernel",
  "lib/crypto/legacy/des.ts": "tables, once computed",
  "lib/crypto/sm2-engine.ts": "the kernel, and which of its operations were tested",
  "lib/crypto/sm3.ts": "how much was hashed before the kernel was worth loading",
  "lib/files/claims.ts": "files of this process are locked against each other",
  "lib/files/descriptors.ts": "descriptors of the process",
  "lib/files/own-folders.ts": "descriptors of the process",
  "lib/files/patience.ts": "the turn of the event loop",
  "lib/state/contact-name.ts": "the table of look-alikes, which is slow to make",
  "lib/stego/trellis.ts": "the search, compiled once",
  "lib/system/cleanup.ts": "what is to be done when the process ends",
  "lib/system/umask.ts": "the umask of the process",
  "lib/terminal/signs.ts": "whether the terminal shows more than ASCII",
  "lib/terminal/stderr.ts": "what stderr has not taken yet",
  "lib/terminal/typed.ts": "stdin's read that is under way",
  "lib/terminal/width.ts": "the segmenter, which is slow to make",
  "lib/text/invisible.ts": "expressions, which are slow to make",
  "lib/transfer/turn.ts": "the turn of the event loop",
  "lib/wire/frame-reader.ts": "the table of types of frames",
};

Deno.test("modules remember nothing but what belongs to the process", () => {
  const remembering = sources("lib", "commands").filter(({ text }) =>
    text.matchAll(REMEMBERS).next().value !== undefined
  ).map(({ path }) => path);
  assert.deepEqual(remembering.toSorted(), Object.keys(PROCESS_WIDE).toSorted());
});

Deno.test("an export that nobody uses is found, and a module that remembers", () => {
  const source = parseSource("lib/x/a.ts", "export const A = 1;\nexport function b() {}");
  const user = parseSource("lib/x/b.ts", 'import { A } from "./a.ts"; // b');
  assert.deepEqual(unused([source, user]), ["lib/x/a.ts: b"]);
  for (const text of ["let a;", "const m = new Map<string, A>();", "const x: A[] = [];"]) {
    assert.equal([...text.matchAll(REMEMBERS)].length, 1, text);
  }
  for (const text of ["const a = new Set([1]);", "  let a;", "const x = [1];"]) {
    assert.equal([...text.matchAll(REMEMBERS)].length, 0, text);
  }
});
