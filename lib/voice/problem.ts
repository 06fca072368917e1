/**
 * What can go wrong with microphones, loudspeakers and the programs that serve them: recognised from what those programs
 * print, and told with what to do about it. Pure.
 */
import { type ErrorDetail, FailureError } from "../errors.ts";
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

export type Problem = typeof PROBLEMS[number];

/** Whether sound goes in or out. */
export type Direction = "record" | "play";

/** A voice note could not be recorded, read or played. */
export class VoiceError extends FailureError {
  override readonly kind: string;

  constructor(readonly problem: Problem, message: string, detail: ErrorDetail = {}) {
    super(message, detail);
    this.kind = `voice-${problem}`;
  }
}

/** Through which system a program reaches the sound: the same words mean different things in each. */
export type Backend = "pulse" | "alsa" | "avfoundation" | "dshow" | "default" | "file";

/** One program that did not do it: what it printed, and why that was, as far as can be told. */
export interface Attempt {
  readonly tool: string;
  readonly backend: Backend;
  readonly problem: Problem;
  /** What the program said, in one line. */
  readonly said: string;
}

type Rule = readonly [RegExp, Problem];

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
export function classify(stderr: string, tool: string, backend: Backend): Problem {
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
export function worstOf(attempts: readonly Attempt[]): Attempt | undefined {
  return [...attempts].sort((a, b) => PROBLEMS.indexOf(a.problem) - PROBLEMS.indexOf(b.problem))[0];
}

/** Where p2p runs, as far as advice depends on it. */
export interface Place {
  readonly os: Platform;
  readonly packages: PackageManager | undefined;
}

const THING = { record: "microphone", play: "loudspeaker" } as const;

/** The error for a person after every program failed. */
export function troubleError(
  direction: Direction,
  attempts: readonly Attempt[],
  place: Place,
  device?: string,
): VoiceError {
  const worst = worstOf(attempts);
  const action = `${direction} voice`;
  if (worst === undefined) return missingToolError(direction, place);
  const thing = THING[direction];
  const named = device === undefined ? "" : ` ${JSON.stringify(device)}`;
  const hint = hintFor(worst.problem, direction, place, device);
  const detail = hint === undefined ? {} : { hint };
  const message = {
    "denied": `the system does not let p2p use the ${thing}${named}`,
    "busy": `the ${thing}${named} is in use by another program`,
    "no-device": device === undefined ? `no ${thing} found` : `there is no device${named}`,
    "no-server": attempts.some(({ problem }) => problem === "no-device")
      ? "no sound server answers, and there is no sound card to use without one"
      : "no sound server answers",
    "timeout": `the ${thing}${named} gives no sound (${worst.tool})`,
    "unsupported": `${worst.tool} cannot do it: ${worst.said || "no reason given"}`,
    "failed": `${worst.tool} failed: ${worst.said || "no reason given"}`,
    "no-tool": `${worst.tool} is not installed`,
  }[worst.problem];
  return new VoiceError(worst.problem, `${action}: ${message}`, detail);
}

/** The error where no program is there at all. */
export function missingToolError(direction: Direction, place: Place): VoiceError {
  const what = direction === "record" ? "recorder" : "player";
  return new VoiceError("no-tool", `${direction} voice: no ${what} found (ffmpeg or sox)`, {
    hint: installHint(place.os, place.packages),
  });
}

/** The error where the recorder that was asked for ("auto": any) is not there. */
export function missingRecorderError(recorder: "auto" | Wanted, place: Place): VoiceError {
  if (recorder === "auto") return missingToolError("record", place);
  return new VoiceError("no-tool", `record voice: ${recorder} is not installed`, {
    hint: installHint(place.os, place.packages, recorder),
  });
}

function hintFor(
  problem: Problem,
  direction: Direction,
  { os, packages }: Place,
  device: string | undefined,
): string | undefined {
  switch (problem) {
    case "denied":
      return DENIED[os][direction];
    case "busy":
      return BUSY[os];
    case "no-device":
      if (device !== undefined) return DEVICE_HINT[direction];
      return NO_DEVICE[os][direction];
    case "no-server":
      return NO_SERVER[os];
    case "timeout":
      return os === "darwin" ? DENIED.darwin[direction] : DEVICE_HINT[direction];
    case "unsupported":
    case "no-tool":
      return installHint(os, packages);
    case "failed":
      return undefined;
  }
}

const DEVICE_HINT = {
  record: "see the devices: p2p voice --list-devices; choose one with --device NAME",
  play: "check the sound output in the system's settings",
} as const;

const DENIED: Record<Platform, Record<Direction, string>> = {
  linux: {
    record: "be a member of the group audio (sudo usermod -aG audio $USER, then log in again); " +
      "in a container or sandbox, share the sound server with it",
    play: "be a member of the group audio (sudo usermod -aG audio $USER, then log in again); " +
      "in a container or sandbox, share the sound server with it",
  },
  darwin: {
    record:
      "System Settings > Privacy & Security > Microphone: switch on your terminal, then start it again",
    play: "System Settings > Sound > Output: choose a device",
  },
  windows: {
    record: "Settings > Privacy & security > Microphone: switch on access, also for desktop apps",
    play: "Settings > System > Sound > Output: choose a device",
  },
};

const SILENCE: Record<Platform, string> = {
  linux:
    "unmute it (pactl set-source-mute @DEFAULT_SOURCE@ 0), or choose another with --device NAME",
  darwin: DENIED.darwin.record,
  windows: DENIED.windows.record,
};

/** What to do when nothing but digital silence was recorded: some systems give that for a forbidden microphone. */
export function silenceHint({ os }: Place): string {
  return SILENCE[os];
}

const BUSY: Record<Platform, string> = {
  linux:
    "close the program that holds it (see: fuser -v /dev/snd/*), or choose another with --device NAME",
  darwin: "close the program that holds it, or choose another with --device NAME",
  windows:
    "close the program that holds it, or switch off exclusive mode in the device's properties",
};

const NO_DEVICE: Record<Platform, Record<Direction, string>> = {
  linux: {
    record: "connect a microphone and see it with: p2p voice --list-devices; " +
      "or send a sound file: p2p voice PEER --input FILE",
    play:
      "connect a loudspeaker or headphones; the note can be played later: p2p voice --play FILE",
  },
  darwin: {
    record:
      "connect a microphone (System Settings > Sound > Input), or send a sound file with --input FILE",
    play: "choose an output in System Settings > Sound > Output",
  },
  windows: {
    record:
      "connect a microphone (Settings > System > Sound > Input), or send a sound file with --input FILE",
    play: "choose an output in Settings > System > Sound > Output",
  },
};

const NO_SERVER: Record<Platform, string> = {
  linux:
    "start the sound server: systemctl --user start pipewire-pulse (or: pulseaudio --start); " +
    "over ssh or in a container set PULSE_SERVER",
  darwin: "start the sound service again: sudo killall coreaudiod",
  windows: "start the service Windows Audio",
};
