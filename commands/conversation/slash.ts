/** Slash commands of a conversation at a terminal: /help lists them. */
import { UsageError } from "../../lib/errors.ts";
import { problemOf } from "../../lib/talk/events.ts";
import { type Person, personOf } from "../../lib/talk/person.ts";
import { fitList } from "../../lib/terminal/help-layout.ts";
import { terminalColumns } from "../../lib/terminal/size.ts";
import { text } from "../../lib/text/catalogue.ts";
import { nearSlash } from "./near-slash.ts";
import { say } from "../shared/speech.ts";
import { expandHome } from "./home-path.ts";
import type { SlashContext } from "./slash-context.ts";
import { runMemory } from "./slash-memory.ts";
import {
  blockAddressee,
  nameAddressee,
  showInvitation,
  tellWho,
  verifyAddressee,
} from "./slash-people.ts";

/** Seconds of a voice note unless given, and at most. */
const VOICE_SECONDS = 5;
const MOST_VOICE_SECONDS = 600;

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
        // Each line has a mark of two columns.
        context.face.say(fitList(say("talk.slash-help"), terminalColumns() - 2));
        return undefined;
      case "to":
        return void await chooseAddressee(rest, context);
      case "who":
        tellWho(context);
        return undefined;
      case "me":
        throw new UsageError("talk.me-what", {});
      case "clear":
        context.face.clear();
        return undefined;
      case "file":
        return void sendFiles(rest, context);
      case "voice":
        return void await sendVoice(rest, context);
      case "hide":
        return void hide(rest, context);
      case "reveal":
        return void await revealIn(rest, context);
      case "outbox":
      case "cancel":
      case "history":
      case "search":
        runMemory(verb, rest, context.talk, (lines) => context.face.say(lines));
        return undefined;
      case "safety":
      case "verify":
        verifyAddressee(rest, context);
        return undefined;
      case "name":
        nameAddressee(rest, context);
        return undefined;
      case "block":
        blockAddressee(rest, context);
        return undefined;
      case "invite":
        return void await showInvitation(rest, context);
      default:
        throw new UsageError("talk.slash-unknown", { verb, corrections: nearSlash(verb) }, {
          hint: text("talk.slash-unknown.hint"),
        });
    }
  } catch (cause) {
    const error = problemOf(text("talk.read-command"), cause);
    context.talk.tell({ type: "error", error });
    return undefined;
  }
}

/**
 * Names the one to whom lines go from now on: by name, by number, or by address. A contact who is not there is called
 * meanwhile: what is written waits for them.
 */
async function chooseAddressee(rest: string, { talk, face }: SlashContext): Promise<void> {
  const given = rest.trim();
  if (given === "") throw new UsageError("talk.to-whom", {});
  const contact = talk.state.contacts.find(given);
  const name = contact?.name ?? splitArguments(given)[0]!;
  const known = contact ?? talk.state.contacts.find(name);
  const numbered = known === undefined && /^\d{1,3}$/.test(name)
    ? face.numbered(Number(name))
    : undefined;
  const there = talk.find(known?.name ?? name) ??
    (numbered === undefined ? undefined : talk.recipients.known(numbered));
  if (there !== undefined) return chosen(there, true);
  if (known === undefined) {
    // As an address it would be one that nobody means.
    if (/^\d+$/.test(name)) {
      throw new UsageError("talk.no-number", { number: name }, {
        hint: text("talk.no-number.hint"),
      });
    }
    return await talk.choose(name);
  }
  chosen(personOf(talk.state, known.key), false);
  await talk.choose(known.name);

  function chosen(person: Person, here: boolean): void {
    talk.recipients.choose(person);
    face.say(say("screen.chosen", { label: person.label, here }));
  }
}

/** The transfer goes on in the background: the person may type meanwhile. */
function sendFiles(rest: string, { talk }: SlashContext): void {
  const peer = talk.recipients.needAddressee();
  const paths = splitArguments(rest).map(expandHome);
  if (paths.length === 0) throw new UsageError("talk.name-file", {});
  void talk.background(peer, () => talk.sendFiles(peer, paths));
}

async function sendVoice(rest: string, { talk, face }: SlashContext): Promise<void> {
  const peer = talk.recipients.needAddressee();
  const seconds = rest.trim() === "" ? VOICE_SECONDS : Number(rest);
  if (!(seconds >= 1 && seconds <= MOST_VOICE_SECONDS)) {
    throw new UsageError("talk.voice-seconds", { most: MOST_VOICE_SECONDS });
  }
  const { recordLive } = await import("./record-live.ts");
  const recording = await face.lend(() => recordLive({ seconds }));
  void talk.background(peer, async () => {
    try {
      const { path, type } = recording;
      await talk.sendVoice(peer, {
        path,
        seconds: recording.seconds ?? seconds,
        mediaType: type.mediaType,
      });
    } finally {
      await recording.discard();
    }
  });
}

function hide(rest: string, { talk }: SlashContext): void {
  const peer = talk.recipients.needAddressee();
  const [, picture, words] =
    /^("(?:[^"\\]|\\.)*"|'[^']*'|(?:[^\s\\]|\\.)+)\s+(\S[\s\S]*)$/u.exec(rest) ?? [];
  const [path] = splitArguments(picture ?? "");
  if (path === undefined || words === undefined) throw new UsageError("talk.name-picture", {});
  void talk.background(peer, async () => {
    const { hideAndSend } = await import("./slash-stego.ts");
    await hideAndSend(expandHome(path), words, peer, talk);
  });
}

async function revealIn(rest: string, { talk, face }: SlashContext): Promise<void> {
  const { reveal } = await import("./slash-stego.ts");
  const [picture] = splitArguments(rest);
  await reveal(
    picture === undefined ? talk.lastFile : expandHome(picture),
    talk,
    (lines) => face.say(lines),
  );
}
