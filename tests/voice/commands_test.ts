import assert from "node:assert/strict";
import fc from "fast-check";
import { UsageError } from "../../lib/errors.ts";
import {
  captureCommands,
  checkDevice,
  isAlsaName,
  type Recorder,
} from "../../lib/voice/capture-commands.ts";
import { encodeCommands } from "../../lib/voice/encode-commands.ts";
import { id3Bytes } from "../../lib/voice/formats/frames.ts";
import { sniff } from "../../lib/voice/formats/sniff.ts";
import type { Platform } from "../../lib/voice/tools.ts";
import { decodeCommands, playCommands, probeCommands } from "../../lib/voice/play-commands.ts";
import { toolPlaces, VOICE_TOOLS, type VoiceTool } from "../../lib/voice/tools.ts";
import { fixtureBytes, KINDS } from "./fixtures.ts";

function machine(os: Platform, ...tools: VoiceTool[]) {
  return { os, find: (tool: VoiceTool) => tools.includes(tool) ? `/usr/bin/${tool}` : undefined };
}

function typeOf(name: string) {
  const whole = fixtureBytes(name);
  const bytes = whole.subarray(id3Bytes(whole));
  const type = sniff(bytes, bytes.length);
  assert.ok(type !== undefined);
  return type;
}

const all = (os: Platform) => machine(os, ...VOICE_TOOLS);
const line = ({ tool, args }: { tool: string; args: readonly string[] }) =>
  [tool, ...args].join(" ");
const short = ({ tool, backend }: { tool: string; backend: string }) => `${tool}/${backend}`;

Deno.test("recorders in their order, by platform", () => {
  const order = (os: Platform, recorder: Recorder) =>
    captureCommands(all(os), recorder, undefined).map(short);
  assert.deepEqual(order("linux", "auto"), [
    "ffmpeg/pulse",
    "ffmpeg/alsa",
    "sox/pulse",
    "sox/alsa",
    "parecord/pulse",
    "arecord/alsa",
  ]);
  assert.deepEqual(order("linux", "ffmpeg"), ["ffmpeg/pulse", "ffmpeg/alsa"]);
  assert.deepEqual(order("linux", "sox"), ["sox/pulse", "sox/alsa"]);
  assert.deepEqual(order("darwin", "auto"), ["ffmpeg/avfoundation", "sox/default"]);
  assert.deepEqual(order("windows", "auto"), ["ffmpeg/dshow", "sox/default"]);
});

Deno.test("only recorders that are there are tried; rec stands in for sox", () => {
  assert.deepEqual(captureCommands(machine("linux"), "auto", undefined), []);
  assert.deepEqual(captureCommands(machine("linux", "rec"), "auto", undefined).map(short), [
    "rec/default",
  ]);
  const [rec] = captureCommands(machine("linux", "rec"), "sox", "usb");
  assert.deepEqual(rec?.environment, { AUDIODEV: "usb" });
  assert.deepEqual(captureCommands(machine("linux", "sox"), "ffmpeg", undefined), []);
});

Deno.test("the recorders' command lines", () => {
  const first = (os: Platform, recorder: Recorder, device?: string) =>
    line(captureCommands(all(os), recorder, device)[0]!);
  const out = "-map 0:a:0 -c:a pcm_s16le -ac 1 -ar 48000 -f s16le -flush_packets 1 pipe:1";
  const head = "ffmpeg -nostdin -hide_banner -loglevel error";
  assert.equal(
    first("linux", "ffmpeg"),
    `${head} -f pulse -sample_rate 48000 -channels 1 -fragment_size 3840 -i default ${out}`,
  );
  assert.equal(first("linux", "ffmpeg", "hw:1,0"), `${head} -f alsa -i hw:1,0 ${out}`);
  assert.equal(first("darwin", "ffmpeg"), `${head} -f avfoundation -i :default ${out}`);
  assert.equal(first("darwin", "ffmpeg", "2"), `${head} -f avfoundation -i :2 ${out}`);
  assert.equal(
    first("windows", "ffmpeg", "Microphone (USB)"),
    `${head} -f dshow -audio_buffer_size 40 -i audio=Microphone (USB) ${out}`,
  );
  const raw = "-t raw -r 48000 -e signed-integer -b 16 -c 1 -L -";
  assert.equal(first("linux", "sox", "mic"), `sox -V1 -q --buffer 3840 -t pulseaudio mic ${raw}`);
  assert.equal(first("darwin", "sox"), `sox -V1 -q --buffer 3840 -t coreaudio default ${raw}`);
  assert.equal(first("windows", "sox"), `sox -V1 -q --buffer 3840 -t waveaudio default ${raw}`);
});

