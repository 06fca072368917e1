/**
 * The table of commands: name, one line of help, and how to load it. Nothing is loaded until it is asked for.
 */
import type { Command, RouteMap } from "@stricli/core";
import type { CommandContext } from "./shared/context.ts";

/** What every `commands/<verb>.ts` exports as `command`. */
export type AnyCommand = Command<CommandContext> | RouteMap<CommandContext>;

/** One top-level command. */
export interface CommandEntry {
  readonly name: string;
  readonly load: () => Promise<{ readonly command: AnyCommand }>;
}

/** All top-level commands, in the order of the help. */
export const COMMANDS: readonly CommandEntry[] = [
  { name: "keygen", load: () => import("./keygen.ts") },
  { name: "pubkey", load: () => import("./pubkey.ts") },
  { name: "enc", load: () => import("./enc.ts") },
  { name: "dec", load: () => import("./dec.ts") },
  { name: "sign", load: () => import("./sign.ts") },
  { name: "verify", load: () => import("./verify.ts") },
  { name: "sm2", load: () => import("./sm2.ts") },
  { name: "sm3", load: () => import("./sm3.ts") },
  { name: "sm4", load: () => import("./sm4.ts") },
  { name: "stego", load: () => import("./stego.ts") },
  { name: "listen", load: () => import("./listen.ts") },
  { name: "chat", load: () => import("./chat.ts") },
  { name: "send-file", load: () => import("./send-file.ts") },
  { name: "voice", load: () => import("./voice.ts") },
  { name: "contact", load: () => import("./contact.ts") },
  { name: "doctor", load: () => import("./doctor.ts") },
];

/** The entry named `name`, if there is one. */
export function findCommand(name: string): CommandEntry | undefined {
  return COMMANDS.find((entry) => entry.name === name);
}
