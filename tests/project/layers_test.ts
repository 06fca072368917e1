/** The shape of the code: one-way layers, pure code that is pure, no cycles, small files. */
import assert from "node:assert/strict";
import { parseSource, ROOT, sources } from "../support/imports.ts";
import { brokenRules, cycles } from "../support/layers.ts";

const LIB = sources("lib");
/** The most lines that a file has. */
const MOST_LINES = 400;

Deno.test("every import follows the layer rules, and pure code is pure", () => {
  assert.deepEqual([...LIB, ...sources("commands", "web")].flatMap(brokenRules), []);
});

Deno.test("there are no import cycles", () => {
  assert.deepEqual(cycles(sources("lib", "commands", "web", "scripts", "bench", "main.ts")), []);
});

Deno.test("no file of lib/, commands/, web/ or scripts/ has more than 400 lines", () => {
  const long = sources("lib", "commands", "web", "scripts")
    .filter(({ path }) => !path.startsWith("lib/crypto/kernel/built/"))
    .map(({ path, text }) => ({ path, lines: text.trimEnd().split("\n").length }))
    .filter(({ lines }) => lines > MOST_LINES);
  assert.deepEqual(long, []);
});

Deno.test("no file of the page's style is over about 400 lines", () => {
  const long = [...Deno.readDirSync(`${ROOT}web/style`)]
    .map(({ name }) => ({ name, text: Deno.readTextFileSync(`${ROOT}web/style/${name}`) }))
    .filter(({ text }) => text.split("\n").length > MOST_LINES);
  assert.deepEqual(long.map(({ name }) => name), []);
});

Deno.test("every file of lib/ and web/ opens by saying what it is", () => {
  const silent = [...LIB, ...sources("web")].filter(({ path, text }) =>
    !text.startsWith("/**") && !path.startsWith("lib/crypto/kernel/built/")
  );
  assert.deepEqual(silent.map(({ path }) => path), []);
});

/** What the toy of tests/talk may import: the application, and what it is made for. */
const TOY_MAY_IMPORT =
  /^(?:lib\/talk\/(?:events|talk)|lib\/state\/(?:identity|state)|tests\/talk\/told)\.ts$/;

Deno.test("a further face needs nothing but lib/talk, and less than 60 lines", () => {
  const [toy] = sources("tests/talk/toy-face.ts");
  assert.ok(toy!.text.trimEnd().split("\n").length < 60);
  assert.deepEqual(toy!.local.filter((path) => !TOY_MAY_IMPORT.test(path)), []);
});

Deno.test("a broken rule is found: layers, system calls, clock, randomness, node modules, cycles", () => {
  const bad: ReadonlyArray<readonly [path: string, text: string]> = [
    ["lib/session/a.ts", 'import { x } from "../transport/t.ts";'],
    ["lib/crypto/a.ts", 'const { x } = await import("../state/home.ts");'],
    ["lib/wire/b.ts", 'await import("../net/n.ts", { with: { type: "bytes" } });'],
    ["lib/stego/a.ts", 'export { x } from "../crypto/sm4.ts";'],
    ["lib/wire/a.ts", 'import type { X } from "../../commands/table.ts";'],
    ["lib/transport/a.ts", "const t = performance.now();"],
    ["lib/session/b.ts", "const r = Math.random();"],
    ["lib/container/a.ts", 'Deno.readFileSync("x");'],
    ["lib/peer/a.ts", 'import fs from "node:fs";'],
    ["lib/session/c.ts", "setImmediate(next);"],
    ["lib/session/d.ts", "const w = new Worker(url);"],
    ["commands/enc.ts", 'import { hide } from "./stego/hide.ts";'],
    ["commands/shared/a.ts", 'import { command } from "../enc.ts";'],
    ["commands/faces/a.ts", 'import { trust } from "../../lib/talk/trust.ts";'],
    ["web/a.tsx", 'import { Talk } from "../lib/talk/talk.ts";'],
    ["web/b.tsx", 'import { x } from "react";'],
    ["web/c.tsx", "element.innerHTML = text;"],
    ["web/d.ts", 'fetch("https://cdn.example/x.js");'],
    ["commands/ui/a.ts", 'import { t } from "../../web/words.ts";'],
    ["commands/faces/b.ts", 'import type { State } from "../../lib/state/state.ts";'],
  ];
  for (const [path, text] of bad) {
    assert.notDeepEqual(brokenRules(parseSource(path, text)), [], `${path}: ${text}`);
  }
  const good = 'import { concat } from "../bytes.ts"; /* Deno.open */ // Math.random\n';
  assert.deepEqual(brokenRules(parseSource("lib/wire/ok.ts", good)), []);
  for (
    const [path, text] of [
      ["commands/stego.ts", 'import { command } from "./stego/hide.ts"; import "./shared/run.ts";'],
      ["commands/faces/c.ts", 'import type { Event } from "../../lib/talk/events.ts";'],
      ["commands/table.ts", 'import { command } from "./enc.ts";'],
    ] as const
  ) assert.deepEqual(brokenRules(parseSource(path, text)), [], path);
  const loop = [
    parseSource("lib/wire/a.ts", 'import "./b.ts";'),
    parseSource("lib/wire/b.ts", 'import "./a.ts";'),
  ];
  assert.deepEqual(cycles(loop), ["lib/wire/a.ts → lib/wire/b.ts → lib/wire/a.ts"]);
});
