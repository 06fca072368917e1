/** Which slash commands there are, and what each takes: for carrying them out, and for Tab. */

/** What Tab offers for an argument; "paths" for it and all behind it. */
export type SlashArgument =
  | "name"
  | "path"
  | "paths"
  | "waiting"
  | { readonly words: readonly string[] };

/** All of them by name, with their arguments. */
export const SLASH_COMMANDS: ReadonlyMap<string, readonly SlashArgument[]> = new Map<
  string,
  readonly SlashArgument[]
>([
  ["help", []],
  ["to", ["name"]],
  ["who", []],
  ["name", []],
  ["verify", [{ words: ["ok", "no"] }]],
  ["invite", []],
  ["file", ["paths"]],
  ["voice", []],
  ["hide", ["path"]],
  ["reveal", ["path"]],
  ["history", []],
  ["search", []],
  ["outbox", []],
  ["cancel", ["waiting"]],
  ["me", []],
  ["clear", []],
  ["block", [{ words: ["yes"] }]],
  ["quit", []],
]);
