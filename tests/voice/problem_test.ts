import assert from "node:assert/strict";
import { ExitCode } from "../../lib/errors.ts";
import { installHint, PACKAGE_MANAGERS } from "../../lib/voice/install.ts";
import {
  type Attempt,
  type Backend,
  classify,
  missingToolError,
  PROBLEMS,
  type SoundDirection,
  tellingLine,
  troubleError,
  type VoiceProblem,
} from "../../lib/voice/problem.ts";
import type { Platform } from "../../lib/voice/tools.ts";
import { english } from "../support/english.ts";

/** What the programs print, word for word, and what it means. */
const SAID: ReadonlyArray<readonly [string, Backend, string, VoiceProblem]> = [
  // Seen with ffmpeg 5.1, sox 14.4.2, pulseaudio-utils 16.1, alsa-utils 1.2.8.
  ["ffmpeg", "pulse", "nosuch: Input/output error", "no-device"],
  ["ffmpeg", "pulse", "default: No such process", "no-server"],
  [
    "ffmpeg",
    "pulse",
    "[PulseAudio outdev @ 0x5] Cannot connect context: Access denied.",
    "no-server",
  ],
  ["ffmpeg", "pulse", "Unknown input format: 'pulse'", "unsupported"],
  [
    "ffmpeg",
    "alsa",
    "ALSA lib pcm.c:2666:(snd_pcm_open_noupdate) Unknown PCM nosuch\n" +
    "[alsa @ 0x5] cannot open audio device nosuch (No such file or directory)\n" +
    "nosuch: Input/output error",
    "no-device",
  ],
  [
    "ffmpeg",
    "alsa",
    "[alsa @ 0x5] cannot open audio device hw:0 (Device or resource busy)\n" +
    "hw:0: Input/output error",
    "busy",
  ],
  ["ffmpeg", "alsa", "[alsa @ 0x5] cannot open audio device hw:0 (Permission denied)", "denied"],
  [
    "sox",
    "pulse",
    "sox FAIL formats: can't open input  `nosuch': can not open audio device: No such entity",
    "no-device",
  ],
  [
    "sox",
    "pulse",
    "sox FAIL formats: can't open input  `default': can not open audio device: Connection refused",
    "no-server",
  ],
  ["sox", "pulse", "sox FAIL formats: no handler for given file type `pulseaudio'", "unsupported"],
  [
    "sox",
    "alsa",
    "sox FAIL formats: can't open input  `hw:0': snd_pcm_open error: Device or resource busy",
    "busy",
  ],
  [
    "play",
    "default",
    "play FAIL sox: Sorry, there is no default audio device configured",
    "no-device",
  ],
  ["sox", "default", "sox FAIL formats: no handler for detected file type `opus'", "unsupported"],
  ["parecord", "pulse", "Stream error: No such entity", "no-device"],
  [
    "parecord",
    "pulse",
    "Connection failure: Connection refused\npa_context_connect() failed: Connection refused",
    "no-server",
  ],
  [
    "arecord",
    "alsa",
    "arecord: main:831: audio open error: No such file or directory",
    "no-device",
  ],
  ["arecord", "alsa", "arecord: main:831: audio open error: Device or resource busy", "busy"],
  [
    "ffplay",
    "default",
    "No more combinations to try, audio open failed\nFailed to open file 'file:/n'",
    "no-device",
  ],
  // From the sources of ffmpeg (libavdevice/avfoundation.m, dshow.c).
  [
    "ffmpeg",
    "dshow",
    "[dshow @ 0] Could not find audio only device with name [x] among source devices",
    "no-device",
  ],
  [
    "ffmpeg",
    "dshow",
    "[dshow @ 0] Could not enumerate audio only devices (or none found).",
    "no-device",
  ],
  [
    "ffmpeg",
    "dshow",
    "[dshow @ 0] Could not run graph (sometimes caused by a device already in use by other application)",
    "busy",
  ],
  ["ffmpeg", "avfoundation", "[AVFoundation indev @ 0] Audio device not found", "no-device"],
  [
    "ffmpeg",
    "avfoundation",
    "[AVFoundation indev @ 0] Failed to create AV capture input device: not authorized",
    "denied",
  ],
  ["ffmpeg", "alsa", "something new", "failed"],
];

