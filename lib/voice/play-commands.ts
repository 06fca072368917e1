/**
 * Command lines of the players and decoders, by platform. The file is always an absolute path, and the player is told
 * what kind of sound it is. Pure.
 */
import type { ToolCommand } from "./child.ts";
import type { AudioType } from "./formats/sniff.ts";
import type { Host } from "./host.ts";
import type { Backend } from "./problem.ts";
import type { VoiceTool } from "./tools.ts";

/** One way to play. */
export interface PlayCommand extends ToolCommand {
  readonly backend: Backend;
}

type Formats = ReadonlySet<string>;

/** What libsndfile reads, which paplay uses (libsndfile 1.0.29 and later for Opus). */
const PAPLAY: Formats = new Set([".wav", ".flac", ".ogg", ".opus", ".oga", ".aiff", ".au"]);
/** What Core Audio reads (Apple, Audio File Services). */
const AFPLAY: Formats = new Set([
  ".wav",
  ".flac",
  ".mp3",
  ".m4a",
  ".aac",
  ".aiff",
  ".au",
  ".caf",
  ".amr",
]);
/** What Windows Media Foundation reads (Supported Media Formats in Media Foundation). */
const WINDOWS: Formats = new Set([".wav", ".flac", ".mp3", ".m4a", ".aac", ".wma", ".amr"]);
const APLAY: Formats = new Set([".wav", ".au"]);

/** The ways to play the file at `path`, best first; each plays at most `seconds` where it can be told so. */
export function playCommands(
  host: Pick<Host, "os" | "find">,
  path: string,
  type: AudioType,
  seconds: number,
): PlayCommand[] {
  const can = (formats: Formats) => formats.has(type.extension);
  const sox = type.sox === undefined ? [] : soxPlay(host, path, type.sox, seconds);
  const general = [ffplay(path, type, seconds), ...sox, mpv(path, type, seconds)];
  const all = {
    linux: [
      ...general,
      ...(can(PAPLAY) ? [plain("paplay", "pulse", [path])] : []),
      ...(can(APLAY) ? [plain("aplay", "alsa", ["-q", path])] : []),
      ffmpegAlsa(path, type, seconds),
    ],
    darwin: can(AFPLAY) ? [afplay(path, seconds), ...general] : general,
    windows: [...general, ...(can(WINDOWS) ? [windowsPlayer(path, seconds)] : [])],
  }[host.os];
  return all.filter(({ tool }) => host.find(tool) !== undefined);
}

function plain(tool: VoiceTool, backend: Backend, args: string[]): PlayCommand {
  return { tool, backend, args };
}

/** Input options of ffmpeg's family: this kind of sound, from a local file and nowhere else. */
function ffmpegInput(path: string, type: AudioType): string[] {
  return ["-protocol_whitelist", "file", "-f", type.ffmpeg, "-i", `file:${path}`];
}

function ffplay(path: string, type: AudioType, seconds: number): PlayCommand {
  const args = [
    ...["-hide_banner", "-loglevel", "error", "-nostats", "-nodisp", "-autoexit", "-vn", "-sn"],
    ...["-t", String(seconds), ...ffmpegInput(path, type)],
  ];
  return plain("ffplay", "default", args);
}

function soxPlay(
  host: Pick<Host, "os" | "find">,
  path: string,
  format: string,
  seconds: number,
): PlayCommand[] {
  const input = ["-V1", "-q", "-t", format, path];
  const trim = ["trim", "0", String(seconds)];
  if (host.find("sox") === undefined) return [plain("play", "default", [...input, ...trim])];
  const to = (backend: Backend, driver: string) =>
    plain("sox", backend, [...input, "-t", driver, "default", ...trim]);
  switch (host.os) {
    case "darwin":
      return [to("default", "coreaudio")];
    case "windows":
      return [to("default", "waveaudio")];
    case "linux":
      return [to("pulse", "pulseaudio"), to("alsa", "alsa")];
  }
}

function mpv(path: string, type: AudioType, seconds: number): PlayCommand {
  return plain("mpv", "default", [
    ...["--no-config", "--load-scripts=no", "--ytdl=no", "--no-input-terminal", "--really-quiet"],
    ...["--msg-level=all=error", "--no-video", "--access-references=no", "--autoload-files=no"],
    ...["--demuxer=+lavf", `--demuxer-lavf-format=${type.ffmpeg}`, `--length=${seconds}`],
    ...["--", path],
  ]);
}

