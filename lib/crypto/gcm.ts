/**
 * SM4-GCM: Galois/Counter Mode (NIST SP 800-38D) over SM4, with 12-byte nonces and 16-byte tags, the AEAD of
 * RFC 8998. `Sm4Gcm` handles whole messages, `Sm4GcmStream` one message of any size.
 */
import { type Bytes, concat, equalConstantTime, wipe } from "../bytes.ts";
import { AuthenticationError, FormatError, LimitError } from "../errors.ts";
import { Ghash } from "./ghash.ts";
import { Sm4, SM4_BLOCK_BYTES } from "./sm4.ts";
import { CtrStream } from "./sm4-ctr.ts";

/** Tag and nonce size of AEAD_SM4_GCM (RFC 8998 §5.1… appendix A.1). */
export const GCM_TAG_BYTES = 16;
export const GCM_NONCE_BYTES = 12;

/** The longest plaintext of one nonce: 2³⁹ − 256 bits (SP 800-38D §5.2.1.1). */
export const GCM_MAX_BYTES = 2 ** 36 - 32;

const EMPTY: Bytes = new Uint8Array(0);

/** Authenticated encryption with associated data. One nonce must never serve twice under one key. */
export interface Aead {
  /** Ciphertext ‖ tag. */
  seal(nonce: Uint8Array, plaintext: Uint8Array, aad?: Uint8Array): Bytes;
  /** The plaintext; an AuthenticationError, and no plaintext, when anything does not match. */
  open(nonce: Uint8Array, sealed: Uint8Array, aad?: Uint8Array): Bytes;
  /** Writes ciphertext ‖ tag to the head of `out`, returns how many bytes. `out` may be `plaintext`'s array. */
  sealInto(nonce: Uint8Array, aad: Uint8Array, plaintext: Uint8Array, out: Uint8Array): number;
  /** Writes the plaintext to the head of `out`, returns how many bytes. `out` may be `sealed`'s array. */
  openInto(nonce: Uint8Array, aad: Uint8Array, sealed: Uint8Array, out: Uint8Array): number;
  /** Overwrites the key. */
  wipe(): void;
}

/** The error of every failed opening. */
export function authenticationFailed(): AuthenticationError {
  return new AuthenticationError("decrypt: authentication failed");
}

/** The pre-counter block J0 (SP 800-38D §7.1 step 2). */
function preCounter(nonce: Uint8Array, ghash: Ghash): Bytes {
  if (nonce.length === GCM_NONCE_BYTES) return concat(nonce, Uint8Array.of(0, 0, 0, 1));
  if (nonce.length === 0) throw new FormatError("read nonce: empty");
  ghash.reset();
  const j0 = ghash.update(nonce).pad().lengths(0, nonce.length).value();
  ghash.reset();
  return j0;
}

/** J0 with its last 32 bits counted up by one (inc₃₂, §6.2). */
function increment(block: Uint8Array): Bytes {
  const next = block.slice() as Bytes;
  const view = new DataView(next.buffer);
  view.setUint32(12, (view.getUint32(12) + 1) >>> 0);
  return next;
}

function hashSubkey(cipher: Sm4): Ghash {
  const h = new Uint8Array(SM4_BLOCK_BYTES);
  cipher.encryptBlock(h, 0, h, 0);
  const ghash = new Ghash(h);
  wipe(h);
  return ghash;
}

/** SM4-GCM for messages that fit in memory. */
export class Sm4Gcm implements Aead {
  readonly #cipher: Sm4;
  readonly #ghash: Ghash;

  constructor(key: Uint8Array) {
    this.#cipher = new Sm4(key);
    this.#ghash = hashSubkey(this.#cipher);
  }

  seal(nonce: Uint8Array, plaintext: Uint8Array, aad: Uint8Array = EMPTY): Bytes {
    const out = new Uint8Array(plaintext.length + GCM_TAG_BYTES);
    this.sealInto(nonce, aad, plaintext, out);
    return out;
  }

  open(nonce: Uint8Array, sealed: Uint8Array, aad: Uint8Array = EMPTY): Bytes {
    const out = new Uint8Array(Math.max(0, sealed.length - GCM_TAG_BYTES));
    this.openInto(nonce, aad, sealed, out);
    return out;
  }

