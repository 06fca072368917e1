/** `p2p voice`: a voice note to a peer, and what belongs to it: devices, playing, saving. */
import { type CertificateFlags } from "./conversation/certificate-flags.ts";
import { buildCommand } from "@stricli/core";
import type { Bytes } from "../lib/bytes.ts";
import { UsageError } from "../lib/errors.ts";
import { GROUP_MARK } from "../lib/state/groups.ts";
import { text } from "../lib/text/catalogue.ts";
import { MAX_RECORD_SECONDS } from "../lib/voice/capture.ts";
import { type Recorder, RECORDERS } from "../lib/voice/capture-commands.ts";
import { checkLater, keepOf, keyFor, orKeep, sayKept } from "./conversation/later.ts";
import { type LaterFlags, sendOnceFlags } from "./conversation/later-flags.ts";
import { sendVoiceToGroup } from "./conversation/group-chat.ts";
import { withTalk } from "./conversation/session.ts";
import type { CommandContext } from "./shared/context.ts";
import {
  forceFlag,
  optionalArgument,
  outputFlag,
  quietFlag,
  switchFlag,
  textFlag,
  textsFlag,
  wholeNumber,
} from "./shared/flags.ts";
import type { PassphraseFlags } from "./shared/secrets.ts";
import { printDevices } from "./voice/devices.ts";
import {
  checkLength,
  checkSource,
  DEFAULT_SECONDS,
  makeNote,
  type RecordedNote,
} from "./voice/note.ts";
import { playFiles } from "./voice/play.ts";
import { keepUnsent, prepareSave } from "./voice/save.ts";
import { docsOf, helpOf } from "./shared/help.ts";

interface Flags extends PassphraseFlags, CertificateFlags, LaterFlags {
  readonly seconds?: number;
  readonly input?: string;
  readonly device?: string;
  readonly recorder?: Recorder;
  readonly listDevices?: boolean;
  readonly play?: readonly string[];
  readonly output?: string;
  readonly keepEncrypted?: boolean;
  readonly force?: boolean;
  readonly yes?: boolean;
  readonly identity?: string;
  readonly port?: number;
  readonly noHistory?: boolean;
  readonly strict?: boolean;
  readonly quiet?: boolean;
}

async function voice(this: CommandContext, flags: Flags, peer?: string): Promise<void> {
  if (flags.listDevices) return await printDevices();
  if (flags.play !== undefined) {
    if (peer !== undefined) {
      throw new UsageError("voice.play-peer", {}, { hint: text("voice.play-peer.hint") });
    }
    return await playFiles(flags.play, flags);
  }
  if (peer !== undefined) return await sendVoice(peer, flags);
  if (flags.output === undefined) {
    throw new UsageError("voice.no-peer", {}, { hint: text("voice.no-peer.hint") });
  }
  await checkSource(flags);
  const save = await prepareSave(flags);
  const note = await makeNote(flags);
  try {
    await save(note);
  } finally {
    await note.discard();
  }
}

/** To a group: whoever is away gets it later, so nobody is called first. */
async function sendToGroup(group: string, flags: Flags): Promise<void> {
  const told = { ...flags, quiet: (flags.quiet || flags.json) ?? false };
  let note: RecordedNote | undefined;
  try {
    const wishes = { calls: !flags.later, joins: true };
    await withTalk(flags, wishes, group, async ({ talk }) => {
      await checkSource(flags);
      const save = await prepareSave(flags);
      note = await makeNote(told);
      if (flags.input !== undefined) checkLength(note, flags.input);
      await save(note);
      try {
        await sendVoiceToGroup(talk, group, note, flags);
      } catch (error) {
        await keepUnsent(note);
        throw error;
      }
    });
  } finally {
    await note?.discard();
  }
}

/** Calls the peer first, unless it is for later: nobody should speak to the wall. */
async function sendVoice(peer: string, flags: Flags): Promise<void> {
  checkLater(flags);
  if (peer.startsWith(GROUP_MARK)) return await sendToGroup(peer, flags);
  const told = { ...flags, quiet: (flags.quiet || flags.json) ?? false };
  let note: RecordedNote | undefined;
  let waiting = false;
  const wishes = {
    joins: true,
    keep: keepOf(flags),
    watch: ({ type }: { readonly type: string }) => {
      if (type === "waiting") waiting = true;
    },
  };
  try {
    await withTalk(flags, wishes, peer, async ({ talk }) => {
      await checkSource(flags);
      const save = await prepareSave(flags);
      // A file is looked into before anybody is called.
      if (flags.input !== undefined) {
        note = await makeNote(told);
        checkLength(note, flags.input);
      }
      const later = async (key: Bytes) => {
        note ??= await makeNote(told);
        await talk.outgoing.later.voice(key, note);
      };
      if (flags.later) {
        await later(keyFor(talk, peer));
        await save(note!);
        return sayKept(peer, flags);
      }
      const reach = () => talk.reach(peer);
      const { person } = note === undefined
        ? await reach()
        : await orKeep(talk, peer, flags, reach, later);
      note ??= await makeNote(told);
      await save(note);
      const error = await talk.sendVoice(person, note);
      if (error === undefined) return;
      if (!waiting) await keepUnsent(note);
      throw error;
    });
  } finally {
    await note?.discard();
  }
}

const help = helpOf("voice");

export const command = buildCommand<Flags, [string?], CommandContext>({
  func: voice,
  parameters: {
    flags: {
      seconds: {
        kind: "parsed",
        parse: wholeNumber(1, MAX_RECORD_SECONDS),
        optional: true,
        brief: help.flags.seconds({ most: MAX_RECORD_SECONDS, byDefault: DEFAULT_SECONDS }),
        placeholder: "N",
      },
      input: textFlag(help.flags.input, "FILE"),
      device: textFlag(help.flags.device, "NAME"),
      recorder: {
        kind: "enum",
        values: RECORDERS,
        optional: true,
        brief: help.flags.recorder,
      },
      listDevices: switchFlag(help.flags.listDevices),
      play: textsFlag(help.flags.play, "FILE"),
      output: { ...outputFlag, brief: help.flags.output },
      keepEncrypted: switchFlag(help.flags.keepEncrypted),
      force: forceFlag,
      yes: switchFlag(help.flags.yes),
      ...sendOnceFlags,
      quiet: quietFlag,
    },
    aliases: { i: "identity", o: "output", q: "quiet", y: "yes" },
    positional: optionalArgument(help.args.peer, "PEER"),
  },
  docs: docsOf(help),
});
