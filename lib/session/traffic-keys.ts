/**
 * The key schedule of sealed packets, one direction: a traffic secret gives a key and an IV, and the secret of the next
 * key phase (after RFC 9001 §5.1 and §6.1, with HKDF-SM3 and labels of our own). Keys are made when first used.
 */
import { type Bytes, utf8, wipe } from "../bytes.ts";
import { type Aead, GCM_NONCE_BYTES, Sm4Gcm } from "../crypto/gcm.ts";
import { hkdfExpand } from "../crypto/hkdf.ts";
import { SM4_KEY_BYTES } from "../crypto/sm4.ts";

/** Length of a traffic secret: one SM3 digest. */
const SECRET_BYTES = 32;

const KEY_LABEL = utf8("p2p 1 key");
const IV_LABEL = utf8("p2p 1 iv");
const UPDATE_LABEL = utf8("p2p 1 update");

/** One packet to be sealed or opened among several. */
export interface PacketJob {
  readonly nonce: Uint8Array;
  readonly aad: Uint8Array;
  readonly input: Uint8Array;
  readonly output: Uint8Array;
}

/** A cipher that may be able to seal and open several packets at once for less. */
export interface PacketAead extends Aead {
  sealMany?(jobs: readonly PacketJob[]): void;
  /** Says of each whether it was authentic, and writes nothing where not. */
  openMany?(jobs: readonly PacketJob[]): boolean[];
}

/** Makes the cipher of a 16-byte key. */
export type AeadMaker = (key: Uint8Array) => PacketAead;

/** SM4-GCM. */
export const sm4Gcm: AeadMaker = (key) => new Sm4Gcm(key);

/** The keys of one direction in one key phase. */
export class TrafficKeys {
  readonly #secret: Bytes;
  readonly #makeAead: AeadMaker;
  #aead: PacketAead | undefined;
  #iv: Bytes | undefined;

  constructor(secret: Uint8Array, makeAead: AeadMaker) {
    this.#secret = secret.slice() as Bytes;
    this.#makeAead = makeAead;
  }

  get aead(): PacketAead {
    if (this.#aead === undefined) {
      const key = hkdfExpand(this.#secret, KEY_LABEL, SM4_KEY_BYTES);
      this.#aead = this.#makeAead(key);
      wipe(key);
    }
    return this.#aead;
  }

  /** Fills `nonce`: the IV, XORed with the packet number as a 96-bit integer (RFC 9001 §5.3). */
  nonce(packetNumber: number, nonce: Uint8Array): void {
    this.#iv ??= hkdfExpand(this.#secret, IV_LABEL, GCM_NONCE_BYTES);
    nonce.set(this.#iv);
    const high = Math.floor(packetNumber / 2 ** 32);
    nonce[4]! ^= high >>> 24;
    nonce[5]! ^= high >>> 16;
    nonce[6]! ^= high >>> 8;
    nonce[7]! ^= high;
    nonce[8]! ^= packetNumber >>> 24;
    nonce[9]! ^= packetNumber >>> 16;
    nonce[10]! ^= packetNumber >>> 8;
    nonce[11]! ^= packetNumber;
  }

  /** The keys of the next phase. */
  next(): TrafficKeys {
    const secret = hkdfExpand(this.#secret, UPDATE_LABEL, SECRET_BYTES);
    const keys = new TrafficKeys(secret, this.#makeAead);
    wipe(secret);
    return keys;
  }

  wipe(): void {
    wipe(this.#secret, this.#iv);
    this.#aead?.wipe();
  }
}
