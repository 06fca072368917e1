/**
 * From another format's bytes to the scanlines of a new 8-bit PNG: all that takes long about a picture that is not PNG, and
 * that is done without a pause. `apart.ts` does it in a worker where the picture is large.
 */
import type { Bytes } from "../../bytes.ts";
import { text } from "../../text/catalogue.ts";
import { chooseFilters } from "../png/filter.ts";
import { ColourType, filterDistance, passesOf, type PngHeader } from "../png/header.ts";
import { PictureError } from "../problem.ts";
import { type Decoded, decodeGif, decodeJpeg } from "./codec.ts";
import type { PictureSize } from "./size.ts";

/** What is to be made into scanlines: a file of a kind, or samples. */
export type PixelTask =
  | { readonly kind: "JPEG"; readonly bytes: Bytes; readonly orientation: number }
  | { readonly kind: "GIF"; readonly bytes: Bytes; readonly screen: PictureSize }
  | { readonly kind: "samples"; readonly decoded: Decoded & { readonly samples: Bytes } };

/** Filtered scanlines, and the header that goes with them. */
export interface Pixels {
  readonly header: PngHeader;
  readonly scanlines: Bytes;
}

/** Decodes, turns the picture upright and chooses filters. */
export async function makePixels(task: PixelTask): Promise<Pixels> {
  switch (task.kind) {
    case "JPEG": {
      const decoded = await decodeJpeg(task.bytes);
      if (decoded.channels === 4) {
        throw new PictureError("JPEG", text("jpeg.cmyk"), { hint: text("jpeg.cmyk.hint") });
      }
      return pixelsOf(decoded, task.orientation);
    }
    case "GIF":
      return pixelsOf(await decodeGif(task.bytes, task.screen));
    case "samples":
      return pixelsOf(task.decoded);
  }
}

/** The samples, upright; alpha is left out where all of it is opaque. */
function pixelsOf(decoded: Decoded, orientation = 1): Pixels {
  const { channels, samples } = decoded;
  const count = decoded.width * decoded.height;
  if (count < 1 || samples.length < count * channels) {
    throw new PictureError("picture", text("picture.undecodable"));
  }
  const kept = channels === 4 && isOpaque(samples, count) ? 3 : channels;
  const { width, height, first, stepX, stepY } = turned(decoded, orientation);
  const header: PngHeader = {
    width,
    height,
    bitDepth: 8,
    colourType: kept === 1 ? ColourType.grey : kept === 3 ? ColourType.rgb : ColourType.rgba,
    interlaced: false,
  };
  const pass = passesOf(header)[0]!;
  const scanlines: Bytes = new Uint8Array(pass.stride * height);
  for (let y = 0; y < height; y++) {
    let to = y * pass.stride + 1;
    let from = channels * (first + y * stepY);
    for (let x = 0; x < width; x++, from += channels * stepX) {
      for (let c = 0; c < kept; c++) scanlines[to++] = samples[from + c]!;
    }
  }
  chooseFilters(scanlines, pass, filterDistance(header));
  return { header, scanlines };
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

function isOpaque(samples: Uint8Array, pixels: number): boolean {
  for (let i = 3; i < 4 * pixels; i += 4) if (samples[i] !== 255) return false;
  return true;
}
