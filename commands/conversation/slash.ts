/** Slash commands of a conversation at a terminal: /help, /file, /voice, /hide, /reveal, /safety, /quit. */
import { P2PError, UsageError } from "../../lib/errors.ts";
import { formatSafetyNumber, safetyNumber } from "../../lib/session/safety-number.ts";
import type { Identity } from "../../lib/state/identity.ts";
import type { State } from "../../lib/state/state.ts";
import { walkOutgoing } from "../../lib/files/outgoing.ts";
import { deliverFiles, deliverVoice } from "./deliver.ts";
import type { Desk, Partner } from "./desk.ts";
import type { TerminalFace } from "./face-terminal.ts";
import { markVerified } from "./verify.ts";

const HELP = `/file PATH…           send files and folders
/voice [SECONDS]      record and send a voice note (5 seconds unless given)
/hide IMG TEXT        hide TEXT in a copy of the picture IMG, for the peer only, and send that
/reveal [IMG]         show what is hidden in IMG, or in the file received last
/safety               the safety number of this conversation; /safety ok when it is the same there
/quit                 leave
//TEXT                send a text that begins with a slash`;

/** Seconds of a voice note unless given. */
const VOICE_SECONDS = 5;

/** What a slash command may use. */
export interface SlashContext {
  readonly desk: Desk;
  readonly face: TerminalFace;
  readonly identity: Identity;
  readonly state: State;
  readonly partner: Partner | undefined;
}

/** Splits arguments as a shell would: blanks separate, quotes and backslashes keep them. */
export function splitArguments(text: string): string[] {
  const part = /\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|((?:[^\s\\]|\\.)+))/gsu;
  return Array.from(
    text.matchAll(part),
    ([, double, single, bare]) => single ?? (double ?? bare ?? "").replace(/\\(.)/gsu, "$1"),
  );
}

/** Carries out a line that begins with a slash; "quit" when the conversation is to end. Failures are told. */
export async function runSlash(line: string, context: SlashContext): Promise<"quit" | undefined> {
  const [, verb = "", rest = ""] = /^\/(\S*)\s*([\s\S]*)$/u.exec(line) ?? [];
  try {
    switch (verb) {
      case "quit":
      case "exit":
      case "q":
        return "quit";
      case "help":
      case "":
        context.face.say(HELP);
        return undefined;
      case "file":
        return void await sendFiles(rest, context);
      case "voice":
        return void await sendVoice(rest, context);
      case "hide":
        return void hide(rest, context);
      case "reveal":
        return void await revealIn(rest, context);
      case "safety":
        return void safety(rest, context);
      default:
        throw new UsageError(`read command: there is no /${verb}`, { hint: "/help lists them" });
    }
  } catch (error) {
    if (!(error instanceof P2PError)) throw error;
    context.face.problem(error);
    return undefined;
  }
}

function needPartner({ partner }: SlashContext): Partner {
  if (partner === undefined) throw new UsageError("read command: nobody is connected yet");
  return partner;
}

/** The transfer goes on in the background: the person may type meanwhile. */
function sendFiles(rest: string, context: SlashContext): void {
  const { conversation, person } = needPartner(context);
  const paths = splitArguments(rest);
  if (paths.length === 0) throw new UsageError("send file: name it: /file PATH");
  void inBackground(context, async () => {
    await deliverFiles(conversation, person, await walkOutgoing(paths), context.face);
  });
}

async function sendVoice(rest: string, context: SlashContext): Promise<void> {
  const { conversation, person } = needPartner(context);
  const seconds = rest.trim() === "" ? VOICE_SECONDS : Number(rest);
  if (!(seconds >= 1 && seconds <= 600)) {
    throw new UsageError("record voice: give 1 to 600 seconds: /voice 10");
  }
  const { recordLive } = await import("../voice/live.ts");
  const recording = await context.face.lend(() => recordLive({ seconds }));
  void inBackground(context, async () => {
    try {
      const { path, type } = recording;
      const note = { path, seconds: recording.seconds ?? seconds, mediaType: type.mediaType };
      await deliverVoice(conversation, person, note, context.face);
    } finally {
      await recording.discard();
    }
  });
}

function hide(rest: string, context: SlashContext): void {
  const partner = needPartner(context);
  const [, picture, text] =
    /^("(?:[^"\\]|\\.)*"|'[^']*'|(?:[^\s\\]|\\.)+)\s+(\S[\s\S]*)$/u.exec(rest) ?? [];
  const [path] = splitArguments(picture ?? "");
  if (path === undefined || text === undefined) {
    throw new UsageError("hide: name the picture and the text: /hide IMG TEXT");
  }
  void inBackground(context, async () => {
    const { hideAndSend } = await import("./slash-stego.ts");
    await hideAndSend(path, text, partner, context.face);
  });
}

async function revealIn(rest: string, { desk, face, identity }: SlashContext): Promise<void> {
  const { reveal } = await import("./slash-stego.ts");
  const [picture] = splitArguments(rest);
  await reveal(picture ?? desk.lastFile, identity, desk.saveDir, face);
}

async function inBackground(context: SlashContext, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof P2PError)) throw error;
    // Whoever leaves knows that what was on its way is cut short.
    if (context.partner?.conversation.closeInfo?.by !== "local") context.face.problem(error);
  }
}

function safety(rest: string, context: SlashContext): void {
  const { person } = needPartner(context);
  const word = rest.trim().toLowerCase();
  if (word === "ok" || word === "no") {
    markVerified(context.state, person.key, word === "ok");
    const now = word === "ok" ? "counts as verified now" : "no longer counts as verified";
    return context.face.say(`${person.label} ${now}`);
  }
  const number = formatSafetyNumber(safetyNumber(context.identity.publicKey, person.key));
  const rows = number.match(/(?:\d{5} ?){4}/g) ?? [number];
  context.face.say(`safety number with ${person.label}:`);
  for (const row of rows) context.face.say(`  ${row.trim()}`);
  context.face.say("compare it by another way (a call, face to face); the same there: /safety ok");
}
