/** Reads the answers of ffprobe (`-of json`) and `sox --info -D`. Pure. */
import type { Described } from "./boxes.ts";

type ProbeFields = { readonly [name: string]: unknown };

function isFields(value: unknown): value is ProbeFields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function number(value: unknown): number | undefined {
  const parsed = typeof value === "string" && /^\d+(\.\d+)?$/.test(value) ? Number(value) : NaN;
  return Number.isFinite(parsed) ? parsed : undefined;
}

/** ffprobe's JSON; a cover picture is no film. Undefined where it is not what ffprobe prints. */
export function parseProbe(text: string): Described | undefined {
  const answer = parseJson(text);
  if (!isFields(answer) || !Array.isArray(answer["streams"])) return undefined;
  const streams = answer["streams"].filter(isFields);
  const ofKind = (kind: string) => streams.filter((stream) => stream["codec_type"] === kind);
  const films = ofKind("video").filter((stream) => {
    const disposition = stream["disposition"];
    return !(isFields(disposition) && disposition["attached_pic"] === 1);
  });
  const sounds = ofKind("audio");
  const format = isFields(answer["format"]) ? number(answer["format"]["duration"]) : undefined;
  const seconds = format ?? number(sounds[0]?.["duration"]);
  return { seconds, audio: sounds.length > 0, video: films.length > 0 };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** sox's number of seconds. */
export function parseSeconds(text: string): Described | undefined {
  const seconds = number(text.trim());
  return seconds === undefined ? undefined : { seconds, audio: true, video: false };
}
