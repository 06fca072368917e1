/** Tables that text from outside looks into are maps: in an object "constructor" and "__proto__" are there already. */
import assert from "node:assert/strict";
import { sources } from "../support/imports.ts";

/** A constant object whose keys may be any text. */
const TABLE = /^(?:export )?const \w+: (?:Readonly<)?Record<string, [^=]*= \{/m;

/** Tables that only what the runtime says of itself, or digits, look into. */
const SAFE = ["lib/files/disk-error.ts"];

Deno.test("no table of lib/ or commands/ that is keyed by text is an object", () => {
  const found = sources("lib", "commands").filter(({ path, text }) =>
    TABLE.test(text) && !SAFE.includes(path)
  );
  assert.deepEqual(found.map(({ path }) => path), []);
});

Deno.test("such a table is found", () => {
  assert.match("const LABELS: Readonly<Record<string, Kind>> = {\n", TABLE);
  assert.doesNotMatch("const LABELS: ReadonlyMap<string, Kind> = new Map([\n", TABLE);
});
