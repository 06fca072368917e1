/** Pictures that are not PNG, decoded (JPEG and GIF through `imagescript`) and made into a new 8-bit PNG. */
import { deflateSync } from "node:zlib";
import { type Bytes, concat, utf8 } from "../../bytes.ts";
import { text } from "../../text/catalogue.ts";
import { checkPixels, passesOf, type PictureLimits } from "../png/header.ts";
import type { Chunk, Png } from "../png/read.ts";
import { PictureError, PictureLimitError } from "../problem.ts";
import { pixelsApart } from "./apart.ts";
import { decodeBmp } from "./bmp.ts";
import { checkScans, jpegInfo } from "./jpeg.ts";
import type { PixelTask } from "./pixels.ts";
import { gifSize, type PictureKind, type PictureSize } from "./size.ts";

/** A decoder of others holds a picture two or three times: it gets half the pixels of our own. */
const PART_OF_LIMIT = 2;

/** What decoding a JPEG may take, in bytes for each pixel of the limit. */
const COST_PER_PIXEL = 4.25;

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
      const { orientation, profile, cost, ...size } = jpegInfo(bytes);
      check(size);
      checkCost(bytes.length + cost * size.width * size.height, limits);
      checkScans(bytes);
      return await newPng({ kind, bytes, orientation }, size, profile);
    }
    case "GIF": {
      const bytes = await whole(pieces);
      const screen = gifSize(bytes);
      check(screen);
      return await newPng({ kind, bytes, screen }, screen);
    }
    case "BMP": {
      const decoded = await decodeBmp(pieces, check);
      return await newPng({ kind: "samples", decoded }, decoded);
    }
    default:
      throw new PictureError("picture", text("picture.kind", { kind }), {
        hint: text("picture.convert.hint"),
      });
  }
}

/** Refuses a picture for what decoding it takes; a small one never. */
function checkCost(cost: number, { maxPixels }: PictureLimits): void {
  const limit = Math.max(COST_PER_PIXEL * maxPixels, 1 << 20);
  if (cost <= limit) return;
  throw new PictureLimitError("JPEG", text("picture.cost", { cost, limit }), {
    hint: text("picture.pixels.hint"),
  });
}

async function whole(pieces: AsyncIterable<Uint8Array>): Promise<Bytes> {
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

/** A PNG of the pixels, with the colour profile. */
async function newPng(task: PixelTask, size: PictureSize, profile?: Bytes): Promise<Png> {
  const { header, scanlines } = await pixelsApart(task, size);
  return {
    header,
    passes: passesOf(header),
    before: profile === undefined ? [] : [profileChunk(profile)],
    after: [],
    trailing: new Uint8Array(0),
    palette: undefined,
    transparency: undefined,
    scanlines,
    layout: undefined,
  };
}

/** iCCP (PNG §11.3.3.3): a name, the method (0), and the profile compressed. */
function profileChunk(profile: Uint8Array): Chunk {
  return { type: "iCCP", data: concat(utf8("ICC profile\0\0"), deflateSync(profile)) };
}
