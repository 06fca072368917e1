/** `p2p send-file`: files and folders to a peer, resumable, authenticated. */
import { type CertificateFlags } from "./conversation/certificate-flags.ts";
import { buildCommand } from "@stricli/core";
import { hex } from "../lib/bytes.ts";
import { UsageError } from "../lib/errors.ts";
import { type OutgoingEntry, walkOutgoing } from "../lib/files/outgoing.ts";
import { newMessageId } from "../lib/net/message-stream.ts";
import { rootNames } from "../lib/talk/delivery.ts";
import { sendPatiently } from "../lib/talk/patient.ts";
import { GROUP_MARK } from "../lib/state/groups.ts";
import { checkLater, keepOf, keyFor, orKeep, sayKept } from "./conversation/later.ts";
import { type LaterFlags, sendOnceFlags } from "./conversation/later-flags.ts";
import { sendFilesToGroup } from "./conversation/group-chat.ts";
import { withTalk } from "./conversation/session.ts";
import { passphraseSources } from "./shared/container.ts";
import type { CommandContext } from "./shared/context.ts";
import { notEmpty, quietFlag, textFlag, wholeNumber } from "./shared/flags.ts";
import { openStdin, refuseStdinTwice } from "./shared/input.ts";
import type { PassphraseFlags } from "./shared/secrets.ts";
import { docsOf, helpOf } from "./shared/help.ts";

interface Flags extends PassphraseFlags, CertificateFlags, LaterFlags {
  readonly identity?: string;
  readonly port?: number;
  readonly noHistory?: boolean;
  readonly strict?: boolean;
  readonly giveUp?: number;
  readonly name?: string;
  readonly quiet?: boolean;
}

/** How long a peer that was lost on the way is called again, in seconds. */
const GIVE_UP_SECONDS = 600;

async function sendFile(
  this: CommandContext,
  flags: Flags,
  peer: string,
  ...paths: string[]
): Promise<void> {
  checkLater(flags);
  if (flags.later && paths.includes("-")) throw new UsageError("talk.later-needs-path", {});
  if (peer.startsWith(GROUP_MARK)) {
    if (paths.includes("-")) throw new UsageError("talk.later-needs-path", {});
    const wishes = { calls: !flags.later, joins: true };
    return await withTalk(
      ...[flags, wishes, peer] as const,
      ({ talk }) => sendFilesToGroup(talk, peer, paths, flags),
    );
  }
  const { name } = flags;
  refuseStdinTwice(...passphraseSources(flags), ...paths.map((path) => ["PATH", path] as const));
  // What cannot be sent is told before anybody is called.
  const walked = walkOutgoing(paths, {
    ...(paths.includes("-") && { input: openStdin().readable }),
    ...(flags.name !== undefined && { name: flags.name }),
  });
  walked.catch(() => undefined);
  const wishes = { keep: keepOf(flags), joins: true };
  await withTalk(flags, wishes, peer, async ({ talk }) => {
    const outgoing = await walked;
    if (flags.later) {
      await talk.outgoing.later.files(keyFor(talk, peer), paths);
      return sayKept(peer, flags);
    }
    const sent: Array<{ entry: OutgoingEntry; sm3: Uint8Array }> = [];
    const id = newMessageId();
    const send = () =>
      sendPatiently(talk, peer, outgoing, {
        id,
        giveUpMs: 1000 * (flags.giveUp ?? GIVE_UP_SECONDS),
        digests: flags.json ?? false,
        onFile: (entry, sm3) => void (sm3 && sent.push({ entry, sm3 })),
      });
    const partner = paths.includes("-") || name !== undefined
      ? await send()
      : await orKeep(talk, peer, flags, send, (key) => talk.outgoing.later.files(key, paths, id));
    talk.outgoing.later.sent(partner.person.key, { id, text: rootNames(outgoing), paths });
    // Each file that arrived, with the SM3 of what was sent: whatever has become of it here since.
    for (const { entry: { path, size, place }, sm3 } of sent) {
      const name = path.slice(path.lastIndexOf("/") + 1);
      const { person } = partner;
      await talk.show({ type: "file", peer: person, name, path: place, size, sm3: hex(sm3) });
    }
  });
}

const help = helpOf("send-file");

export const command = buildCommand<Flags, [string, ...string[]], CommandContext>({
  func: sendFile,
  parameters: {
    flags: {
      ...sendOnceFlags,
      giveUp: {
        kind: "parsed",
        parse: wholeNumber(0, 7 * 24 * 3600),
        optional: true,
        brief: help.flags.giveUp({ byDefault: GIVE_UP_SECONDS }),
        placeholder: "SECONDS",
      },
      name: textFlag(help.flags.name, "NAME"),
      quiet: quietFlag,
    },
    aliases: { i: "identity", q: "quiet" },
    positional: {
      kind: "array",
      minimum: 2,
      parameter: {
        parse: notEmpty,
        brief: help.args.peer,
        placeholder: "PEER PATH",
      },
    },
  },
  docs: docsOf(help),
});
