import assert from "node:assert/strict";
import { basename, dirname } from "node:path";
import type { CaptureOptions } from "../../lib/voice/capture.ts";
import { capture } from "../../lib/voice/capture.ts";
import type { Host } from "../../lib/voice/host.ts";
import { makeHost } from "../../lib/voice/host.ts";
import { listDevices } from "../../lib/voice/list-devices.ts";
import { describeVoice, play } from "../../lib/voice/play.ts";
import { VoiceError, type VoiceProblem } from "../../lib/voice/problem.ts";
import { record } from "../../lib/voice/record.ts";
import { readWav } from "../../lib/voice/wav.ts";
import { english } from "../support/english.ts";
import { fixture } from "./fixtures.ts";
import { ENDLESS, failing, runs, withTools } from "./scripted.ts";
import { until } from "../support/until.ts";
import { notPosix, testUnless } from "../support/requires.ts";

function test(name: string, run: () => Promise<void>): void {
  testUnless(notPosix, name, run);
}

async function trouble(host: Host, options: Partial<CaptureOptions> = {}): Promise<VoiceError> {
  try {
    await capture(host, { seconds: 1, ...options });
  } catch (error) {
    assert.ok(error instanceof VoiceError, String(error));
    return error;
  }
  throw new Error("it recorded");
}

const NO_SERVER = "default: No such process";
const NO_CARD = "[alsa @ 0x1] cannot open audio device default (No such file or directory)";

test("without any recorder the error names what to install", async () => {
  const error = await trouble(makeHost("linux", () => undefined));
  assert.equal(error.problem, "no-tool");
  assert.equal(english(error), "record voice: no recorder found (ffmpeg or sox)");
  assert.match(english(error.hint), /install/);
});

test("a recorder that was asked for and is missing is named", async () => {
  await withTools({ ffmpeg: ENDLESS }, async ({ host }) => {
    const error = await trouble(host, { recorder: "sox" });
    assert.equal(english(error), "record voice: sox is not installed");
  });
});

test("sound is recorded to its length, and the recorder ended", async () => {
  await withTools({ ffmpeg: ENDLESS }, async ({ host, trace }) => {
    const levels: number[] = [];
    const result = await capture(host, {
      seconds: 3,
      onLevel: ({ seconds }) => levels.push(seconds),
    });
    assert.equal(result.samples.length, 3 * 48_000);
    assert.equal(result.tool, "ffmpeg");
    assert.ok(levels.length > 1 && levels.at(-1) === 3);
    assert.deepEqual(levels, levels.toSorted((a, b) => a - b));
    assert.ok(!runs(trace("pid")), "the recorder still runs");
  });
});

for (
  const [name, script, problem] of [
    [
      "a busy device",
      failing("[alsa @ 0x1] cannot open audio device hw:0 (Device or resource busy)"),
      "busy",
    ],
    [
      "a denied microphone",
      failing("[alsa @ 0x1] cannot open audio device hw:0 (Permission denied)"),
      "denied",
    ],
    ["a recorder that breaks", failing("Segmentation fault"), "failed"],
    ["a recorder that gives no sound and no reason", "exit 0", "failed"],
  ] as ReadonlyArray<readonly [string, string, VoiceProblem]>
) {
  test(`${name} is told as such`, async () => {
    await withTools({ ffmpeg: script }, async ({ host }) => {
      assert.equal((await trouble(host)).problem, problem);
    });
  });
}

test("no sound server and no card: both are said, with what to do", async () => {
  const script =
    `case "$*" in *pulse*) echo '${NO_SERVER}' >&2;; *) echo '${NO_CARD}' >&2;; esac; exit 1`;
  await withTools({ ffmpeg: script }, async ({ host }) => {
    const error = await trouble(host);
    assert.equal(error.problem, "no-server");
    assert.match(english(error), /no sound server answers, and there is no sound card/);
    assert.match(english(error.hint), /pipewire-pulse|pulseaudio/);
  });
});

test("where the sound server does not answer, ALSA is tried; where ffmpeg cannot, sox", async () => {
  const alsaOnly = `case "$*" in *pulse*) echo '${NO_SERVER}' >&2; exit 1;; esac; ${ENDLESS}`;
  await withTools({ ffmpeg: alsaOnly }, async ({ host }) => {
    assert.equal((await capture(host, { seconds: 1 })).tool, "ffmpeg");
  });
  await withTools(
    { ffmpeg: failing("Unknown input format: 'pulse'"), sox: ENDLESS },
    async ({ host }) => {
      assert.equal((await capture(host, { seconds: 1 })).tool, "sox");
    },
  );
  await withTools({ ffmpeg: failing(NO_CARD), arecord: ENDLESS }, async ({ host }) => {
    assert.equal((await capture(host, { seconds: 1 })).tool, "arecord");
  });
});

