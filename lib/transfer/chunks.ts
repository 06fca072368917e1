/**
 * Where a transfer may be taken up again: digests of the chunks of what an earlier attempt left, and how far they
 * are those of the source (docs/protocol.md, "Resuming"). A transfer that begins at the first byte hashes nothing:
 * its session has authenticated every packet.
 *
 *     digest = SM3( "p2p chunk 1" ‖ SM3(leaf 0) ‖ SM3(leaf 1) ‖ … )
 *
 * Leaves of 16 KiB let four of them be hashed at once.
 */
import { type Bytes, utf8 } from "../bytes.ts";
import { Sm3, sm3, SM3_BYTES } from "../crypto/sm3.ts";
import { sm3OfEach } from "../crypto/sm3-lanes.ts";
import { nextTurn } from "./turn.ts";

/** Bytes of a leaf. */
export const LEAF_BYTES = 16 * 1024;

/** Chunks are at least this long, in bytes, but for the last. */
const LEAST_CHUNK_BYTES = 256 * 1024;

/** A partial file has at most this many: so about 1/256 of it is sent again where its end was damaged. */
export const MAX_PARTIAL_CHUNKS = 256;

/** Read and hashed in one turn of the event loop: half a millisecond. */
const HASHED_BYTES = 16 * LEAF_BYTES;

const CHUNK_LABEL = utf8("p2p chunk 1");

/** Reads from where the last call ended; 0 at the end. */
export type Read = (out: Uint8Array) => Promise<number>;

/** The length of the chunks of a partial of `have` bytes. */
export function chunkLength(have: number): number {
  return Math.max(LEAST_CHUNK_BYTES, Math.ceil(have / MAX_PARTIAL_CHUNKS));
}

/**
 * The digests of the chunks of the first `length` bytes from `read`, in order. Ends before a chunk that `read` does
 * not have whole.
 */
export async function* chunkDigests(
  read: Read,
  length: number,
  chunk: number,
): AsyncGenerator<Bytes> {
  const piece = new Uint8Array(Math.min(HASHED_BYTES, chunk, length));
  const values = new Uint8Array(Math.ceil(piece.length / LEAF_BYTES) * SM3_BYTES);
  for (let at = 0; at < length;) {
    const end = Math.min(at + chunk, length);
    const root = new Sm3().update(CHUNK_LABEL);
    while (at < end) {
      const part = piece.subarray(0, Math.min(piece.length, end - at));
      if (!await fill(read, part)) return;
      root.update(leafValues(part, values));
      at += part.length;
      await nextTurn();
    }
    yield root.digest();
  }
}

/** Fills `out`; false when `read` ends before. */
async function fill(read: Read, out: Uint8Array): Promise<boolean> {
  for (let rest = out; rest.length > 0;) {
    const count = await read(rest);
    if (count === 0) return false;
    rest = rest.subarray(count);
  }
  return true;
}

/** The SM3 values of the leaves of `data`, the last of which may be shorter, in `values`. */
function leafValues(data: Uint8Array, values: Uint8Array): Uint8Array {
  const whole = data.length - data.length % LEAF_BYTES;
  let length = whole / LEAF_BYTES * SM3_BYTES;
  sm3OfEach(data.subarray(0, whole), LEAF_BYTES, values);
  if (whole < data.length) {
    values.set(sm3(data.subarray(whole)), length);
    length += SM3_BYTES;
  }
  return values.subarray(0, length);
}

/** How many of the first `have` bytes from `read` are those that `digests`, one after the other, describe: all chunks before the first other one. */
export async function commonLength(
  read: Read,
  have: number,
  chunk: number,
  digests: Uint8Array,
): Promise<number> {
  let common = 0;
  let k = 0;
  for await (const digest of chunkDigests(read, have, chunk)) {
    if (!sameBytes(digest, digests.subarray(k * SM3_BYTES, ++k * SM3_BYTES))) break;
    common = Math.min(k * chunk, have);
  }
  return common;
}

/** Whether two digests, which are no secret, are the same. */
function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
