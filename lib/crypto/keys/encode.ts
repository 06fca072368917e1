/**
 * Keys as PEM files: PKCS#8 for private keys, encrypted (PBES2) when there is a passphrase, SubjectPublicKeyInfo
 * for public keys.
 */
import { type Bytes, wipe } from "../../bytes.ts";
import type { Turn } from "../kdf-cost.ts";
import { randomBytes, type RandomSource } from "../random.ts";
import { DEFAULT_ITERATIONS, encryptKeyInfo, type PassphraseCipher } from "./pbes2.ts";
import { encodePem } from "./pem.ts";
import { encodePrivateKeyDer } from "./private-key.ts";
import { encodePublicKeyDer } from "./spki.ts";

/** How a private key is written. */
export interface PrivateKeyOptions {
  /** Encrypts the key. */
  passphrase?: Uint8Array | undefined;
  /** Which hash PBKDF2 uses: "sm3" (the default; GmSSL reads it) or "sha256" (OpenSSL reads it). */
  prf?: "sm3" | "sha256" | undefined;
  /** What enciphers the key: "sm4" (the default), or "aes256" for Bouncy Castle, Java and others without SM4. */
  cipher?: PassphraseCipher | undefined;
  iterations?: number | undefined;
  random?: RandomSource | undefined;
  /** Lets others have their turn while the key is derived. */
  turn?: Turn | undefined;
}

/** PKCS#8 in DER of a private key, encrypted where there is a passphrase. The caller wipes it. */
export async function encodePrivateKey(
  secretKey: Uint8Array,
  options: PrivateKeyOptions = {},
): Promise<Bytes> {
  const { passphrase, prf = "sm3", cipher, iterations = DEFAULT_ITERATIONS } = options;
  const { random = randomBytes, turn } = options;
  const keyInfo = encodePrivateKeyDer(secretKey);
  if (passphrase === undefined) return keyInfo;
  try {
    return await encryptKeyInfo(keyInfo, { passphrase, prf, cipher, iterations, random, turn });
  } finally {
    wipe(keyInfo);
  }
}

/** PEM of a private key. */
export async function encodePrivateKeyPem(
  secretKey: Uint8Array,
  options: PrivateKeyOptions = {},
): Promise<string> {
  const der = await encodePrivateKey(secretKey, options);
  const label = options.passphrase === undefined ? "PRIVATE KEY" : "ENCRYPTED PRIVATE KEY";
  const pem = encodePem(label, der);
  wipe(der);
  return pem;
}

/** PEM of a public key. */
export function encodePublicKeyPem(publicKey: Uint8Array): string {
  return encodePem("PUBLIC KEY", encodePublicKeyDer(publicKey));
}
