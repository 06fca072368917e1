import assert from "node:assert/strict";
import fc from "fast-check";
import { P2PError } from "../../lib/errors.ts";
import { describeMovie } from "../../lib/voice/formats/boxes.ts";
import { frameAt, FrameClock, framesAt, id3Bytes } from "../../lib/voice/formats/frames.ts";
import { oggAudio, oggChecksum, oggSeconds } from "../../lib/voice/formats/ogg.ts";
import { parseProbe, parseSeconds } from "../../lib/voice/formats/probe.ts";
import { sniff } from "../../lib/voice/formats/sniff.ts";
import { makeHost } from "../../lib/voice/host.ts";
import { inspect } from "../../lib/voice/inspect.ts";
import { VoiceError } from "../../lib/voice/problem.ts";
import { english } from "../support/english.ts";
import { withFolder } from "../support/executable.ts";
import { fixture, fixtureBytes, KINDS } from "./fixtures.ts";

/** A machine without any tool: what is told here, our own parsers told. */
const BARE = makeHost("linux", () => undefined);

for (const [name, mediaType, seconds] of KINDS) {
  Deno.test(`${name} is ${mediaType} of ${seconds} s, told without any tool`, async () => {
    const file = await inspect(fixture(name), BARE);
    assert.equal(file.mediaType, mediaType);
    assert.ok(
      file.seconds !== undefined && Math.abs(file.seconds - seconds) < 0.002,
      `${file.seconds}`,
    );
    assert.equal(file.size, Deno.statSync(fixture(name)).size);
    assert.ok(file.path.startsWith("/"));
  });
}

Deno.test("the name of a file does not count, only its content", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/-i "note" $(x).txt`;
    await Deno.copyFile(fixture("tone.opus"), path);
    assert.equal((await inspect(path, BARE)).type.name, "Opus");
  });
});

for (const name of ["film.mp4", "film.ogv", "tone.voc"]) {
  Deno.test(`${name} is refused: it is not sound that p2p knows`, async () => {
    await assert.rejects(
      inspect(fixture(name), BARE),
      (error) =>
        error instanceof VoiceError && error.problem === "unsupported" &&
        /send-file/.test(english(error.hint)),
    );
  });
}

Deno.test("what only looks like sound is refused", async () => {
  await withFolder(async (folder) => {
    const cases: Record<string, Uint8Array> = {
      empty: new Uint8Array(0),
      text: new TextEncoder().encode("#EXTM3U\nfile:///etc/passwd\n"),
      script: new TextEncoder().encode("#!/bin/sh\necho\n"),
      image: Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13),
      "one sync word": Uint8Array.of(0xff, 0xfb, 0x90, 0x00, ...new Uint8Array(2000)),
      "silent WAV": new Uint8Array([...fixtureBytes("tone.wav").subarray(0, 44)]),
    };
    for (const [name, bytes] of Object.entries(cases)) {
      await Deno.writeFile(`${folder}/${name}`, bytes);
      await assert.rejects(inspect(`${folder}/${name}`, BARE), P2PError, name);
    }
    await assert.rejects(inspect(folder, BARE), { code: "voice.not-regular" });
  });
});

Deno.test("a film container without ffprobe asks for it, by name", async () => {
  await assert.rejects(
    inspect(fixture("tone.mka"), BARE),
    (error) =>
      error instanceof VoiceError && error.problem === "no-tool" &&
      /install/.test(english(error.hint)),
  );
});

Deno.test("every truncation and damage of every kind is read or refused with our own error", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/x`;
    const attempt = async (bytes: Uint8Array) => {
      await Deno.writeFile(path, bytes);
      try {
        await inspect(path, BARE);
      } catch (error) {
        assert.ok(error instanceof P2PError, String(error));
      }
    };
    const names = [...KINDS.map(([name]) => name), "film.mp4", "film.ogv", "tone.mka", "tone.caf"];
    for (const name of names) {
      const whole = fixtureBytes(name);
      for (let length = 0; length < 200; length += 3) await attempt(whole.subarray(0, length));
    }
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...names),
        fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { minLength: 1, maxLength: 8 }),
        async (name, changes) => {
          const bytes = fixtureBytes(name);
          for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
          await attempt(bytes);
        },
      ),
      { numRuns: 300 },
    );
  });
});

