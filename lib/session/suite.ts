/**
 * The suite of p2p's handshakes: SM2 as the DH (compressed points of 33 bytes, the x-coordinate as the secret), SM4-GCM
 * as the cipher (the first 16 bytes of a 32-byte Noise key; nonce = 32 zero bits and the 64-bit counter, as Noise
 * revision 34 §12.4 has it for AESGCM), SM3 as the hash.
 */
import type { Bytes } from "../bytes.ts";
import { GCM_NONCE_BYTES, Sm4Gcm } from "../crypto/gcm.ts";
import { hmacSm3 } from "../crypto/hmac.ts";
import { ecdh, generateKeyPair, parsePublicKey } from "../crypto/sm2.ts";
import { sm3 } from "../crypto/sm3.ts";
import { SM4_KEY_BYTES } from "../crypto/sm4.ts";
import { InvalidKeyError } from "../errors.ts";
import type { NoiseSuite } from "./noise/suite.ts";

/** Bytes of a public key on the wire. */
export const PUBLIC_KEY_BYTES = 33;

function noiseNonce(counter: number): Bytes {
  const nonce = new Uint8Array(GCM_NONCE_BYTES);
  new DataView(nonce.buffer).setBigUint64(4, BigInt(counter));
  return nonce;
}

/** SM2, SM4-GCM, SM3. */
export const gmSuite: NoiseSuite = {
  dh: {
    name: "SM2",
    publicBytes: PUBLIC_KEY_BYTES,
    generate: (random) => generateKeyPair(random),
    checkPublic(publicKey) {
      if (publicKey.length !== PUBLIC_KEY_BYTES) {
        throw new InvalidKeyError("session.not-compressed", {});
      }
      parsePublicKey(publicKey);
    },
    dh: (secretKey, publicKey) => ecdh(secretKey, publicKey),
  },
  cipher: {
    name: "SM4GCM",
    key(key) {
      const gcm = new Sm4Gcm(key.subarray(0, SM4_KEY_BYTES));
      return {
        seal: (counter, associated, plaintext) =>
          gcm.seal(noiseNonce(counter), plaintext, associated),
        open: (counter, associated, sealed) => gcm.open(noiseNonce(counter), sealed, associated),
        wipe: () => gcm.wipe(),
      };
    },
  },
  hash: { name: "SM3", hash: (...parts) => sm3(...parts), hmac: hmacSm3 },
};
