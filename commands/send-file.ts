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

export const command = buildCommand<Flags, [string, ...string[]], CommandContext>({
  func: sendFile,
  parameters: {
    flags: {
      identity: identityFlag,
      ...passphraseFlags,
      port: portFlag("Send from this local UDP port"),
      json: switchFlag("Print events as JSON, one object a line"),
      strict: switchFlag("Refuse a peer whose key is not known yet"),
      quiet: quietFlag,
    },
    aliases: { i: "identity", q: "quiet" },
    positional: {
      kind: "array",
      minimum: 2,
      parameter: {
        parse: safePositional,
        brief: "Peer, then files and folders",
        placeholder: "PEER PATH",
      },
    },
  },
  docs: {
    brief: "Send files and folders to a peer",
    fullDescription: `Send files and folders to a peer that runs 'p2p listen' or 'p2p chat'.

PEER is IP, IP:PORT, [IPv6]:PORT, a host name or a contact's name; the port is 9999 unless given. Every file
is authenticated on its way and appears at the peer only when it is whole. When either side dies or the network
goes away, the same command goes on where it stopped, after comparing SM3 digests of what is there. Permissions
and times are kept; symbolic links and special files are not sent. The exit code is 0 only when all of it arrived.

Examples:
  p2p send-file 192.168.1.5 photo.jpg              one file
  p2p send-file alice holiday/ notes.txt           a folder and a file, to a contact
  p2p send-file '[fe80::1]:9998' film.mkv --json   with progress for a program`,
  },
});

/** An argument as it is; stricli wants a parser. */
function safePositional(text: string): string {
  if (text.includes("\0")) throw new SyntaxError(`not a name: ${safeText(text)}`);
  return text;
}