Deno.test("pure parsers take any bytes without a foreign error", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(
        "OggS\0\x02",
        "RIFF\0\0\0\0WAVE",
        "\0\0\0\x14ftypM4A ",
        "ID3\x04\0",
        "\xff\xfb",
        "fLaC",
        "",
      ),
      fc.uint8Array({ maxLength: 300 }),
      (start, rest) => {
        const head = new Uint8Array([...start].map((c) => c.charCodeAt(0)).concat([...rest]));
        for (
          const parse of [
            () => sniff(head, head.length),
            () => oggAudio(head),
            () => describeMovie(rest),
            () => oggSeconds({ codec: "opus", serial: 0, rate: 48_000, preSkip: 0 }, head),
            () => new FrameClock(id3Bytes(head), frameAt).update(head),
          ]
        ) {
          try {
            parse();
          } catch (error) {
            assert.ok(error instanceof P2PError, String(error));
          }
        }
      },
    ),
    { numRuns: 2000 },
  );
});

Deno.test("Ogg: the length comes from the last page whose checksum holds", () => {
  const bytes = fixtureBytes("tone.opus");
  const audio = oggAudio(bytes)!;
  assert.equal(audio.codec, "opus");
  assert.equal(oggSeconds(audio, bytes), 0.5);
  const page = new TextDecoder("latin1").decode(bytes).lastIndexOf("OggS");
  assert.ok(page > 0);
  const forged = bytes.slice();
  forged[page + 8] = 0x7f; // granule position of minutes
  assert.notEqual(oggSeconds(audio, forged), oggSeconds(audio, bytes));
  assert.ok((oggSeconds(audio, forged) ?? 0) < 1, "a page with a wrong checksum does not count");
  new DataView(forged.buffer).setUint32(page + 22, oggChecksum(forged.subarray(page)), true);
  assert.ok((oggSeconds(audio, forged) ?? 0) > 100, "with the right one it does");
});

Deno.test("frames add up the same in whatever pieces they come", () => {
  const bytes = fixtureBytes("tone.mp3");
  const whole = new FrameClock(id3Bytes(bytes), frameAt);
  whole.update(bytes);
  const seconds = whole.end();
  fc.assert(fc.property(fc.integer({ min: 1, max: 700 }), (size) => {
    const clock = new FrameClock(id3Bytes(bytes), frameAt);
    for (let at = 0; at < bytes.length; at += size) clock.update(bytes.subarray(at, at + size));
    assert.equal(clock.end(), seconds);
  }));
});

Deno.test("MPEG frame headers: length and time of every version and layer", () => {
  // [header bytes, bytes of the frame, samples, rate] by the tables of ISO/IEC 11172-3 and 13818-3.
  const cases: ReadonlyArray<readonly [number[], number, number, number]> = [
    [[0xff, 0xfb, 0x90, 0x00], 417, 1152, 44_100], // MPEG-1 layer III, 128 kbit/s
    [[0xff, 0xfb, 0x92, 0x00], 418, 1152, 44_100], // the same, padded
    [[0xff, 0xfd, 0x84, 0x00], 384, 1152, 48_000], // MPEG-1 layer II, 128 kbit/s
    [[0xff, 0xff, 0x48, 0x00], 192, 384, 32_000], // MPEG-1 layer I, 128 kbit/s
    [[0xff, 0xf3, 0x80, 0x00], 208, 576, 22_050], // MPEG-2 layer III, 64 kbit/s
    [[0xff, 0xe3, 0x48, 0x00], 288, 576, 8_000], // MPEG-2.5 layer III, 32 kbit/s
  ];
  for (const [header, bytes, samples, rate] of cases) {
    const frame = frameAt(Uint8Array.from([...header, ...new Uint8Array(60)]), 0);
    assert.deepEqual(frame, { kind: "mp3", bytes, seconds: samples / rate }, header.join());
  }
  assert.equal(framesAt(new Uint8Array(100), 0, 100), undefined);
});

Deno.test("answers of ffprobe and sox", () => {
  const json = (value: unknown) => parseProbe(JSON.stringify(value));
  const audio = { codec_type: "audio" };
  assert.deepEqual(json({ streams: [audio], format: { duration: "1.5" } }), {
    seconds: 1.5,
    audio: true,
    video: false,
  });
  const cover = { codec_type: "video", disposition: { attached_pic: 1 } };
  assert.equal(json({ streams: [audio, cover], format: {} })?.video, false);
  assert.equal(json({ streams: [audio, { codec_type: "video" }], format: {} })?.video, true);
  assert.equal(json({ streams: [audio], format: { duration: "N/A" } })?.seconds, undefined);
  for (const text of ["", "{", "[]", "null", '{"streams":1}']) {
    assert.equal(parseProbe(text), undefined);
  }
  assert.equal(parseSeconds("0.500000\n")?.seconds, 0.5);
  for (const text of ["", "x", "-1", "1e9999"]) assert.equal(parseSeconds(text), undefined);
});
