/**
 * Keys for places: where in a carrier the prefix of a sealed payload lies, before any key of its own is known,
 * and the stream of numbers that a key spreads over a carrier. docs/formats.md, "Places".
 *
 * The place of a passphrase's prefix is as secret as the passphrase. The place of a recipient's prefix follows
 * from the public key: whoever has that can look there, and sees random bytes.
 */
import { type Bytes, utf8 } from "../bytes.ts";
import { hkdfSm3 } from "../crypto/hkdf.ts";
import { type ScryptCost, scryptKey } from "../crypto/scrypt.ts";
import { Sm4, SM4_BLOCK_BYTES } from "../crypto/sm4.ts";
import { CtrStream } from "../crypto/sm4-ctr.ts";

/** Bytes of a key for places. */
const PLACES_KEY_BYTES = 32;

const INFO_RECIPIENT = utf8("p2p places v1 recipient");
const INFO_RECIPIENTS = utf8("p2p places v1 recipients");
const INFO_STREAM = utf8("p2p places v1 stream");
const SALT_PASSPHRASE = utf8("p2p places v1 passphrase");

/**
 * scrypt cost of finding a passphrase's prefix. The salt is fixed (there is nowhere to read another from), so
 * what keeps guessing dear is the salted derivation of the keys, after this one.
 */
const PLACES_SCRYPT: ScryptCost = { logN: 14, r: 8, p: 2 };

/** Where the salt of a passphrase lies. Takes about a tenth of a second. */
export function placesOfPassphrase(
  passphrase: Uint8Array,
  cost: ScryptCost = PLACES_SCRYPT,
): Bytes {
  return scryptKey(passphrase, SALT_PASSPHRASE, cost, PLACES_KEY_BYTES);
}

/** Where the share lies for these recipients: one finds it by the own key, several by a place all p2p know. */
export function placesOfRecipients(recipients: readonly Uint8Array[]): Bytes {
  const [only, ...others] = recipients;
  return only === undefined || others.length > 0
    ? placesOfSeveral()
    : hkdfSm3(only, new Uint8Array(0), INFO_RECIPIENT, PLACES_KEY_BYTES);
}

/** Where a share for several recipients lies: no secret. */
export function placesOfSeveral(): Bytes {
  return hkdfSm3(new Uint8Array(0), new Uint8Array(0), INFO_RECIPIENTS, PLACES_KEY_BYTES);
}

/**
 * The numbers that follow from a key: SM4 in counter mode, four big-endian bytes each. Every call of the result
 * begins with the first one.
 */
export function numbersOf(key: Uint8Array): (out: Uint32Array) => void {
  const material = hkdfSm3(key, new Uint8Array(0), INFO_STREAM, 2 * SM4_BLOCK_BYTES);
  const cipher = new Sm4(material.subarray(0, SM4_BLOCK_BYTES));
  return (out) => {
    const bytes = new Uint8Array(4 * out.length);
    new CtrStream(cipher, material.subarray(SM4_BLOCK_BYTES), 16).apply(bytes, bytes);
    const view = new DataView(bytes.buffer);
    for (let i = 0; i < out.length; i++) out[i] = view.getUint32(4 * i);
  };
}
