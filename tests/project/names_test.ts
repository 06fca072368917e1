/** One name, one meaning: what is exported is declared once. */
import assert from "node:assert/strict";
import { parseSource, sources } from "../support/imports.ts";
import { sharedNames } from "../support/names.ts";

/** Names that one meaning has in many files, each with the folders and the reason. */
const PARALLEL: ReadonlyArray<readonly [folder: RegExp, name: RegExp, reason: string]> = [
  [
    /^lib\/text\//,
    /^[a-z]\w*$/,
    "the same file of the catalogue, or of the help, in each language",
  ],
  [/^commands\/(?:stego\/)?[\w-]+\.ts$/, /^command$/, "what the table loads from a command's file"],
];

function allowed(name: string, path: string): boolean {
  return PARALLEL.some(([folder, names]) => folder.test(path) && names.test(name));
}

Deno.test("no two files export the same name, and none calls its own what another exports", () => {
  const twice = sharedNames(sources("lib", "commands"))
    .map(({ name, paths }) => ({ name, paths: paths.filter((path) => !allowed(name, path)) }))
    .filter(({ paths }) => paths.length > 0)
    .map(({ name, paths }) => `${name}: ${paths.join(", ")}`);
  assert.deepEqual(twice, []);
});

Deno.test("a name that two files export is found; a value and its type are one", () => {
  const found = (...texts: string[]) =>
    sharedNames(texts.map((text, i) => parseSource(`lib/x/${i}.ts`, text))).map(({ name }) => name);
  assert.deepEqual(found("export interface A {}", "export type A = string;"), ["A"]);
  assert.deepEqual(found("export const B = 1;", "export async function B() {}"), ["B"]);
  assert.deepEqual(found("export abstract class C {}", "export class C {}"), ["C"]);
  assert.deepEqual(found("export const D = 1;\nexport type D = number;", "const d = 1;"), []);
  assert.deepEqual(found("export const D = 1;", "const D = 2;"), ["D"]);
  assert.deepEqual(found("const D = 1;", "const D = 2;"), []);
  assert.deepEqual(found("export const d = 1;", "const d = 2;"), []);
  assert.deepEqual(found("export const E = 1;", "// \nexport { E } from './0.ts';"), []);
  assert.deepEqual(found("export const F = 1;", "/*\nexport const F = 1;\n*/"), []);
});
