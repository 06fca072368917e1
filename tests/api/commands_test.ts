/** The commands of programs: what the parser takes, and what docs/json.schema.json says, are the same. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { COMMAND_FIELDS, parseCommand } from "../../lib/api/command-types.ts";
import { P2PError } from "../../lib/errors.ts";
import { COMMAND_TYPES, commandFault, examplesOf } from "../support/json-schema.ts";

function refusal(value: unknown): string | undefined {
  try {
    parseCommand(value);
    return undefined;
  } catch (error) {
    if (error instanceof P2PError) return error.code;
    throw error;
  }
}

/** What the schema lets in: fields that it does not know are left alone, as the parser does. */
function known(command: Record<string, unknown>): Record<string, unknown> {
  const fields: Record<string, unknown> = COMMAND_FIELDS[command["type"] as "message"];
  const names = Object.keys(fields).map((name) => name.replace("?", ""));
  return Object.fromEntries(
    Object.entries(command).filter(([name, value]) =>
      ["type", "ref", "ack", ...names].includes(name) &&
      // What is null is absent, which JSON Schema has no word for.
      (value !== null || name === "value" || name === "to")
    ),
  );
}

Deno.test("the schema and the parser know the same commands", () => {
  assert.deepEqual(COMMAND_TYPES.toSorted(), Object.keys(COMMAND_FIELDS).toSorted());
});

Deno.test("every example of the schema is a command, as it stands", () => {
  for (const type of COMMAND_TYPES) {
    assert.ok(examplesOf(type).length > 0, type);
    for (const example of examplesOf(type)) {
      assert.equal(commandFault(example), undefined);
      assert.deepEqual(parseCommand(example), example);
    }
  }
});

Deno.test("whatever is taken by the one is taken by the other", () => {
  const value = fc.oneof(
    fc.string(),
    fc.constantFrom("12", "0", "012", "00112233445566778899aabbccddeeff", "@friends", ""),
    fc.boolean(),
    fc.integer(),
    fc.double(),
    fc.array(fc.string(), { maxLength: 3 }),
    fc.constant({}),
  );
  const names = [
    ...new Set(
      Object.values(COMMAND_FIELDS).flatMap((fields) => Object.keys(fields))
        .map((name) => name.replace("?", "")),
    ),
  ];
  const command = fc.tuple(
    fc.constantFrom(...COMMAND_TYPES),
    fc.dictionary(fc.constantFrom(...names, "ref", "ack"), value, { maxKeys: 6 }),
  ).map(([type, fields]) => ({ type, ...fields }));
  fc.assert(
    fc.property(command, (given) => {
      const [code, fault] = [refusal(given), commandFault(known(given))];
      assert.equal(
        code === undefined,
        fault === undefined,
        `${JSON.stringify(given)} ${code} ${fault}`,
      );
    }),
    { numRuns: 3000 },
  );
});

Deno.test("a type that there is not is named, and not at any length", () => {
  const named = (type: unknown) => {
    try {
      parseCommand({ type });
    } catch (error) {
      assert.ok(error instanceof P2PError);
      return [error.code, error.params["name"]];
    }
  };
  assert.deepEqual(named("nope"), ["api.unknown", "nope"]);
  assert.deepEqual(named("x".repeat(1000)), ["api.unknown", "x".repeat(64)]);
  assert.deepEqual(named(7), ["api.unknown", ""]);
  assert.deepEqual(named("toString"), ["api.unknown", "toString"]);
});
