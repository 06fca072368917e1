/**
 * The help of commands in the language of this run (`lib/text/help/`). It is loaded only where it may be printed: a
 * run that does its work pays nothing for it.
 */
import { type Help, loadHelp } from "../../lib/text/help/help.ts";
import type { CommandHelp } from "../../lib/text/help/types.ts";
import { mayPrintHelp } from "./arguments.ts";
import { commandLine, runLanguage } from "./language.ts";

/** What stands for help that nobody will read: every word of it is itself, and each is empty. */
const UNREAD: unknown = new Proxy(() => UNREAD, {
  get: (_, name) => name === Symbol.toPrimitive ? () => "" : UNREAD,
});

const help = mayPrintHelp(commandLine) ? await loadHelp(runLanguage()) : UNREAD as Help;

/** The texts of the program itself, and of flags that several commands have. */
export const sharedHelp: Help["shared"] = help.shared;

/** The help of the top-level command `name`. */
export function helpOf<N extends keyof Help["commands"]>(name: N): Help["commands"][N] {
  return help.commands[name];
}

/** The `docs` of a stricli command. */
export function docsOf({ brief, full }: CommandHelp): { brief: string; fullDescription: string } {
  return { brief, fullDescription: full };
}
