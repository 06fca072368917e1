/**
 * SM2EnvelopedKey (GM/T 0009-2012 §7.4, GB/T 35276-2017): the encryption key pair that an authority makes for somebody,
 * wrapped for that person's signing key. A fresh SM4 key enciphers the secret, SM2 enciphers the SM4 key.
 */
import { type Bytes, equalConstantTime, wipe } from "../../bytes.ts";
import { FormatError, InvalidKeyError } from "../../errors.ts";
import { derBits, derNull, derOid, derSequence } from "../der.ts";
import { randomBytes, type RandomSource } from "../random.ts";
import { decrypt, encrypt, publicKeyOf, uncompress } from "../sm2.ts";
import { SM4_KEY_BYTES } from "../sm4.ts";
import { sm4Crypt } from "../sm4-modes.ts";
import { readEnvelopedParts } from "./containers.ts";
import { SM4, SM4_ECB } from "./oids.ts";
import { normalSecret } from "./private-key.ts";
import { pointOfKey } from "./spki.ts";

/**
 * The secret key of the pair; an AuthenticationError where it was wrapped for another key.
 *
 * @param secretKey that of the key it was wrapped for
 */
export function openEnvelopedKey(der: Uint8Array, secretKey: Uint8Array): Bytes {
  const { cipher, wrapped, point, secret } = readEnvelopedParts(der);
  if (cipher !== SM4 && cipher !== SM4_ECB) throw new FormatError("key.cipher", { cipher });
  const key = decrypt(secretKey, wrapped, "der");
  try {
    if (key.length !== SM4_KEY_BYTES) throw new FormatError("key.key-length", {});
    // 32 bytes, or the 64 of a device (GM/T 0016), of which the first half is zero.
    const plain = sm4Crypt("ecb", "decrypt", key, secret, { padding: false });
    const opened = normalSecret(plain);
    wipe(plain);
    if (!equalConstantTime(publicKeyOf(opened), pointOfKey(point))) {
      throw new InvalidKeyError("key.other-public-key", {});
    }
    return opened;
  } finally {
    wipe(key);
  }
}

/** Wraps `secretKey` for whoever has the secret key of `recipient`. */
export function sealEnvelopedKey(
  secretKey: Uint8Array,
  recipient: Uint8Array,
  random: RandomSource = randomBytes,
): Bytes {
  const key = random(SM4_KEY_BYTES);
  const secret = sm4Crypt("ecb", "encrypt", key, secretKey, { padding: false });
  const wrapped = encrypt(recipient, key, random, "der");
  wipe(key);
  return derSequence(
    derSequence(derOid(SM4_ECB), derNull()),
    wrapped,
    derBits(uncompress(publicKeyOf(secretKey))),
    derBits(secret),
  );
}
