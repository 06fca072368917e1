/**
 * SymmetricState: the chaining key, the handshake hash and the current cipher key (Noise revision 34, §5.2).
 */
import { type Bytes, utf8, wipe } from "../../bytes.ts";
import { CipherState } from "./cipher-state.ts";
import { HASH_BYTES, noiseHkdf, type NoiseSuite } from "./suite.ts";

const EMPTY = new Uint8Array(0);

/** What the handshake has mixed so far. */
export class SymmetricState {
  readonly #suite: NoiseSuite;
  #chainingKey: Bytes;
  #hash: Bytes;
  #cipher: CipherState;

  /** InitializeSymmetric(protocol_name). */
  constructor(suite: NoiseSuite, protocolName: string) {
    const name = utf8(protocolName);
    this.#suite = suite;
    this.#hash = new Uint8Array(HASH_BYTES);
    if (name.length <= HASH_BYTES) this.#hash.set(name);
    else this.#hash = suite.hash.hash(name);
    this.#chainingKey = this.#hash.slice();
    this.#cipher = new CipherState(suite.cipher);
  }

  clone(): SymmetricState {
    const copy = new SymmetricState(this.#suite, "");
    copy.#chainingKey = this.#chainingKey.slice();
    copy.#hash = this.#hash.slice();
    copy.#cipher = this.#cipher.clone();
    return copy;
  }

  get handshakeHash(): Bytes {
    return this.#hash.slice();
  }

  get hasKey(): boolean {
    return this.#cipher.hasKey;
  }

  #replaceKey(key: Bytes): void {
    this.#cipher.wipe();
    this.#cipher = new CipherState(this.#suite.cipher, key);
    wipe(key);
  }

  mixKey(material: Uint8Array): void {
    const [chainingKey, key] = noiseHkdf(this.#suite.hash, this.#chainingKey, material);
    wipe(this.#chainingKey);
    this.#chainingKey = chainingKey;
    this.#replaceKey(key);
  }

  mixHash(data: Uint8Array): void {
    this.#hash = this.#suite.hash.hash(this.#hash, data);
  }

  /** MixKeyAndHash, for psk tokens (§9.1). */
  mixKeyAndHash(material: Uint8Array): void {
    const [chainingKey, hash, key] = noiseHkdf(this.#suite.hash, this.#chainingKey, material);
    wipe(this.#chainingKey);
    this.#chainingKey = chainingKey;
    this.mixHash(hash);
    this.#replaceKey(key);
  }

  encryptAndHash(plaintext: Uint8Array): Bytes {
    const sealed = this.#cipher.seal(this.#hash, plaintext);
    this.mixHash(sealed);
    return sealed;
  }

  decryptAndHash(sealed: Uint8Array): Bytes {
    const plaintext = this.#cipher.open(this.#hash, sealed);
    this.mixHash(sealed);
    return plaintext;
  }

  /** Split(): the initiator's and the responder's sending keys. */
  split(): [CipherState, CipherState] {
    const [first, second] = noiseHkdf(this.#suite.hash, this.#chainingKey, EMPTY);
    const states: [CipherState, CipherState] = [
      new CipherState(this.#suite.cipher, first),
      new CipherState(this.#suite.cipher, second),
    ];
    wipe(first, second);
    return states;
  }

  /** A secret of this handshake for another purpose, named by `label` (in the manner of §11.4 and RFC 5705). */
  exportSecret(label: Uint8Array): Bytes {
    return this.#suite.hash.hmac(this.#chainingKey, label, this.#hash);
  }

  wipe(): void {
    wipe(this.#chainingKey);
    this.#cipher.wipe();
  }
}
