/** Pictures as the estimators see them: rows of one channel's samples, pass by pass. */
import { channelsOf, ColourType, filterDistance, type Pass } from "../png/header.ts";
import type { Png } from "../png/read.ts";

/** Name of each colour channel of a picture, in order. */
export function channelNames({ header }: Png): readonly string[] {
  switch (header.colourType) {
    case ColourType.palette:
      return ["index"];
    case ColourType.grey:
    case ColourType.greyAlpha:
      return ["grey"];
    default:
      return ["red", "green", "blue"];
  }
}

/** Calls `use` with every row of a channel (alpha counts as the last one). The row is valid until the next. */
export function eachRow(png: Png, channel: number, use: (row: Int32Array) => void): void {
  for (const pass of png.passes) {
    const row = new Int32Array(pass.width);
    for (let y = 0; y < pass.height; y++) {
      readRow(png, pass, y, channel, row);
      use(row);
    }
  }
}

/** All channels with alpha. */
export function allChannels({ header }: Png): number {
  return channelsOf(header);
}

function readRow(png: Png, pass: Pass, y: number, channel: number, out: Int32Array): void {
  const { header, scanlines } = png;
  const depth = header.bitDepth;
  const start = pass.offset + y * pass.stride + 1;
  if (depth < 8) {
    const mask = (1 << depth) - 1;
    for (let x = 0; x < pass.width; x++) {
      const bit = x * depth;
      out[x] = (scanlines[start + (bit >> 3)]! >> (8 - depth - (bit & 7))) & mask;
    }
    return;
  }
  const step = filterDistance(header);
  let at = start + channel * (depth >> 3);
  for (let x = 0; x < pass.width; x++, at += step) {
    out[x] = depth === 8 ? scanlines[at]! : (scanlines[at]! << 8) | scanlines[at + 1]!;
  }
}
