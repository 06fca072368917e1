/** Real recorders and players on a real sound server: speech goes in at the microphone and comes out at the loudspeaker. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { capture } from "../../lib/voice/capture.ts";
import { listDevices } from "../../lib/voice/list-devices.ts";
import { play } from "../../lib/voice/play.ts";
import { VoiceError } from "../../lib/voice/problem.ts";
import { PlayQueue } from "../../lib/voice/queue.ts";
import { record } from "../../lib/voice/record.ts";
import { writeWav } from "../../lib/voice/wav.ts";
import { testWithPrograms } from "../support/requires.ts";
import {
  assertAlike,
  decoded,
  likeness,
  likenessWithin,
  sayInto,
  toneOf,
  withPulse,
} from "./pulse.ts";

const NEEDED = [
  "pulseaudio",
  "pactl",
  "parecord",
  "paplay",
  "ffmpeg",
  "ffplay",
  "sox",
  "espeak-ng",
];
const SENTENCE = "The quick brown fox, jumps over the lazy dog!";

testWithPrograms(
  "speech is recorded from the microphone by ffmpeg and by sox",
  NEEDED,
  async () => {
    await withPulse(async (pulse) => {
      const speech = join(pulse.folder, "speech.wav");
      await sayInto(speech, SENTENCE);
      const said = await decoded(speech);
      const recordBy = async (
        recorder: "auto" | "sox",
        tools: string[],
        kind: "Opus" | "FLAC" | "WAV",
      ) => {
        const levels: number[] = [];
        const note = await record({
          seconds: 2.5,
          recorder,
          host: await pulse.host(...tools),
          onLevel: ({ peak }) => levels.push(peak),
        });
        try {
          assert.deepEqual([note.type.name, note.tool], [kind, tools[0]]);
          const heard = await decoded(note.path);
          assert.ok(Math.abs(heard.length / 16_000 - 2.5) < 0.05, `${heard.length} samples`);
          assert.ok(levels.length >= 10, `the meter moved ${levels.length} times`);
          assert.ok(!note.silent && note.seconds === 2.5);
          assert.ok(
            note.size < { Opus: 20_000, FLAC: 150_000, WAV: 250_000 }[kind],
            `${note.size} bytes of ${kind}`,
          );
          return likeness(heard, said);
        } finally {
          await note.discard();
        }
      };
      await pulse.speak(speech, () =>
        Promise.all([
          recordBy("auto", ["ffmpeg", "ffprobe"], "Opus"),
          recordBy("sox", ["sox", "ffmpeg"], "FLAC"),
          recordBy("auto", ["parecord"], "WAV"),
        ]));
    });
  },
);

testWithPrograms("a tone keeps its pitch with every recorder", NEEDED, async () => {
  await withPulse(async (pulse) => {
    const tone = join(pulse.folder, "tone.wav");
    const rate = 48_000;
    const samples = Int16Array.from(
      { length: rate * 2 },
      (_, i) => Math.round(12_000 * Math.sin(2 * Math.PI * 660 * i / rate)),
    );
    await Deno.writeFile(tone, writeWav(samples, rate));
    await pulse.speak(tone, async () => {
      await Promise.all(["ffmpeg", "sox", "parecord"].map(async (tool) => {
        const host = await pulse.host(tool);
        // The first half second may hold the moment before the tone set in.
        const captured = await capture(host, { seconds: 1.5 });
        assert.equal(captured.tool, tool);
        const pitch = toneOf(captured.samples.subarray(rate / 2), rate);
        assert.ok(Math.abs(pitch - 660) < 5, `${tool}: ${pitch} Hz`);
      }));
    });
  });
});

testWithPrograms("a note is played into the loudspeaker by every player", NEEDED, async () => {
  await withPulse(async (pulse) => {
    const speech = join(pulse.folder, "-speech '1'.wav");
    await sayInto(speech, "Sound check: one, two.");
    const said = await decoded(speech);
    for (const tools of [["ffplay"], ["sox"], ["paplay"], []]) {
      const host = await pulse.host(...tools);
      await assertAlike(tools.join() || "any", async () => {
        return likenessWithin(await pulse.hear(() => play(speech, { host })), said);
      });
    }
  });
});

testWithPrograms("two notes that come together are heard one after the other", NEEDED, async () => {
  await withPulse(async (pulse) => {
    const [low, high] = [join(pulse.folder, "low.wav"), join(pulse.folder, "high.wav")];
    const rate = 16_000;
    for (const [path, pitch] of [[low, 300], [high, 1200]] as const) {
      const tone = Int16Array.from(
        { length: rate },
        (_, i) => Math.round(12_000 * Math.sin(2 * Math.PI * pitch * i / rate)),
      );
      await Deno.writeFile(path, writeWav(tone, rate));
    }
    const host = await pulse.host();
    const queue = new PlayQueue((path, signal) => play(path, { host, signal }));
    const heard = await pulse.hear(() => Promise.all([queue.add(low), queue.add(high)]));
    const pitches: number[] = [];
    for (let at = 0; at + rate / 10 <= heard.length; at += rate / 10) {
      const part = heard.subarray(at, at + rate / 10);
      // Only where it sounds from beginning to end: the mean of |12,000 sin| is 7,640.
      const mean = part.reduce((sum, sample) => sum + Math.abs(sample), 0) / part.length;
      if (mean > 7_200) pitches.push(toneOf(part, rate));
    }
    const order = pitches.map((pitch) =>
      Math.abs(pitch - 300) < 20 ? "low" : Math.abs(pitch - 1200) < 20 ? "high" : "between"
    ).filter((name) => name !== "between");
    const count = (name: string) => order.filter((other) => other === name).length;
    assert.ok(count("low") >= 4 && count("high") >= 4, pitches.join(" "));
    assert.ok(order.lastIndexOf("low") < order.indexOf("high"), pitches.join(" "));
  });
});

testWithPrograms("devices and their absence, on a real server", NEEDED, async () => {
  await withPulse(async (pulse) => {
    for (const tools of [["pactl"], ["ffmpeg"]]) {
      const devices = await listDevices(await pulse.host(...tools));
      assert.ok(devices.some(({ name }) => name === "mic.monitor"), tools.join());
    }
    for (const tool of ["ffmpeg", "sox", "parecord"]) {
      const host = await pulse.host(tool);
      await assert.rejects(
        capture(host, { seconds: 1, device: "no-such-device" }),
        (error) => error instanceof VoiceError && error.problem === "no-device",
        tool,
      );
      const deaf = { ...host, environment: { ...host.environment, PULSE_SERVER: "unix:/nowhere" } };
      await assert.rejects(
        capture(deaf, { seconds: 1 }),
        (error) => error instanceof VoiceError && error.problem === "no-server",
        tool,
      );
    }
  });
});
