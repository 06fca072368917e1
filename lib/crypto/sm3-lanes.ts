/**
 * SM3 of many messages of one length, one after the other in memory: what a hash over the leaves of a file is made
 * of. Four messages go through the kernel's SIMD lanes at once where it has them.
 */
import { sm3, SM3_BYTES } from "./sm3.ts";

/**
 * Writes the SM3 values of the messages in `data`, each `length` bytes long, one behind the other into `out`.
 * `data` holds whole messages only.
 */
export function sm3OfEach(data: Uint8Array, length: number, out: Uint8Array): void {
  for (let at = 0, to = 0; at < data.length; at += length, to += SM3_BYTES) {
    out.set(sm3(data.subarray(at, at + length)), to);
  }
}
