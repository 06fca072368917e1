/** How far a picture is from its cover. */
import { FormatError } from "../../errors.ts";
import type { Png } from "../png/read.ts";
import { allChannels, eachRow } from "./planes.ts";

/** What two pictures of one shape differ in. */
export interface Comparison {
  /** Samples, alpha among them. */
  readonly samples: number;
  readonly changed: number;
  /** The largest difference of a sample. */
  readonly largest: number;
  /** Peak signal-to-noise ratio in dB; Infinity where nothing differs. */
  readonly psnr: number;
}

/** Compares decoded samples (palette indices by their colours). The pictures must have the same shape. */
export function compare(png: Png, cover: Png): Comparison {
  const a = png.header;
  const b = cover.header;
  if (
    a.width !== b.width || a.height !== b.height || a.bitDepth !== b.bitDepth ||
    a.colourType !== b.colourType || a.interlaced !== b.interlaced
  ) {
    throw new FormatError("stego.different-shapes", {});
  }
  let samples = 0;
  let changed = 0;
  let largest = 0;
  let squares = 0;
  const palette = png.palette;
  const tally = (one: number, other: number) => {
    const difference = Math.abs(one - other);
    samples++;
    if (difference === 0) return;
    changed++;
    largest = Math.max(largest, difference);
    squares += difference ** 2;
  };
  for (let channel = 0; channel < allChannels(png); channel++) {
    const rows: Int32Array[] = [];
    eachRow(cover, channel, (row) => rows.push(row.slice()));
    let y = 0;
    eachRow(png, channel, (row) => {
      const other = rows[y++]!;
      for (let x = 0; x < row.length; x++) {
        if (palette === undefined || a.colourType !== 3) tally(row[x]!, other[x]!);
        else {
          for (let c = 0; c < 3; c++) tally(palette[3 * row[x]! + c]!, palette[3 * other[x]! + c]!);
        }
      }
    });
  }
  const peak = a.colourType === 3 ? 255 : 2 ** a.bitDepth - 1;
  const psnr = squares === 0 ? Infinity : 10 * Math.log10(peak ** 2 * samples / squares);
  return { samples, changed, largest, psnr };
}
