/** Walks the whole of an input with progress, piece by piece, and closes it. */
import type { Loudness } from "../../lib/terminal/notice.ts";
import { Progress } from "../../lib/terminal/progress.ts";
import { type BulkInput, openBulkInput } from "./bulk.ts";
import { isStdin, openInput } from "./input.ts";
import { wordsSoon } from "./language.ts";

/** Gets one piece. It is valid only until the function is done: the buffer is used again. */
export type TakePiece = (piece: Uint8Array) => void | Promise<void>;

/** Size of the buffer: a few of the kernel's windows, and small enough to stay in the cache. */
const BUFFER_BYTES = 256 * 1024;

/** Hands every piece of `path` (stdin for "-" and no name) to `take`. */
export async function feedInput(
  path: string | undefined,
  loudness: Loudness,
  take: TakePiece,
): Promise<void> {
  if (isStdin(path)) return await feedStdin(loudness, take);
  const input = await openBulkInput(path);
  const progress = new Progress(input.name, input.size, wordsSoon, loudness);
  try {
    await feedFile(input, progress, take);
  } finally {
    progress.finish();
    input.close();
  }
}

async function feedFile(input: BulkInput, progress: Progress, take: TakePiece): Promise<void> {
  const buffer = new Uint8Array(BUFFER_BYTES);
  for (;;) {
    const filled = await input.fill(buffer);
    if (filled > 0) await take(buffer.subarray(0, filled));
    progress.update(input.consumed);
    if (filled < buffer.length) return;
  }
}

/** A pipe: every piece as soon as it comes. */
async function feedStdin(loudness: Loudness, take: TakePiece): Promise<void> {
  const input = await openInput(undefined);
  const progress = new Progress(input.name, undefined, wordsSoon, loudness);
  let done = 0;
  try {
    for await (const piece of input.chunks) {
      await take(piece);
      progress.update(done += piece.length);
    }
  } finally {
    progress.finish();
    input.close();
  }
}
