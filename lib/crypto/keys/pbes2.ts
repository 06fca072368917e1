/**
 * PBES2 (RFC 8018 §6.2, appendix A.4): the encryption of PKCS#8 keys under a passphrase.
 *
 * Reads PBKDF2 (HMAC-SM3 under both of its identifiers, HMAC-SHA-1/256/384/512) and scrypt, with SM4-CBC, SM4-CTR
 * and AES-CBC. Writes PBKDF2 with SM4-CBC.
 */
import { cbc } from "@noble/ciphers/aes.js";
import { type Bytes, wipe } from "../../bytes.ts";
import { AuthenticationError, FormatError, LimitError } from "../../errors.ts";
import { derNull, derNumber, derOctets, derOid, type DerReader, derSequence, Tag } from "../der.ts";
import { pbkdf2Key, pbkdf2KeyAsync, type Prf } from "../pbkdf2.ts";
import type { RandomSource } from "../random.ts";
import { scryptKey } from "../scrypt.ts";
import { SM4_BLOCK_BYTES, SM4_KEY_BYTES } from "../sm4.ts";
import { sm4Crypt } from "../sm4-modes.ts";
import {
  AES128_CBC,
  AES192_CBC,
  AES256_CBC,
  HMAC_SHA1,
  HMAC_SHA256,
  HMAC_SHA384,
  HMAC_SHA512,
  HMAC_SM3,
  HMAC_SM3_0091,
  PBES2,
  PBKDF2,
  SCRYPT,
  SM4_CBC,
  SM4_CTR,
} from "./oids.ts";

/** Four times what GmSSL writes: a fifth of a second here, and what any reader takes. */
export const DEFAULT_ITERATIONS = 262_144;
/** The most a foreign file may ask for: some ten seconds. */
const MAX_ITERATIONS = 10_000_000;
/** Size of the salt we write; GmSSL takes at most 64. */
const SALT_BYTES = 16;

/** PRFs by identifier. GmSSL writes the first HMAC-SM3, Tongsuo the second. */
const PRFS: Readonly<Record<string, Prf>> = {
  [HMAC_SM3]: "sm3",
  [HMAC_SM3_0091]: "sm3",
  [HMAC_SHA1]: "sha1",
  [HMAC_SHA256]: "sha256",
  [HMAC_SHA384]: "sha384",
  [HMAC_SHA512]: "sha512",
};

/** Ciphers by identifier, with their key size. */
const CIPHERS: Readonly<Record<string, { keyBytes: number; decrypt: Decrypt }>> = {
  [SM4_CBC]: { keyBytes: SM4_KEY_BYTES, decrypt: sm4Decrypt("cbc") },
  [SM4_CTR]: { keyBytes: SM4_KEY_BYTES, decrypt: sm4Decrypt("ctr") },
  [AES128_CBC]: { keyBytes: 16, decrypt: aesCbcDecrypt },
  [AES192_CBC]: { keyBytes: 24, decrypt: aesCbcDecrypt },
  [AES256_CBC]: { keyBytes: 32, decrypt: aesCbcDecrypt },
};

type Decrypt = (key: Uint8Array, iv: Uint8Array, data: Uint8Array) => Bytes;

function sm4Decrypt(mode: "cbc" | "ctr"): Decrypt {
  return (key, iv, data) => sm4Crypt(mode, "decrypt", key, data, { iv });
}

