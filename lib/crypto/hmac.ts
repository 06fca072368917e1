/**
 * HMAC-SM3: RFC 2104 (GB/T 15852.2) with SM3 as the hash.
 */
import { type Bytes, wipe } from "../bytes.ts";
import { Sm3, sm3, SM3_BLOCK_BYTES } from "./sm3.ts";

/** The key as one hash block: hashed when longer (RFC 2104 §2), zero-padded when shorter. */
function keyBlock(key: Uint8Array): Bytes {
  const block = new Uint8Array(SM3_BLOCK_BYTES);
  block.set(key.length > SM3_BLOCK_BYTES ? sm3(key) : key);
  return block;
}

/** HMAC-SM3 over a message that comes in pieces. */
export class HmacSm3 {
  readonly #inner: Sm3;
  readonly #outer: Sm3;

  constructor(key: Uint8Array) {
    const block = keyBlock(key);
    const pad = block.map((byte) => byte ^ 0x36); // ipad, RFC 2104 §2
    this.#inner = new Sm3().update(pad);
    for (let i = 0; i < pad.length; i++) pad[i] = block[i]! ^ 0x5c; // opad
    this.#outer = new Sm3().update(pad);
    wipe(block, pad);
  }

  /** Appends `bytes` to the message. */
  update(bytes: Uint8Array): this {
    this.#inner.update(bytes);
    return this;
  }

  /** The 32-byte MAC; the object is used up. */
  digest(): Bytes {
    return this.#outer.update(this.#inner.digest()).digest();
  }
}

/** HMAC-SM3 of the concatenation of `parts`. Compare it with `equalConstantTime`. */
export function hmacSm3(key: Uint8Array, ...parts: readonly Uint8Array[]): Bytes {
  const pad = keyBlock(key);
  for (let i = 0; i < pad.length; i++) pad[i] = pad[i]! ^ 0x36;
  const inner = sm3(pad, ...parts);
  for (let i = 0; i < pad.length; i++) pad[i] = pad[i]! ^ (0x36 ^ 0x5c);
  const mac = sm3(pad, inner);
  wipe(pad, inner);
  return mac;
}
