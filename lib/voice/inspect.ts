/** Looks into a sound file: kind, length, size. By its own parsers where it can, by ffprobe or sox where not. */
import { resolve } from "../system/path.ts";
import type { Bytes } from "../bytes.ts";
import { FailureError, readingReason } from "../errors.ts";
import { run } from "./child.ts";
import {
  aiffSeconds,
  auSeconds,
  boxAt,
  type Described,
  describeMovie,
  flacSeconds,
} from "./formats/boxes.ts";
import { soundError, SoundFormatError } from "./formats/damaged.ts";
import {
  AMR_MAGIC,
  amrFrameAt,
  frameAt,
  FrameClock,
  id3Bytes,
  type ReadFrame,
} from "./formats/frames.ts";
import { oggAudio, oggSeconds } from "./formats/ogg.ts";
import { parseProbe, parseSeconds } from "./formats/probe.ts";
import { type AudioType, sniff, SNIFF_BYTES } from "./formats/sniff.ts";
import { type Host, thisHost } from "./host.ts";
import { installHint } from "./install.ts";
import { probeCommands } from "./play-commands.ts";
import { text } from "../text/catalogue.ts";
import { VoiceError } from "./problem.ts";
import { findWavLayout, isMpegAudio } from "./wav.ts";

/** The movie box of an MP4 is read whole up to this size. */
const MAX_MOVIE_BYTES = 16 << 20;
/** The last page of an Ogg file lies in here: a page has at most 65,307 bytes (RFC 3533 §6). */
const OGG_TAIL_BYTES = 2 * 65_307;
/** Files are read in pieces of this size. */
const INSPECTED_BYTES = 1 << 20;
/** A look into a file takes no longer than this, in milliseconds. */
const PROBE_MS = 15_000;

/** A sound file. */
export interface VoiceFile {
  /** Absolute. */
  readonly path: string;
  readonly type: AudioType;
  readonly mediaType: string;
  /** Undefined where nothing here can tell. */
  readonly seconds: number | undefined;
  /** In bytes. */
  readonly size: number;
}

/** A stretch of a file that is read at any place: offsets count from its beginning. */
class SoundSource {
  readonly #file: Deno.FsFile;
  readonly #start: number;
  readonly size: number;

  constructor(file: Deno.FsFile, size: number, start = 0) {
    this.#file = file;
    this.#start = start;
    this.size = size;
  }

