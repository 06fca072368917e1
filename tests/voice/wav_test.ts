import assert from "node:assert/strict";
import fc from "fast-check";
import { P2PError } from "../../lib/errors.ts";
import { PcmBuffer, samplesOf } from "../../lib/voice/pcm.ts";
import { pcmBytes, readWav, toInt16, wavLayout, writeWav } from "../../lib/voice/wav.ts";
import { fixtureBytes } from "./fixtures.ts";

const RATE = 16_000;
const TONE = Int16Array.from(
  { length: RATE / 2 },
  (_, i) => Math.round(16_000 * Math.sin(2 * Math.PI * 440 * i / RATE)),
);

Deno.test("a WAV file reads back as the samples it was written from", () => {
  fc.assert(fc.property(
    fc.int16Array({ maxLength: 300 }),
    fc.integer({ min: 1, max: 192_000 }),
    (samples, rate) => {
      const back = readWav(writeWav(samples, rate));
      assert.deepEqual([back.rate, back.channels], [rate, 1]);
      assert.deepEqual([...back.samples], [...samples]);
    },
  ));
});

Deno.test("the WAV header is that of the specification, byte for byte", () => {
  const bytes = writeWav(Int16Array.of(1, -2), 8000);
  const text = (from: number) => String.fromCharCode(...bytes.subarray(from, from + 4));
  const view = new DataView(bytes.buffer);
  assert.deepEqual([text(0), text(8), text(12), text(36)], ["RIFF", "WAVE", "fmt ", "data"]);
  assert.deepEqual([4, 16, 24, 28, 40].map((at) => view.getUint32(at, true)), [
    40,
    16,
    8000,
    16000,
    4,
  ]);
  assert.deepEqual([20, 22, 32, 34].map((at) => view.getUint16(at, true)), [1, 1, 2, 16]);
  assert.deepEqual([...bytes.subarray(44)], [1, 0, 0xfe, 0xff]);
});

for (
  const [name, channels, tolerance] of [
    ["tone.wav", 1, 0],
    ["float.wav", 1, 1],
    ["wide-32.wav", 1, 1],
    ["stereo-24.wav", 2, 1],
    ["unsigned-8.wav", 1, 512],
    ["a-law.wav", 1, 600],
  ] as const
) {
  Deno.test(`samples of ${name} are those of the tone`, () => {
    const sound = readWav(fixtureBytes(name));
    assert.deepEqual([sound.rate, sound.channels], [RATE, channels]);
    assert.equal(sound.samples.length, TONE.length * channels);
    const worst = TONE.reduce(
      (most, sample, i) => Math.max(most, Math.abs(sample - sound.samples[i * channels]!)),
      0,
    );
    assert.ok(worst <= tolerance, `off by up to ${worst}`);
  });
}

Deno.test("sizes that a pipe leaves open end with the file", () => {
  for (const said of [0, 0xffffffff, 0x7fffffff]) {
    const bytes = writeWav(TONE, RATE);
    new DataView(bytes.buffer).setUint32(40, said, true);
    assert.equal(wavLayout(bytes).seconds, 0.5, `data size ${said}`);
  }
});

Deno.test("chunks of odd length are padded, unknown ones skipped", () => {
  const plain = writeWav(Int16Array.of(7), 8000);
  const list = Uint8Array.of(0x4c, 0x49, 0x53, 0x54, 3, 0, 0, 0, 1, 2, 3, 0);
  const bytes = new Uint8Array([...plain.subarray(0, 12), ...list, ...plain.subarray(12)]);
  assert.deepEqual([...readWav(bytes).samples], [7]);
});

Deno.test("every prefix and every damage of a WAV file is read or refused with our own error", () => {
  const small = writeWav(TONE.subarray(0, 20), RATE);
  const attempt = (bytes: Uint8Array) => {
    try {
      readWav(bytes);
    } catch (error) {
      assert.ok(error instanceof P2PError, String(error));
    }
  };
  for (let length = 0; length < small.length; length++) attempt(small.subarray(0, length));
  fc.assert(fc.property(
    fc.array(fc.tuple(fc.nat(small.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }),
    (changes) => {
      const bytes = small.slice();
      for (const [at, value] of changes) bytes[at] = value;
      attempt(bytes);
    },
  ));
});

Deno.test("raw sound is the same whatever pieces it comes in", () => {
  fc.assert(fc.property(
    fc.int16Array({ maxLength: 200 }),
    fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
    (samples, cuts) => {
      const bytes = pcmBytes(samples);
      const buffer = new PcmBuffer(1000);
      const seen: number[] = [];
      for (let at = 0, i = 0; at < bytes.length; i++) {
        const size = cuts[i % cuts.length]!;
        seen.push(...buffer.push(bytes.subarray(at, at + size)));
        at += size;
      }
      assert.deepEqual(seen, [...samples]);
      assert.deepEqual([...buffer.take()], [...samples]);
      assert.deepEqual([...samplesOf(bytes)], [...samples]);
    },
  ));
});

Deno.test("a buffer of raw sound keeps no more than its limit", () => {
  const buffer = new PcmBuffer(100_000);
  for (let i = 0; i < 100; i++) buffer.push(pcmBytes(TONE));
  assert.equal(buffer.length, 100_000);
  assert.ok(buffer.full);
  assert.equal(buffer.push(pcmBytes(TONE)).length, 0);
});

Deno.test("samples beyond full scale are cut, and what is no number is silence", () => {
  assert.deepEqual([1.5, -1.5, NaN, 0.5].map(toInt16), [32767, -32768, 0, 16384]);
});
