import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { randomBytes } from "../../lib/crypto/random.ts";
import { generateKeyPair } from "../../lib/crypto/sm2.ts";
import { AuthenticationError, FailureError } from "../../lib/errors.ts";
import { isKept, keepEncrypted, keepReceived, openKept } from "../../lib/voice/keep.ts";
import { Scratch } from "../../lib/voice/scratch.ts";
import type { TalkEvent } from "../../lib/talk/events.ts";
import type { Person } from "../../lib/talk/person.ts";
import { VoiceNotes, type VoiceWishes } from "../../lib/talk/voice-notes.ts";
import { english } from "../support/english.ts";
import { withFolder } from "../support/executable.ts";
import { fixture, fixtureBytes } from "./fixtures.ts";

const OWN = generateKeyPair();
const OPTIONS = { publicKey: OWN.publicKey, random: randomBytes };

async function withScratch(
  use: (scratch: Scratch, folder: string) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    const scratch = await Scratch.create();
    try {
      await use(scratch, folder);
    } finally {
      await scratch.remove();
    }
  });
}

Deno.test("a note kept encrypted opens with the own key, byte for byte, and with no other", async () => {
  await withScratch(async (scratch, folder) => {
    const kept = join(folder, "note.enc");
    await keepEncrypted(fixture("tone.opus"), kept, OPTIONS);
    assert.ok(await isKept(kept));
    assert.ok(!await isKept(fixture("tone.opus")));
    const bytes = await Deno.readFile(kept);
    assert.ok(
      !new TextDecoder("latin1").decode(bytes).includes("OpusHead"),
      "nothing of the note shows",
    );
    const open = await openKept(kept, OWN.secretKey, scratch);
    assert.equal(dirname(open), scratch.folder);
    assert.deepEqual(await Deno.readFile(open), fixtureBytes("tone.opus"));
    await assert.rejects(openKept(kept, generateKeyPair().secretKey, scratch), AuthenticationError);
    await assert.rejects(
      keepEncrypted(fixture("tone.opus"), kept, OPTIONS),
      FailureError,
      "no overwrite",
    );
  });
});

Deno.test("a damaged or cut kept note is refused, whichever byte it is", async () => {
  await withScratch(async (scratch, folder) => {
    const kept = join(folder, "note.enc");
    await keepEncrypted(fixture("tone.opus"), kept, OPTIONS);
    const whole = await Deno.readFile(kept);
    for (let at = 0; at < whole.length; at += 97) {
      const bytes = whole.slice();
      bytes[at]! ^= 1;
      await Deno.writeFile(kept, bytes);
      await assert.rejects(
        openKept(kept, OWN.secretKey, scratch),
        AuthenticationError,
        `byte ${at}`,
      );
      await Deno.writeFile(kept, whole.subarray(0, at));
      await assert.rejects(
        openKept(kept, OWN.secretKey, scratch),
        AuthenticationError,
        `length ${at}`,
      );
    }
  });
});

Deno.test("a received note leaves only its encrypted form behind, under a free name", async () => {
  await withScratch(async (scratch, folder) => {
    for (let i = 0; i < 2; i++) {
      const path = join(folder, "voice.opus");
      await Deno.copyFile(fixture("tone.opus"), path);
      const { open } = await keepReceived(path, OPTIONS, scratch);
      assert.equal((await Deno.stat(open)).mode! & 0o777, 0o600);
      assert.deepEqual(await Deno.readFile(open), fixtureBytes("tone.opus"));
    }
    const names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
    assert.equal(names.length, 2);
    assert.ok(names.includes("voice.opus.enc"));
    for (const name of names) assert.ok(await isKept(join(folder, name)), name);
  });
});

const PERSON: Person = {
  key: OWN.publicKey,
  keyText: "p2p1x",
  fingerprint: "0",
  name: "alice",
  verified: false,
  label: "alice",
};

type Told = Extract<TalkEvent, { type: "voice" }>;

/** Takes one note in and answers what was told of it. */
async function taken(
  path: string,
  seconds: number,
  wishes: Partial<VoiceWishes> = {},
): Promise<{ notes: Omit<Told, "type" | "peer">[]; problems: string[] }> {
  const notes: Omit<Told, "type" | "peer">[] = [];
  const problems: string[] = [];
  const voices = new VoiceNotes({
    play: false,
    look: true,
    tell: (event) => {
      if (event.type === "error") problems.push(english(event.error));
    },
    show: (event) => {
      if (event.type !== "voice") return;
      notes.push({ path: event.path, seconds: event.seconds, waveform: event.waveform });
    },
    ...wishes,
  });
  await voices.take(PERSON, path, seconds);
  await voices.settled();
  return { notes, problems };
}

Deno.test("a received note is shown by its own length, not the one its sender claims", async () => {
  await withFolder(async (folder) => {
    const path = join(folder, "voice.wav");
    await Deno.copyFile(fixture("tone.wav"), path);
    const shown = await taken(path, 9999);
    const waveform = "█".repeat(24);
    assert.deepEqual(shown, { notes: [{ path, seconds: 0.5, waveform }], problems: [] });
    const kept = await taken(path, 5, { keepFor: OWN.publicKey });
    assert.deepEqual(kept, {
      notes: [{ path: `${path}.enc`, seconds: 0.5, waveform }],
      problems: [],
    });
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["voice.wav.enc"]);
  });
});

Deno.test("what comes as a note and is none is shown as claimed, and told when it is to be played", async () => {
  await withFolder(async (folder) => {
    const path = join(folder, "voice.opus");
    await Deno.writeTextFile(path, "#EXTM3U\n/etc/passwd\n");
    const shown = await taken(path, 5);
    assert.deepEqual(shown, { notes: [{ path, seconds: 5, waveform: undefined }], problems: [] });
    const played = await taken(path, 5, { play: true, look: false });
    assert.equal(played.notes.length, 1);
    assert.match(played.problems[0] ?? "", /not a sound file/);
    await Deno.remove(path);
    const gone = await taken(path, 5, { play: true, look: false });
    assert.match(gone.problems[0] ?? "", /no such file/);
  });
});
