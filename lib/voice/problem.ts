/**
 * What can go wrong with microphones, loudspeakers and the programs that serve them: recognised from what those programs
 * print, and told with what to do about it. Pure.
 */
import { type ErrorDetail, FailureError } from "../errors.ts";
import { type Code, type ParamsOf, text } from "../text/catalogue.ts";
import type { Text } from "../text/text.ts";
import { installHint, type PackageManager, type Wanted } from "./install.ts";
import type { Platform } from "./tools.ts";

/** Kinds of trouble, the most telling first: of several attempts the first kind in this list is reported. */
export const PROBLEMS = [
  "denied",
  "busy",
  "no-server",
  "no-device",
  "timeout",
  "unsupported",
  "failed",
  "no-tool",
] as const;

export type VoiceProblem = typeof PROBLEMS[number];

/** Whether sound goes in or out. */
export type SoundDirection = "record" | "play";

/** A voice note could not be recorded, read or played. */
export class VoiceError<C extends Code = Code> extends FailureError<C> {
  override readonly kind: string;

  constructor(
    readonly problem: VoiceProblem,
    code: C,
    params: ParamsOf<C>,
    detail: ErrorDetail = {},
  ) {
    super(code, params, detail);
    this.kind = `voice-${problem}`;
  }
}

/** Through which system a program reaches the sound: the same words mean different things in each. */
export type Backend = "pulse" | "alsa" | "avfoundation" | "dshow" | "default" | "file";

/** One program that did not do it: what it printed, and why that was, as far as can be told. */
export interface Attempt {
  readonly tool: string;
  readonly backend: Backend;
  readonly problem: VoiceProblem;
  /** What the program said, in one line. */
  readonly said: string;
}

type Rule = readonly [RegExp, VoiceProblem];

/** Words of the programs and of the C library (with LC_ALL=C), in the order to look for them. */
const RULES: readonly Rule[] = [
  [
    /no such filter|unknown (?:input|output) format|requested (?:input|output) format .* not/i,
    "unsupported",
  ],
  [
    /no handler for (?:given|detected) file type|unrecognized option|option .* not found/i,
    "unsupported",
  ],
  [/unknown (?:de|en)coder|encoder .* not found|decoder .* not found/i, "unsupported"],
  [/device or resource busy|already in use|resource is in use|0x80070020|0x800700aa/i, "busy"],
  [/could not run graph/i, "busy"],
  [
    /not authori[sz]ed|permission denied|operation not permitted|access (?:is )?denied|0x80070005/i,
    "denied",
  ],
  [/connection refused|connection failure|connection terminated|host is down/i, "no-server"],
  [
    /no such entity|unknown pcm|cannot find card|cannot get card|no default audio device/i,
    "no-device",
  ],
  [
    /could not find audio (?:only )?device|(?:audio )?device not found|no such device/i,
    "no-device",
  ],
  [
    /could not enumerate audio|audio open failed|no audio driver|invalid audio device/i,
    "no-device",
  ],
  [/no such file or directory/i, "no-device"],
];

/**
 * ffmpeg shows the numbers of PulseAudio's errors as if they were the C library's: PA_ERR_ACCESS 1, INVALID 3,
 * NOENTITY 5, CONNECTIONREFUSED 6, TIMEOUT 8, CONNECTIONTERMINATED 11 (pulse/def.h) read as EPERM, ESRCH, EIO, ENXIO,
 * ENOEXEC, EAGAIN.
 */
const FFMPEG_PULSE_RULES: readonly Rule[] = [
  [/cannot connect context: access denied/i, "no-server"],
  [/: no such process/i, "no-server"],
  [/: no such device or address/i, "no-server"],
  [/: exec format error|: resource temporarily unavailable/i, "no-server"],
  [/generic error in an external library/i, "no-server"],
  [/: input\/output error/i, "no-device"],
];

/** What kind of trouble `stderr` of a tool that reached for sound tells of. */
export function classify(stderr: string, tool: string, backend: Backend): VoiceProblem {
  const special = backend === "pulse" && /^ff/.test(tool) ? FFMPEG_PULSE_RULES : [];
  return [...special, ...RULES].find(([words]) => words.test(stderr))?.[1] ?? "failed";
}

/** The line of `stderr` that says most: the last that is not a library's own chatter. */
export function tellingLine(stderr: string): string {
  const lines = stderr.split(/[\r\n]+/).map((line) => line.trim()).filter((line) => line !== "");
  const own = lines.filter((line) =>
    !/^ALSA lib |^\s*at |^Error (?:initializing|opening)/.test(line)
  );
  const line = own.at(-1) ?? lines.at(-1) ?? "";
  return line.replace(/^\[[^\]]*\]\s*/, "").replaceAll(/\p{Cc}/gu, "?").slice(0, 200);
}

