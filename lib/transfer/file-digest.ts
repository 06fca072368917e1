/**
 * The digest that a file is checked by (docs/protocol.md, "File digest"): SM3 over the SM3 values of its leaves of
 * 16 KiB and its length. One level of leaves lets four of them be hashed at once, and any prefix of a file has a
 * digest of its own at no extra cost, which is what resuming needs.
 *
 *     digest = SM3( "p2p file 1" ‖ SM3(leaf 0) ‖ SM3(leaf 1) ‖ … ‖ length u64 )
 */
import { type Bytes, ByteWriter, utf8 } from "../bytes.ts";
import { Sm3, sm3, SM3_BYTES } from "../crypto/sm3.ts";
import { sm3OfEach } from "../crypto/sm3-lanes.ts";

/** Bytes of a leaf. */
export const LEAF_BYTES = 16 * 1024;

/** Leaves hashed in one call: a whole piece of file data, in the kernel's four lanes. */
const GROUP_LEAVES = 16;
const GROUP_BYTES = GROUP_LEAVES * LEAF_BYTES;

/** Scratch for the values of one group. */
const VALUES = new Uint8Array(GROUP_LEAVES * SM3_BYTES);
const EMPTY = new Uint8Array(0);
const LABEL = utf8("p2p file 1");

/** The digest of bytes that come in pieces. */
export class FileDigest {
  #root = new Sm3().update(LABEL);
  /** Bytes that do not fill a group yet. */
  #held = EMPTY;
  #heldBytes = 0;
  #length = 0;

  /** Appends `bytes`. */
  update(bytes: Uint8Array): this {
    this.#length += bytes.length;
    let at = 0;
    if (this.#heldBytes > 0) {
      at = Math.min(bytes.length, GROUP_BYTES - this.#heldBytes);
      this.#hold(bytes.subarray(0, at));
      if (this.#heldBytes < GROUP_BYTES) return this;
      this.#leaves(this.#held);
      this.#heldBytes = 0;
    }
    for (; bytes.length - at >= GROUP_BYTES; at += GROUP_BYTES) {
      this.#leaves(bytes.subarray(at, at + GROUP_BYTES));
    }
    if (at < bytes.length) this.#hold(bytes.subarray(at));
    return this;
  }

  /** Puts bytes aside; a small file never costs the room of a whole group. */
  #hold(bytes: Uint8Array): void {
    const end = this.#heldBytes + bytes.length;
    if (end > this.#held.length) {
      const held = new Uint8Array(this.#heldBytes === 0 ? end : GROUP_BYTES);
      held.set(this.#held.subarray(0, this.#heldBytes));
      this.#held = held;
    }
    this.#held.set(bytes, this.#heldBytes);
    this.#heldBytes = end;
  }

  /** Whole leaves into the root. */
  #leaves(data: Uint8Array): void {
    sm3OfEach(data, LEAF_BYTES, VALUES);
    this.#root.update(VALUES.subarray(0, data.length / LEAF_BYTES * SM3_BYTES));
  }

  /** An independent copy of what it has taken in so far. */
  clone(): FileDigest {
    const copy = new FileDigest();
    copy.#root = this.#root.clone();
    copy.#length = this.#length;
    if (this.#heldBytes > 0) copy.#hold(this.#held.subarray(0, this.#heldBytes));
    return copy;
  }

  /** The digest; the object is used up. */
  digest(): Bytes {
    const whole = this.#heldBytes - this.#heldBytes % LEAF_BYTES;
    if (whole > 0) this.#leaves(this.#held.subarray(0, whole));
    if (this.#heldBytes > whole) {
      this.#root.update(sm3(this.#held.subarray(whole, this.#heldBytes)));
    }
    return this.#root.update(new ByteWriter().u64(this.#length).finish()).digest();
  }
}
