/**
 * The commands that programs and the page give, as JSON objects (docs/json.md): which there are, which fields each
 * takes, and the check of one that came. Pure.
 */
import { FormatError, UsageError } from "../errors.ts";
import { text } from "../text/catalogue.ts";

/** What a field holds. */
type FieldKind = "text" | "texts" | "flag" | "number" | "id" | "cursor" | "once" | "value";

/** What each holds, for the compiler. */
interface FieldValues {
  readonly text: string;
  readonly texts: readonly string[];
  readonly flag: boolean;
  readonly number: number;
  readonly id: string;
  readonly cursor: string;
  readonly once: string;
  /** A text, or null for the default. */
  readonly value: string | null;
}

/** Fields by name; those with a question mark may be left out. */
export const COMMAND_FIELDS = {
  message: { text: "text", "to?": "text", "id?": "id", "once?": "once" },
  file: { "path?": "text", "paths?": "texts", "to?": "text", "id?": "id", "once?": "once" },
  voice: { path: "text", "to?": "text", "id?": "id", "once?": "once" },
  hide: { path: "text", text: "text", "to?": "text", "id?": "id", "once?": "once" },
  reveal: { "path?": "text", "with?": "text", "message?": "text" },
  answer: { id: "text", yes: "flag" },
  cancel: { id: "text" },
  resend: { with: "text", message: "text" },
  ack: { cursor: "cursor" },
  resume: { cursor: "cursor", "own?": "flag" },
  call: { to: "text" },
  quit: {},
  identity: {},
  who: {},
  contacts: {},
  contact: { name: "text", "key?": "text", "address?": "text" },
  rename: { name: "text", to: "text" },
  forget: { name: "text" },
  verify: { peer: "text", "verified?": "flag" },
  block: { peer: "text", "blocked?": "flag" },
  invite: { "name?": "text", "addresses?": "texts" },
  "accept-invitation": { line: "text", "name?": "text" },
  pair: { "code?": "text", "peer?": "text", "name?": "text" },
  conversations: {},
  history: {
    ...{ "with?": "text", "before?": "cursor", "since?": "number", "until?": "number" },
    ...{ "search?": "text", "limit?": "number" },
  },
  "delete-history": { with: "text", "before?": "number" },
  outbox: { "all?": "flag" },
  groups: {},
  "group-create": { name: "text", "members?": "texts" },
  "group-invite": { group: "text", members: "texts" },
  "group-remove": { group: "text", member: "text" },
  "group-leave": { group: "text" },
  "group-rename": { group: "text", name: "text" },
  config: {},
  set: { name: "text", value: "value" },
} as const satisfies Readonly<Record<string, Readonly<Record<string, FieldKind>>>>;

type Table = typeof COMMAND_FIELDS;

/** The name of a command. */
export type CommandType = keyof Table;

type FieldsOf<F> =
  & { readonly [N in keyof F as N extends `${string}?` ? never : N]: FieldValues[F[N] & FieldKind] }
  & {
    readonly [N in keyof F as N extends `${infer M}?` ? M : never]?: FieldValues[F[N] & FieldKind];
  };

/** What every command may carry. */
export interface CommandExtras {
  /** Comes back on whatever the command causes. */
  readonly ref?: unknown;
  /** Acknowledges events up to this cursor once the command has been taken. */
  readonly ack?: string;
}

/** A command of one type. */
export type CommandOf<T extends CommandType> =
  & { readonly type: T }
  & FieldsOf<Table[T]>
  & CommandExtras;

/** A command. */
export type ApiCommand = { [T in CommandType]: CommandOf<T> }[CommandType];

/** Longest `once`, in characters. */
const MAX_ONCE = 256;
/** Longest list. */
const MAX_TEXTS = 1024;

const HEX_ID = /^[0-9a-f]{32}$/;
/** A place in the history, as it is written. */
export const CURSOR = /^(?:0|[1-9]\d{0,15})$/;

/** What stands on a line; a FormatError where that is no JSON. */
export function readCommandLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new FormatError("api.not-json", {}, { cause });
  }
}

/** The `ref` of something that may be a command: errors about it carry it too. */
export function refIn(value: unknown): unknown {
  return isObject(value) ? value["ref"] : undefined;
}

/** Characters of an unknown type that its error repeats. */
const MOST_NAMED = 64;

/** Checks a value that came from a program or the page; a FormatError or UsageError says what is wrong with it. Fields that are not known are left out. */
export function parseCommand(value: unknown): ApiCommand {
  if (!isObject(value)) throw new FormatError("api.not-object", {});
  const { type, ref, ack } = value;
  if (typeof type !== "string" || !Object.hasOwn(COMMAND_FIELDS, type)) {
    const types = Object.keys(COMMAND_FIELDS).join(", ");
    const name = typeof type === "string" ? type.slice(0, MOST_NAMED) : "";
    throw new UsageError("api.unknown", { name }, {
      hint: text("api.unknown.hint", { types }),
    });
  }
  const command: Record<string, unknown> = { type };
  const fields: Readonly<Record<string, FieldKind>> = COMMAND_FIELDS[type as CommandType];
  for (const [given, kind] of Object.entries(fields)) {
    const optional = given.endsWith("?");
    const name = optional ? given.slice(0, -1) : given;
    const field = value[name];
    const absent = field === undefined || field === null && kind !== "value";
    if (optional && absent) continue;
    checkField(name, kind, field);
    command[name] = field;
  }
  if (ref !== undefined) command["ref"] = ref;
  if (ack !== undefined && ack !== null) {
    checkField("ack", "cursor", ack);
    command["ack"] = ack;
  }
  return command as unknown as ApiCommand;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function checkField(name: string, kind: FieldKind, field: unknown): void {
  switch (kind) {
    case "text":
      return checkText(name, field);
    case "value":
      return field === null ? undefined : checkText(name, field);
    case "texts":
      if (!Array.isArray(field) || field.length > MAX_TEXTS) {
        throw new FormatError("api.no-texts", { name, most: MAX_TEXTS });
      }
      for (const each of field) checkText(name, each);
      return;
    case "flag":
      if (typeof field !== "boolean") throw new FormatError("api.no-flag", { name });
      return;
    case "number":
      if (!Number.isSafeInteger(field) || Number(field) < 0) {
        throw new FormatError("api.no-number", { name });
      }
      return;
    case "id":
      checkText(name, field);
      if (!HEX_ID.test(String(field))) throw new FormatError("api.no-id", { name });
      return;
    case "cursor":
      checkText(name, field);
      if (!CURSOR.test(String(field))) throw new FormatError("api.no-cursor", { name });
      return;
    case "once":
      checkText(name, field);
      if (field === "" || String(field).length > MAX_ONCE) {
        throw new FormatError("api.no-once", { name, most: MAX_ONCE });
      }
      return;
  }
}

function checkText(name: string, field: unknown): void {
  if (typeof field !== "string") throw new FormatError("api.no-text", { name });
  // Half a surrogate pair has no form in UTF-8: another character would stand for it.
  if (!field.isWellFormed()) throw new FormatError("api.half", { name });
}
