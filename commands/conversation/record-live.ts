/** Recording in front of a person: level meter, countdown, early stop, and the question what to do with the note. */
import { InterruptedError, reasonText } from "../../lib/errors.ts";
import { onInterrupt, takeInterrupt } from "../../lib/system/cleanup.ts";
import { formatDuration, formatSize } from "../../lib/text/format.ts";
import { type Loudness, notice } from "../../lib/terminal/notice.ts";
import { isInteractive } from "../../lib/terminal/prompt.ts";
import { StatusLine } from "../../lib/terminal/status.ts";
import type { CaptureProgress } from "../../lib/voice/capture.ts";
import type { Recorder } from "../../lib/voice/capture-commands.ts";
import { say, speaker } from "../shared/speech.ts";
import { meterBar } from "../../lib/voice/level.ts";
import { play } from "../../lib/voice/play.ts";
import { record, type Recording } from "../../lib/voice/record.ts";
import { type Key, Keyboard } from "./recorder-keys.ts";

const METER_WIDTH = 24;

/** What to record, and how to deal with the person. */
export interface LiveOptions extends Loudness {
  readonly seconds: number;
  readonly device?: string | undefined;
  readonly recorder?: Recorder | undefined;
  /** Do not ask what to do with a note that was stopped early. */
  readonly yes?: boolean | undefined;
}

/** The line while it records: "recording [████▌   ] 0:02, 0:03 left". */
function recordingLine({ seconds, ...level }: CaptureProgress, total: number): string {
  const left = Math.max(0, Math.ceil(total - seconds));
  return say("voice.recording", { meter: meterBar(level, METER_WIDTH), seconds, left });
}

/** One line about a note: length, picture, size, kind. */
export function noteLine(note: {
  readonly seconds: number | undefined;
  readonly waveform?: string | undefined;
  readonly size: number;
  readonly type: { readonly name: string };
}): string {
  const length = note.seconds === undefined ? [] : [formatDuration(note.seconds)];
  const picture = note.waveform === undefined ? [] : [note.waveform];
  return [...length, ...picture, `${formatSize(note.size)} ${note.type.name}`].join("  ");
}

/** Records a note the user wants to keep. Throws InterruptedError where they do not. */
export async function recordLive(options: LiveOptions): Promise<Recording> {
  const keyboard = isInteractive() ? new Keyboard() : undefined;
  try {
    for (;;) {
      const note = await recordOnce(options, keyboard);
      if (note !== undefined) return note;
    }
  } finally {
    keyboard?.close();
  }
}

/** One recording; undefined where the user wants to speak again. */
async function recordOnce(
  options: LiveOptions,
  keyboard: Keyboard | undefined,
): Promise<Recording | undefined> {
  const { recording, stopped } = await recordUntilKey(options, keyboard);
  try {
    report(recording, options);
    const ask = keyboard !== undefined && (stopped || recording.silent) && !options.yes;
    if (!ask || await wanted(recording, keyboard)) return recording;
  } catch (error) {
    await recording.discard();
    throw error;
  }
  await recording.discard();
  return undefined;
}

function report(recording: Recording, options: LiveOptions): void {
  notice(say("voice.recorded", { note: noteLine(recording) }), options);
  if (recording.cutShort !== undefined) {
    notice(say("voice.cut-short", { reason: recording.cutShort }), options);
  }
  if (recording.silenceHint !== undefined) {
    notice(say("voice.silence"), options);
    notice(`  ${speaker.text(recording.silenceHint)}`, options);
  }
}

async function recordUntilKey(
  options: LiveOptions,
  keyboard: Keyboard | undefined,
): Promise<{ recording: Recording; stopped: boolean }> {
  const { seconds, device, recorder } = options;
  const line = new StatusLine(options);
  const stop = new AbortController();
  if (keyboard === undefined) notice(say("voice.recording-for", { seconds }), options);
  else line.show(say("voice.opening"));
  let recording = true;
  let interrupted = false;
  const stopOn = (key: Key): void => {
    if (!recording) return;
    interrupted ||= key === "interrupt";
    if (["enter", "interrupt", "end", "q", " "].includes(key)) stop.abort();
    else listen();
  };
  // Where nobody can be asked, an interrupt ends the program: what was said must not be sent on the way out.
  const abort = new AbortController();
  const giveBack = keyboard === undefined
    ? onInterrupt(() => abort.abort(new InterruptedError("voice.interrupted", {})))
    : takeInterrupt(() => stopOn("interrupt"));
  const advice = keyboard === undefined ? "" : say("voice.enter-stops");
  const listen = () => {
    keyboard?.next().then(stopOn).catch(() => stop.abort());
  };
  listen();
  try {
    const result = await record({
      seconds,
      device,
      recorder,
      stop: stop.signal,
      signal: abort.signal,
      onLevel: (progress) => line.show(recordingLine(progress, seconds) + advice),
    });
    return { recording: result, stopped: stop.signal.aborted };
  } catch (error) {
    // Ctrl-C before a word was said.
    if (interrupted) throw new InterruptedError("voice.interrupted", {});
    throw error;
  } finally {
    recording = false;
    giveBack();
    line.clear();
  }
}

/** Asks what to do with the note; false: record again. Throws InterruptedError for neither. */
async function wanted(recording: Recording, keyboard: Keyboard): Promise<boolean> {
  for (;;) {
    notice(say("voice.keep-question"));
    switch (await keyboard.next()) {
      case "enter":
      case "y":
        return true;
      case "a":
        return false;
      case "p":
        await playUntilKey(recording, keyboard);
        break;
      case "n":
      case "interrupt":
      case "end":
      case "\x1b":
        throw new InterruptedError("voice.discarded", {});
    }
  }
}

/** Plays the note; any key ends it. */
async function playUntilKey(recording: Recording, keyboard: Keyboard): Promise<void> {
  const stop = new AbortController();
  const playing = play(recording.path, { signal: stop.signal }).catch((error) => {
    if (!stop.signal.aborted) notice(say("voice.cannot-play", { reason: reasonText(error) }));
  });
  await Promise.race([playing, keyboard.next()]);
  stop.abort();
  await playing;
}
