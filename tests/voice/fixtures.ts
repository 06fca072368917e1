/** The sound files of `fixtures/voice`, made by `scripts/voice-fixtures.ts`. */

export const FIXTURES = new URL("../../fixtures/voice/", import.meta.url).pathname;

/** Path of one of them. */
export function fixture(name: string): string {
  return FIXTURES + name;
}

/** Its bytes. */
export function fixtureBytes(name: string): Uint8Array<ArrayBuffer> {
  return Deno.readFileSync(FIXTURES + name);
}

/** What every kind of file is, and how long: half a second, more where the codec pads to whole frames. */
export const KINDS: ReadonlyArray<readonly [string, string, number]> = [
  ["tone.wav", "audio/wav", 0.5],
  ["float.wav", "audio/wav", 0.5],
  ["a-law.wav", "audio/wav", 0.5],
  ["stereo-24.wav", "audio/wav", 0.5],
  ["unsigned-8.wav", "audio/wav", 0.5],
  ["wide-32.wav", "audio/wav", 0.5],
  ["tone.opus", "audio/ogg; codecs=opus", 0.5],
  ["tone.ogg", "audio/ogg; codecs=vorbis", 0.5],
  ["tone.oga", "audio/ogg; codecs=flac", 0.5],
  ["tone.spx", "audio/ogg; codecs=speex", 0.49],
  ["tone.flac", "audio/flac", 0.5],
  ["tone.mp3", "audio/mpeg", 0.576],
  ["tone.m4a", "audio/mp4", 0.5],
  ["tone.aac", "audio/aac", 0.576],
  ["tone.aiff", "audio/aiff", 0.5],
  ["tone.au", "audio/basic", 0.5],
  ["quiet.amr", "audio/amr", 0.5],
  ["quiet.awb", "audio/amr-wb", 0.5],
];
