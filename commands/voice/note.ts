/** Where the note to send comes from: the microphone, or a file. */
import { type Loudness, notice } from "../../lib/terminal/notice.ts";
import { LimitError } from "../../lib/errors.ts";
import { text } from "../../lib/text/catalogue.ts";
import { MAX_VOICE_MS } from "../../lib/transfer/offers.ts";
import { safeText } from "../../lib/text/safe.ts";
import { captureCommands, checkDevice, type Recorder } from "../../lib/voice/capture-commands.ts";
import { thisHost } from "../../lib/voice/host.ts";
import { isKept } from "../../lib/voice/keep.ts";
import { describeVoice } from "../../lib/voice/play.ts";
import { missingRecorderError } from "../../lib/voice/problem.ts";
import { noteName } from "../../lib/voice/record.ts";
import { Scratch } from "../../lib/voice/scratch.ts";
import { checkInput } from "../shared/input.ts";
import type { PassphraseFlags } from "../shared/secrets.ts";
import { noteLine, recordLive } from "../conversation/record-live.ts";
import { givenFile, unlockNote } from "./play.ts";

/** How long a recording is where nothing else is said, in seconds (the command line's contract). */
export const DEFAULT_SECONDS = 5;

/** Flags that say where the note comes from. */
export interface NoteFlags extends PassphraseFlags, Loudness {
  readonly seconds?: number;
  readonly input?: string;
  readonly device?: string;
  readonly recorder?: Recorder;
  readonly yes?: boolean;
  readonly identity?: string;
}

/** A note that is ready to be sent. */
export interface RecordedNote {
  readonly path: string;
  /** 0 where nothing here can tell. */
  readonly seconds: number;
  readonly mediaType: string;
  /** It exists nowhere else: lost when it is discarded. */
  readonly recorded: boolean;
  /** Takes away what was made for it. */
  discard(): Promise<void>;
}

/** Refuses what cannot become a note, before anybody is called for it. */
export async function checkSource(flags: NoteFlags): Promise<void> {
  if (flags.input === undefined) {
    const recorder = flags.recorder ?? "auto";
    const host = thisHost();
    if (flags.device !== undefined) checkDevice(flags.device);
    if (captureCommands(host, recorder, flags.device).length === 0) {
      throw missingRecorderError(recorder, host);
    }
  } else await checkInput(flags.input);
}

/** Records the note, or reads it. */
export async function makeNote(flags: NoteFlags): Promise<RecordedNote> {
  return flags.input === undefined
    ? await fromMicrophone(flags)
    : await fromFile(flags.input, flags);
}

/** Refuses what no peer would take as a voice note, before anybody is called for it. */
export function checkLength(note: RecordedNote, input: string): void {
  const limit = MAX_VOICE_MS / 1000;
  if (note.seconds <= limit) return;
  throw new LimitError("voice.too-long", { path: input, seconds: note.seconds, limit }, {
    hint: text("voice.too-long.hint"),
  });
}

async function fromMicrophone(flags: NoteFlags): Promise<RecordedNote> {
  const { device, recorder, yes, quiet } = flags;
  const seconds = flags.seconds ?? DEFAULT_SECONDS;
  const recording = await recordLive({ seconds, device, recorder, yes, quiet });
  return {
    path: recording.path,
    seconds: recording.seconds,
    mediaType: recording.mediaType,
    recorded: true,
    discard: () => recording.discard(),
  };
}

async function fromFile(input: string, flags: NoteFlags): Promise<RecordedNote> {
  const scratch = await Scratch.create();
  try {
    const given = await givenFile(input, scratch);
    const open = await isKept(given) ? await unlockNote(given, flags, scratch) : given;
    const note = await describeVoice(open);
    notice(`${safeText(input)}  ${noteLine(note)}`, flags);
    const { mediaType, seconds = 0 } = note;
    const path = open === input
      ? note.path
      : await scratch.rename(note.path, `${noteName(new Date())}${note.type.extension}`);
    return { path, mediaType, seconds, recorded: false, discard: () => scratch.remove() };
  } catch (error) {
    await scratch.remove();
    throw error;
  }
}
