/**
 * PBES2 (RFC 8018 §6.2, appendix A.4): the encryption of PKCS#8 keys under a passphrase.
 *
 * Reads PBKDF2 (HMAC-SM3 under both of its identifiers, HMAC-SHA-1/256/384/512) and scrypt, with SM4-CBC, SM4-CTR,
 * AES-CBC and triple DES. Writes PBKDF2 with SM4-CBC or AES-256-CBC.
 */
import { cbc } from "@noble/ciphers/aes.js";
import { type Bytes, wipe } from "../../bytes.ts";
import { AuthenticationError, FormatError, LimitError, P2PError } from "../../errors.ts";
import { text } from "../../text/catalogue.ts";
import { derNull, derNumber, derOctets, derOid, type DerReader, derSequence, Tag } from "../der.ts";
import type { KdfOptions } from "../kdf-cost.ts";
import { pbkdf2Key, type Prf } from "../pbkdf2.ts";
import { DES_BLOCK_BYTES, desCbcDecrypt } from "../legacy/des.ts";
import type { RandomSource } from "../random.ts";
import { scryptKeyAsync } from "../scrypt.ts";
import { SM4_BLOCK_BYTES, SM4_KEY_BYTES } from "../sm4.ts";
import { sm4Crypt } from "../sm4-modes.ts";
import { type PassphraseDecryption, readLegacyScheme, schemeName } from "./legacy-pbe.ts";
import {
  AES128_CBC,
  AES192_CBC,
  AES256_CBC,
  DES_EDE3_CBC,
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
/** Size of the salt we write; GmSSL takes at most 64. */
const SALT_BYTES = 16;
const AES256_KEY_BYTES = 32;

/** The pseudo-random function of PBKDF2, and of PBMAC1, that `oid` names. */
export function prfNamed(oid: string): Prf | undefined {
  return PRFS.get(oid);
}

/** PRFs by identifier. GmSSL writes the first HMAC-SM3, Tongsuo the second. */
const PRFS: ReadonlyMap<string, Prf> = new Map<string, Prf>([
  [HMAC_SM3, "sm3"],
  [HMAC_SM3_0091, "sm3"],
  [HMAC_SHA1, "sha1"],
  [HMAC_SHA256, "sha256"],
  [HMAC_SHA384, "sha384"],
  [HMAC_SHA512, "sha512"],
]);

/** Ciphers by identifier, with their key size. */
const CIPHERS: ReadonlyMap<string, { keyBytes: number; ivBytes: number; decrypt: Decrypt }> =
  new Map([
    [SM4_CBC, { keyBytes: SM4_KEY_BYTES, ivBytes: 16, decrypt: sm4Decrypt("cbc") }],
    [SM4_CTR, { keyBytes: SM4_KEY_BYTES, ivBytes: 16, decrypt: sm4Decrypt("ctr") }],
    [AES128_CBC, { keyBytes: 16, ivBytes: 16, decrypt: aesCbcDecrypt }],
    [AES192_CBC, { keyBytes: 24, ivBytes: 16, decrypt: aesCbcDecrypt }],
    [AES256_CBC, { keyBytes: AES256_KEY_BYTES, ivBytes: 16, decrypt: aesCbcDecrypt }],
    [DES_EDE3_CBC, { keyBytes: 24, ivBytes: DES_BLOCK_BYTES, decrypt: desCbcDecrypt }],
  ]);

type Decrypt = (key: Uint8Array, iv: Uint8Array, data: Uint8Array) => Bytes;

function sm4Decrypt(mode: "cbc" | "ctr"): Decrypt {
  return (key, iv, data) => sm4Crypt(mode, "decrypt", key, data, { iv });
}

function aesCbcDecrypt(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Bytes {
  return cbc(key, iv).decrypt(data) as Bytes;
}

/** How something is to be encrypted under a passphrase. */
export interface EncryptionOptions {
  passphrase: Uint8Array;
  /** GmSSL reads only "sm3", OpenSSL 3.0 only "sha256". */
  prf: "sm3" | "sha256";
  /** SM4-CBC, or AES-256-CBC for what knows no SM4: Bouncy Castle, Java. SM4 where absent. */
  cipher?: PassphraseCipher | undefined;
  iterations: number;
  random: RandomSource;
  turn?: KdfOptions["turn"];
}

/** The ciphers that we encrypt with under a passphrase. */
export type PassphraseCipher = "sm4" | "aes256";

/** EncryptedPrivateKeyInfo (RFC 5958 §3) around a DER PrivateKeyInfo. */
export async function encryptKeyInfo(
  keyInfo: Uint8Array,
  options: EncryptionOptions,
): Promise<Bytes> {
  const { algorithm, encrypted } = await pbes2Encrypt(keyInfo, options);
  return derSequence(algorithm, derOctets(encrypted));
}

/** `data` under PBES2, and the AlgorithmIdentifier that says how. */
export async function pbes2Encrypt(
  data: Uint8Array,
  options: EncryptionOptions,
): Promise<{ algorithm: Bytes; encrypted: Bytes }> {
  const { passphrase, prf, cipher = "sm4", iterations, random, turn } = options;
  const salt = random(SALT_BYTES), iv = random(SM4_BLOCK_BYTES);
  const keyBytes = cipher === "sm4" ? SM4_KEY_BYTES : AES256_KEY_BYTES;
  const key = await pbkdf2Key(prf, passphrase, salt, iterations, keyBytes, { turn });
  const encrypted = cipher === "sm4"
    ? sm4Crypt("cbc", "encrypt", key, data, { iv })
    : cbc(key, iv).encrypt(data) as Bytes;
  wipe(key);
  // GmSSL refuses the customary NULL behind its HMAC-SM3; OpenSSL expects it behind SHA-256.
  const prfAlgorithm = prf === "sm3"
    ? derSequence(derOid(HMAC_SM3))
    : derSequence(derOid(HMAC_SHA256), derNull());
  const parameters = derSequence(derOctets(salt), derNumber(iterations), prfAlgorithm);
  const algorithm = derSequence(
    derOid(PBES2),
    derSequence(
      derSequence(derOid(PBKDF2), parameters),
      derSequence(derOid(cipher === "sm4" ? SM4_CBC : AES256_CBC), derOctets(iv)),
    ),
  );
  return { algorithm, encrypted };
}

/** The DER PrivateKeyInfo inside EncryptedPrivateKeyInfo; `info` stands on its content. */
export async function decryptKeyInfo(
  info: DerReader,
  passphrase: Uint8Array,
  options: KdfOptions = {},
): Promise<Bytes> {
  const decryption = readPassphraseScheme(info.sequence(), options);
  const data = info.content(Tag.octetString);
  info.end();
  return await decryption(passphrase, data);
}

/**
 * The decryption under a passphrase that an AlgorithmIdentifier names: PBES2 or one of the old schemes. A wrong
 * passphrase is an AuthenticationError, where the padding shows it.
 */
export function readPassphraseScheme(
  algorithm: DerReader,
  options: KdfOptions = {},
): PassphraseDecryption {
  const oid = algorithm.oid();
  const decryption = oid === PBES2
    ? readPbes2(algorithm, options)
    : readLegacyScheme(oid, algorithm, options);
  if (decryption === undefined) {
    const cipher = schemeName(oid);
    throw new FormatError("key.cipher", { cipher }, { hint: text("key.convert.hint") });
  }
  return async (passphrase, data) => {
    try {
      return await decryption(passphrase, data);
    } catch (cause) {
      const says = cause instanceof LimitError ||
        cause instanceof P2PError && cause.code === "key.key-length";
      if (says) throw cause;
      throw wrongPassphrase(cause);
    }
  };
}

function readPbes2(algorithm: DerReader, options: KdfOptions): PassphraseDecryption {
  const parameters = algorithm.sequence();
  algorithm.end();
  const derive = readKeyDerivation(parameters.sequence(), options);
  const scheme = parameters.sequence();
  parameters.end();
  const oid = scheme.oid();
  const cipher = CIPHERS.get(oid);
  if (cipher === undefined) {
    throw new FormatError("key.cipher", { cipher: oid }, { hint: text("key.convert.hint") });
  }
  const iv = scheme.content(Tag.octetString);
  scheme.end();
  if (iv.length !== cipher.ivBytes) throw new FormatError("key.key-length", {});
  return async (passphrase, data) => {
    const key = await derive(passphrase, cipher.keyBytes);
    try {
      return cipher.decrypt(key, iv, data);
    } finally {
      wipe(key);
    }
  };
}

/** The error of every decryption that does not give a key. */
export function wrongPassphrase(cause?: unknown): AuthenticationError {
  return new AuthenticationError("key.wrong-passphrase", {}, { cause });
}

type Derivation = (passphrase: Uint8Array, keyBytes: number) => Promise<Bytes>;

function readKeyDerivation(algorithm: DerReader, options: KdfOptions): Derivation {
  const oid = algorithm.oid();
  const parameters = algorithm.sequence();
  algorithm.end();
  if (oid === PBKDF2) return readPbkdf2(parameters, options);
  if (oid === SCRYPT) return readScrypt(parameters, options);
  throw new FormatError("key.derivation", { oid });
}

/** PBKDF2-params (RFC 8018 appendix A.2). */
function readPbkdf2(parameters: DerReader, options: KdfOptions): Derivation {
  const salt = parameters.content(Tag.octetString);
  const iterations = parameters.number();
  const named = parameters.peek() === Tag.integer ? parameters.number() : undefined;
  const prf = parameters.done ? "sha1" : readPrf(parameters.sequence());
  parameters.end();
  return (passphrase, keyBytes) => {
    checkKeyLength(named, keyBytes);
    return pbkdf2Key(prf, passphrase, salt, iterations, keyBytes, options);
  };
}

function readPrf(algorithm: DerReader): Prf {
  const oid = algorithm.oid();
  const prf = PRFS.get(oid);
  if (prf === undefined) throw new FormatError("key.prf", { oid });
  algorithm.optional(Tag.null);
  algorithm.end();
  return prf;
}

/** scrypt-params (RFC 7914 §7.1). */
function readScrypt(parameters: DerReader, options: KdfOptions): Derivation {
  const salt = parameters.content(Tag.octetString);
  const n = parameters.number(), r = parameters.number(), p = parameters.number();
  const named = parameters.done ? undefined : parameters.number();
  parameters.end();
  const logN = Math.log2(n);
  return (passphrase, keyBytes) => {
    checkKeyLength(named, keyBytes);
    return scryptKeyAsync(passphrase, salt, { logN, r, p }, keyBytes, options);
  };
}

function checkKeyLength(named: number | undefined, keyBytes: number): void {
  if (named !== undefined && named !== keyBytes) {
    throw new FormatError("key.key-length", {});
  }
}
