/** `p2p voice --input`: what is taken as a note, from files and from pipes, and what is refused before anybody is called. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { EXECUTABLE, makeHome, p2p, withFolder } from "../support/executable.ts";
import { fixture, fixtureBytes } from "./fixtures.ts";

/** A WAV of silence of so many seconds: one byte a sample, a hundred a second. */
function longWav(seconds: number): Uint8Array {
  const rate = 100;
  const wav = new Uint8Array(44 + seconds * rate).fill(0x80);
  const view = new DataView(wav.buffer);
  const name = (at: number, text: string) => wav.set(new TextEncoder().encode(text), at);
  name(0, "RIFF");
  view.setUint32(4, wav.length - 8, true);
  name(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, rate, true);
  view.setUint16(32, 1, true);
  view.setUint16(34, 8, true);
  name(36, "data");
  view.setUint32(40, seconds * rate, true);
  return wav;
}

Deno.test("a note of more than an hour is refused by its sender, who says the limit and what to do", async () => {
  await withFolder(async (folder) => {
    const { home } = await makeHome(folder, "home");
    await Deno.writeFile(join(folder, "long.wav"), longWav(3700));
    const args = ["voice", "127.0.0.1:9", "--input", "long.wav", "-q"];
    const { code, stderr } = await p2p(args, { home, cwd: folder });
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^p2p: send long\.wav: it lasts 1:01:40, and a voice note lasts 1:00:00 at most\n {5}send it as/,
    );
  });
});

Deno.test("a note comes from a file, from stdin, or from another pipe", async () => {
  await withFolder(async (folder) => {
    const { home } = await makeHome(folder, "home");
    const bytes = fixtureBytes("tone.flac");
    const lines = [
      `"$P2P" voice -q -o a --input "$NOTE"`,
      `"$P2P" voice -q -o b --input - < "$NOTE"`,
      `"$P2P" voice -q -o c --input <(cat "$NOTE")`,
    ];
    const env = { P2P: EXECUTABLE, P2P_HOME: home, NOTE: fixture("tone.flac") };
    for (const [i, line] of lines.entries()) {
      const command = new Deno.Command("bash", { args: ["-c", line], cwd: folder, env });
      const { code, stderr } = await command.output();
      assert.equal(code, 0, `${line}: ${new TextDecoder().decode(stderr)}`);
      assert.deepEqual(await Deno.readFile(join(folder, "abc"[i]!)), bytes, line);
    }
    const none = await p2p(["voice", "127.0.0.1:9", "--input", "none.wav"], { home, cwd: folder });
    assert.equal(none.code, 1);
    assert.match(none.stderr, /none\.wav: no such file/);
  });
});
