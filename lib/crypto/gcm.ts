/**
 * SM4-GCM: Galois/Counter Mode (NIST SP 800-38D) over SM4, with 12-byte nonces and 16-byte tags, the AEAD of
 * RFC 8998. `Sm4Gcm` handles whole messages, `Sm4GcmStream` one message of any size.
 */
import { type Bytes, concat, equalConstantTime, wipe } from "../bytes.ts";
import { AuthenticationError, FormatError, LimitError } from "../errors.ts";
import { type BatchMessage, kernel, type PreparedKey } from "./kernel/kernel.ts";
import { lengthBlock } from "./kernel/engine.ts";
import { prepareSm4Key, SM4_BLOCK_BYTES } from "./sm4.ts";

export type { BatchMessage } from "./kernel/kernel.ts";

/** Tag and nonce size of AEAD_SM4_GCM (RFC 8998 §5.1… appendix A.1). */
export const GCM_TAG_BYTES = 16;
export const GCM_NONCE_BYTES = 12;
/** The shortest tag for all purposes (SP 800-38D §5.2.1.2). */
export const GCM_LEAST_TAG_BYTES = 12;

/** The longest plaintext of one nonce: 2³⁹ − 256 bits (SP 800-38D §5.2.1.1). */
const GCM_MAX_BYTES = 2 ** 36 - 32;

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
  return new AuthenticationError("decrypt.not-authentic", {});
}

/** The pre-counter block J0 (SP 800-38D §7.1 step 2). */
function preCounter(key: PreparedKey, nonce: Uint8Array): Bytes {
  if (nonce.length === GCM_NONCE_BYTES) return concat(nonce, Uint8Array.of(0, 0, 0, 1));
  if (nonce.length === 0) throw new FormatError("gcm.nonce-empty", {});
  const j0 = new Uint8Array(SM4_BLOCK_BYTES);
  kernel().ghash(key, j0, nonce);
  kernel().ghash(key, j0, lengthBlock(0, nonce.length));
  return j0;
}

function checkNonce(nonce: Uint8Array): void {
  if (nonce.length !== GCM_NONCE_BYTES) {
    throw new FormatError("gcm.nonce-length", { bytes: nonce.length });
  }
}

function checkRoom(length: number, out: Uint8Array): void {
  if (out.length < length) throw new LimitError("gcm.no-room", {});
  if (length > GCM_MAX_BYTES) throw new LimitError("gcm.too-long", {});
}

/**
 * A buffer of `length` bytes for as long as the program runs. What is sealed or opened within it, where it stands, is
 * not copied; up to 32 bytes behind such a message are overwritten.
 */
export function gcmBuffer(length: number): Bytes {
  return kernel().buffer(length) ?? new Uint8Array(length);
}

/** SM4-GCM for messages that fit in memory. */
export class Sm4Gcm implements Aead {
  readonly #key: PreparedKey;

