/** What `p2p chat` does; loaded when it is run, and not for its help. */
import type { CertificateFlags } from "../conversation/certificate-flags.ts";
import { PIPE_WINDOW } from "../conversation/lines.ts";
import { type P2PError, UsageError } from "../../lib/errors.ts";
import { closeError } from "../../lib/net/close.ts";
import type { Partner } from "../../lib/talk/partners.ts";
import type { Talk } from "../../lib/talk/talk.ts";
import { notice } from "../../lib/terminal/notice.ts";
import { text } from "../../lib/text/catalogue.ts";
import { GROUP_MARK } from "../../lib/state/groups.ts";
import { chatGroup } from "../conversation/group-chat.ts";
import { runJsonInput } from "../conversation/json-input.ts";
import { checkLater, keepOf, keyFor, orKeep, sayKept } from "../conversation/later.ts";
import type { LaterFlags } from "../conversation/later-flags.ts";
import { stdinLines } from "../conversation/lines.ts";
import type { ReceiveFlags } from "../conversation/receive-flags.ts";
import { receiveOptions } from "../conversation/receive-options.ts";
import { canTypeLines, type Session, throwUnlessLeft, withTalk } from "../conversation/session.ts";
import { chatAtTerminal } from "../conversation/terminal-chat.ts";
import type { CommandContext } from "../shared/context.ts";
import type { PassphraseFlags } from "../shared/secrets.ts";
import { say } from "../shared/speech.ts";

/** What the command line says. */
export interface ChatFlags extends PassphraseFlags, CertificateFlags, ReceiveFlags, LaterFlags {
  readonly identity?: string;
  readonly message?: string;
  readonly noHistory?: boolean;
  readonly port?: number;
  readonly json?: boolean;
  readonly strict?: boolean;
  readonly quiet?: boolean;
}

/** How long leaving waits for messages that are still on their way, in milliseconds. */
const SETTLE_MS = 3000;

/** Runs the command. */
export async function chat(this: CommandContext, flags: ChatFlags, peer: string): Promise<void> {
  checkLater(flags);
  if (flags.later && flags.message === undefined) throw new UsageError("talk.later-needs-text", {});
  const receive = await receiveOptions(flags);
  if (peer.startsWith(GROUP_MARK)) {
    const wishes = { receive, calls: !flags.later };
    return await withTalk(flags, wishes, peer, (session) => chatGroup(session, peer, flags));
  }
  await withTalk(flags, { receive, keep: keepOf(flags) }, peer, async (session) => {
    const { talk } = session;
    if (flags.later) return keepForLater(talk, peer, flags);
    const { message } = flags;
    if (message !== undefined) {
      const reach = () => talk.reach(peer);
      const partner = await orKeep(
        ...[talk, peer, flags, reach] as const,
        (key) => talk.outgoing.later.text(key, message),
      );
      return await sendOne(talk, partner, message, flags);
    }
    if (canTypeLines(flags)) return await chatAtTerminal(session, peer);
    const partner = await talk.reach(peer);
    if (flags.json) await talkJson(session, partner);
    else await talkPipe(talk, partner);
  });
}

/** Puts the message in the outbox; nobody is called. */
function keepForLater(talk: Talk, peer: string, flags: ChatFlags): void {
  talk.outgoing.later.text(keyFor(talk, peer), flags.message!);
  sayKept(peer, flags);
}

async function sendOne(
  talk: Talk,
  { person }: Partner,
  words: string,
  flags: ChatFlags,
): Promise<void> {
  const error = await talk.sendText(person, words);
  if (error !== undefined) throw error;
  if (!flags.json) notice(say("talk.delivered"), flags);
}

/** Each line is a message; done when all are acknowledged. Ends as soon as the peer is gone. */
async function talkPipe(talk: Talk, partner: Partner): Promise<void> {
  const over = partner.conversation.closed.then((info) => {
    throw closeError(text("conversation.talk"), info);
  });
  // The last line may be acknowledged in the same moment as the peer leaves.
  over.catch(() => undefined);
  await Promise.race([sendLines(talk, partner), over]);
}

async function sendLines(talk: Talk, { person }: Partner): Promise<void> {
  const waiting = new Set<Promise<void>>();
  let failure: P2PError | undefined;
  try {
    for await (const line of stdinLines()) {
      const delivery = talk.sendText(person, line)
        .then((error) => void (failure ??= error))
        .finally(() => waiting.delete(delivery));
      waiting.add(delivery);
      if (waiting.size >= PIPE_WINDOW) await Promise.race(waiting);
      if (failure !== undefined) break;
    }
  } finally {
    await Promise.all(waiting);
  }
  if (failure !== undefined) throw failure;
}

async function talkJson(session: Session, { conversation }: Partner): Promise<void> {
  const over = await Promise.race([runJsonInput(session), conversation.closed]);
  if (!("how" in over)) return throwUnlessLeft(over);
  await conversation.settle(SETTLE_MS);
  if (over.failure !== undefined) throw over.failure;
}
