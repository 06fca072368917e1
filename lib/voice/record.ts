/** Records a voice note: sound from the microphone, made compact, in a private file. */
import type { Text } from "../text/text.ts";
import { join } from "../system/path.ts";
import { wipe } from "../bytes.ts";
import { capture, type CaptureOptions } from "./capture.ts";
import { RECORD_RATE, type Recorder } from "./capture-commands.ts";
import { run } from "./child.ts";
import { encodeCommands } from "./encode-commands.ts";
import { type Host, thisHost } from "./host.ts";
import { inspect, type VoiceFile } from "./inspect.ts";
import { levelOf, waveform } from "./level.ts";
import { silenceHint, VoiceError } from "./problem.ts";
import { Scratch } from "./scratch.ts";
import { pcmBytes, writeWav } from "./wav.ts";

/** Shorter than this is a slip of the finger, in seconds. */
const MIN_SECONDS = 0.2;
/** Encoding takes no longer than this, in milliseconds: many times what ten minutes of sound need. */
const ENCODE_MS = 60_000;

/** What to record, and on which machine. */
export interface RecordOptions extends CaptureOptions {
  readonly host?: Host;
}

/** A finished recording, in a private file until it is discarded. */
export interface Recording extends VoiceFile {
  readonly seconds: number;
  readonly waveform: string;
  /** The program that recorded it. */
  readonly tool: string;
  /** Nothing but digital silence came: a switched-off or forbidden microphone. */
  readonly silent: boolean;
  /** What to do about silence; undefined where there is sound. */
  readonly silenceHint: Text | undefined;
  /** Why it ended before its time, where nobody stopped it. */
  readonly cutShort: Text | undefined;
  /** Takes the file away. */
  discard(): Promise<void>;
}

/** Records and encodes. The caller discards the recording when it is done with it. */
export async function record(options: RecordOptions): Promise<Recording> {
  const host = options.host ?? thisHost();
  const { samples, seconds, tool, cutShort } = await capture(host, options);
  if (seconds < MIN_SECONDS) {
    wipe(new Uint8Array(samples.buffer));
    throw new VoiceError("failed", "voice.nothing-recorded", {}, { hint: cutShort });
  }
  const scratch = await Scratch.create();
  try {
    const path = await encode(host, options.recorder ?? "auto", samples, scratch, options.signal);
    const file = await inspect(path, host);
    const silent = levelOf(samples).peak === 0;
    return {
      ...file,
      seconds,
      waveform: waveform(samples),
      tool,
      silent,
      silenceHint: silent ? silenceHint(host) : undefined,
      cutShort,
      discard: () => scratch.remove(),
    };
  } catch (error) {
    await scratch.remove();
    throw error;
  } finally {
    wipe(new Uint8Array(samples.buffer));
  }
}

/** "voice-20251122-073512": notes lie side by side at the receiver, so they are named by their time. */
export function noteName(time: Date): string {
  const [year, month, day, hours, minutes, seconds] = [
    time.getFullYear(),
    time.getMonth() + 1,
    time.getDate(),
    time.getHours(),
    time.getMinutes(),
    time.getSeconds(),
  ].map((part) => String(part).padStart(2, "0"));
  return `voice-${year}${month}${day}-${hours}${minutes}${seconds}`;
}

/** Writes `samples` (at `RECORD_RATE`) as compactly as this machine can: Opus, else FLAC, else WAV. Answers the path. */
export async function encode(
  host: Host,
  recorder: Recorder,
  samples: Int16Array,
  scratch: Scratch,
  signal?: AbortSignal,
): Promise<string> {
  const input = pcmBytes(samples);
  const name = noteName(new Date());
  try {
    for (const command of encodeCommands(host, recorder, join(scratch.folder, name))) {
      const path = await scratch.file(`${name}${command.extension}`);
      const { code, late } = await run(host, command, { timeout: ENCODE_MS, signal, input });
      if (code === 0 && !late && (await Deno.stat(path)).size > 0) return path;
      // This one lacks the codec; the next may have it, and WAV needs none.
      await Deno.remove(path);
    }
    return await scratch.file(`${name}.wav`, writeWav(samples, RECORD_RATE));
  } finally {
    wipe(input);
  }
}