function aesCbcDecrypt(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Bytes {
  return cbc(key, iv).decrypt(data) as Bytes;
}

/** How a key is to be encrypted. */
export interface EncryptionOptions {
  passphrase: Uint8Array;
  /** GmSSL reads only "sm3", OpenSSL 3.0 only "sha256". */
  prf: "sm3" | "sha256";
  iterations: number;
  random: RandomSource;
}

/** EncryptedPrivateKeyInfo (RFC 5958 §3) around a DER PrivateKeyInfo. */
export function encryptKeyInfo(keyInfo: Uint8Array, options: EncryptionOptions): Bytes {
  const { passphrase, prf, iterations, random } = options;
  const salt = random(SALT_BYTES), iv = random(SM4_BLOCK_BYTES);
  const key = pbkdf2Key(prf, passphrase, salt, iterations, SM4_KEY_BYTES);
  const encrypted = sm4Crypt("cbc", "encrypt", key, keyInfo, { iv });
  wipe(key);
  // GmSSL refuses the customary NULL behind its HMAC-SM3; OpenSSL expects it behind SHA-256.
  const prfAlgorithm = prf === "sm3"
    ? derSequence(derOid(HMAC_SM3))
    : derSequence(derOid(HMAC_SHA256), derNull());
  const parameters = derSequence(derOctets(salt), derNumber(iterations), prfAlgorithm);
  return derSequence(
    derSequence(
      derOid(PBES2),
      derSequence(
        derSequence(derOid(PBKDF2), parameters),
        derSequence(derOid(SM4_CBC), derOctets(iv)),
      ),
    ),
    derOctets(encrypted),
  );
}

/** The DER PrivateKeyInfo inside EncryptedPrivateKeyInfo; `info` stands on its content. */
export async function decryptKeyInfo(info: DerReader, passphrase: Uint8Array): Promise<Bytes> {
  const algorithm = info.sequence();
  if (algorithm.oid() !== PBES2) {
    throw new FormatError("read private key: encrypted in a way other than PBES2", {
      hint: "convert it with: openssl pkcs8 -topk8 -in OLD -v2 aes-256-cbc -out NEW",
    });
  }
  const parameters = algorithm.sequence();
  algorithm.end();
  const derive = readKeyDerivation(parameters.sequence());
  const scheme = parameters.sequence();
  parameters.end();
  const cipher = CIPHERS[scheme.oid()];
  if (cipher === undefined) throw new FormatError("read private key: unsupported cipher");
  const iv = scheme.content(Tag.octetString);
  scheme.end();
  const data = info.content(Tag.octetString);
  info.end();

  const key = await derive(passphrase, cipher.keyBytes);
  try {
    return cipher.decrypt(key, iv, data);
  } catch {
    throw wrongPassphrase();
  } finally {
    wipe(key);
  }
}

/** The error of every decryption that does not give a key. */
export function wrongPassphrase(): AuthenticationError {
  return new AuthenticationError("read private key: wrong passphrase");
}

type Derivation = (passphrase: Uint8Array, keyBytes: number) => Bytes | Promise<Bytes>;

function readKeyDerivation(algorithm: DerReader): Derivation {
  const oid = algorithm.oid();
  const parameters = algorithm.sequence();
  algorithm.end();
  if (oid === PBKDF2) return readPbkdf2(parameters);
  if (oid === SCRYPT) return readScrypt(parameters);
  throw new FormatError("read private key: unsupported key derivation");
}

/** PBKDF2-params (RFC 8018 appendix A.2). */
function readPbkdf2(parameters: DerReader): Derivation {
  const salt = parameters.content(Tag.octetString);
  const iterations = parameters.number();
  if (iterations < 1 || iterations > MAX_ITERATIONS) {
    throw new LimitError(`read private key: more than ${MAX_ITERATIONS} iterations`);
  }
  const named = parameters.peek() === Tag.integer ? parameters.number() : undefined;
  const prf = parameters.done ? "sha1" : readPrf(parameters.sequence());
  parameters.end();
  return (passphrase, keyBytes) => {
    checkKeyLength(named, keyBytes);
    return pbkdf2KeyAsync(prf, passphrase, salt, iterations, keyBytes);
  };
}

function readPrf(algorithm: DerReader): Prf {
  const prf = PRFS[algorithm.oid()];
  if (prf === undefined) throw new FormatError("read private key: unsupported PRF");
  algorithm.optional(Tag.null);
  algorithm.end();
  return prf;
}

/** scrypt-params (RFC 7914 §7.1). */
function readScrypt(parameters: DerReader): Derivation {
  const salt = parameters.content(Tag.octetString);
  const n = parameters.number(), r = parameters.number(), p = parameters.number();
  const named = parameters.done ? undefined : parameters.number();
  parameters.end();
  const logN = Math.log2(n);
  return (passphrase, keyBytes) => {
    checkKeyLength(named, keyBytes);
    return scryptKey(passphrase, salt, { logN, r, p }, keyBytes);
  };
}

function checkKeyLength(named: number | undefined, keyBytes: number): void {
  if (named !== undefined && named !== keyBytes) {
    throw new FormatError("read private key: key length does not fit the cipher");
  }
}