test("a stop keeps what was said so far", async () => {
  const slow = `echo $$ > "$TRACES/pid"; head -c 48000 /dev/zero; exec sleep 60`;
  await withTools({ ffmpeg: slow }, async ({ host, trace }) => {
    const stop = new AbortController();
    const onLevel = ({ seconds }: { seconds: number }) => seconds >= 0.5 && stop.abort();
    const result = await capture(host, { seconds: 5, stop: stop.signal, onLevel });
    assert.equal(result.seconds, 0.5);
    assert.equal(result.cutShort, undefined);
    assert.ok(!runs(trace("pid")), "the recorder still runs");
  });
});

test("an abort gives the recording up and ends the recorder", async () => {
  const waiting = `echo $$ > "$TRACES/pid"; head -c 9600 /dev/zero; exec sleep 60`;
  await withTools({ ffmpeg: waiting }, async ({ host, trace }) => {
    const abort = new AbortController();
    const reason = new Error("enough");
    const recording = capture(host, {
      seconds: 5,
      signal: abort.signal,
      onLevel: () => abort.abort(reason),
    });
    await assert.rejects(recording, reason);
    assert.ok(!runs(trace("pid")), "the recorder still runs");
  });
});

test("a recorder that ignores SIGTERM is ended all the same", async () => {
  const deaf =
    `echo $$ > "$TRACES/pid"; trap '' TERM; head -c 96000 /dev/zero; while :; do sleep 0.2; done`;
  await withTools({ ffmpeg: deaf }, async ({ host, trace }) => {
    assert.equal((await capture(host, { seconds: 1 })).seconds, 1);
    assert.ok(!runs(trace("pid")), "the recorder still runs");
  });
});

test("a recorder that ends early leaves what it gave, and why it ended", async () => {
  const unplugged = `head -c 48000 /dev/zero; echo 'device unplugged' >&2; exit 1`;
  await withTools({ ffmpeg: unplugged }, async ({ host }) => {
    const result = await capture(host, { seconds: 5 });
    assert.equal(result.seconds, 0.5);
    assert.equal(english(result.cutShort), "ffmpeg ended: device unplugged");
  });
});

test("a tool sees a narrow environment, no input, and no more", async () => {
  const script = `env > "$TRACES/env"; cat > "$TRACES/stdin"; ${ENDLESS}`;
  const variables = {
    HOME: "/home/x",
    PULSE_SERVER: "unix:/x",
    P2P_HOME: "/secret",
    TOKEN: "secret",
    LD_PRELOAD: "x",
  };
  await withTools({ ffmpeg: script }, async ({ host, trace }) => {
    await capture(host, { seconds: 1 });
    const names = (trace("env") ?? "").split("\n").map((line) => line.split("=")[0]);
    for (const name of ["HOME", "PULSE_SERVER", "LC_ALL", "PATH"]) {
      assert.ok(names.includes(name), name);
    }
    for (const name of ["P2P_HOME", "TOKEN", "LD_PRELOAD"]) assert.ok(!names.includes(name), name);
    assert.equal(trace("stdin"), "");
  }, variables);
});

test("without an encoder the note is WAV, in a private file that is gone afterwards", async () => {
  await withTools({ arecord: ENDLESS }, async ({ host }) => {
    const note = await record({ seconds: 1, host });
    assert.equal(note.mediaType, "audio/wav");
    assert.equal(readWav(await Deno.readFile(note.path)).samples.length, 48_000);
    assert.equal((await Deno.stat(note.path)).mode! & 0o777, 0o600);
    assert.equal((await Deno.stat(dirname(note.path))).mode! & 0o777, 0o700);
    assert.ok(!note.silent && note.seconds === 1 && note.waveform.length === 24);
    await note.discard();
    await assert.rejects(Deno.stat(dirname(note.path)), Deno.errors.NotFound);
    await note.discard();
  });
});

test("an encoder that lacks the codec makes way for the next", async () => {
  const noOpus = `case "$*" in
    *libopus*) echo "Unknown encoder 'libopus'" >&2; exit 1;;
    *flac*) cat > /dev/null; for out; do :; done; cp '${fixture("tone.flac")}' "\${out#file:}";;
    *) ${ENDLESS};; esac`;
  await withTools({ ffmpeg: noOpus }, async ({ host }) => {
    const note = await record({ seconds: 1, host });
    assert.equal(note.type.name, "FLAC");
    assert.match(basename(note.path), /^voice-\d{8}-\d{6}\.flac$/);
    assert.equal([...Deno.readDirSync(dirname(note.path))].length, 1);
    await note.discard();
  });
});

test("digital silence is noticed", async () => {
  await withTools({ arecord: "exec cat /dev/zero" }, async ({ host }) => {
    const note = await record({ seconds: 1, host });
    assert.ok(note.silent);
    assert.match(english(note.silenceHint), /set-source-mute/);
    await note.discard();
  });
});

