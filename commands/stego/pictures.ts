/** The pictures that a command line names: where their bytes come from, and how large they may be. */
import type { PictureSource } from "../../lib/hidden/picture.ts";
import { filePieces, streamPieces } from "../../lib/files/pieces.ts";
import { DEFAULT_PICTURE_LIMITS, type PictureLimits } from "../../lib/stego/png/header.ts";
import { wholeNumber } from "../shared/flags.ts";
import { sharedHelp } from "../shared/help.ts";
import { isStdin, openStdin } from "../shared/input.ts";

/** The flag for the limit on pixels. */
export const maxPixelsFlag = {
  kind: "parsed",
  parse: wholeNumber(1, 2 ** 31),
  optional: true,
  brief: sharedHelp.flags.maxPixels({ byDefault: DEFAULT_PICTURE_LIMITS.maxPixels }),
  placeholder: "N",
} as const;

/** The limits that the flags ask for. */
export function limitsOf(
  { maxPixels }: { readonly maxPixels?: number | undefined },
): PictureLimits {
  return maxPixels === undefined ? DEFAULT_PICTURE_LIMITS : { maxPixels };
}

/** The picture at `path` ("-" is stdin). */
export function sourceOf(path: string): PictureSource {
  if (isStdin(path)) {
    return { name: "stdin", repeatable: false, pieces: () => streamPieces(openStdin()) };
  }
  return { name: path, repeatable: isRegular(path), pieces: () => filePieces(path) };
}

/** Whether it is a file, no pipe. One that is not there, or out of reach, is none; opening it says why. */
export function isRegular(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Error) return false;
    throw error;
  }
}
