/** SM3 of a file on disk, in pieces, so that nothing else has to wait for it. */
import type { Bytes } from "../bytes.ts";
import { Sm3 } from "../crypto/sm3.ts";
import { nextTurn } from "../transfer/turn.ts";
import { QuickReader } from "./quick-file.ts";

/** Read and hashed at once: a millisecond. */
const PIECE_BYTES = 256 * 1024;

/** The plain SM3 value of the file at `path`. */
export async function fileSm3(path: string): Promise<Bytes> {
  const hash = new Sm3();
  using file = Deno.openSync(path, { read: true });
  const reader = new QuickReader(file);
  const buffer = new Uint8Array(Math.min(Math.max(file.statSync().size, 1), PIECE_BYTES));
  for (;;) {
    const length = await reader.read(buffer);
    if (length === 0) return hash.digest();
    hash.update(buffer.subarray(0, length));
    if (length === PIECE_BYTES) await nextTurn();
  }
}
