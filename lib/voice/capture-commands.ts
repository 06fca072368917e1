/**
 * Command lines of the recorders, by platform. Every one writes raw sound to its stdout: 16-bit little-endian, one
 * channel, 48,000 samples a second. So the level meter, the early stop and the length are ours and the same for all.
 * Pure.
 */
import { UsageError } from "../errors.ts";
import { text } from "../text/catalogue.ts";
import type { ToolCommand } from "./child.ts";
import type { Host } from "./host.ts";
import type { Backend } from "./problem.ts";

/** Samples a second of all recordings: what Opus works with (RFC 7845 §5.1) and sound hardware has. */
export const RECORD_RATE = 48_000;
/** Sound in one piece from the recorder: 40 ms, for a meter that follows the voice. */
const FRAGMENT_BYTES = RECORD_RATE * 2 * 0.04;
/** Longest device name taken. */
const MAX_DEVICE_LENGTH = 256;

/** What the user may ask for. */
export const RECORDERS = ["auto", "ffmpeg", "sox"] as const;
export type Recorder = typeof RECORDERS[number];

/** One way to record. */
export interface CaptureCommand extends ToolCommand {
  readonly backend: Backend;
}

/** Refuses a device name that a tool could take for an option, or that garbles the terminal. */
export function checkDevice(device: string): string {
  if (device === "" || device.startsWith("-") || device.length > MAX_DEVICE_LENGTH) {
    throw new UsageError("voice.device-name", { device }, { hint: text("voice.device-name.hint") });
  }
  if (/\p{Cc}/u.test(device)) {
    throw new UsageError("voice.device-control", {});
  }
  return device;
}

/** The ways to record on this machine, best first. Empty when no recorder is there. */
export function captureCommands(
  host: Pick<Host, "os" | "find">,
  recorder: Recorder,
  device: string | undefined,
): CaptureCommand[] {
  const all = [
    ...(recorder === "sox" ? [] : ffmpegCaptures(host.os, device)),
    ...(recorder === "ffmpeg" ? [] : soxCaptures(host, device)),
    ...(recorder === "auto" && host.os === "linux" ? plainCaptures(device) : []),
  ];
  const there = all.filter(({ tool }) => host.find(tool) !== undefined);
  // A name in ALSA's form means nothing to a sound server.
  if (device === undefined || !isAlsaName(device)) return there;
  return there.filter(({ backend }) => backend !== "pulse");
}

/** Whether `device` is in the form of ALSA's PCM names ("hw:1,0", "plughw:CARD=USB"). */
export function isAlsaName(device: string): boolean {
  return /^(?:plughw|hw|sysdefault|default|dsnoop|front):/.test(device);
}

const FFMPEG_HEAD = ["-nostdin", "-hide_banner", "-loglevel", "error"] as const;
const RAW_OUT = [
  ...["-map", "0:a:0", "-c:a", "pcm_s16le", "-ac", "1", "-ar", String(RECORD_RATE)],
  ...["-f", "s16le", "-flush_packets", "1", "pipe:1"],
] as const;

function ffmpegCapture(backend: Backend, input: readonly string[]): CaptureCommand {
  return { tool: "ffmpeg", backend, args: [...FFMPEG_HEAD, ...input, ...RAW_OUT] };
}

function ffmpegCaptures(os: Host["os"], device: string | undefined): CaptureCommand[] {
  switch (os) {
    case "darwin":
      return [ffmpegCapture("avfoundation", avfoundation(device))];
    case "windows":
      return [ffmpegCapture("dshow", dshow(device))];
    case "linux":
      return [
        ffmpegCapture("pulse", [
          ...["-f", "pulse", "-sample_rate", String(RECORD_RATE), "-channels", "1"],
          ...["-fragment_size", String(FRAGMENT_BYTES), "-i", device ?? "default"],
        ]),
        ffmpegCapture("alsa", ["-f", "alsa", "-i", device ?? "default"]),
      ];
  }
}

/** ":NAME" or ":INDEX" is the sound half of "[video]:[audio]"; a colon in a name would split it again. */
function avfoundation(device: string | undefined): string[] {
  if (device?.includes(":")) {
    throw new UsageError("voice.device-colon", { device }, {
      hint: text("voice.device-colon.hint"),
    });
  }
  return ["-f", "avfoundation", "-i", `:${device ?? "default"}`];
}

/** DirectShow has no default by name: `defaultDevice` of devices.ts finds the first before. */
function dshow(device: string | undefined): string[] {
  return ["-f", "dshow", "-audio_buffer_size", "40", "-i", `audio=${device ?? "default"}`];
}

const SOX_RAW = [
  ...["-t", "raw", "-r", String(RECORD_RATE), "-e", "signed-integer", "-b", "16", "-c", "1", "-L"],
  "-",
] as const;

/** sox, or `rec` where only that is there: sox under another name, recording from the default device. */
function soxCaptures(
  host: Pick<Host, "os" | "find">,
  device: string | undefined,
): CaptureCommand[] {
  const sox = (backend: Backend, type: string): CaptureCommand => ({
    tool: "sox",
    backend,
    args: [
      "-V1",
      "-q",
      "--buffer",
      String(FRAGMENT_BYTES),
      "-t",
      type,
      device ?? "default",
      ...SOX_RAW,
    ],
    // libpulse, which sox reads through, takes the size of a piece from here.
    ...(backend === "pulse" ? { environment: { PULSE_LATENCY_MSEC: "40" } } : {}),
  });
  if (host.find("sox") === undefined) {
    const environment = device === undefined ? {} : { AUDIODEV: device };
    return [{ tool: "rec", backend: "default", args: ["-V1", "-q", ...SOX_RAW], environment }];
  }
  switch (host.os) {
    case "darwin":
      return [sox("default", "coreaudio")];
    case "windows":
      return [sox("default", "waveaudio")];
    case "linux":
      return [sox("pulse", "pulseaudio"), sox("alsa", "alsa")];
  }
}

/** The sound servers' own recorders, for a machine that has neither ffmpeg nor sox. */
function plainCaptures(device: string | undefined): CaptureCommand[] {
  const format = String(RECORD_RATE);
  return [
    {
      tool: "parecord",
      backend: "pulse",
      args: [
        ...["--raw", "--format=s16le", `--rate=${format}`, "--channels=1", "--latency-msec=40"],
        ...(device === undefined ? [] : [`--device=${device}`]),
      ],
    },
    {
      tool: "arecord",
      backend: "alsa",
      args: [
        ...["-q", "-t", "raw", "-f", "S16_LE", "-r", format, "-c", "1"],
        ...["-D", device ?? "default", "-"],
      ],
    },
  ];
}