/** ffmpeg as a player of last resort. ALSA's output waits for the end of the sound, PulseAudio's does not. */
function ffmpegAlsa(path: string, type: AudioType, seconds: number): PlayCommand {
  return plain("ffmpeg", "alsa", [
    ...["-nostdin", "-hide_banner", "-loglevel", "error", ...ffmpegInput(path, type)],
    ...["-t", String(seconds), "-map", "0:a:0", "-f", "alsa", "default"],
  ]);
}

function afplay(path: string, seconds: number): PlayCommand {
  return plain("afplay", "default", ["-t", String(seconds), path]);
}

/** The path reaches PowerShell as a variable and never as a part of its program. */
const WINDOWS_PROGRAM = [
  "$ErrorActionPreference = 'Stop'",
  "Add-Type -AssemblyName PresentationCore",
  "$player = New-Object System.Windows.Media.MediaPlayer",
  "$player.Open([Uri]::new($env:P2P_VOICE_FILE))",
  "for ($i = 0; $i -lt 50 -and -not $player.NaturalDuration.HasTimeSpan; $i++) { Start-Sleep -Milliseconds 100 }",
  "if (-not $player.NaturalDuration.HasTimeSpan) { throw 'NoTimeSpan' }",
  "$length = [Math]::Min($player.NaturalDuration.TimeSpan.TotalSeconds, [double]$env:P2P_VOICE_SECONDS)",
  "$player.Play()",
  "Start-Sleep -Milliseconds ([int](1000 * $length) + 300)",
  "$player.Close()",
].join("; ");

function windowsPlayer(path: string, seconds: number): PlayCommand {
  return {
    tool: "powershell",
    backend: "default",
    args: ["-NoProfile", "-NonInteractive", "-STA", "-Command", WINDOWS_PROGRAM],
    environment: { P2P_VOICE_FILE: path, P2P_VOICE_SECONDS: String(seconds) },
  };
}

/** What decoded sound is wanted. */
export interface DecodeWish {
  readonly rate: number;
  /** Most of it, in seconds. */
  readonly seconds: number;
}

/** The ways to decode the file to raw 16-bit mono sound on stdout. */
export function decodeCommands(
  host: Pick<Host, "find">,
  path: string,
  type: AudioType,
  { rate, seconds }: DecodeWish,
): ToolCommand[] {
  const all: ToolCommand[] = [{
    tool: "ffmpeg",
    args: [
      ...["-nostdin", "-hide_banner", "-loglevel", "error", ...ffmpegInput(path, type)],
      ...["-t", String(seconds), "-map", "0:a:0", "-ac", "1", "-ar", String(rate)],
      ...["-c:a", "pcm_s16le", "-f", "s16le", "pipe:1"],
    ],
  }];
  if (type.sox !== undefined) {
    all.push({
      tool: "sox",
      args: [
        ...["-V1", "-q", "-t", type.sox, path, "-t", "raw", "-r", String(rate)],
        ...["-e", "signed-integer", "-b", "16", "-c", "1", "-L", "-", "trim", "0", String(seconds)],
      ],
    });
  }
  return all.filter(({ tool }) => host.find(tool) !== undefined);
}

/** The ways to ask what a file holds: ffprobe answers JSON, sox a number of seconds. */
export function probeCommands(
  host: Pick<Host, "find">,
  path: string,
  type: AudioType,
): Array<ToolCommand & { readonly answers: "json" | "seconds" }> {
  const entries = "format=duration:stream=codec_type,duration:stream_disposition=attached_pic";
  const all: Array<ToolCommand & { readonly answers: "json" | "seconds" }> = [{
    tool: "ffprobe",
    answers: "json",
    args: ["-v", "error", "-show_entries", entries, "-of", "json", ...ffmpegInput(path, type)],
  }];
  if (type.sox !== undefined) {
    const args = ["-D", "-t", type.sox, path];
    all.push({ tool: "sox", answers: "seconds", args: ["--info", ...args] });
    all.push({ tool: "soxi", answers: "seconds", args });
  }
  return all.filter(({ tool }) => host.find(tool) !== undefined);
}