  /** The stretch of `length` bytes from `offset`. */
  part(offset: number, length = this.size - offset): SoundSource {
    return new SoundSource(this.#file, Math.min(length, this.size - offset), this.#start + offset);
  }

  async read(offset: number, length: number): Promise<Bytes> {
    const out = new Uint8Array(Math.max(0, Math.min(length, this.size - offset)));
    await this.#file.seek(this.#start + offset, Deno.SeekMode.Start);
    let filled = 0;
    while (filled < out.length) {
      const count = await this.#file.read(out.subarray(filled));
      if (count === null) break;
      filled += count;
    }
    return out.subarray(0, filled);
  }
}

/** Tags in front of the sound, at most; ours. */
const MAX_TAGS = 16;

/** The file from behind its ID3 tags, which may stand before any kind of sound. */
async function behindTags(whole: SoundSource): Promise<SoundSource> {
  let source = whole;
  for (let tags = 0; tags < MAX_TAGS; tags++) {
    const tag = id3Bytes(await source.read(0, 10));
    if (tag === 0 || tag >= source.size) break;
    source = source.part(tag);
  }
  return source;
}

/**
 * What kind of sound `path` holds and how long it is. Whatever is not sound, or not only sound, is a VoiceError
 * ("unsupported"); a damaged file is a FormatError.
 */
export async function inspect(path: string, host: Host = thisHost()): Promise<VoiceFile> {
  const absolute = resolve(path);
  using file = await open(absolute, path);
  const info = await file.stat();
  if (!info.isFile) throw new FailureError("voice.not-regular", { path });
  try {
    const source = await behindTags(new SoundSource(file, info.size));
    const { type, seconds } = await look(source, { path, absolute, host });
    return { path: absolute, type, mediaType: type.mediaType, seconds, size: info.size };
  } catch (error) {
    throw error instanceof SoundFormatError ? error.named(path) : error;
  }
}

/** Where the file lies, and what is there to look into it. */
interface Place {
  readonly path: string;
  readonly absolute: string;
  readonly host: Host;
}

async function look(
  source: SoundSource,
  { path, absolute, host }: Place,
): Promise<{ type: AudioType; seconds: number | undefined }> {
  const head = await source.read(0, SNIFF_BYTES);
  const type = sniff(head, source.size);
  if (type === undefined) throw notSound(path);
  const own = await describe(source, type, head);
  const known = own.seconds !== undefined && (own.audio || !type.mayBeFilm);
  const described = known ? own : await probe(host, absolute, type) ?? own;
  const { seconds, audio, video } = described;
  if (video || (type.mayBeFilm && !audio && seconds !== undefined)) throw notSound(path);
  if (type.mayBeFilm && !audio) {
    if (host.find("ffprobe") !== undefined) {
      throw new VoiceError("unsupported", "voice.unreadable", { path });
    }
    throw new VoiceError("no-tool", "voice.needs-ffprobe", { path }, {
      hint: installHint(host.os, host.packages),
    });
  }
  if (seconds === 0) throw new VoiceError("unsupported", "voice.no-sound", { path });
  return { type, seconds };
}

async function open(absolute: string, path: string): Promise<Deno.FsFile> {
  try {
    return await Deno.open(absolute);
  } catch (cause) {
    throw new FailureError("voice.read", { path, reason: readingReason(cause) }, { cause });
  }
}

function notSound(path: string): VoiceError {
  return new VoiceError("unsupported", "voice.not-sound", { path }, {
    hint: text("voice.not-sound.hint"),
  });
}

/** What our own parsers can tell. */
async function describe(
  source: SoundSource,
  type: AudioType,
  head: Uint8Array,
): Promise<Described> {
  const sound = (seconds: number | undefined) => ({ seconds, audio: true, video: false });
  switch (type.ffmpeg) {
    case "wav":
      return sound(await wavSeconds(source));
    case "flac":
      return sound(flacSeconds(head));
    case "aiff":
      return sound(aiffSeconds(head));
    case "au":
      return sound(auSeconds(head, source.size));
    case "mov":
      return await describeMp4(source);
    case "ogg": {
      const audio = oggAudio(head);
      const tail = await source.read(Math.max(0, source.size - OGG_TAIL_BYTES), OGG_TAIL_BYTES);
      return sound(audio === undefined ? undefined : oggSeconds(audio, tail));
    }
    case "mp3":
    case "aac":
      return sound(await countFrames(source, 0, frameAt));
    case "amr": {
      const band = type.extension === ".awb" ? "wide" : "narrow";
      return sound(await countFrames(source, AMR_MAGIC[band].length, amrFrameAt(band)));
    }
    default:
      return { seconds: undefined, audio: !type.mayBeFilm, video: false };
  }
}

/** Compressed sound in a WAV that only its frames tell the length of is counted. */
async function wavSeconds(source: SoundSource): Promise<number | undefined> {
  const finding = findWavLayout(source.size);
  let step = finding.next();
  while (!step.done) {
    step = finding.next(await source.read(step.value.offset, step.value.length));
  }
  const layout = step.value;
  if (!isMpegAudio(layout)) return layout.seconds;
  const data = source.part(layout.dataOffset, layout.dataBytes);
  return await countFrames(data, 0, frameAt) ?? layout.seconds;
}

async function countFrames(
  source: SoundSource,
  skip: number,
  reader: ReadFrame,
): Promise<number | undefined> {
  const clock = new FrameClock(skip, reader);
  for (let at = 0; at < source.size; at += INSPECTED_BYTES) {
    clock.update(await source.read(at, INSPECTED_BYTES));
  }
  return clock.end();
}

async function describeMp4(source: SoundSource): Promise<Described> {
  for (let at = 0; at < source.size;) {
    const box = boxAt(await source.read(at, 16), at, source.size);
    if (box === undefined) throw soundError("MP4", "voice.damaged-box");
    if (box.type === "moov") {
      if (box.end - box.body > MAX_MOVIE_BYTES) break;
      return describeMovie(await source.read(box.body, box.end - box.body));
    }
    at = box.end;
  }
  return { seconds: undefined, audio: false, video: false };
}

/** What ffprobe or sox can tell. */
async function probe(host: Host, path: string, type: AudioType): Promise<Described | undefined> {
  for (const command of probeCommands(host, path, type)) {
    const { code, stdout } = await run(host, command, { timeout: PROBE_MS });
    if (code !== 0) continue;
    const text = new TextDecoder().decode(stdout);
    const described = command.answers === "json" ? parseProbe(text) : parseSeconds(text);
    if (described !== undefined) return described;
  }
  return undefined;
}
