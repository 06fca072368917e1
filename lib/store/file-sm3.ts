/** SM3 of a file on disk, in pieces, so that nothing else has to wait for it. */
import type { Bytes } from "../bytes.ts";
import { Sm3 } from "../crypto/sm3.ts";

/** Read and hashed at once: a few milliseconds. */
const PIECE_BYTES = 256 * 1024;

/** The plain SM3 value of the file at `path`. */
export async function fileSm3(path: string): Promise<Bytes> {
  const hash = new Sm3();
  const buffer = new Uint8Array(PIECE_BYTES);
  using file = await Deno.open(path, { read: true });
  for (;;) {
    const length = await file.read(buffer);
    if (length === null) return hash.digest();
    hash.update(buffer.subarray(0, length));
  }
}
