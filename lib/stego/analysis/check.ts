/** The classical estimates for every colour channel of a picture. */
import type { Png } from "../png/read.ts";
import { ChiSquareTest } from "./chi-square.ts";
import { PairEstimator } from "./pairs.ts";
import { channelNames, eachRow } from "./planes.ts";
import { RsEstimator } from "./rs.ts";
import { StepCounter } from "./steps.ts";

/** What the estimators say of one channel. */
export interface ChannelEstimates {
  readonly channel: string;
  /** Probability that the histogram's pairs are as even by chance: near 1 when full of replaced bits. */
  readonly chiSquare: number;
  /** Part of samples whose low bit was replaced, by RS analysis; undefined where that can say nothing (palette indices). */
  readonly rs: number | undefined;
  /** The same by sample pair analysis. */
  readonly samplePairs: number | undefined;
  /** Samples one step off neighbours that are all the same, as changes in a flat place are; undefined of palette indices. */
  readonly alone: number | undefined;
  /** Whether there are more of them than clean pictures have. */
  readonly stepped: boolean;
}

/** The estimates of every colour channel. Palette indices are no brightness: only the histogram is looked at. */
export function estimate(png: Png): ChannelEstimates[] {
  return channelNames(png).map((channel, index) => {
    const chiSquare = new ChiSquareTest();
    const rs = new RsEstimator();
    const pairs = new PairEstimator();
    const steps = new StepCounter();
    const palette = png.palette !== undefined && channel === "index";
    eachRow(png, index, (row) => {
      chiSquare.add(row);
      if (palette) return;
      rs.add(row);
      pairs.add(row);
      steps.add(row);
    });
    return {
      channel,
      chiSquare: chiSquare.probability(),
      rs: palette ? undefined : rs.estimate(),
      samplePairs: palette ? undefined : pairs.estimate(),
      alone: palette ? undefined : steps.alone,
      stepped: steps.tooMany(),
    };
  });
}