for (const [tool, backend, said, problem] of SAID) {
  Deno.test(`${tool} over ${backend}: "${tellingLine(said)}" means ${problem}`, () => {
    assert.equal(classify(said, tool, backend), problem);
  });
}

Deno.test("the telling line is one line, without a library's chatter or a control character", () => {
  assert.equal(
    tellingLine(
      "ALSA lib conf.c:1: noise\n[alsa @ 0x5] cannot open \x1b[31mdevice\nError opening input\n",
    ),
    "cannot open ?[31mdevice",
  );
  assert.equal(tellingLine(""), "");
  assert.equal(tellingLine("x".repeat(500)).length, 200);
});

const attempt = (problem: VoiceProblem, tool = "ffmpeg"): Attempt => ({
  tool,
  backend: "alsa",
  problem,
  said: "why",
});
const LINUX = { os: "linux", packages: "apt-get" } as const;

Deno.test("of several attempts the most telling one is reported", () => {
  const reported = (...problems: VoiceProblem[]) =>
    troubleError("record", problems.map((problem) => attempt(problem)), LINUX).problem;
  assert.equal(reported("no-device", "no-server"), "no-server");
  assert.equal(reported("no-server", "busy", "no-device"), "busy");
  assert.equal(reported("unsupported", "no-server"), "no-server");
  assert.equal(reported("failed", "denied"), "denied");
  assert.equal(troubleError("record", [], LINUX).problem, "no-tool");
});

Deno.test("a machine without any sound is told apart from a server that is down", () => {
  const message = (...problems: VoiceProblem[]) =>
    english(troubleError("record", problems.map((problem) => attempt(problem)), LINUX));
  assert.equal(message("no-server"), "record voice: no sound server answers");
  assert.match(
    message("no-server", "no-device"),
    /no sound server answers, and there is no sound card/,
  );
});

Deno.test("every problem on every platform is a clear line, most with what to do", () => {
  const platforms: Platform[] = ["linux", "darwin", "windows"];
  const directions: SoundDirection[] = ["record", "play"];
  for (const os of platforms) {
    for (const direction of directions) {
      for (const problem of PROBLEMS) {
        const error = troubleError(direction, [attempt(problem)], { os, packages: undefined });
        assert.match(english(error), new RegExp(`^${direction} voice: [^\\n]+[^.\\n]$`));
        assert.equal(error.exitCode, ExitCode.failure);
        assert.equal(error.kind, `voice-${problem}`);
        if (problem !== "failed") assert.ok(error.hint, `${os} ${direction} ${problem}`);
        assert.ok(!english(error.hint).includes("\n"));
      }
    }
  }
});

Deno.test("a named device that is not there is named, with where to look", () => {
  const error = troubleError("record", [attempt("no-device")], LINUX, "usb");
  assert.equal(english(error), 'record voice: there is no device "usb"');
  assert.match(english(error.hint), /--list-devices/);
});

Deno.test("denied microphones: the way through the settings of each system", () => {
  const hint = (os: Platform) =>
    english(
      troubleError("record", [attempt("denied")], { os, packages: undefined }).hint,
    );
  assert.match(hint("darwin"), /Privacy & Security > Microphone/);
  assert.match(hint("windows"), /Privacy & security > Microphone/);
  assert.match(hint("linux"), /group audio/);
});

Deno.test("what to install is named for each package manager", () => {
  for (const packages of PACKAGE_MANAGERS) {
    const os = ["brew", "port"].includes(packages) ? "darwin" : "linux";
    const hint = english(missingToolError("record", { os, packages }).hint);
    assert.match(hint, /^install one: /);
    assert.match(
      hint,
      new RegExp(packages === "apt-get" ? "apt install ffmpeg" : `${packages} .*ffmpeg`),
    );
    assert.match(hint, /sox/);
  }
  assert.match(english(installHint("windows", undefined)), /winget install/);
  assert.match(english(installHint("darwin", undefined)), /brew install/);
  assert.match(english(installHint("linux", undefined)), /dnf install/);
  assert.match(english(missingToolError("play", LINUX)), /no player found \(ffmpeg or sox\)/);
});
