/**
 * The stanzas that carry the file key: one per SM2 recipient, at most one for a passphrase. docs/formats.md,
 * "Stanzas".
 *
 * `sm2` is ephemeral-static ECDH with the wrapping key derived from the secret and both points, rather than SM2
 * encryption (GB/T 32918.4): its KDF leaves the recipient out, so a stanza of it would not be tied to one key.
 */
import { type Bytes, concat, wipe } from "../bytes.ts";
import { Sm4Gcm } from "../crypto/gcm.ts";
import { hkdfSm3 } from "../crypto/hkdf.ts";
import { checkScryptCost, type KdfOptions, type Turn } from "../crypto/kdf-cost.ts";
import { withForms } from "../crypto/passphrase.ts";
import type { RandomSource } from "../crypto/random.ts";
import {
  ecdh,
  generateKeyPair,
  parsePublicKey,
  publicKeyOf,
  SM2_PUBLIC_KEY_BYTES,
} from "../crypto/sm2.ts";
import { AuthenticationError, InvalidKeyError, LimitError } from "../errors.ts";
import { text } from "../text/catalogue.ts";
import type { Text } from "../text/text.ts";
import { decodeBase64, encodeBase64 } from "./base64.ts";
import {
  ContainerError,
  FILE_KEY_BYTES,
  LABEL,
  SCRYPT_P,
  SCRYPT_R,
  SCRYPT_SALT_BYTES,
  SINGLE_USE_NONCE,
  WRAPPED_KEY_BYTES,
} from "./format.ts";
import type { Stanza } from "./header.ts";

/** An `sm2` stanza, read. */
interface Sm2Stanza {
  readonly share: Bytes;
  readonly wrapped: Bytes;
}

/** A `scrypt` stanza, read. */
interface ScryptStanza {
  readonly salt: Bytes;
  readonly logN: number;
  readonly wrapped: Bytes;
}

/** The stanzas of a header that carry its file key. */
export interface KeyStanzas {
  readonly sm2: readonly Sm2Stanza[];
  readonly scrypt: ScryptStanza | undefined;
}

function wrap(key: Bytes, fileKey: Uint8Array): Bytes {
  const gcm = new Sm4Gcm(key);
  try {
    return gcm.seal(SINGLE_USE_NONCE, fileKey);
  } finally {
    gcm.wipe();
    wipe(key);
  }
}

function unwrap(key: Bytes, wrapped: Uint8Array): Bytes | undefined {
  const gcm = new Sm4Gcm(key);
  try {
    return gcm.open(SINGLE_USE_NONCE, wrapped);
  } catch (error) {
    if (error instanceof AuthenticationError) return undefined;
    throw error;
  } finally {
    gcm.wipe();
    wipe(key);
  }
}

function sm2WrapKey(secret: Bytes, share: Uint8Array, recipient: Uint8Array): Bytes {
  try {
    return hkdfSm3(secret, concat(share, recipient), LABEL.sm2, FILE_KEY_BYTES);
  } finally {
    wipe(secret);
  }
}

async function scryptWrapKey(
  passphrase: Uint8Array,
  salt: Uint8Array,
  logN: number,
  kdf: KdfOptions,
): Promise<Bytes> {
  const cost = { logN, r: SCRYPT_R, p: SCRYPT_P };
  const { scryptKeyAsync } = await import("../crypto/scrypt.ts"); // most files have no passphrase
  const labelled = concat(LABEL.scrypt, salt);
  return await scryptKeyAsync(passphrase, labelled, cost, FILE_KEY_BYTES, kdf);
}

/** The stanza that carries `fileKey` to `recipient`, a 33-byte public key. */
export function sm2Stanza(
  recipient: Uint8Array,
  fileKey: Uint8Array,
  random: RandomSource,
): Stanza {
  const { secretKey, publicKey: share } = generateKeyPair(random);
  const wrapped = wrap(sm2WrapKey(ecdh(secretKey, recipient), share, recipient), fileKey);
  wipe(secretKey);
  return { type: "sm2", words: [encodeBase64(share), encodeBase64(wrapped)] };
}

