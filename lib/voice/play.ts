/** Plays a voice note through the first player of this machine that can. */
import { FormatError } from "../errors.ts";
import { run, type ToolCommand } from "./child.ts";
import { type Host, thisHost } from "./host.ts";
import { inspect, type VoiceFile } from "./inspect.ts";
import { waveform } from "./level.ts";
import { samplesOf } from "./pcm.ts";
import { decodeCommands, type DecodeWish, playCommands } from "./play-commands.ts";
import { type Attempt, classify, tellingLine, troubleError, type VoiceProblem } from "./problem.ts";
import { Scratch } from "./scratch.ts";
import { readWav, writeWav } from "./wav.ts";

/** Most of one note that is played, in seconds: a file can claim any length. */
const MAX_PLAY_SECONDS = 3600;
/** A player may take this much longer than the sound, in seconds: to start, and to empty its buffers. */
const PLAY_SLACK_SECONDS = 15;
/** Decoding takes no longer than this, in milliseconds. */
const DECODE_MS = 30_000;
/** For the picture of the sound: enough to see, little to compute. */
const WAVEFORM_WISH: DecodeWish = { rate: 8_000, seconds: 600 };
/** For players that take plain WAV only. */
const PLAY_WISH: DecodeWish = { rate: 48_000, seconds: 600 };

/** Where and how to play. */
export interface PlayOptions {
  readonly host?: Host | undefined;
  /** Ends the playing and throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Plays the file to its end. A VoiceError says what to do where that fails. */
export async function play(path: string, options: PlayOptions = {}): Promise<VoiceFile> {
  const host = options.host ?? thisHost();
  const file = await inspect(path, host);
  const attempts: Attempt[] = [];
  if (await playDirectly(host, file, attempts, options.signal)) return file;
  if (await playDecoded(host, file, attempts, options.signal)) return file;
  throw troubleError("play", attempts, host);
}

async function playDirectly(
  host: Host,
  file: VoiceFile,
  attempts: Attempt[],
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const seconds = Math.min(file.seconds ?? MAX_PLAY_SECONDS, MAX_PLAY_SECONDS);
  const timeout = (seconds + PLAY_SLACK_SECONDS) * 1000;
  // The limit lies a second beyond the length, so that rounding never cuts the end off.
  for (const command of playCommands(host, file.path, file.type, Math.ceil(seconds) + 1)) {
    const { code, stderr, late } = await run(host, command, { timeout, signal });
    if (code === 0 && !playerGaveUp(stderr)) return true;
    const problem: VoiceProblem = late
      ? "timeout"
      : classify(stderr, command.tool, command.backend);
    attempts.push({ ...command, problem, said: tellingLine(stderr) });
    if (late) return false;
  }
  return false;
}

/** ffplay ends with 0 also where it could not open the loudspeaker or the file. */
function playerGaveUp(stderr: string): boolean {
  return /audio open failed|Failed to open file|Invalid data found/.test(stderr);
}

/** Turns the note into plain WAV for a player that cannot read it (aplay and Opus, say). */
async function playDecoded(
  host: Host,
  file: VoiceFile,
  attempts: Attempt[],
  signal: AbortSignal | undefined,
): Promise<boolean> {
  if (file.type.ffmpeg === "wav") return false;
  const samples = await decode(host, file, PLAY_WISH, signal);
  if (samples === undefined) return false;
  const scratch = await Scratch.create();
  try {
    const path = await scratch.file("voice.wav", writeWav(samples, PLAY_WISH.rate));
    return await playDirectly(host, await inspect(path, host), attempts, signal);
  } finally {
    await scratch.remove();
  }
}

/** Mono samples of the file; undefined where nothing here can decode it. */
async function decode(
  host: Host,
  file: VoiceFile,
  wish: DecodeWish,
  signal: AbortSignal | undefined,
): Promise<Int16Array | undefined> {
  const output = wish.rate * 2 * wish.seconds;
  const attempt = async (command: ToolCommand) => {
    const { code, stdout } = await run(host, command, { timeout: DECODE_MS, signal, output });
    return code === 0 && stdout.length > 1 ? samplesOf(stdout) : undefined;
  };
  for (const command of decodeCommands(host, file.path, file.type, wish)) {
    const samples = await attempt(command);
    if (samples !== undefined) return samples;
  }
  return undefined;
}

/** A voice note as a conversation shows it. */
export interface VoiceDescription extends VoiceFile {
  /** "▁▂▆█▇▃▁"; undefined where nothing here can decode the sound. */
  readonly waveform: string | undefined;
}

/**
 * Kind, length and picture of a note: for showing it, without playing.
 *
 * @param options.tools false: a note of a stranger's is given to no decoder, only plain WAV gets its picture
 */
export async function describeVoice(
  path: string,
  { host = thisHost(), signal, tools = true }: PlayOptions & { readonly tools?: boolean } = {},
): Promise<VoiceDescription> {
  const file = await inspect(path, host);
  const samples = await ownDecode(file) ??
    (tools ? await decode(host, file, WAVEFORM_WISH, signal) : undefined);
  return { ...file, waveform: samples === undefined ? undefined : waveform(samples) };
}

/** A WAV file needs no tool. */
async function ownDecode(file: VoiceFile): Promise<Int16Array | undefined> {
  const limit = PLAY_WISH.rate * 4 * PLAY_WISH.seconds;
  if (file.type.ffmpeg !== "wav" || file.size > limit) return undefined;
  try {
    return readWav(await Deno.readFile(file.path)).samples;
  } catch (error) {
    // A coding that only a tool decodes.
    if (error instanceof FormatError) return undefined;
    throw error;
  }
}
