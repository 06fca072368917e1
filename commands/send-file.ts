/** `p2p send-file`: files and folders to a peer, resumable, authenticated. */
import { buildCommand } from "@stricli/core";
import { hex } from "../lib/bytes.ts";
import { P2PError } from "../lib/errors.ts";
import { closePhrase } from "../lib/net/close.ts";
import { fileSm3 } from "../lib/files/file-sm3.ts";
import { type OutgoingEntry, walkOutgoing } from "../lib/files/outgoing.ts";
import { safeText } from "../lib/text/safe.ts";
import { connectTo } from "./conversation/connect.ts";
import { deliverFiles } from "./conversation/deliver.ts";
import { emitError, emitEvent, JsonFace } from "./conversation/face-json.ts";
import { PlainFace } from "./conversation/face-plain.ts";
import { type Person, personJson } from "./conversation/person.ts";
import { tellSilence } from "./conversation/silence.ts";
import type { CommandContext } from "./shared/context.ts";
import { identityFlag, passphraseFlags, portFlag, quietFlag, switchFlag } from "./shared/flags.ts";
import type { PassphraseFlags } from "./shared/secrets.ts";
import { docsOf, helpOf, sharedHelp } from "./shared/help.ts";

interface Flags extends PassphraseFlags {
  identity?: string;
  port?: number;
  json?: boolean;
  strict?: boolean;
  quiet?: boolean;
}

async function sendFile(
  this: CommandContext,
  flags: Flags,
  peer: string,
  ...paths: string[]
): Promise<void> {
  const face = flags.json ? new JsonFace() : new PlainFace(flags);
  try {
    // What cannot be sent is told before anybody is called.
    const outgoing = await walkOutgoing(paths);
    const reached = await connectTo(peer, flags, {
      prepare: (conversation, person) => {
        conversation.handlers = { silence: tellSilence(person, face) };
      },
    });
    const { conversation, person } = reached;
    face.connected(person, conversation);
    try {
      const sent: OutgoingEntry[] = [];
      await deliverFiles(conversation, person, outgoing, face, (entry) => void sent.push(entry));
      if (flags.json) await tellFiles(person, sent);
    } finally {
      await reached.close();
    }
    if (flags.json) {
      const reason = closePhrase({ by: "local", code: 0, reason: "" });
      emitEvent("disconnected", { peer: personJson(person), reason });
    }
  } catch (error) {
    if (flags.json && error instanceof P2PError) emitError(error);
    throw error;
  } finally {
    face.close();
  }
}

/** A `file` event for each file that arrived, with its plain SM3. */
async function tellFiles(person: Person, sent: readonly OutgoingEntry[]): Promise<void> {
  const peer = personJson(person);
  for (const { path, size, place } of sent) {
    const name = path.slice(path.lastIndexOf("/") + 1);
    emitEvent("file", { peer, name, path: place, size, sm3: hex(await fileSm3(place)) });
  }
}

const help = helpOf("send-file");

export const command = buildCommand<Flags, [string, ...string[]], CommandContext>({
  func: sendFile,
  parameters: {
    flags: {
      identity: identityFlag,
      ...passphraseFlags,
      port: portFlag(sharedHelp.flags.sendPort),
      json: switchFlag(sharedHelp.flags.eventJson),
      strict: switchFlag(sharedHelp.flags.strict),
      quiet: quietFlag,
    },
    aliases: { i: "identity", q: "quiet" },
    positional: {
      kind: "array",
      minimum: 2,
      parameter: {
        parse: safePositional,
        brief: help.args.peer,
        placeholder: "PEER PATH",
      },
    },
  },
  docs: docsOf(help),
});

/** An argument as it is; stricli wants a parser. */
function safePositional(text: string): string {
  if (text.includes("\0")) throw new SyntaxError(`not a name: ${safeText(text)}`);
  return text;
}
