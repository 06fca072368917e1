/** Pictures as carriers: what kind of carrier a PNG is, and why some are none. */
import { text } from "../text/catalogue.ts";
import type { Carrier } from "./carrier.ts";
import { PaletteCarrier } from "./palette.ts";
import { ColourType } from "./png/header.ts";
import type { Png } from "./png/read.ts";
import { UnsuitablePictureError } from "./problem.ts";
import { SampleCarrier } from "./samples.ts";

/** The picture as a carrier; an UnsuitablePictureError where nothing of it could change unseen. */
export function carrierOf(png: Png): Carrier {
  const { colourType, bitDepth } = png.header;
  const hint = text("picture.unsuitable.hint");
  if (colourType === ColourType.palette) {
    const carrier = new PaletteCarrier(png);
    if (carrier.available > 0) return carrier;
    throw new UnsuitablePictureError("picture", text("picture.palette"), { hint });
  }
  if (bitDepth < 8) {
    throw new UnsuitablePictureError("picture", text("picture.shallow", { bitDepth }), { hint });
  }
  const carrier = new SampleCarrier(png);
  if (carrier.available > 0) return carrier;
  throw new UnsuitablePictureError("picture", text("picture.transparent"), { hint });
}
