/** SM3 of a file on disk, in pieces, so that nothing else has to wait for it. */
import type { Bytes } from "../bytes.ts";
import { Sm3 } from "../crypto/sm3.ts";
import { turnAfter } from "./patience.ts";
import { QuickReader } from "./quick-file.ts";

/** Read and hashed at once, in bytes: a millisecond. */
const DIGEST_READ_BYTES = 256 * 1024;

/** The plain SM3 value of the file at `path`. */
export async function fileSm3(path: string): Promise<Bytes> {
  const hash = new Sm3();
  using file = Deno.openSync(path, { read: true });
  const reader = new QuickReader(file);
  const buffer = new Uint8Array(Math.min(Math.max(file.statSync().size, 1), DIGEST_READ_BYTES));
  for (;;) {
    const begun = performance.now();
    const length = await reader.read(buffer);
    hash.update(buffer.subarray(0, length));
    const pause = turnAfter(begun);
    if (pause !== undefined) await pause;
    if (length === 0) return hash.digest();
  }
}