  sealInto(nonce: Uint8Array, aad: Uint8Array, plaintext: Uint8Array, out: Uint8Array): number {
    const j0 = this.#start(nonce);
    const length = plaintext.length;
    const text = out.subarray(0, length);
    new CtrStream(this.#cipher, increment(j0), 4).apply(plaintext, text);
    out.set(this.#tag(j0, aad, text), length);
    return length + GCM_TAG_BYTES;
  }

  openInto(nonce: Uint8Array, aad: Uint8Array, sealed: Uint8Array, out: Uint8Array): number {
    const length = sealed.length - GCM_TAG_BYTES;
    if (length < 0) throw authenticationFailed();
    const j0 = this.#start(nonce);
    const text = sealed.subarray(0, length);
    if (!equalConstantTime(this.#tag(j0, aad, text), sealed.subarray(length))) {
      throw authenticationFailed();
    }
    new CtrStream(this.#cipher, increment(j0), 4).apply(text, out.subarray(0, length));
    return length;
  }

  wipe(): void {
    this.#cipher.wipe();
    this.#ghash.wipe();
  }

  #start(nonce: Uint8Array): Bytes {
    if (nonce.length !== GCM_NONCE_BYTES) {
      throw new FormatError(`read nonce: ${nonce.length} bytes where there must be 12`);
    }
    return preCounter(nonce, this.#ghash);
  }

  /** GHASH of the data, masked with the cipher of J0 (§7.1 steps 5–6). */
  #tag(j0: Bytes, aad: Uint8Array, text: Uint8Array): Bytes {
    this.#ghash.reset();
    const tag = this.#ghash.update(aad).pad().update(text).pad().lengths(aad.length, text.length)
      .value();
    new CtrStream(this.#cipher, j0, 4).apply(tag, tag);
    return tag;
  }
}

/**
 * One SM4-GCM message in pieces: `update` for each piece, then `tag` (sealing) or `verify` (opening). Opening
 * gives out plaintext that is not yet authenticated: keep it to yourself until `verify` has returned.
 */
export class Sm4GcmStream {
  readonly #cipher: Sm4;
  readonly #ghash: Ghash;
  readonly #keyStream: CtrStream;
  readonly #j0: Bytes;
  readonly #direction: "seal" | "open";
  readonly #aadBytes: number;
  #textBytes = 0;

  /** @param nonce of any length but 0 (12 bytes are the fast and usual case). */
  constructor(
    direction: "seal" | "open",
    key: Uint8Array,
    nonce: Uint8Array,
    aad: Uint8Array = EMPTY,
  ) {
    this.#direction = direction;
    this.#cipher = new Sm4(key);
    this.#ghash = hashSubkey(this.#cipher);
    this.#j0 = preCounter(nonce, this.#ghash);
    this.#keyStream = new CtrStream(this.#cipher, increment(this.#j0), 4);
    this.#ghash.update(aad).pad();
    this.#aadBytes = aad.length;
  }

  /** Enciphers or deciphers the next piece. */
  update(chunk: Uint8Array): Bytes {
    const out = new Uint8Array(chunk.length);
    this.updateInto(chunk, out);
    return out;
  }

  /** The same into `out`, which may be `chunk`. */
  updateInto(chunk: Uint8Array, out: Uint8Array): void {
    this.#textBytes += chunk.length;
    if (this.#textBytes > GCM_MAX_BYTES) {
      throw new LimitError("encrypt: one GCM message holds at most 64 GiB");
    }
    if (this.#direction === "open") this.#ghash.update(chunk);
    this.#keyStream.apply(chunk, out);
    if (this.#direction === "seal") this.#ghash.update(out.subarray(0, chunk.length));
  }

  /** Opening: hashes a piece without deciphering it, for a first pass that only verifies. */
  authenticate(chunk: Uint8Array): void {
    this.#textBytes += chunk.length;
    this.#ghash.update(chunk);
  }

  /** The tag of all that went through; the stream is used up. */
  tag(): Bytes {
    const tag = this.#ghash.pad().lengths(this.#aadBytes, this.#textBytes).value();
    new CtrStream(this.#cipher, this.#j0, 4).apply(tag, tag);
    this.wipe();
    return tag;
  }

  /** Compares the tag; an AuthenticationError when it differs. The stream is used up. */
  verify(tag: Uint8Array): void {
    if (!equalConstantTime(this.tag(), tag)) throw authenticationFailed();
  }

  /** Overwrites the key. */
  wipe(): void {
    this.#cipher.wipe();
    this.#ghash.wipe();
    this.#keyStream.wipe();
  }
}
