/** Pictures that are not PNG, decoded (JPEG and GIF through `imagescript`) and made into a new 8-bit PNG. */
import { deflateSync } from "node:zlib";
import { type Bytes, concat, utf8 } from "../../bytes.ts";
import { text } from "../../text/catalogue.ts";
import { chooseFilters } from "../png/filter.ts";
import {
  checkPixels,
  ColourType,
  filterDistance,
  passesOf,
  type PictureLimits,
  type PngHeader,
} from "../png/header.ts";
import type { Chunk, Png } from "../png/read.ts";
import { PictureError, PictureLimitError } from "../problem.ts";
import { decodeBmp } from "./bmp.ts";
import { type Decoded, decodeGif, decodeJpeg } from "./codec.ts";
import { checkScans, jpegInfo } from "./jpeg.ts";
import { gifSize, type PictureKind } from "./size.ts";

/** A decoder of others holds a picture two or three times: it gets half the pixels of our own. */
const PART_OF_LIMIT = 2;

/** Largest file that is read whole: what the decoders of `imagescript` need. */
const MAX_FOREIGN_BYTES = 128 << 20;

/** Decodes a file of the given kind; `kind` comes from kindOf. */
export async function openForeign(
  kind: PictureKind,
  pieces: AsyncIterable<Uint8Array>,
  limits: PictureLimits,
): Promise<Png> {
  const half = { maxPixels: Math.floor(limits.maxPixels / PART_OF_LIMIT) };
  const check = ({ width, height }: { width: number; height: number }) =>
    checkPixels(width, height, half);
  switch (kind) {
    case "JPEG": {
      const bytes = await whole(pieces);
      const { orientation, profile, ...size } = jpegInfo(bytes);
      check(size);
      checkScans(bytes);
      const decoded = await decodeJpeg(bytes);
      if (decoded.channels === 4) {
        throw new PictureError("JPEG", text("jpeg.cmyk"), { hint: text("jpeg.cmyk.hint") });
      }
      return newPng(decoded, orientation, profile);
    }
    case "GIF": {
      const bytes = await whole(pieces);
      const size = gifSize(bytes);
      check(size);
      return newPng(await decodeGif(bytes, size));
    }
    case "BMP":
      return newPng(await decodeBmp(pieces, check));
    default:
      throw new PictureError("picture", text("picture.kind", { kind }), {
        hint: text("picture.convert.hint"),
      });
  }
}

async function whole(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const piece of pieces) {
    length += piece.length;
    if (length > MAX_FOREIGN_BYTES) {
      throw new PictureLimitError(
        "picture",
        text("picture.file-too-large", {
          limit: MAX_FOREIGN_BYTES,
        }),
      );
    }
    parts.push(piece.slice());
  }
  return concat(...parts);
}

/**
 * A PNG of the decoded samples, turned upright, with the colour profile; alpha is left out where all of it is
 * opaque.
 */
function newPng(decoded: Decoded, orientation = 1, profile?: Bytes): Png {
  const { channels, samples } = decoded;
  const pixels = decoded.width * decoded.height;
  if (pixels < 1 || samples.length < pixels * channels) {
    throw new PictureError("picture", text("picture.undecodable"));
  }
  const kept = channels === 4 && isOpaque(samples, pixels) ? 3 : channels;
  const { width, height, first, stepX, stepY } = turned(decoded, orientation);
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
    let to = y * pass.stride + 1;
    let from = channels * (first + y * stepY);
    for (let x = 0; x < width; x++, from += channels * stepX) {
      for (let c = 0; c < kept; c++) scanlines[to++] = samples[from + c]!;
    }
  }
  chooseFilters(scanlines, pass, filterDistance(header));
  return {
    header,
    passes,
    before: profile === undefined ? [] : [profileChunk(profile)],
    after: [],
    trailing: new Uint8Array(0),
    palette: undefined,
    transparency: undefined,
    scanlines,
    layout: undefined,
  };
}

/** How to walk the stored pixels so that the picture stands upright (Exif 2.3 §4.6.4, orientations 1 to 8). */
function turned({ width, height }: Decoded, orientation: number) {
  const right = width - 1;
  const down = width * (height - 1);
  const walks: readonly (readonly [first: number, stepX: number, stepY: number])[] = [
    [0, 1, width],
    [right, -1, width],
    [down + right, -1, -width],
    [down, 1, -width],
    [0, width, 1],
    [down, -width, 1],
    [down + right, -width, -1],
    [right, width, -1],
  ];
  const [first, stepX, stepY] = walks[orientation - 1] ?? walks[0]!;
  const lying = orientation >= 5;
  return { width: lying ? height : width, height: lying ? width : height, first, stepX, stepY };
}

/** iCCP (PNG §11.3.3.3): a name, the method (0), and the profile compressed. */
function profileChunk(profile: Uint8Array): Chunk {
  return { type: "iCCP", data: concat(utf8("ICC profile\0\0"), deflateSync(profile)) };
}

function isOpaque(samples: Uint8Array, pixels: number): boolean {
  for (let i = 3; i < 4 * pixels; i += 4) if (samples[i] !== 255) return false;
  return true;
}
