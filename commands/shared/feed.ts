/** Walks the whole of an input with progress, piece by piece, and closes it. */
import type { Bytes } from "../../lib/bytes.ts";
import type { Loudness } from "../../lib/terminal/notice.ts";
import { Progress } from "../../lib/terminal/progress.ts";
import { safeText } from "../../lib/terminal/safe.ts";
import { openInput } from "./input.ts";

/** Hands every piece of `path` (stdin for "-" and no name) to `take`. */
export async function feedInput(
  path: string | undefined,
  loudness: Loudness,
  take: (piece: Bytes) => void | Promise<void>,
): Promise<void> {
  const input = await openInput(path);
  const progress = new Progress(safeText(input.name), input.size, loudness);
  let done = 0;
  try {
    for await (const piece of input.chunks) {
      await take(piece);
      done += piece.length;
      progress.update(done);
    }
  } finally {
    progress.finish();
    input.close();
  }
}