test("a slip of the finger is no note", async () => {
  await withTools({ ffmpeg: "head -c 4800 /dev/zero" }, async ({ host }) => {
    await assert.rejects(record({ seconds: 1, host }), { code: "voice.nothing-recorded" });
  });
});

test("devices: the sound server's, the default first; a clear error where there is none", async () => {
  const pactl = `case "$1" in
    info) echo 'Default Source: b';;
    *) printf 'Source #0\\n\\tName: a\\n\\tDescription: First\\nSource #1\\n\\tName: b\\n\\tDescription: Second\\n';; esac`;
  await withTools({ pactl }, async ({ host }) => {
    assert.deepEqual((await listDevices(host)).map(({ name, isDefault }) => [name, isDefault]), [
      ["b", true],
      ["a", false],
    ]);
  });
  const sources = `echo '* mic [Built-in] (none)'`;
  await withTools({ ffmpeg: sources }, async ({ host }) => {
    assert.deepEqual(await listDevices(host), [{
      name: "mic",
      description: "Built-in",
      isDefault: true,
    }]);
  });
  await withTools({ ffmpeg: "exit 0" }, async ({ host }) => {
    await assert.rejects(
      listDevices(host),
      (error) => error instanceof VoiceError && error.problem === "no-device",
    );
  });
  await withTools({}, async ({ host }) => {
    await assert.rejects(
      listDevices(host),
      (error) => error instanceof VoiceError && error.problem === "no-tool",
    );
  });
});

test("a player that gives up makes way for the next", async () => {
  const ffplay = failing("No more combinations to try, audio open failed\nFailed to open file", 0);
  const sox =
    `case "$*" in *pulseaudio*) echo 'Connection refused' >&2; exit 2;; esac; echo "$@" > "$TRACES/played"`;
  await withTools({ ffplay, sox }, async ({ host, trace }) => {
    await play(fixture("tone.wav"), { host });
    assert.match(trace("played") ?? "", /-t wav \/.*tone\.wav -t alsa default/);
  });
});

test("a note that no player can read is decoded for one that can play it", async () => {
  const sox = `case "$*" in *"-t raw"*) head -c 96000 /dev/zero;; *) exit 2;; esac`;
  const aplay = `head -c 4 "$2" > "$TRACES/head"; ls -l "$2" > "$TRACES/mode"`;
  await withTools({ sox, aplay }, async ({ host, trace }) => {
    await play(fixture("tone.flac"), { host });
    assert.equal(trace("head"), "RIFF");
    assert.match(trace("mode") ?? "", /^-rw------- /);
  });
});

test("without any player, and where all fail, the error says what to do", async () => {
  await withTools({}, async ({ host }) => {
    await assert.rejects(
      play(fixture("tone.wav"), { host }),
      (error) =>
        error instanceof VoiceError && error.problem === "no-tool" &&
        /install/.test(english(error.hint)),
    );
  });
  await withTools(
    { aplay: failing("aplay: main:831: audio open error: Device or resource busy") },
    async ({ host }) => {
      await assert.rejects(
        play(fixture("tone.wav"), { host }),
        (error) => error instanceof VoiceError && error.problem === "busy",
      );
    },
  );
});

test("playing ends when it is aborted", async () => {
  await withTools(
    { ffplay: `echo $$ > "$TRACES/pid"; echo; exec sleep 60` },
    async ({ host, trace }) => {
      const abort = new AbortController();
      const reason = new Error("enough");
      const playing = assert.rejects(
        play(fixture("tone.wav"), { host, signal: abort.signal }),
        reason,
      );
      await until(() => trace("pid"));
      abort.abort(reason);
      await playing;
      assert.ok(!runs(trace("pid")), "the player still runs");
    },
  );
});

test("what is not sound is never given to a player", async () => {
  await withTools({ ffplay: `touch "$TRACES/played"` }, async ({ host, trace, traces }) => {
    await Deno.writeTextFile(`${traces}/list.wav`, "#EXTM3U\n/etc/passwd\n");
    await assert.rejects(play(`${traces}/list.wav`, { host }), VoiceError);
    assert.equal(trace("played"), undefined);
  });
});

test("a note is described with a picture: by a tool, and plain WAV without any", async () => {
  const loud = `yes "abcdefghijklmno" | head -c 8000`;
  await withTools({ ffmpeg: loud }, async ({ host }) => {
    const note = await describeVoice(fixture("tone.opus"), { host });
    assert.equal(note.waveform, "█".repeat(24));
  });
  await withTools({}, async ({ host }) => {
    assert.equal((await describeVoice(fixture("tone.wav"), { host })).waveform, "█".repeat(24));
    assert.equal((await describeVoice(fixture("tone.opus"), { host })).waveform, undefined);
  });
});
