/** `p2p ui`: the window of the program, in the user's own browser. */
import { buildCommand } from "@stricli/core";
import type { CommandContext } from "./shared/context.ts";
import {
  identityFlag,
  passphraseFlags,
  portFlag,
  quietFlag,
  switchFlag,
  textFlag,
  wholeNumber,
} from "./shared/flags.ts";
import { docsOf, helpOf, sharedHelp } from "./shared/help.ts";
import type { UiFlags } from "./ui/run.ts";

const help = helpOf("ui");

/** The longest time until the page locks itself, in minutes. */
const MOST_MINUTES = 24 * 60;

export const command = buildCommand<UiFlags, [], CommandContext>({
  loader: async () => (await import("./ui/run.ts")).ui,
  parameters: {
    flags: {
      identity: identityFlag,
      ...passphraseFlags,
      port: portFlag(help.flags.port),
      noOpen: switchFlag(help.flags.noOpen),
      listen: portFlag(help.flags.listen),
      bind: textFlag(help.flags.bind, "ADDR"),
      lock: {
        kind: "parsed",
        parse: wholeNumber(0, MOST_MINUTES),
        default: "15",
        brief: help.flags.lock,
        placeholder: "N",
      },
      saveDir: textFlag(help.flags.saveDir, "DIR"),
      accept: {
        kind: "enum",
        values: ["ask", "contacts", "all"],
        optional: true,
        brief: help.flags.accept,
      },
      strict: switchFlag(sharedHelp.flags.strict),
      quiet: quietFlag,
    },
    aliases: { i: "identity", q: "quiet" },
  },
  docs: docsOf(help),
});
