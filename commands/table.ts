/**
 * The table of commands: name, and how to load it. Nothing is loaded until it is asked for.
 */
import type { Command, RouteMap } from "@stricli/core";
import { COMMAND_NAMES } from "./names.ts";
import type { CommandContext } from "./shared/context.ts";

/** What every `commands/<verb>.ts` exports as `command`. */
export type AnyCommand = Command<CommandContext> | RouteMap<CommandContext>;

/** A command that is loaded. */
export type NamedCommand = readonly [name: string, command: AnyCommand];

/** One top-level command. */
export interface CommandEntry {
  readonly name: string;
  readonly load: () => Promise<{ readonly command: AnyCommand }>;
}

/** All top-level commands, in the order of the help. */
export const COMMANDS: readonly CommandEntry[] = COMMAND_NAMES.map((name) => ({
  name,
  load: () => import(`./${name}.ts`),
}));

/** The entry named `name`, if there is one. */
export function findCommand(name: string): CommandEntry | undefined {
  return COMMANDS.find((entry) => entry.name === name);
}
