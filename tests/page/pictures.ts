/** A picture that something can be hidden in: with noise, as a camera leaves it. */
import { deflateSync } from "node:zlib";
import type { Bytes } from "../../lib/bytes.ts";
import { concat } from "../../lib/bytes.ts";
import { ColourType } from "../../lib/stego/png/header.ts";
import { PNG_SIGNATURE } from "../../lib/stego/png/read.ts";
import { chunk, headerData } from "../../lib/stego/png/write.ts";

/** A landscape of soft colours with grain; the same for the same size. */
export function texturedPng(width: number, height: number, grain = 22): Bytes {
  let seed = 7;
  const random = () => (seed = Math.imul(seed, 1103515245) + 12345 >>> 0) / 2 ** 32;
  const rows = new Uint8Array(height * (1 + width * 3));
  for (let y = 0, at = 0; y < height; y++) {
    rows[at++] = 0;
    for (let x = 0; x < width; x++) {
      const hill = Math.sin(x / width * 7) * height / 14 + height * 0.62;
      const far = Math.sin(x / width * 4 + 2) * height / 9 + height * 0.5;
      const sun = Math.hypot(x - width * 0.72, y - height * 0.26) < height * 0.1;
      const base = y > hill
        ? [46, 96, 78]
        : y > far
        ? [104, 150, 136]
        : sun
        ? [250, 214, 140]
        : [236 - y / height * 40, 214 - y / height * 20, 188 + y / height * 20];
      for (const value of base) {
        rows[at++] = Math.max(0, Math.min(255, value + random() * grain - grain / 2));
      }
    }
  }
  return concat(
    PNG_SIGNATURE,
    chunk(
      "IHDR",
      headerData({ width, height, bitDepth: 8, colourType: ColourType.rgb, interlaced: false }),
    ),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", new Uint8Array()),
  );
}
