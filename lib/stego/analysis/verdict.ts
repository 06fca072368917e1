/** What the classical estimates say together. */
import type { ChannelEstimates } from "./check.ts";

/**
 * Whether bits look replaced, or changed by single steps where the picture is flat, or neither, or nothing can be said (of
 * a palette, or where the estimators do not fit the picture).
 */
export type Sign = "replaced" | "steps" | "none" | "unknown";

/** The verdict on a picture. */
export interface PictureVerdict {
  readonly sign: Sign;
  /** Estimated part of samples with a replaced low bit, 0 … 1; undefined where only the histogram tells. */
  readonly part: number | undefined;
  /** Samples one step off a flat surrounding, in the channels that have too many of them. */
  readonly steps: number;
}

/** Clean photos are estimated at up to a few per cent; ours. */
const LEAST_PART = 0.08;
/** From here on the histogram's pairs are too even (Westfeld and Pfitzmann 1999 draw the line at 0.95). */
const EVEN = 0.95;

/**
 * The verdict: the two estimators must agree on most channels, or the histograms of most be evened out; single steps in
 * flat places are a sign in one channel alone.
 */
export function verdictOf(channels: readonly ChannelEstimates[]): PictureVerdict {
  const most = channels.length / 2;
  const even = channels.filter(({ chiSquare }) => chiSquare >= EVEN).length > most;
  const least = channels.flatMap(({ rs, samplePairs }) =>
    rs === undefined || samplePairs === undefined ? [] : [Math.min(rs, samplePairs)]
  );
  const steps = channels.reduce((sum, { alone = 0, stepped }) => sum + (stepped ? alone : 0), 0);
  const otherwise = (sign: Sign) => steps > 0 ? "steps" : sign;
  if (least.length === 0) {
    return { sign: even ? "replaced" : otherwise("unknown"), part: undefined, steps };
  }
  const part = Math.min(
    1,
    Math.max(0, least.reduce((sum, value) => sum + value, 0) / least.length),
  );
  const seen = least.filter((value) => value >= LEAST_PART).length > most;
  return { sign: even || seen ? "replaced" : otherwise("none"), part, steps };
}
