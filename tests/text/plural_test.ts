/** One of something is never worded as several: every entry of the English catalogue with all its numbers 1. */
import assert from "node:assert/strict";
import { counted } from "../../lib/text/en/counted.ts";
import { english } from "../../lib/text/en/catalogue.ts";
import { Speaker } from "../../lib/text/speaker.ts";

/** What the source of the catalogue says of each entry's parameters: only the types tell which are numbers. */
const SOURCES = new Map(
  [...Deno.readDirSync("lib/text/en")].flatMap(({ name }) => {
    const source = Deno.readTextFileSync(`lib/text/en/${name}`);
    return source.split(/^ {2}(?=")/m).map((entry) =>
      [/^"([^"]+)"/.exec(entry)?.[1] ?? name, entry] as const
    );
  }),
);

/** The parameters in `source` that are of the type. */
function typed(source: string, type: "number" | "readonly string[]"): Set<string> {
  return new Set(
    [...source.matchAll(/\b(\w+)\??: (number|readonly string\[\])/g)]
      .filter(([, , found]) => found === type).map(([, name]) => name!),
  );
}

/** Numbers of interfaces that several entries share. */
const SHARED = typed(
  [...SOURCES].map(([code, text]) => code in english ? "" : text).join(),
  "number",
);

/** What is no name of a thing, behind a number. */
const NO_THINGS = ["as", "is", "was", "has", "does", "times", "its"];

/** Several things, or what several do, behind a 1 that is not the end of "x of 1". */
const SEVERAL = /(?<!\d|\.|\bof |×)\b1 ((?:hex )?[a-z]+[^s\W]s|are|were|have|do)\b/g;

/** What `words` call one as if it were several. */
function faults(words: string): string[] {
  return [...words.matchAll(SEVERAL)].map(([, word]) => word!)
    .filter((word) => !NO_THINGS.includes(word));
}

/** Parameters for the entry of that source: numbers are 1, lists and texts are empty. */
function ones(source: string): Record<string, unknown> {
  const numbers = typed(source, "number"), lists = typed(source, "readonly string[]");
  return new Proxy({}, {
    get: (_, name) => {
      const param = String(name);
      if (lists.has(param)) return [];
      return numbers.has(param) || SHARED.has(param) ? 1 : param === "folder" ? true : "";
    },
  });
}

Deno.test("no entry of the English catalogue says 1 of several things", () => {
  const wording = { text: () => "", size: () => "1 B", duration: () => "0:01" };
  let worded = 0;
  const bad = Object.entries(english).flatMap(([code, entry]) => {
    if (typeof entry === "string") return [];
    worded++;
    const words = (entry as (params: unknown, wording: unknown) => unknown)(
      ones(SOURCES.get(code) ?? ""),
      wording,
    );
    return faults(String(words)).map((word) => `${code}: ${words} (${word})`);
  });
  assert.deepEqual(bad, []);
  assert.ok(worded > 400, `${worded}`);
});

Deno.test("no text of the page does", () => {
  const source = Deno.readTextFileSync("web/texts/en.ts");
  const entries = source.split(/^ {2}(?=\w+:)/m).filter((entry) => entry.includes(": number"));
  const bad = entries.filter((entry) => {
    const things = [...typed(entry, "number")]
      .filter((name) => new RegExp(`\\$\\{${name}\\} [a-z]+s\\b`).test(entry));
    return things.length > 0 && !/ (?:===|>) 1\b/.test(entry);
  });
  assert.deepEqual(bad, []);
  assert.ok(entries.length > 3, `${entries.length}`);
});

Deno.test("what is one and what is several is told apart", () => {
  assert.deepEqual(faults("deleted 1 messages with bob"), ["messages"]);
  assert.deepEqual(faults("import contacts: 1 were left out"), ["were"]);
  assert.deepEqual(faults("1 of 1 tests failed, 11 files, 1×1 pixels, 1 is not 2"), []);
  assert.equal(counted(1, "message"), "1 message");
  assert.equal(counted(0, "address", "addresses"), "0 addresses");
  const speaker = new Speaker("en", english);
  const deleted = (count: number) =>
    speaker.text({ code: "history.deleted", params: { count, label: "bob" } });
  assert.deepEqual([deleted(1), deleted(2)], [
    "deleted 1 message with bob",
    "deleted 2 messages with bob",
  ]);
});
