/** The QR code in a picture. Pure: the picture has been decoded. */
import jsqr from "jsqr";
import { channelsOf, ColourType } from "../stego/png/header.ts";
import type { Png } from "../stego/png/read.ts";

/** What `jsqr` is: its declaration says a module of which the function is the default. */
type Reader = (
  pixels: Uint8ClampedArray,
  width: number,
  height: number,
) => { readonly data: string } | null;

const readCode = jsqr as unknown as Reader;

/** A sample of a scanline, scaled to eight bits unless it is an index of the palette. */
function sampleReader({ scanlines, header: { bitDepth, colourType } }: Png) {
  const scale = colourType === ColourType.palette ? 1 : 255 / (2 ** bitDepth - 1);
  return (line: number, index: number): number => {
    if (bitDepth === 8) return scanlines[line + index]!;
    if (bitDepth === 16) return scanlines[line + 2 * index]!;
    const bit = index * bitDepth;
    const byte = scanlines[line + (bit >> 3)]!;
    return Math.round((byte >> 8 - bitDepth - (bit & 7) & 2 ** bitDepth - 1) * scale);
  };
}

/** The pixels of a picture as red, green, blue and opacity, on white. */
export function pixelsOf(png: Png): Uint8ClampedArray {
  const { header, passes, palette, transparency } = png;
  const { width, height, colourType } = header;
  const out = new Uint8ClampedArray(width * height * 4).fill(255);
  const channels = channelsOf(header);
  const sample = sampleReader(png);
  const grey = colourType === ColourType.grey || colourType === ColourType.greyAlpha;
  for (const pass of passes) {
    for (let y = 0; y < pass.height; y++) {
      const line = pass.offset + y * pass.stride + 1;
      for (let x = 0; x < pass.width; x++) {
        const at = ((pass.y + y * pass.stepY) * width + pass.x + x * pass.stepX) * 4;
        const index = sample(line, x * channels);
        let opacity = 255;
        if (colourType === ColourType.palette) opacity = transparency?.[index] ?? 255;
        else if (channels === 2 || channels === 4) {
          opacity = sample(line, x * channels + channels - 1);
        }
        for (let colour = 0; colour < 3; colour++) {
          const value = colourType === ColourType.palette
            ? palette?.[3 * index + colour] ?? 255
            : grey
            ? index
            : sample(line, x * channels + colour);
          out[at + colour] = 255 - (255 - value) * opacity / 255;
        }
      }
    }
  }
  return out;
}

/** The text of the code in `png`; undefined where there is none. */
export function readQr(png: Png): string | undefined {
  const { width, height } = png.header;
  return readCode(pixelsOf(png), width, height)?.data;
}
