/** Pictures that are not PNG, decoded through `imagescript` and made into a new 8-bit PNG. */
import type { Bytes } from "../../bytes.ts";
import { FormatError, LimitError } from "../../errors.ts";
import { chooseFilters } from "../png/filter.ts";
import {
  checkPixels,
  ColourType,
  filterDistance,
  passesOf,
  type PictureLimits,
  type PngHeader,
} from "../png/header.ts";
import type { Png } from "../png/read.ts";
import { type Decoded, decodeGif, decodeJpeg } from "./codec.ts";
import { checkJpegScans, gifSize, jpegSize, type PictureKind } from "./size.ts";

/** A decoder of others holds a picture two or three times: it gets half the pixels of our own. */
const PART_OF_LIMIT = 2;

/** Decodes a whole file of the given kind; `kind` comes from kindOf. */
export async function openForeign(
  kind: PictureKind,
  bytes: Uint8Array,
  limits: PictureLimits,
): Promise<Png> {
  const half = { maxPixels: Math.floor(limits.maxPixels / PART_OF_LIMIT) };
  const check = ({ width, height }: { width: number; height: number }) =>
    checkPixels(width, height, half);
  switch (kind) {
    case "JPEG": {
      check(jpegSize(bytes));
      checkJpegScans(bytes);
      const decoded = await decodeJpeg(bytes);
      if (decoded.channels === 4) {
        throw new FormatError("read JPEG: its colours are CMYK", {
          hint: "convert it to RGB first",
        });
      }
      return newPng(decoded);
    }
    case "GIF":
      check(gifSize(bytes));
      return newPng(await decodeGif(bytes));
    default:
      throw new FormatError(`read picture: ${kind} cannot be read`, {
        hint: "convert it to PNG first",
      });
  }
}

/** A PNG of the decoded samples; alpha is left out where all of it is opaque. */
function newPng({ width, height, channels, samples }: Decoded): Png {
  const pixels = width * height;
  if (width < 1 || height < 1 || samples.length < pixels * channels) {
    throw new LimitError("read picture: the decoder gave too little");
  }
  const opaque = channels === 4 && isOpaque(samples, pixels);
  const kept = opaque ? 3 : channels;
  const header: PngHeader = {
    width,
    height,
    bitDepth: 8,
    colourType: kept === 1 ? ColourType.grey : kept === 3 ? ColourType.rgb : ColourType.rgba,
    interlaced: false,
  };
  const passes = passesOf(header);
  const pass = passes[0]!;
  const scanlines: Bytes = new Uint8Array(pass.stride * height);
  for (let y = 0; y < height; y++) {
    const to = y * pass.stride + 1;
    const from = y * width * channels;
    if (kept === channels) scanlines.set(samples.subarray(from, from + width * channels), to);
    else {
      for (let x = 0; x < width; x++) {
        for (let c = 0; c < 3; c++) scanlines[to + 3 * x + c] = samples[from + 4 * x + c]!;
      }
    }
  }
  chooseFilters(scanlines, pass, filterDistance(header));
  return {
    header,
    passes,
    before: [],
    after: [],
    trailing: new Uint8Array(0),
    palette: undefined,
    transparency: undefined,
    scanlines,
    layout: undefined,
  };
}

function isOpaque(samples: Uint8Array, pixels: number): boolean {
  for (let i = 3; i < 4 * pixels; i += 4) if (samples[i] !== 255) return false;
  return true;
}