/** The stanza that carries `fileKey` to whoever knows `passphrase`. */
export async function scryptStanza(
  passphrase: Uint8Array,
  logN: number,
  fileKey: Uint8Array,
  random: RandomSource,
  turn?: Turn,
): Promise<Stanza> {
  const salt = random(SCRYPT_SALT_BYTES);
  const wrapped = wrap(await scryptWrapKey(passphrase, salt, logN, { turn }), fileKey);
  return { type: "scrypt", words: [encodeBase64(salt), String(logN), encodeBase64(wrapped)] };
}

function refuse(type: string, reason: Text, hint?: Text): never {
  const inStanza = text("header.stanza", { type, reason });
  throw new ContainerError("header", "container.header", { reason: inStanza }, { hint });
}

function readSm2({ words }: Stanza): Sm2Stanza {
  const [share, wrapped] = words;
  const point = decodeBase64(share ?? "", SM2_PUBLIC_KEY_BYTES);
  const key = decodeBase64(wrapped ?? "", WRAPPED_KEY_BYTES);
  if (words.length !== 2 || point === undefined || key === undefined) {
    refuse("sm2", text("stanza.sm2-words"));
  }
  try {
    if (point[0] === 4) refuse("sm2", text("stanza.share-form"));
    parsePublicKey(point);
  } catch (cause) {
    if (cause instanceof InvalidKeyError) refuse("sm2", text("stanza.share-point"));
    throw cause;
  }
  return { share: point, wrapped: key };
}

function readScrypt({ words }: Stanza, kdf: KdfOptions): ScryptStanza {
  const [salt, cost, wrapped] = words;
  const bytes = decodeBase64(salt ?? "", SCRYPT_SALT_BYTES);
  const key = decodeBase64(wrapped ?? "", WRAPPED_KEY_BYTES);
  if (words.length !== 3 || bytes === undefined || key === undefined) {
    refuse("scrypt", text("stanza.scrypt-words"));
  }
  if (!/^[1-9][0-9]?$/.test(cost ?? "")) refuse("scrypt", text("stanza.work-factor"));
  const logN = Number(cost);
  try {
    checkScryptCost({ logN, r: SCRYPT_R, p: SCRYPT_P }, kdf);
  } catch (cause) {
    if (cause instanceof LimitError) refuse("scrypt", cause, cause.hint);
    throw cause;
  }
  return { salt: bytes, logN, wrapped: key };
}

/** The key-carrying stanzas of a header. Types unknown to this version are other people's recipients. */
export function readKeyStanzas(stanzas: readonly Stanza[], kdf: KdfOptions = {}): KeyStanzas {
  const scrypt = stanzas.filter(({ type }) => type === "scrypt");
  if (scrypt.length > 1) refuse("scrypt", text("stanza.twice"));
  return {
    sm2: stanzas.filter(({ type }) => type === "sm2").map(readSm2),
    scrypt: scrypt[0] === undefined ? undefined : readScrypt(scrypt[0], kdf),
  };
}

/** The file key, from the first stanza that `secretKey` opens; undefined when none does. */
export function openWithIdentity(
  stanzas: KeyStanzas,
  secretKey: Uint8Array,
): Bytes | undefined {
  const recipient = publicKeyOf(secretKey);
  for (const { share, wrapped } of stanzas.sm2) {
    const fileKey = unwrap(sm2WrapKey(ecdh(secretKey, share), share, recipient), wrapped);
    if (fileKey !== undefined) return fileKey;
  }
  return undefined;
}

/**
 * The file key, from the passphrase stanza, in whatever form the passphrase was typed; undefined for a wrong one or
 * where there is no stanza.
 */
export async function openWithPassphrase(
  { scrypt }: KeyStanzas,
  passphrase: Uint8Array,
  kdf: KdfOptions = {},
): Promise<Bytes | undefined> {
  if (scrypt === undefined) return undefined;
  const { salt, logN, wrapped } = scrypt;
  return await withForms(
    passphrase,
    async (form) => unwrap(await scryptWrapKey(form, salt, logN, kdf), wrapped),
  );
}
