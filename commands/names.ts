/** The top-level commands in the groups of the front page: the one list of which there are. */

/** Groups by the name that their heading has in the help (`shared.groups`). */
export const COMMAND_GROUPS = {
  identity: ["keygen", "pubkey", "key", "cert"],
  files: ["enc", "dec", "sign", "verify", "cms"],
  pictures: ["stego"],
  talk: ["listen", "chat", "send-file", "voice", "ui"],
  people: ["contact", "pair", "peers", "group"],
  kept: ["history", "outbox"],
  algorithms: ["sm2", "sm3", "sm4", "zuc"],
  program: ["config", "doctor", "completion"],
} as const;

/** A group of commands. */
export type CommandGroup = keyof typeof COMMAND_GROUPS;

/** Commands that speak of all commands: all are loaded when one of these runs. */
export const OF_ALL: readonly string[] = ["completion"];

/** Commands that do nothing without the name of a subcommand, or with it alone: a word behind them is one. */
export const WITH_SUBCOMMANDS: readonly string[] = [
  ...["cert", "cms", "completion", "config", "contact", "group"],
  ...["key", "outbox", "sm2", "sm4", "stego", "zuc"],
];

/** The name of a top-level command. */
export type CommandName = (typeof COMMAND_GROUPS)[CommandGroup][number];

/** The names of all top-level commands, in the order of the help. */
export const COMMAND_NAMES: readonly CommandName[] = Object.values(COMMAND_GROUPS).flat();
