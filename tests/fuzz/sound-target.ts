/** Sound files for the fuzzer: every kind that is known, looked into by our own parsers, on disk as notes are. */
import assert from "node:assert/strict";
import { makeHost } from "../../lib/voice/host.ts";
import { parseProbe } from "../../lib/voice/formats/probe.ts";
import { inspect } from "../../lib/voice/inspect.ts";
import { readWav } from "../../lib/voice/wav.ts";
import { fixtureBytes, KINDS } from "../voice/fixtures.ts";
import type { FuzzTarget } from "./fuzz.ts";

/** A machine without any tool. */
const BARE = makeHost("linux", () => undefined);
/** As much of a file as its parsers look at, or nearly. */
const SEED_BYTES = 6000;

export const soundTarget: FuzzTarget = {
  name: "sound",
  async run(bytes) {
    const path = await Deno.makeTempFile({ prefix: "p2p-fuzz-" });
    try {
      await Deno.writeFile(path, bytes);
      const { seconds } = await inspect(path, BARE);
      assert.ok(seconds === undefined || (Number.isFinite(seconds) && seconds > 0), `${seconds} s`);
    } finally {
      await Deno.remove(path);
    }
  },
  seeds: () =>
    [
      ...KINDS.map(([name]) => fixtureBytes(name)),
      ...["film.mp4", "film.ogv", "film.mkv", "tone.caf", "tone.mka", "tone.wma"].map(fixtureBytes),
    ].map((bytes) => bytes.subarray(0, SEED_BYTES)),
};

export const wavTarget: FuzzTarget = {
  name: "wav",
  run(bytes) {
    const { samples, channels } = readWav(bytes);
    assert.ok(samples.length * channels <= 2 * bytes.length * channels);
  },
  seeds: () =>
    ["tone.wav", "float.wav", "a-law.wav", "stereo-24.wav", "unsigned-8.wav"]
      .map((name) => fixtureBytes(name).subarray(0, 300)),
};

export const probeTarget: FuzzTarget = {
  name: "ffprobe-answers",
  run: (bytes) => void parseProbe(new TextDecoder().decode(bytes)),
  seeds: () => [
    new TextEncoder().encode(
      '{"streams":[{"codec_type":"audio","duration":"1.5","disposition":{"attached_pic":0}}],' +
        '"format":{"duration":"1.500000"}}',
    ),
  ],
};
