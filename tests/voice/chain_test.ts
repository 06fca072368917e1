/**
 * The whole way of a voice note, with the executable: speech into the microphone of a real sound server, recorded, sent
 * to another process, saved there, and heard from its loudspeaker.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { p2pCommand } from "../support/executable.ts";
import { testWithPrograms } from "../support/requires.ts";
import {
  assertAlike,
  decoded,
  likeness,
  likenessWithin,
  type Pulse,
  sayInto,
  withPulse,
} from "./pulse.ts";

const NEEDED = ["pulseaudio", "pactl", "parecord", "ffmpeg", "ffplay", "sox", "espeak-ng"];
/** A listener that ends after one conversation, when all is played. */
async function listenOnce(pulse: Pulse, saveDir: string) {
  const child = p2pCommand(
    [
      "listen",
      "--port",
      "0",
      "--bind",
      "127.0.0.1",
      "--accept",
      "all",
      "--save-dir",
      saveDir,
      "--once",
    ],
    {
      home: join(pulse.folder, "listener"),
      env: { ...pulse.variables },
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    },
  ).spawn();
  let said = "";
  const port = Promise.withResolvers<string>();
  const reading = (async () => {
    for await (const piece of child.stderr.pipeThrough(new TextDecoderStream())) {
      said += piece;
      const found = /listening on 127\.0\.0\.1:(\d+)/.exec(said)?.[1];
      if (found !== undefined) port.resolve(found);
    }
    port.reject(new Error(said));
  })();
  return {
    port: await port.promise,
    ended: child.status.then(async ({ code }) => {
      await reading;
      return { code, said };
    }),
    kill: () => child.kill("SIGKILL"),
  };
}

/** What p2p says when a sound server that gets no processor time gives it nothing for eight seconds. */
const STARVED = /the microphone gives no sound/;

/** Speaks, records, sends, plays; how like the note what was heard in the end is. 0: the sound server was starved. */
async function wholeWay(pulse: Pulse, recorder: string, speech: string): Promise<number> {
  let starved = false;
  const saveDir = await Deno.makeTempDir({ dir: pulse.folder });
  const heard = await pulse.hear(async () => {
    const listener = await listenOnce(pulse, saveDir);
    try {
      const sent = await pulse.speak(speech, () =>
        p2pCommand(
          ["voice", `127.0.0.1:${listener.port}`, "--seconds", "2", "--recorder", recorder],
          { home: join(pulse.folder, "sender"), env: { ...pulse.variables }, stdin: "null" },
        ).output());
      const told = new TextDecoder().decode(sent.stderr);
      starved = sent.code === 1 && STARVED.test(told);
      if (starved) return listener.kill();
      assert.equal(sent.code, 0, told);
      const { code, said } = await listener.ended;
      assert.equal(code, 0, said);
      assert.match(said, /voice note from \S+, 0:02 [▁▂▃▄▅▆▇█]+: /);
    } catch (error) {
      listener.kill();
      throw error;
    }
  });
  if (starved) return 0;
  const [file, ...others] = [...Deno.readDirSync(saveDir)].map(({ name }) => name);
  assert.deepEqual(others, []);
  assert.match(file!, recorder === "sox" ? /\.flac$/ : /\.opus$/);
  const saved = await decoded(join(saveDir, file!));
  return Math.min(likeness(saved, await decoded(speech)), likenessWithin(heard, saved));
}

for (const recorder of ["ffmpeg", "sox"]) {
  testWithPrograms(`speech recorded by ${recorder} is sent, saved and heard`, NEEDED, async () => {
    await withPulse(async (pulse) => {
      const speech = join(pulse.folder, "speech.wav");
      await sayInto(speech, "Seven silver swans swam silently seaward.");
      await assertAlike(recorder, () => wholeWay(pulse, recorder, speech));
    });
  });
}
