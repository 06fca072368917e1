/** Pictures as carriers: what kind of carrier a PNG is, and why some are none. */
import { type Carrier, UnsuitablePictureError } from "./carrier.ts";
import { PaletteCarrier } from "./palette.ts";
import { ColourType } from "./png/header.ts";
import type { Png } from "./png/read.ts";
import { SampleCarrier } from "./samples.ts";

/** The picture as a carrier; an UnsuitablePictureError, with its `name`, where nothing of it could change unseen. */
export function carrierOf(png: Png, name = "picture"): Carrier {
  const { colourType, bitDepth } = png.header;
  if (colourType === ColourType.palette) {
    const carrier = new PaletteCarrier(png);
    if (carrier.available === 0) {
      throw new UnsuitablePictureError(`use ${name}: its palette has no two colours close enough`, {
        hint: "a photo in 8 or 16 bits per channel hides best",
      });
    }
    return carrier;
  }
  if (bitDepth < 8) {
    throw new UnsuitablePictureError(
      `use ${name}: a change of one step would be seen in ${bitDepth}-bit grey`,
      { hint: "a photo in 8 or 16 bits per channel hides best" },
    );
  }
  const carrier = new SampleCarrier(png);
  if (carrier.available === 0) {
    throw new UnsuitablePictureError(`use ${name}: all of it is transparent`);
  }
  return carrier;
}
