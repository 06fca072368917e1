/** Error wording: "action: reason", lower case, no full stop. */
import assert from "node:assert/strict";
import { type Source, sources } from "../support/imports.ts";

const RAISED =
  /new (?:Usage|Failure|Format|InvalidKey|Limit|Authentication|Unreachable|Interrupted|LocalProtocol|RemoteProtocol)Error\(\s*(`(?:[^`\\]|\\.)*`|"(?:[^"\\]|\\.)*")/g;

/** A code of the catalogue, whose words lib/text/ has. */
const CODE = /^[a-z]+(?:-[a-z]+)*\.[a-z0-9]+(?:-[a-z0-9]+)*$/;

/** What is wrong with one message, if anything. `${…}` stands for text that is there at run time. */
function fault(literal: string): string | undefined {
  const message = literal.slice(1, -1).replace(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, "x");
  if (CODE.test(message)) return undefined;
  if (!message.includes(": ")) return "no 'action: reason'";
  if (/^[A-Z][a-z]/.test(message)) return "begins with a capital";
  if (/[.!]$/.test(message)) return "ends with a full stop";
  return undefined;
}

/** Every badly worded message of a file. */
function faults({ path, text }: Source): string[] {
  return [...text.matchAll(RAISED)].flatMap(([, literal = ""]) => {
    const what = fault(literal);
    return what === undefined ? [] : [`${path}: ${literal}: ${what}`];
  });
}

Deno.test("errors are worded as action, colon, reason, without a full stop", () => {
  assert.deepEqual(sources("lib", "commands", "main.ts").flatMap(faults), []);
});

Deno.test("a badly worded error is found", () => {
  for (const literal of ['"no colon"', '"Read key: capital"', "`read ${path}: stop.`"]) {
    const text = `throw new FailureError(${literal});`;
    assert.equal(faults({ path: "x.ts", text, local: [], foreign: [] }).length, 1, literal);
  }
  const good = 'throw new FormatError("read key: not a PEM file");';
  assert.deepEqual(faults({ path: "x.ts", text: good, local: [], foreign: [] }), []);
});
