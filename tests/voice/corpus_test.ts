/** Sound files as real programs write them, and as people's files are: told as ffprobe tells them. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { concat, utf8 } from "../../lib/bytes.ts";
import { P2PError } from "../../lib/errors.ts";
import { makeHost, thisHost } from "../../lib/voice/host.ts";
import { inspect } from "../../lib/voice/inspect.ts";
import { parseProbe } from "../../lib/voice/formats/probe.ts";
import { withFolder } from "../support/executable.ts";
import { testWithPrograms } from "../support/requires.ts";

/** A machine without any tool: what is told here, our own parsers told. */
const BARE = makeHost("linux", () => undefined);
/** Two lengths may differ by a frame or two of a codec, in seconds. */
const CLOSE = 0.08;

async function output(program: string, args: readonly string[], cwd: string): Promise<Uint8Array> {
  const command = new Deno.Command(program, { args: [...args], cwd, stderr: "piped" });
  const { success, stdout, stderr } = await command.output();
  assert.ok(success, `${program} ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
  return stdout;
}

/** ffmpeg's way from a tone to a file of that name. */
const ENCODED: ReadonlyArray<readonly [name: string, args: readonly string[]]> = [
  ["pcm.wav", []],
  ["mp3.wav", ["-c:a", "libmp3lame"]],
  ["vbr.wav", ["-c:a", "libmp3lame", "-q:a", "2"]],
  ["adpcm.wav", ["-c:a", "adpcm_ms"]],
  ["ima.wav", ["-c:a", "adpcm_ima_wav"]],
  ["rf64.wav", ["-rf64", "always"]],
  ["tagged.wav", ["-metadata", "title=a tone", "-metadata", "comment=odd"]],
  ["bext.wav", ["-write_bext", "1", "-metadata", "description=a tone"]],
  ["plain.flac", []],
  ["plain.mp3", []],
  ["tagless.mp3", ["-id3v2_version", "0", "-write_xing", "0"]],
  ["vbr.mp3", ["-q:a", "4"]],
  ["low.mp3", ["-ar", "16000", "-b:a", "24k"]],
  ["layer2.mp2", []],
  ["plain.aac", []],
  ["plain.m4a", []],
  ["fast.m4a", ["-movflags", "+faststart"]],
  ["pieces.m4a", ["-movflags", "+frag_keyframe+empty_moov"]],
  ["alac.m4a", ["-c:a", "alac"]],
  ["plain.ogg", ["-c:a", "libvorbis"]],
  ["plain.opus", ["-c:a", "libopus"]],
  ["flac.oga", ["-c:a", "flac"]],
  ["plain.aiff", []],
  ["little.aifc", ["-f", "aiff", "-c:a", "pcm_s16le"]],
  ["tagged.aiff", ["-write_id3v2", "1", "-metadata", "title=a tone"]],
  ["plain.au", []],
  ["law.au", ["-c:a", "pcm_mulaw"]],
  ["plain.caf", []],
  ["plain.mka", ["-c:a", "libopus"]],
  ["plain.webm", ["-c:a", "libopus"]],
  ["plain.wma", []],
];

/** What is no sound, or not only. */
const OTHERS: ReadonlyArray<readonly [name: string, args: readonly string[]]> = [
  ["film.mp4", ["-f", "lavfi", "-i", "testsrc=duration=0.5", "-shortest"]],
  ["film.mkv", ["-f", "lavfi", "-i", "testsrc=duration=0.5", "-c:v", "mpeg4", "-shortest"]],
  ["film.ogv", ["-f", "lavfi", "-i", "testsrc=duration=0.5", "-shortest"]],
  ["film.avi", ["-f", "lavfi", "-i", "testsrc=duration=0.5", "-shortest"]],
];

const SOX: ReadonlyArray<readonly [name: string, args: readonly string[]]> = [
  ["gsm.wav", ["-e", "gsm-full-rate"]],
  ["a-law.wav", ["-e", "a-law"]],
  ["sox.aiff", []],
  ["sox.au", ["-e", "floating-point", "-b", "32"]],
  ["sox.flac", []],
];

/** An ID3v2 tag of so many bytes after its header. */
function id3(length: number): Uint8Array {
  const sizes = [21, 14, 7, 0].map((shift) => length >> shift & 127);
  return concat(utf8("ID3"), Uint8Array.of(4, 0, 0, ...sizes), new Uint8Array(length));
}

/** The WAV with a chunk of so many bytes behind its `fmt `. */
function withChunk(wav: Uint8Array, id: string, length: number): Uint8Array {
  const at = 20 + new DataView(wav.buffer, wav.byteOffset).getUint32(16, true);
  const head = new Uint8Array(8);
  head.set(utf8(id));
  new DataView(head.buffer).setUint32(4, length, true);
  const body = new Uint8Array(length + length % 2).fill(0x5a);
  return concat(wav.subarray(0, at), head, body, wav.subarray(at));
}

/** Files that people have and no encoder writes. */
function variants(files: ReadonlyMap<string, Uint8Array>): Map<string, Uint8Array> {
  const made = new Map<string, Uint8Array>();
  for (const name of ["plain.flac", "plain.mp3", "tagless.mp3", "plain.aac", "layer2.mp2"]) {
    for (const length of [100, 70_000, 300_000]) {
      made.set(`id3-${length}-${name}`, concat(id3(length), files.get(name)!));
    }
    made.set(`id3-twice-${name}`, concat(id3(50), id3(80_000), files.get(name)!));
  }
  const id3v1 = concat(utf8("TAG"), new Uint8Array(125));
  for (const name of ["plain.mp3", "tagless.mp3", "plain.flac", "plain.aac"]) {
    made.set(`id3v1-${name}`, concat(files.get(name)!, id3v1));
  }
  for (const name of ["pcm.wav", "mp3.wav"]) {
    for (const [id, length] of [["LIST", 65_500], ["JUNK", 70_001], ["id3 ", 500_000]] as const) {
      made.set(`${id.trim()}-${length}-${name}`, withChunk(files.get(name)!, id, length));
    }
  }
  for (const [name, open] of [["pcm.wav", 0xffffffff], ["pcm.wav", 0]] as const) {
    const wav = files.get(name)!.slice();
    const data = wav.findIndex((_, i) =>
      new TextDecoder().decode(wav.subarray(i, i + 4)) === "data"
    );
    new DataView(wav.buffer).setUint32(data + 4, open, true);
    made.set(`open-${open}-${name}`, wav);
  }
  return made;
}

/** All files of the corpus, in `folder`. */
async function makeCorpus(folder: string): Promise<string[]> {
  const tone = ["-f", "lavfi", "-i", "sine=duration=1.5:sample_rate=44100"];
  const files = new Map<string, Uint8Array>();
  for (const [name, args] of [...ENCODED, ...OTHERS]) {
    await output("ffmpeg", ["-v", "error", "-nostdin", "-y", ...tone, ...args, name], folder);
    files.set(name, await Deno.readFile(join(folder, name)));
  }
  for (const [name, args] of SOX) {
    await output("sox", [
      "-n",
      "-r",
      "8000",
      "-c",
      "1",
      ...args,
      name,
      "synth",
      "1.5",
      "sine",
      "440",
    ], folder);
    files.set(name, new Uint8Array(0));
  }
  for (const [name, bytes] of variants(files)) {
    await Deno.writeFile(join(folder, name), bytes);
    files.set(name, bytes);
  }
  return [...files.keys()];
}

/** What ffprobe says; undefined where it can make nothing of the file either. */
async function probed(folder: string, name: string) {
  const entries = "format=duration:stream=codec_type,duration:stream_disposition=attached_pic";
  const args = ["-v", "error", "-show_entries", entries, "-of", "json", name];
  const { success, stdout } = await new Deno.Command("ffprobe", { args, cwd: folder }).output();
  return success ? parseProbe(new TextDecoder().decode(stdout)) : undefined;
}

testWithPrograms(
  "what is sound, and how long, is told as ffprobe tells it, for every file of a corpus",
  ["ffmpeg", "ffprobe", "sox"],
  async () => {
    await withFolder(async (folder) => {
      const wrong: string[] = [];
      for (const name of await makeCorpus(folder)) {
        const theirs = await probed(folder, name);
        if (theirs === undefined) continue;
        const sound = theirs.audio && !theirs.video;
        for (const [which, host] of [["bare", BARE], ["ffprobe", thisHost()]] as const) {
          try {
            const { seconds, type } = await inspect(join(folder, name), host);
            const close = seconds === undefined || Math.abs(seconds - theirs.seconds!) < CLOSE;
            if (!sound || !close || (which === "ffprobe" && seconds === undefined)) {
              wrong.push(
                `${name} (${which}): ${type.name} ${seconds} s; ${JSON.stringify(theirs)}`,
              );
            }
          } catch (error) {
            if (!(error instanceof P2PError)) throw error;
            const needsTool = which === "bare" && error.kind === "voice-no-tool";
            if (sound && !needsTool) wrong.push(`${name} (${which}): ${error.message}`);
          }
        }
      }
      assert.deepEqual(wrong, []);
    });
  },
);
