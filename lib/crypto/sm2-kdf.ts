/**
 * The key derivation function of SM2, GB/T 32918.4-2016 §5.4.3: SM3(Z ‖ counter) for counter = 1, 2, …
 */
import { type Bytes, wipe } from "../bytes.ts";
import { LimitError } from "../errors.ts";
import { Sm3, sm3, SM3_BYTES } from "./sm3.ts";

/** The counter has 32 bits (§5.4.3). */
const MAX_BYTES = SM3_BYTES * (2 ** 32 - 1);

/** Up to this length, hashing Z anew each time takes less than keeping what its hash has come to. */
const AT_ONCE = 4 * SM3_BYTES;

/** `length` bytes derived from `z`. */
export function sm2Kdf(z: Uint8Array, length: number): Bytes {
  if (length > MAX_BYTES) throw new LimitError("sm2.kdf-length", {});
  const out = new Uint8Array(length);
  const prefix = length > AT_ONCE ? new Sm3().update(z) : undefined;
  const counter = new Uint8Array(4);
  const view = new DataView(counter.buffer);
  for (let at = 0, ct = 1; at < length; at += SM3_BYTES, ct++) {
    view.setUint32(0, ct);
    const block = prefix?.clone().update(counter).digest() ?? sm3(z, counter);
    out.set(block.subarray(0, Math.min(SM3_BYTES, length - at)), at);
    wipe(block);
  }
  return out;
}
