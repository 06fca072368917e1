/**
 * Makes `fixtures/voice/`: half a second of a 440 Hz tone in every kind of file that p2p knows, and a few files that only
 * look like one. Needs ffmpeg and sox. Run again only when a kind is added.
 */
import { writeWav } from "../lib/voice/wav.ts";

const FOLDER = new URL("../fixtures/voice/", import.meta.url).pathname;
const RATE = 16_000;

/** Arguments of ffmpeg after the input, by file name. */
const BY_FFMPEG: Readonly<Record<string, readonly string[]>> = {
  "tone.opus": ["-c:a", "libopus", "-b:a", "16k", "-f", "ogg"],
  "tone.ogg": ["-c:a", "libvorbis", "-f", "ogg"],
  "tone.oga": ["-c:a", "flac", "-f", "ogg"],
  "tone.spx": ["-c:a", "libspeex", "-f", "ogg"],
  "tone.flac": ["-c:a", "flac", "-f", "flac"],
  "tone.mp3": ["-c:a", "libmp3lame", "-b:a", "32k", "-metadata", "title=tone", "-f", "mp3"],
  "tone.m4a": ["-c:a", "aac", "-b:a", "24k", "-f", "ipod"],
  "tone.aac": ["-c:a", "aac", "-b:a", "24k", "-f", "adts"],
  "tone.caf": ["-c:a", "pcm_s16be", "-f", "caf"],
  "tone.mka": ["-c:a", "libopus", "-b:a", "16k", "-f", "matroska"],
  "tone.wma": ["-c:a", "wmav2", "-b:a", "24k", "-f", "asf"],
  "float.wav": ["-c:a", "pcm_f32le", "-f", "wav"],
  "a-law.wav": ["-c:a", "pcm_alaw", "-f", "wav"],
};

/** Files with a picture besides the sound. */
const FILMS: Readonly<Record<string, readonly string[]>> = {
  "film.mp4": ["-c:v", "mpeg4", "-c:a", "aac", "-f", "mp4"],
  "film.mkv": ["-c:v", "mpeg4", "-c:a", "libopus", "-f", "matroska"],
  "film.ogv": ["-c:v", "libtheora", "-c:a", "libvorbis", "-f", "ogg"],
};

async function run(program: string, args: readonly string[]): Promise<void> {
  const { code, stderr } = await new Deno.Command(program, { args: [...args] }).output();
  if (code !== 0) throw new Error(`${program} failed: ${new TextDecoder().decode(stderr)}`);
}

const EXACT = ["-fflags", "+bitexact", "-flags", "+bitexact", "-flags:a", "+bitexact"];

const samples = Int16Array.from(
  { length: RATE / 2 },
  (_, i) => Math.round(16_000 * Math.sin(2 * Math.PI * 440 * i / RATE)),
);
await Deno.mkdir(FOLDER, { recursive: true });
const tone = `${FOLDER}tone.wav`;
await Deno.writeFile(tone, writeWav(samples, RATE));
for (const [name, args] of Object.entries(BY_FFMPEG)) {
  await run("ffmpeg", ["-v", "error", "-y", "-i", tone, ...EXACT, ...args, FOLDER + name]);
}
const picture = ["-f", "lavfi", "-i", "testsrc=duration=0.5:size=32x32:rate=4"];
for (const [name, args] of Object.entries(FILMS)) {
  await run("ffmpeg", [
    "-v",
    "error",
    "-y",
    "-i",
    tone,
    ...picture,
    ...EXACT,
    ...args,
    FOLDER + name,
  ]);
}
for (const name of ["tone.aiff", "tone.au", "tone.voc"]) {
  await run("sox", ["-R", tone, FOLDER + name]);
}
await run("sox", ["-R", tone, "-b", "24", "-c", "2", `${FOLDER}stereo-24.wav`]);
await run("sox", ["-R", tone, "-b", "8", `${FOLDER}unsigned-8.wav`]);
await run("sox", ["-R", tone, "-b", "32", "-e", "signed-integer", `${FOLDER}wide-32.wav`]);

/** 25 frames of 20 ms, RFC 4867 §5.3: a header with the frame type, then that type's bytes. */
function amr(magic: string, frameType: number, bytes: number): Uint8Array {
  const frame = new Uint8Array(1 + bytes);
  frame[0] = frameType << 3 | 4;
  const head = new TextEncoder().encode(magic);
  const out = new Uint8Array(head.length + 25 * frame.length);
  out.set(head);
  for (let i = 0; i < 25; i++) out.set(frame, head.length + i * frame.length);
  return out;
}

await Deno.writeFile(`${FOLDER}quiet.amr`, amr("#!AMR\n", 7, 31));
await Deno.writeFile(`${FOLDER}quiet.awb`, amr("#!AMR-WB\n", 2, 32));
