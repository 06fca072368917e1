/**
 * What kind of sound a file holds, told by its content and never by its name. Only these kinds are sent as a voice note
 * or given to a player, and the player is told the kind, so that no file makes it guess (a playlist, a script). Pure.
 */
import { boxAt } from "./boxes.ts";
import { AMR_MAGIC, framesAt } from "./frames.ts";
import { oggAudio, type OggCodec } from "./ogg.ts";

/** One kind of sound file. */
export interface AudioType {
  /** For people: "Opus". */
  readonly name: string;
  readonly mediaType: string;
  /** With its dot. */
  readonly extension: string;
  /** The demuxer of ffmpeg, so that it does not guess. */
  readonly ffmpeg: string;
  /** The format of sox, where it reads this one. */
  readonly sox: string | undefined;
  /** The same bytes may hold a film: look for its tracks. */
  readonly mayBeFilm?: true;
}

/** Uncompressed sound, which everything plays. */
export const WAV: AudioType = {
  name: "WAV",
  mediaType: "audio/wav",
  extension: ".wav",
  ffmpeg: "wav",
  sox: "wav",
};
const FLAC: AudioType = {
  name: "FLAC",
  mediaType: "audio/flac",
  extension: ".flac",
  ffmpeg: "flac",
  sox: "flac",
};
const MP3: AudioType = {
  name: "MP3",
  mediaType: "audio/mpeg",
  extension: ".mp3",
  ffmpeg: "mp3",
  sox: "mp3",
};
const AAC: AudioType = {
  name: "AAC",
  mediaType: "audio/aac",
  extension: ".aac",
  ffmpeg: "aac",
  sox: undefined,
};
const AIFF: AudioType = {
  name: "AIFF",
  mediaType: "audio/aiff",
  extension: ".aiff",
  ffmpeg: "aiff",
  sox: "aiff",
};
const AU: AudioType = {
  name: "AU",
  mediaType: "audio/basic",
  extension: ".au",
  ffmpeg: "au",
  sox: "au",
};
const AMR: AudioType = {
  name: "AMR",
  mediaType: "audio/amr",
  extension: ".amr",
  ffmpeg: "amr",
  sox: "amr-nb",
};
const AMR_WB: AudioType = {
  name: "AMR-WB",
  mediaType: "audio/amr-wb",
  extension: ".awb",
  ffmpeg: "amr",
  sox: "amr-wb",
};
const CAF: AudioType = {
  name: "CAF",
  mediaType: "audio/x-caf",
  extension: ".caf",
  ffmpeg: "caf",
  sox: "caf",
};
const M4A: AudioType = {
  name: "M4A",
  mediaType: "audio/mp4",
  extension: ".m4a",
  ffmpeg: "mov",
  sox: undefined,
  mayBeFilm: true,
};
const WEBM: AudioType = {
  name: "Matroska",
  mediaType: "audio/x-matroska",
  extension: ".mka",
  ffmpeg: "matroska",
  sox: undefined,
  mayBeFilm: true,
};
const ASF: AudioType = {
  name: "WMA",
  mediaType: "audio/x-ms-wma",
  extension: ".wma",
  ffmpeg: "asf",
  sox: undefined,
  mayBeFilm: true,
};

/** The kinds of Ogg; RFC 7845 §9 recommends .opus. */
const OGG: Readonly<Record<OggCodec, AudioType>> = {
  opus: {
    name: "Opus",
    mediaType: "audio/ogg; codecs=opus",
    extension: ".opus",
    ffmpeg: "ogg",
    sox: "opus",
  },
  vorbis: {
    name: "Vorbis",
    mediaType: "audio/ogg; codecs=vorbis",
    extension: ".ogg",
    ffmpeg: "ogg",
    sox: "vorbis",
  },
  flac: {
    name: "Ogg FLAC",
    mediaType: "audio/ogg; codecs=flac",
    extension: ".oga",
    ffmpeg: "ogg",
    sox: undefined,
  },
  speex: {
    name: "Speex",
    mediaType: "audio/ogg; codecs=speex",
    extension: ".spx",
    ffmpeg: "ogg",
    sox: undefined,
  },
};

/** What a note is recorded as where ffmpeg is there. */
export const OPUS: AudioType = OGG.opus;

/** How many bytes of a file `sniff` wants to see. */
export const SNIFF_BYTES = 64 * 1024;

/** [offset, bytes as Latin-1] pairs that must all be there. */
const MAGIC: ReadonlyArray<readonly [AudioType, ReadonlyArray<readonly [number, string]>]> = [
  [WAV, [[0, "RIFF"], [8, "WAVE"]]],
  [WAV, [[0, "RF64"], [8, "WAVE"]]],
  [FLAC, [[0, "fLaC"]]],
  [AIFF, [[0, "FORM"], [8, "AIFF"]]],
  [AIFF, [[0, "FORM"], [8, "AIFC"]]],
  [AU, [[0, ".snd"]]],
  [AMR_WB, [[0, AMR_MAGIC.wide]]],
  [AMR, [[0, AMR_MAGIC.narrow]]],
  [CAF, [[0, "caff\0\x01"]]],
  [WEBM, [[0, "\x1a\x45\xdf\xa3"]]],
  [ASF, [[0, "\x30\x26\xb2\x75\x8e\x66\xcf\x11"]]],
];

/**
 * The kind of a file of `size` bytes that starts with `head`, both counted from behind the tags in front of the sound
 * (`id3Bytes`); undefined when it is no sound that p2p knows.
 */
export function sniff(head: Uint8Array, size: number): AudioType | undefined {
  const found = MAGIC.find(([, marks]) => marks.every(([at, mark]) => holds(head, at, mark)));
  if (found !== undefined) return found[0];
  if (holds(head, 0, "OggS")) {
    const audio = oggAudio(head);
    return audio === undefined ? undefined : OGG[audio.codec];
  }
  if (boxAt(head, 0, size)?.type === "ftyp") return M4A;
  return sniffFrames(head, size);
}

function holds(bytes: Uint8Array, at: number, mark: string): boolean {
  if (at + mark.length > bytes.length) return false;
  for (let i = 0; i < mark.length; i++) if (bytes[at + i] !== mark.charCodeAt(i)) return false;
  return true;
}

function sniffFrames(head: Uint8Array, size: number): AudioType | undefined {
  const kind = framesAt(head, 0, size);
  return kind === undefined ? undefined : kind === "aac" ? AAC : MP3;
}