Deno.test("a device name is never an option, and no control character reaches a tool", () => {
  for (const bad of ["", "-i", "--help", "a\nb", "\x1b[31m", "x".repeat(257)]) {
    assert.throws(() => checkDevice(bad), UsageError, JSON.stringify(bad));
  }
  assert.throws(() => captureCommands(all("darwin"), "ffmpeg", "a:b"), UsageError);
  for (
    const good of [
      "default",
      "alsa_input.pci-0000_00_1f.3.analog-stereo",
      "Mikrofon (Größe)",
      "麦克风",
    ]
  ) {
    assert.equal(checkDevice(good), good);
  }
});

Deno.test("ALSA's names are known from PulseAudio's", () => {
  for (
    const name of [
      "hw:0",
      "plughw:CARD=USB,DEV=0",
      "default:CARD=USB",
      "sysdefault:CARD=PCH",
      "dsnoop:1",
    ]
  ) {
    assert.ok(isAlsaName(name), name);
  }
  for (
    const name of [
      "mic.monitor",
      "default",
      "pulse",
      "alsa_input.usb-hw_0",
      "defaultish",
      "bluez_input.00:11",
    ]
  ) {
    assert.ok(!isAlsaName(name), name);
  }
});

Deno.test("the most compact format comes first: Opus, then FLAC", () => {
  const formats = (recorder: Recorder, ...tools: VoiceTool[]) =>
    encodeCommands(machine("linux", ...tools), recorder, "/t/voice").map((c) =>
      c.tool + c.extension
    );
  assert.deepEqual(formats("auto", "ffmpeg", "sox"), ["ffmpeg.opus", "ffmpeg.flac", "sox.flac"]);
  assert.deepEqual(formats("sox", "ffmpeg", "sox"), ["sox.flac"]);
  assert.deepEqual(formats("auto", "arecord"), []);
  const [opus] = encodeCommands(machine("linux", "ffmpeg"), "auto", "/t/-voice");
  assert.equal(opus?.args.at(-1), "file:/t/-voice.opus");
});

Deno.test("players in their order, by platform and kind of file", () => {
  const order = (os: Platform, name: string) =>
    playCommands(all(os), "/n", typeOf(name), 5).map(({ tool }) => tool).join(" ");
  assert.equal(order("linux", "tone.wav"), "ffplay sox sox mpv paplay aplay ffmpeg");
  assert.equal(order("linux", "tone.opus"), "ffplay sox sox mpv paplay ffmpeg");
  assert.equal(order("linux", "tone.m4a"), "ffplay mpv ffmpeg");
  assert.equal(order("darwin", "tone.wav"), "afplay ffplay sox mpv");
  assert.equal(order("darwin", "tone.opus"), "ffplay sox mpv");
  assert.equal(order("windows", "tone.wav"), "ffplay sox mpv powershell");
  assert.equal(order("windows", "tone.opus"), "ffplay sox mpv");
  assert.deepEqual(playCommands(machine("linux"), "/n", typeOf("tone.wav"), 5), []);
  assert.deepEqual(
    playCommands(machine("linux", "play"), "/n", typeOf("tone.wav"), 5).map(line),
    ["play -V1 -q -t wav /n trim 0 5"],
  );
});

Deno.test("every reader of a file is told its kind, and reads that file only", () => {
  fc.assert(fc.property(
    fc.constantFrom(...KINDS.map(([name]) => name)),
    fc.constantFrom<Platform>("linux", "darwin", "windows"),
    fc.stringMatching(/^\/[ -~]{1,30}$/),
    (name, os, path) => {
      const host = all(os);
      const type = typeOf(name);
      const lines = [
        ...playCommands(host, path, type, 5),
        ...decodeCommands(host, path, type, { rate: 8000, seconds: 5 }),
        ...probeCommands(host, path, type),
      ];
      for (const { tool, args, environment } of lines) {
        if (tool === "powershell") {
          assert.ok(!args.some((arg) => arg.includes(path)), "the path is no part of the program");
          assert.equal(environment?.["P2P_VOICE_FILE"], path);
          continue;
        }
        const at = args.findIndex((arg) => arg === path || arg === `file:${path}`);
        assert.ok(at >= 0, tool);
        if (/^ff/.test(tool)) {
          assert.equal(args[at], `file:${path}`);
          const before = args.slice(0, at).join(" ");
          assert.match(before, new RegExp(`-protocol_whitelist file -f ${type.ffmpeg} -i$`));
        }
        if (["sox", "play", "soxi"].includes(tool)) {
          assert.deepEqual(args.slice(at - 2, at), ["-t", type.sox]);
        }
        if (tool === "mpv") assert.equal(args[at - 1], "--");
      }
    },
  ));
});

Deno.test("tools come from absolute folders of the PATH only", () => {
  assert.deepEqual(toolPlaces("sox", "linux", ".:/usr/bin/::bin:/opt/x"), [
    "/usr/bin/sox",
    "/opt/x/sox",
  ]);
  assert.deepEqual(
    toolPlaces("ffmpeg", "windows", "C:\\ffmpeg\\bin\\;.;tools;\\\\server\\bin"),
    ["C:\\ffmpeg\\bin\\ffmpeg.exe", "\\\\server\\bin\\ffmpeg.exe"],
  );
});
