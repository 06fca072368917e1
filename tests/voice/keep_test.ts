import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { randomBytes } from "../../lib/crypto/random.ts";
import { generateKeyPair } from "../../lib/crypto/sm2.ts";
import { AuthenticationError, FailureError } from "../../lib/errors.ts";
import { isKept, keepEncrypted, keepReceived, openKept } from "../../lib/voice/keep.ts";
import { Scratch } from "../../lib/voice/scratch.ts";
import type { ShownVoice } from "../../commands/conversation/face.ts";
import { receiveVoice } from "../../commands/conversation/received-voice.ts";
import { PlainFace } from "../../commands/conversation/face-plain.ts";
import type { Person } from "../../commands/conversation/person.ts";
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

class SeeingFace extends PlainFace {
  readonly notes: ShownVoice[] = [];
  readonly problems: string[] = [];
  override voice(_: Person, note: ShownVoice): Promise<void> {
    this.notes.push(note);
    return Promise.resolve();
  }
  override problem(error: Error): void {
    this.problems.push(error.message);
  }
}

Deno.test("a received note is shown by its own length, not the one its sender claims", async () => {
  await withFolder(async (folder) => {
    const path = join(folder, "voice.wav");
    await Deno.copyFile(fixture("tone.wav"), path);
    const face = new SeeingFace({});
    await receiveVoice(PERSON, path, 9999, { face, play: false, keepFor: undefined, shown: false });
    assert.deepEqual(face.notes, [{ path, seconds: 0.5, waveform: "█".repeat(24) }]);
    await receiveVoice(PERSON, path, 5, {
      face,
      play: false,
      keepFor: OWN.publicKey,
      shown: false,
    });
    assert.equal(face.notes[1]?.path, `${path}.enc`);
    assert.equal(face.notes[1]?.seconds, 0.5);
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["voice.wav.enc"]);
    assert.deepEqual(face.problems, []);
  });
});

Deno.test("what comes as a note and is none is shown as claimed, and told when it is to be played", async () => {
  await withFolder(async (folder) => {
    const path = join(folder, "voice.opus");
    await Deno.writeTextFile(path, "#EXTM3U\n/etc/passwd\n");
    const face = new SeeingFace({});
    await receiveVoice(PERSON, path, 5, { face, play: false, keepFor: undefined, shown: false });
    assert.deepEqual(face.notes, [{ path, seconds: 5, waveform: undefined }]);
    assert.deepEqual(face.problems, []);
    await receiveVoice(PERSON, path, 5, { face, play: true, keepFor: undefined, shown: true });
    assert.equal(face.notes.length, 1);
    assert.match(face.problems[0] ?? "", /not a sound file/);
    await Deno.remove(path);
    await receiveVoice(PERSON, path, 5, { face, play: true, keepFor: undefined, shown: true });
    assert.match(face.problems[1] ?? "", /no such file/);
  });
});
