/**
 * Keys as PEM files: PKCS#8 for private keys, encrypted (PBES2) when there is a passphrase, SubjectPublicKeyInfo
 * for public keys.
 */
import { wipe } from "../../bytes.ts";
import type { Turn } from "../kdf-cost.ts";
import { randomBytes, type RandomSource } from "../random.ts";
import { DEFAULT_ITERATIONS, encryptKeyInfo } from "./pbes2.ts";
import { encodePem } from "./pem.ts";
import { encodePrivateKeyDer } from "./private-key.ts";
import { encodePublicKeyDer } from "./spki.ts";

/** How a private key is written. */
export interface PrivateKeyPemOptions {
  /** Encrypts the key. */
  passphrase?: Uint8Array;
  /** Which hash PBKDF2 uses: "sm3" (the default; GmSSL reads it) or "sha256" (OpenSSL reads it). */
  prf?: "sm3" | "sha256";
  iterations?: number;
  random?: RandomSource;
  /** Lets others have their turn while the key is derived. */
  turn?: Turn;
}

/** PEM of a private key. */
export async function encodePrivateKeyPem(
  secretKey: Uint8Array,
  options: PrivateKeyPemOptions = {},
): Promise<string> {
  const { passphrase, prf = "sm3", iterations = DEFAULT_ITERATIONS } = options;
  const { random = randomBytes, turn } = options;
  const keyInfo = encodePrivateKeyDer(secretKey);
  try {
    if (passphrase === undefined) return encodePem("PRIVATE KEY", keyInfo);
    const encrypted = await encryptKeyInfo(keyInfo, {
      passphrase,
      prf,
      iterations,
      random,
      ...(turn === undefined ? {} : { turn }),
    });
    return encodePem("ENCRYPTED PRIVATE KEY", encrypted);
  } finally {
    wipe(keyInfo);
  }
}

/** PEM of a public key. */
export function encodePublicKeyPem(publicKey: Uint8Array): string {
  return encodePem("PUBLIC KEY", encodePublicKeyDer(publicKey));
}
