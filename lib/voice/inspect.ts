/** Looks into a sound file: kind, length, size. By its own parsers where it can, by ffprobe or sox where not. */
import { resolve } from "../system/path.ts";
import type { Bytes } from "../bytes.ts";
import { FailureError, FormatError } from "../errors.ts";
import { run } from "./child.ts";
import {
  aiffSeconds,
  auSeconds,
  boxAt,
  type Described,
  describeMovie,
  flacSeconds,
} from "./formats/boxes.ts";
import {
  AMR_MAGIC,
  amrFrameAt,
  frameAt,
  FrameClock,
  type FrameReader,
  id3Bytes,
} from "./formats/frames.ts";
import { oggAudio, oggSeconds } from "./formats/ogg.ts";
import { parseProbe, parseSeconds } from "./formats/probe.ts";
import { type AudioType, sniff, SNIFF_BYTES } from "./formats/sniff.ts";
import { type Host, thisHost } from "./host.ts";
import { installHint } from "./install.ts";
import { probeCommands } from "./play-commands.ts";
import { VoiceError } from "./problem.ts";
import { wavLayout } from "./wav.ts";

/** The movie box of an MP4 is read whole up to this size. */
const MAX_MOVIE_BYTES = 16 << 20;
/** The last page of an Ogg file lies in here: a page has at most 65,307 bytes (RFC 3533 §6). */
const OGG_TAIL_BYTES = 2 * 65_307;
/** Files are read in pieces of this size. */
const PIECE_BYTES = 1 << 20;
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

/** A file that is read at any place. */
class Source {
  constructor(readonly file: Deno.FsFile, readonly size: number) {}

  async read(offset: number, length: number): Promise<Bytes> {
    const out = new Uint8Array(Math.max(0, Math.min(length, this.size - offset)));
    await this.file.seek(offset, Deno.SeekMode.Start);
    let filled = 0;
    while (filled < out.length) {
      const count = await this.file.read(out.subarray(filled));
      if (count === null) break;
      filled += count;
    }
    return out.subarray(0, filled);
  }
}

/**
 * What kind of sound `path` holds and how long it is. Whatever is not sound, or not only sound, is a VoiceError
 * ("unsupported"); a damaged file is a FormatError.
 */
export async function inspect(path: string, host: Host = thisHost()): Promise<VoiceFile> {
  const absolute = resolve(path);
  using file = await open(absolute, path);
  const info = await file.stat();
  if (!info.isFile) throw new FailureError(`read ${path}: not a regular file`);
  const source = new Source(file, info.size);
  const head = await source.read(0, SNIFF_BYTES);
  const type = sniff(head, info.size);
  if (type === undefined) throw notSound(path);
  const own = await describe(source, type, head);
  const known = own.seconds !== undefined && (own.audio || !type.mayBeFilm);
  const described = known ? own : await probe(host, absolute, type) ?? own;
  if (described.video || (type.mayBeFilm && !described.audio)) {
    if (described.video || described.seconds !== undefined) throw notSound(path);
    throw new VoiceError(
      "no-tool",
      `read ${path}: ffprobe is needed to look into this kind of file`,
      {
        hint: installHint(host.os, host.packages),
      },
    );
  }
  if (described.seconds === 0) {
    throw new VoiceError("unsupported", `read ${path}: there is no sound in it`);
  }
  const { seconds } = described;
  return { path: absolute, type, mediaType: type.mediaType, seconds, size: info.size };
}

async function open(absolute: string, path: string): Promise<Deno.FsFile> {
  try {
    return await Deno.open(absolute);
  } catch (cause) {
    const reason = cause instanceof Deno.errors.NotFound
      ? "no such file"
      : cause instanceof Deno.errors.PermissionDenied
      ? "permission denied"
      : "it cannot be opened";
    throw new FailureError(`read ${path}: ${reason}`, { cause });
  }
}

function notSound(path: string): VoiceError {
  return new VoiceError("unsupported", `read ${path}: not a sound file that p2p knows`, {
    hint: "WAV, Ogg, FLAC, MP3, M4A, AAC, AIFF and AMR are known; for other files: p2p send-file",
  });
}

/** What our own parsers can tell. */
async function describe(source: Source, type: AudioType, head: Uint8Array): Promise<Described> {
  const sound = (seconds: number | undefined) => ({ seconds, audio: true, video: false });
  switch (type.ffmpeg) {
    case "wav":
      return sound(wavLayout(head, source.size).seconds);
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
      return sound(await countFrames(source, id3Bytes(head), frameAt));
    case "amr": {
      const band = type.extension === ".awb" ? "wide" : "narrow";
      return sound(await countFrames(source, AMR_MAGIC[band].length, amrFrameAt(band)));
    }
    default:
      return { seconds: undefined, audio: !type.mayBeFilm, video: false };
  }
}

async function countFrames(
  source: Source,
  skip: number,
  reader: FrameReader,
): Promise<number | undefined> {
  const clock = new FrameClock(skip, reader);
  for (let at = 0; at < source.size; at += PIECE_BYTES) {
    clock.update(await source.read(at, PIECE_BYTES));
  }
  return clock.end();
}

async function describeMp4(source: Source): Promise<Described> {
  for (let at = 0; at < source.size;) {
    const box = boxAt(await source.read(at, 16), at, source.size);
    if (box === undefined) throw new FormatError("read MP4: damaged box");
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
