/** Opens a picture file: PNG by our own reader, piece by piece; others whole, through imagescript. */
import { concat } from "../../lib/bytes.ts";
import { FormatError, LimitError, P2PError } from "../../lib/errors.ts";
import type { Carrier } from "../../lib/stego/carrier.ts";
import { kindOf, MAGIC_BYTES, type PictureKind } from "../../lib/stego/foreign/size.ts";
import { carrierOf } from "../../lib/stego/picture.ts";
import { DEFAULT_LIMITS, type PictureLimits } from "../../lib/stego/png/header.ts";
import { type Png, readPng } from "../../lib/stego/png/read.ts";
import { safeText } from "../../lib/text/safe.ts";
import { wholeNumber } from "../shared/flags.ts";
import { isStdin, readFailure } from "../shared/input.ts";
import { sharedHelp } from "../shared/help.ts";

/** Largest file that is read whole: what a decoder of others needs. */
const MAX_FOREIGN_BYTES = 128 << 20;

/** How much is read at a time, in bytes. */
const PIECE_BYTES = 1 << 16;

/** An open picture. */
export interface PictureFile {
  readonly path: string;
  readonly kind: PictureKind;
  readonly png: Png;
}

/** The flag for the limit on pixels. */
export const maxPixelsFlag = {
  kind: "parsed",
  parse: wholeNumber(1, 2 ** 31),
  optional: true,
  brief: sharedHelp.flags.maxPixels({ byDefault: DEFAULT_LIMITS.maxPixels }),
  placeholder: "N",
} as const;

/** The limits that the flags ask for. */
export function limitsOf(
  { maxPixels }: { readonly maxPixels?: number | undefined },
): PictureLimits {
  return maxPixels === undefined ? DEFAULT_LIMITS : { maxPixels };
}

/** Reads and decodes the picture at `path` ("-" is stdin). */
export async function openPicture(path: string, limits: PictureLimits): Promise<PictureFile> {
  const pieces = piecesOf(path);
  try {
    const start = await firstPiece(pieces);
    const kind = kindOf(start);
    const all = joined(start, pieces);
    if (kind === undefined || kind === "PNG") {
      return { path, kind: "PNG", png: await readPng(all, limits) };
    }
    const { openForeign } = await import("../../lib/stego/foreign/open.ts");
    return { path, kind, png: await openForeign(kind, await whole(all), limits) };
  } catch (error) {
    throw named(error, path);
  } finally {
    await pieces.return();
  }
}

/** The file piece by piece, in one buffer: a piece is valid until the next. A picture is large enough by itself. */
async function* piecesOf(path: string): AsyncGenerator<Uint8Array, void, void> {
  const name = isStdin(path) ? "stdin" : safeText(path);
  const buffer = new Uint8Array(PIECE_BYTES);
  let file: Deno.FsFile | undefined;
  try {
    if (!isStdin(path)) file = await Deno.open(path, { read: true });
    for (;;) {
      const count = await (file ?? Deno.stdin).read(buffer);
      if (count === null) return;
      yield buffer.subarray(0, count);
    }
  } catch (cause) {
    throw cause instanceof P2PError ? cause : readFailure(name, cause);
  } finally {
    file?.close();
  }
}

/** Enough bytes to tell the kind, where there are as many. */
async function firstPiece(pieces: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  let start: Uint8Array = new Uint8Array(0);
  while (start.length < MAGIC_BYTES) {
    const next = await pieces.next();
    if (next.done) break;
    start = concat(start, next.value);
  }
  return start;
}

async function* joined(
  start: Uint8Array,
  pieces: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield start;
  for (let next = await pieces.next(); !next.done; next = await pieces.next()) yield next.value;
}

async function whole(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const piece of pieces) {
    length += piece.length;
    if (length > MAX_FOREIGN_BYTES) {
      throw new LimitError(`read picture: more than ${MAX_FOREIGN_BYTES} bytes`);
    }
    parts.push(piece.slice());
  }
  return concat(...parts);
}

/** The error of a bad picture with the file's name in it: several may have been given. */
function named(error: unknown, path: string): unknown {
  if (!(error instanceof FormatError) && !(error instanceof LimitError)) return error;
  const reason = error.message.replace(/^read \w+: /, "");
  const message = `read ${path === "-" ? "stdin" : safeText(path)}: ${reason}`;
  const detail = { cause: error, ...(error.hint === undefined ? {} : { hint: error.hint }) };
  return error instanceof LimitError
    ? new LimitError(message, detail)
    : new FormatError(message, detail);
}

/** The carrier of a picture; the error of an unsuitable one names the file. */
export function carrierOfFile({ png, path }: PictureFile): Carrier {
  return carrierOf(png, path === "-" ? "stdin" : safeText(path));
}
