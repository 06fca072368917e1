/** `p2p listen`: waits for peers; shows messages, saves files, plays voice, and lets one answer. */
import { certificateFlags } from "./conversation/certificate-flags.ts";
import { buildCommand } from "@stricli/core";
import {
  identityFlag,
  passphraseFlags,
  quietFlag,
  switchFlag,
  textFlag,
  wholeNumber,
} from "./shared/flags.ts";
import { docsOf, helpOf, sharedHelp } from "./shared/help.ts";
import type { ListenFlags } from "./listen/run.ts";
import type { CommandContext } from "./shared/context.ts";
import { LOG_LEVELS } from "./shared/log-level.ts";
import { receiveFlags } from "./conversation/receive-flags.ts";

const help = helpOf("listen");

export const command = buildCommand<ListenFlags, [], CommandContext>({
  loader: async () => (await import("./listen/run.ts")).listen,
  parameters: {
    flags: {
      identity: identityFlag,
      ...passphraseFlags,
      port: {
        kind: "parsed",
        parse: wholeNumber(0, 65535),
        default: "9999",
        brief: help.flags.port,
        placeholder: "N",
      },
      bind: textFlag(help.flags.bind, "ADDR"),
      ...receiveFlags,
      json: switchFlag(sharedHelp.flags.talkJson),
      since: textFlag(help.flags.since, "CURSOR"),
      cursorFile: textFlag(help.flags.cursorFile, "FILE"),
      once: switchFlag(help.flags.once),
      announce: textFlag(help.flags.announce, "NAME"),
      ...certificateFlags,
      strict: switchFlag(help.flags.strict),
      noHistory: switchFlag(sharedHelp.flags.noHistory),
      logLevel: {
        kind: "enum",
        values: LOG_LEVELS,
        optional: true,
        brief: help.flags.logLevel,
      },
      quiet: quietFlag,
    },
    aliases: { i: "identity", q: "quiet" },
  },
  docs: docsOf(help),
});
