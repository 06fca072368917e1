/**
 * scrypt (RFC 7914): a key from a passphrase at a cost in memory that guessing has to pay too.
 */
import { scrypt, scryptAsync } from "@noble/hashes/scrypt.js";
import type { Bytes } from "../bytes.ts";
import { LimitError } from "../errors.ts";

/** Cost of scrypt (RFC 7914 §2): N = 2^logN; 128·r·N bytes of memory. */
export interface ScryptCost {
  /** log₂ of the CPU and memory cost N. */
  logN: number;
  /** Block size factor. */
  r: number;
  /** Parallelisation. */
  p: number;
}

/** The most memory that a cost from outside may ask for: 1 GiB, that is logN 20 at r = 8. */
const MAX_MEMORY_BYTES = 2 ** 30;

/** The most work memory beside it: r·p blocks of 128 bytes. */
const MAX_PARALLEL_BLOCKS = 1024;

function options({ logN, r, p }: ScryptCost, length: number) {
  const whole = [logN, r, p].every((n) => Number.isSafeInteger(n) && n >= 1);
  if (!whole || 128 * r * 2 ** logN > MAX_MEMORY_BYTES || r * p > MAX_PARALLEL_BLOCKS) {
    throw new LimitError("derive key: scrypt cost out of range");
  }
  return { N: 2 ** logN, r, p, dkLen: length, maxmem: 2 * MAX_MEMORY_BYTES };
}

/** scrypt of `passphrase`, in one go. */
export function scryptKey(
  passphrase: Uint8Array,
  salt: Uint8Array,
  cost: ScryptCost,
  length: number,
): Bytes {
  return scrypt(passphrase, salt, options(cost, length));
}

/** The same without blocking the event loop for long; `onProgress` gets 0…1. */
export async function scryptKeyAsync(
  passphrase: Uint8Array,
  salt: Uint8Array,
  cost: ScryptCost,
  length: number,
  onProgress?: (done: number) => void,
): Promise<Bytes> {
  return await scryptAsync(passphrase, salt, {
    ...options(cost, length),
    ...(onProgress ? { onProgress } : {}),
  });
}
