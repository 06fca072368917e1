/** Command lines that turn raw sound into a compact file: Opus by ffmpeg, FLAC by ffmpeg or sox. Pure. */
import { RECORD_RATE, type Recorder } from "./capture-commands.ts";
import type { ToolCommand } from "./child.ts";
import type { Host } from "./host.ts";

/** Bits a second of Opus: the middle of what RFC 7587 §3.1.1 gives for fullband speech (28–40 kbit/s). */
const OPUS_BIT_RATE = 32_000;

/** One way to encode: raw sound on stdin, the file named as `output`. */
export interface EncodeCommand extends ToolCommand {
  readonly extension: string;
}

/** The ways to encode here, most compact first; `output` is an absolute path without its extension. */
export function encodeCommands(
  host: Pick<Host, "find">,
  recorder: Recorder,
  output: string,
): EncodeCommand[] {
  const all = [
    ...(recorder === "sox" ? [] : ffmpegEncodings(output)),
    ...(recorder === "ffmpeg" ? [] : [soxEncoding(output)]),
  ];
  return all.filter(({ tool }) => host.find(tool) !== undefined);
}

function ffmpegEncodings(output: string): EncodeCommand[] {
  // bitexact: the file tells nothing of the program and its version.
  const encode = (extension: string, codec: readonly string[]): EncodeCommand => ({
    tool: "ffmpeg",
    extension,
    args: [
      ...["-nostdin", "-hide_banner", "-loglevel", "error"],
      ...["-f", "s16le", "-ar", String(RECORD_RATE), "-ac", "1", "-i", "pipe:0"],
      ...["-map_metadata", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact"],
      ...codec,
      ...["-y", `file:${output}${extension}`],
    ],
  });
  const opus = [
    "-c:a",
    "libopus",
    "-b:a",
    String(OPUS_BIT_RATE),
    "-application",
    "voip",
    "-f",
    "ogg",
  ];
  return [encode(".opus", opus), encode(".flac", ["-c:a", "flac", "-f", "flac"])];
}

function soxEncoding(output: string): EncodeCommand {
  return {
    tool: "sox",
    extension: ".flac",
    args: [
      ...["-V1", "-q", "-D", "-t", "raw", "-r", String(RECORD_RATE)],
      ...["-e", "signed-integer", "-b", "16", "-c", "1", "-L", "-"],
      ...["--comment", "", "-t", "flac", "-C", "8", `${output}.flac`],
    ],
  };
}