/** The attempt to report of several: the most telling kind, and of that kind the first. */
function worstOf(attempts: readonly Attempt[]): Attempt | undefined {
  return [...attempts].sort((a, b) => PROBLEMS.indexOf(a.problem) - PROBLEMS.indexOf(b.problem))[0];
}

/** Where p2p runs, as far as advice depends on it. */
export interface HostPlace {
  readonly os: Platform;
  readonly packages: PackageManager | undefined;
}

/** The error for a person after every program failed. */
export function troubleError(
  direction: SoundDirection,
  attempts: readonly Attempt[],
  place: HostPlace,
  device?: string,
): VoiceError {
  const worst = worstOf(attempts);
  if (worst === undefined) return missingToolError(direction, place);
  const { problem } = worst;
  const hint = hintFor(problem, direction, place, device);
  return new VoiceError(problem, "voice.trouble", {
    direction,
    reason: reasonFor(worst, direction, attempts, device),
  }, { hint });
}

function reasonFor(
  { tool, problem, said }: Attempt,
  direction: SoundDirection,
  attempts: readonly Attempt[],
  device: string | undefined,
): Text {
  switch (problem) {
    case "denied":
      return text("voice.denied", { direction, device });
    case "busy":
      return text("voice.busy", { direction, device });
    case "no-device":
      return device === undefined
        ? text("voice.no-device", { direction })
        : text("voice.no-such-device", { device });
    case "no-server":
      return text(
        attempts.some((attempt) => attempt.problem === "no-device")
          ? "voice.no-server-no-card"
          : "voice.no-server",
      );
    case "timeout":
      return text("voice.timeout", { direction, device, tool });
    case "unsupported":
      return text("voice.unsupported", { tool, said });
    case "failed":
      return text("voice.tool-failed", { tool, said });
    case "no-tool":
      return text("voice.not-installed", { tool });
  }
}

/** The error where no program is there at all. */
export function missingToolError(direction: SoundDirection, place: HostPlace): VoiceError {
  const reason = text(direction === "record" ? "voice.no-recorder" : "voice.no-player");
  return new VoiceError("no-tool", "voice.trouble", { direction, reason }, {
    hint: installHint(place.os, place.packages),
  });
}

/** The error where the recorder that was asked for ("auto": any) is not there. */
export function missingRecorderError(recorder: "auto" | Wanted, place: HostPlace): VoiceError {
  if (recorder === "auto") return missingToolError("record", place);
  const reason = text("voice.not-installed", { tool: recorder });
  return new VoiceError("no-tool", "voice.trouble", { direction: "record", reason }, {
    hint: installHint(place.os, place.packages, recorder),
  });
}

function hintFor(
  problem: VoiceProblem,
  direction: SoundDirection,
  { os, packages }: HostPlace,
  device: string | undefined,
): Text | undefined {
  const deviceHint = text(
    direction === "record" ? "voice.choose-device" : "voice.check-output",
  );
  switch (problem) {
    case "denied":
      return DENIED[os][direction];
    case "busy":
      return BUSY[os];
    case "no-device":
      return device === undefined ? NO_DEVICE[os][direction] : deviceHint;
    case "no-server":
      return NO_SERVER[os];
    case "timeout":
      return os === "darwin" ? DENIED.darwin[direction] : deviceHint;
    case "unsupported":
    case "no-tool":
      return installHint(os, packages);
    case "failed":
      return undefined;
  }
}

const DENIED: Record<Platform, Record<SoundDirection, Text>> = {
  linux: { record: text("voice.denied.linux"), play: text("voice.denied.linux") },
  darwin: {
    record: text("voice.denied.darwin-record"),
    play: text("voice.denied.darwin-play"),
  },
  windows: {
    record: text("voice.denied.windows-record"),
    play: text("voice.denied.windows-play"),
  },
};

const SILENCE: Record<Platform, Text> = {
  linux: text("voice.silence.linux"),
  darwin: DENIED.darwin.record,
  windows: DENIED.windows.record,
};

/** What to do when nothing but digital silence was recorded: some systems give that for a forbidden microphone. */
export function silenceHint({ os }: HostPlace): Text {
  return SILENCE[os];
}

const BUSY: Record<Platform, Text> = {
  linux: text("voice.busy.linux"),
  darwin: text("voice.busy.darwin"),
  windows: text("voice.busy.windows"),
};

const NO_DEVICE: Record<Platform, Record<SoundDirection, Text>> = {
  linux: {
    record: text("voice.no-device.linux-record"),
    play: text("voice.no-device.linux-play"),
  },
  darwin: {
    record: text("voice.no-device.darwin-record"),
    play: text("voice.no-device.darwin-play"),
  },
  windows: {
    record: text("voice.no-device.windows-record"),
    play: text("voice.no-device.windows-play"),
  },
};

const NO_SERVER: Record<Platform, Text> = {
  linux: text("voice.no-server.linux"),
  darwin: text("voice.no-server.darwin"),
  windows: text("voice.no-server.windows"),
};
