/**
 * Where a transfer may be taken up again: digests of the first step, 2·step, … bytes of what the receiver holds,
 * all from one pass (docs/protocol.md, "Resuming").
 */
import type { Bytes } from "../bytes.ts";
import { FileDigest } from "./file-digest.ts";

/** Checkpoints lie at least this far apart, in bytes. */
const LEAST_STEP_BYTES = 1024 * 1024;

/** A partial file has about this many: so at most 1/256 of it is sent again. */
const AIMED_CHECKPOINTS = 256;

/** Read at a time for hashing. */
const READ_BYTES = 256 * 1024;

/** Reads from where the last call ended; 0 at the end. */
export type Read = (out: Uint8Array) => Promise<number>;

/** The distance of checkpoints for a partial of `have` bytes. */
export function checkpointStep(have: number): number {
  return Math.max(LEAST_STEP_BYTES, Math.ceil(have / AIMED_CHECKPOINTS));
}

/** A hash that has taken in `length` bytes. */
export interface Prefix {
  readonly length: number;
  readonly hash: FileDigest;
}

/** Hashes `length` bytes from `read` and answers the digests of all checkpoints; undefined when it ends early. */
export async function digestPrefix(
  read: Read,
  length: number,
  step: number,
): Promise<{ readonly prefix: Prefix; readonly digests: Bytes[] } | undefined> {
  const hash = new FileDigest();
  const digests: Bytes[] = [];
  for (let done = 0; done < length;) {
    const next = Math.min(done + step, length);
    if (!await absorb(hash, read, next - done)) return undefined;
    digests.push(hash.clone().digest());
    done = next;
  }
  return { prefix: { length, hash }, digests };
}

/**
 * The longest checkpoint at which the bytes from `read` are the ones that `digests` describe.
 *
 * @param size bytes that `read` has; @param have bytes that the digests cover
 */
export async function matchPrefix(
  read: Read,
  size: number,
  have: number,
  step: number,
  digests: readonly Uint8Array[],
): Promise<Prefix> {
  let best: Prefix = { length: 0, hash: new FileDigest() };
  const hash = new FileDigest();
  for (const [k, digest] of digests.entries()) {
    const length = Math.min((k + 1) * step, have);
    if (length > size || !await absorb(hash, read, length - Math.min(k * step, have))) break;
    const here = hash.clone();
    if (!sameBytes(hash.clone().digest(), digest)) break;
    best = { length, hash: here };
  }
  return best;
}

/** Takes exactly `length` bytes into `hash`; false when `read` ends before. */
export async function absorb(hash: FileDigest, read: Read, length: number): Promise<boolean> {
  const buffer = new Uint8Array(Math.min(READ_BYTES, Math.max(length, 1)));
  for (let left = length; left > 0;) {
    const count = await read(buffer.subarray(0, Math.min(left, buffer.length)));
    if (count === 0) return false;
    hash.update(buffer.subarray(0, count));
    left -= count;
  }
  return true;
}

/** Whether two digests, which are no secret, are the same. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
