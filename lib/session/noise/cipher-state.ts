/**
 * CipherState: a cipher key and its nonce counter (Noise revision 34, §5.1). Without a key it passes bytes through.
 */
import { AuthenticationError, LocalProtocolError } from "../../errors.ts";
import { type Bytes, wipe } from "../../bytes.ts";
import { type CipherFunction, type CipherKey, TAG_BYTES } from "./suite.ts";

/** The last usable nonce here; the framework's 2^64 − 2 is far beyond what a handshake sends. */
const MAX_NONCE = Number.MAX_SAFE_INTEGER - 1;

const EMPTY = new Uint8Array(0);

/** A cipher key with its counter. */
export class CipherState {
  readonly #cipher: CipherFunction;
  #material: Bytes | undefined;
  #key: CipherKey | undefined;
  #nonce = 0;

  constructor(cipher: CipherFunction, key?: Uint8Array) {
    this.#cipher = cipher;
    if (key !== undefined) this.#setKey(key);
  }

  #setKey(key: Uint8Array): void {
    this.#material = key.slice();
    this.#key = this.#cipher.key(key);
  }

  get hasKey(): boolean {
    return this.#key !== undefined;
  }

  clone(): CipherState {
    const copy = new CipherState(this.#cipher, this.#material);
    copy.#nonce = this.#nonce;
    return copy;
  }

  /** EncryptWithAd. */
  seal(associated: Uint8Array, plaintext: Uint8Array): Bytes {
    if (this.#key === undefined) return plaintext.slice();
    if (this.#nonce > MAX_NONCE) throw new LocalProtocolError("session.nonces-used-up", {});
    return this.#key.seal(this.#nonce++, associated, plaintext);
  }

  /** DecryptWithAd; the counter moves only when the message is authentic. */
  open(associated: Uint8Array, sealed: Uint8Array): Bytes {
    if (this.#key === undefined) return sealed.slice();
    if (sealed.length < TAG_BYTES || this.#nonce > MAX_NONCE) {
      throw new AuthenticationError("session.not-authentic", {});
    }
    const plaintext = this.#key.open(this.#nonce, associated, sealed);
    this.#nonce++;
    return plaintext;
  }

  /** The key bytes, for a key schedule that goes on from here. */
  exportKey(): Bytes {
    return (this.#material ?? EMPTY).slice();
  }

  wipe(): void {
    wipe(this.#material);
    this.#key?.wipe();
    this.#key = undefined;
    this.#material = undefined;
  }
}
