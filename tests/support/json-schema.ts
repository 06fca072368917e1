/** docs/json.schema.json, as a strict judge: what it does not name is a fault too, so that nothing is left undocumented. */
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import schema from "../../docs/json.schema.json" with { type: "json" };

type Json = { [name: string]: unknown };

/** Fields that are not named are let in by the schema, for the sake of programs that are older than p2p; here they are not. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== "object" || value === null) return value;
  const copy = Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, closed(each)]),
  );
  return "properties" in copy ? { ...copy, additionalProperties: false } : copy;
}

const NAMES = Object.keys(schema.$defs);

/** Events and commands that the schema knows. */
export const EVENT_TYPES = NAMES.filter((name) => name.startsWith("event-")).map((name) =>
  name.slice(6)
);
export const COMMAND_TYPES = NAMES.filter((name) => name.startsWith("command-")).map((name) =>
  name.slice(8)
);
export const RESULT_TYPES = NAMES.filter((name) => name.startsWith("result-")).map((name) =>
  name.slice(7)
);

/** The examples of a command in the schema. */
export function examplesOf(command: string): Json[] {
  const { $defs } = schema as { $defs: Record<string, { examples?: Json[] }> };
  return $defs[`command-${command}`]?.examples ?? [];
}

const ajv = new Ajv2020({ allErrors: false, allowUnionTypes: true, strictRequired: false });
ajv.addSchema(closed(schema) as Json, "p2p");
const validators = new Map<string, ValidateFunction | undefined>();

function validator(definition: string): ValidateFunction | undefined {
  if (!validators.has(definition)) {
    const known = NAMES.includes(definition);
    validators.set(definition, known ? ajv.getSchema(`p2p#/$defs/${definition}`) : undefined);
  }
  return validators.get(definition);
}

function fault(definition: string, value: unknown): string | undefined {
  const validate = validator(definition);
  if (validate === undefined) return `${definition} is not in the schema`;
  return validate(value) ? undefined : `${definition}${ajv.errorsText(validate.errors)}`;
}

/** What is wrong with an event; undefined when nothing is. */
export function eventFault(event: Json): string | undefined {
  return event["type"] === "result"
    ? fault(`result-${event["command"]}`, event)
    : fault(`event-${event["type"]}`, event);
}

/** What is wrong with a command. */
export function commandFault(command: Json): string | undefined {
  return fault(`command-${command["type"]}`, command);
}

/** Lines that are looked at of one output: of a flood the first. */
const MOST_LINES = 5000;

/** Throws where a whole line of an output is an event that the schema does not allow. */
export function checkEvents(output: string): void {
  const lines = output.slice(0, output.lastIndexOf("\n") + 1).split("\n", MOST_LINES);
  for (const line of lines) {
    if (!line.startsWith('{"type":"')) continue;
    const found = eventFault(JSON.parse(line));
    if (found !== undefined) throw new Error(`${found}: ${line}`);
  }
}
