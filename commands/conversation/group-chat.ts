/** `p2p chat @GROUP`, `p2p send-file @GROUP`, `p2p voice @GROUP`: what is written waits for whoever of the group is away. */
import { type P2PError, UnreachableError } from "../../lib/errors.ts";
import type { VoiceNote } from "../../lib/talk/delivery.ts";
import type { Person } from "../../lib/talk/person.ts";
import type { Talk } from "../../lib/talk/talk.ts";
import { notice } from "../../lib/terminal/notice.ts";
import { say } from "../shared/speech.ts";
import { runJsonInput } from "./json-input.ts";
import { readKeyboard } from "./keyboard.ts";
import type { LaterFlags } from "./later-flags.ts";
import { stdinLines } from "./lines.ts";
import { canTypeLines, type Session } from "./session.ts";

/** How long leaving waits for those who are there, in milliseconds. */
const SETTLE_MS = 5000;
/** How long files are waited for. */
const FILES_MS = 24 * 3_600_000;

/** What the flags say. */
export interface GroupChatFlags extends LaterFlags {
  readonly message?: string;
}

/** Talks to a group. */
export async function chatGroup(
  session: Session,
  name: string,
  flags: GroupChatFlags,
): Promise<void> {
  const { talk, takeScreen, keepCommand } = session;
  const group = talk.groups.needed(name);
  const { message } = flags;
  if (message !== undefined) {
    const id = talk.groups.post(group, message);
    return await over(talk, group, id, SETTLE_MS, flags);
  }
  // The prompt names the group: it is there before the group is chosen.
  const face = !flags.json && canTypeLines(flags) ? takeScreen() : undefined;
  talk.recipients.choose(group);
  let failure: P2PError | undefined;
  if (flags.json) ({ failure } = await runJsonInput(session));
  else if (face !== undefined) {
    face.say(say("talk.how"));
    await readKeyboard(face, talk, { endLeaves: true, command: keepCommand });
  } else for await (const line of stdinLines()) talk.groups.post(group, line);
  await talk.groups.settle(SETTLE_MS);
  if (failure !== undefined) throw failure;
}

/** Sends files to a group. */
export async function sendFilesToGroup(
  talk: Talk,
  name: string,
  paths: readonly string[],
  flags: LaterFlags,
): Promise<void> {
  const group = talk.groups.needed(name);
  const id = await talk.groups.postFiles(group, paths);
  await over(talk, group, id, FILES_MS, flags);
}

/** Sends a voice note to a group. */
export async function sendVoiceToGroup(
  talk: Talk,
  name: string,
  note: VoiceNote,
  flags: LaterFlags,
): Promise<void> {
  const group = talk.groups.needed(name);
  const id = await talk.groups.postVoice(group, note);
  await over(talk, group, id, FILES_MS, flags);
}

/** Waits for those who are there, and says who has it. */
async function over(
  talk: Talk,
  group: Person,
  id: string,
  milliseconds: number,
  flags: LaterFlags,
): Promise<void> {
  const all = talk.groups.members(group.label).length - 1;
  if (!flags.later) await talk.groups.settle(milliseconds);
  if (flags.now) talk.groups.giveUp(id);
  const lacking = talk.groups.lacking(id);
  if (flags.now && lacking.length === all && all > 0) {
    throw new UnreachableError("group.nobody-took", { group: group.label });
  }
  if (flags.json) return;
  const there = all - lacking.length;
  if (!flags.later) notice(say("group.sent-to", { there, all, group: group.label }), flags);
  const labels = lacking.filter(({ waits }) => waits).map(({ person }) => person.label);
  if (labels.length > 0) notice(say("group.kept", { labels }), flags);
}
