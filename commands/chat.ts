/** `p2p chat`: an encrypted conversation with one peer. */
import { certificateFlags } from "./conversation/certificate-flags.ts";
import { buildCommand } from "@stricli/core";
import {
  anyTextFlag,
  identityFlag,
  notEmpty,
  passphraseFlags,
  portFlag,
  quietFlag,
  switchFlag,
} from "./shared/flags.ts";
import { docsOf, helpOf, sharedHelp } from "./shared/help.ts";
import type { ChatFlags } from "./chat/run.ts";
import type { CommandContext } from "./shared/context.ts";
import { receiveFlags } from "./conversation/receive-flags.ts";
import { laterFlags } from "./conversation/later-flags.ts";

const help = helpOf("chat");

export const command = buildCommand<ChatFlags, [string], CommandContext>({
  loader: async () => (await import("./chat/run.ts")).chat,
  parameters: {
    flags: {
      identity: identityFlag,
      ...passphraseFlags,
      message: anyTextFlag(help.flags.message, "TEXT"),
      ...laterFlags,
      noHistory: switchFlag(sharedHelp.flags.noHistory),
      port: portFlag(help.flags.port),
      ...receiveFlags,
      json: switchFlag(sharedHelp.flags.talkJson),
      ...certificateFlags,
      strict: switchFlag(sharedHelp.flags.strict),
      quiet: quietFlag,
    },
    aliases: { i: "identity", m: "message", q: "quiet" },
    positional: {
      kind: "tuple",
      parameters: [{ parse: notEmpty, brief: help.args.peer, placeholder: "PEER" }],
    },
  },
  docs: docsOf(help),
});