  constructor(key: Uint8Array) {
    this.#key = prepareSm4Key(key);
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
    checkNonce(nonce);
    const length = plaintext.length + GCM_TAG_BYTES;
    checkRoom(length, out);
    kernel().gcmSeal(this.#key, nonce, aad, plaintext, out);
    return length;
  }

  openInto(nonce: Uint8Array, aad: Uint8Array, sealed: Uint8Array, out: Uint8Array): number {
    const length = sealed.length - GCM_TAG_BYTES;
    if (length < 0) throw authenticationFailed();
    checkNonce(nonce);
    checkRoom(length, out);
    if (!kernel().gcmOpen(this.#key, nonce, aad, sealed, out)) throw authenticationFailed();
    return length;
  }

  /** Seals several messages at once, which costs less for each: what `sealInto` does for every one of them. */
  sealMany(messages: readonly BatchMessage[]): void {
    for (const { nonce, input, output } of messages) {
      checkNonce(nonce);
      checkRoom(input.length + GCM_TAG_BYTES, output);
    }
    kernel().gcmSealMany(this.#key, messages);
  }

  /** Opens several messages at once; says of each whether it was authentic; no plaintext where not. */
  openMany(messages: readonly BatchMessage[]): boolean[] {
    for (const { nonce, input, output } of messages) {
      checkNonce(nonce);
      checkRoom(input.length - GCM_TAG_BYTES, output);
    }
    if (messages.every(({ input }) => input.length >= GCM_TAG_BYTES)) {
      return kernel().gcmOpenMany(this.#key, messages);
    }
    const whole = messages.filter(({ input }) => input.length >= GCM_TAG_BYTES);
    const opened = kernel().gcmOpenMany(this.#key, whole);
    return messages.map(({ input }) => input.length >= GCM_TAG_BYTES && opened.shift() === true);
  }

  wipe(): void {
    this.#key.wipe();
  }
}

/**
 * One SM4-GCM message in pieces: `update` for each piece, then `tag` (sealing) or `verify` (opening). Opening
 * gives out plaintext that is not yet authenticated: keep it to yourself until `verify` has returned.
 */
export class Sm4GcmStream {
  readonly #key: PreparedKey;
  readonly #direction: "seal" | "open";
  readonly #aadBytes: number;
  /** The key stream of J0, which masks the tag. */
  readonly #mask = new Uint8Array(SM4_BLOCK_BYTES);
  readonly #counter: Bytes;
  readonly #hash = new Uint8Array(SM4_BLOCK_BYTES);
  /** The block that is not yet full: its key stream, and its ciphertext so far. */
  readonly #keyStream = new Uint8Array(SM4_BLOCK_BYTES);
  readonly #block = new Uint8Array(SM4_BLOCK_BYTES);
  #textBytes = 0;

  /** @param nonce of any length but 0 (12 bytes are the fast and usual case). */
  constructor(
    direction: "seal" | "open",
    key: Uint8Array,
    nonce: Uint8Array,
    aad: Uint8Array = EMPTY,
  ) {
    this.#direction = direction;
    this.#key = prepareSm4Key(key);
    this.#counter = preCounter(this.#key, nonce);
    kernel().ctr(this.#key, this.#counter, this.#mask, this.#mask);
    kernel().ghash(this.#key, this.#hash, aad);
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
    const open = this.#direction === "open";
    const [head, body] = this.#cut(chunk);
    const end = head + body;
    if (head > 0) this.#crypt(chunk, out, 0, head);
    if (body > 0) {
      const text = chunk.subarray(head, end);
      const target = out.subarray(head, end);
      kernel().gcmPiece(this.#key, open, this.#counter, this.#hash, text, target);
      this.#textBytes += body;
    }
    if (end === chunk.length) return;
    this.#keyStream.fill(0);
    kernel().ctr(this.#key, this.#counter, this.#keyStream, this.#keyStream);
    this.#crypt(chunk, out, end, chunk.length);
  }

  /** Opening: hashes a piece without deciphering it, for a first pass that only verifies. */
  authenticate(chunk: Uint8Array): void {
    const [head, body] = this.#cut(chunk);
    const end = head + body;
    this.#gather(chunk.subarray(0, head));
    if (body > 0) kernel().ghash(this.#key, this.#hash, chunk.subarray(head, end));
    this.#textBytes += body;
    this.#gather(chunk.subarray(end));
  }

  /** How much of `chunk` fills up the current block, and how much are whole blocks after that. */
  #cut(chunk: Uint8Array): [head: number, body: number] {
    if (this.#textBytes + chunk.length > GCM_MAX_BYTES) {
      throw new LimitError("gcm.too-long", {});
    }
    const filled = this.#textBytes % SM4_BLOCK_BYTES;
    const head = filled === 0 ? 0 : Math.min(SM4_BLOCK_BYTES - filled, chunk.length);
    const rest = chunk.length - head;
    return [head, rest - rest % SM4_BLOCK_BYTES];
  }

  /** Key stream of the current block over bytes that stay within it. */
  #crypt(chunk: Uint8Array, out: Uint8Array, from: number, to: number): void {
    const start = this.#textBytes % SM4_BLOCK_BYTES - from;
    const cipher = new Uint8Array(to - from);
    for (let i = from; i < to; i++) {
      const input = chunk[i]!;
      const output = input ^ this.#keyStream[start + i]!;
      cipher[i - from] = this.#direction === "open" ? input : output;
      out[i] = output;
    }
    this.#gather(cipher);
  }

  /** Ciphertext within the current block; hashes the block when it is full. */
  #gather(cipher: Uint8Array): void {
    this.#block.set(cipher, this.#textBytes % SM4_BLOCK_BYTES);
    this.#textBytes += cipher.length;
    if (cipher.length > 0 && this.#textBytes % SM4_BLOCK_BYTES === 0) {
      kernel().ghash(this.#key, this.#hash, this.#block);
    }
  }

  /** The tag of all that went through; the stream is used up. */
  tag(): Bytes {
    const rest = this.#block.subarray(0, this.#textBytes % SM4_BLOCK_BYTES);
    kernel().ghash(this.#key, this.#hash, rest);
    kernel().ghash(this.#key, this.#hash, lengthBlock(this.#aadBytes, this.#textBytes));
    const tag = this.#hash.map((byte, i) => byte ^ this.#mask[i]!);
    this.wipe();
    return tag;
  }

  /**
   * Compares the tag; an AuthenticationError when it differs. The stream is used up.
   *
   * @param tag 16 bytes, or the first 12 to 15 of them (SP 800-38D §5.2.1.2)
   */
  verify(tag: Uint8Array): void {
    const whole = this.tag();
    const known = tag.length >= GCM_LEAST_TAG_BYTES && tag.length <= whole.length;
    if (!known || !equalConstantTime(whole.subarray(0, tag.length), tag)) {
      throw authenticationFailed();
    }
  }

  /** Overwrites the key. */
  wipe(): void {
    this.#key.wipe();
    wipe(this.#mask, this.#hash, this.#keyStream, this.#block, this.#counter);
  }
}
