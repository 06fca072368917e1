/**
 * Keys in any readable form: PEM, DER, hexadecimal or base64 of either, `p2p1…` text, raw numbers and points.
 * docs/formats.md lists the forms and how they are told apart; `find.ts` tells them.
 *
 * What encrypted keys need is loaded when one comes: its tables take longer to make than a plain key to read.
 */
import { type Bytes, wipe } from "../../bytes.ts";
import { AuthenticationError, FormatError } from "../../errors.ts";
import { text } from "../../text/catalogue.ts";
import type { Text } from "../../text/text.ts";
import { DerReader } from "../der.ts";
import { explained } from "../explain.ts";
import type { KdfOptions } from "../kdf-cost.ts";
import { withForms } from "../passphrase.ts";
import { publicKeyOf } from "../sm2.ts";
import { certificatePublicKey, requestPublicKey } from "./certificate.ts";
import { findKeys, type FoundKey, isEncrypted, isPrivate } from "./find.ts";
import { decodeEcPrivateKey, decodePrivateKeyInfo } from "./private-key.ts";
import { decodePublicKeyDer, pointOfKey } from "./spki.ts";
import { decodePublicKeyText } from "./text.ts";

/** How a key is read. */
export interface DecodeOptions extends KdfOptions {
  /** What the errors call it: the file, the argument. */
  readonly name?: string | undefined;
}

/**
 * The secret key in `bytes`, 32 bytes. `passphrase` is asked for only where the key is encrypted; a wrong one is an
 * AuthenticationError.
 */
export async function decodePrivateKey(
  bytes: Uint8Array,
  passphrase?: () => Promise<Bytes>,
  options: DecodeOptions = {},
): Promise<Bytes> {
  try {
    return await privateKeyOf(bytes, passphrase, options);
  } catch (error) {
    if (error instanceof AuthenticationError) {
      throw new AuthenticationError("key.wrong-passphrase", { name: options.name }, {
        cause: error,
      });
    }
    throw explained(error, "private-key.unreadable", options.name);
  }
}

async function privateKeyOf(
  bytes: Uint8Array,
  passphrase: (() => Promise<Bytes>) | undefined,
  options: DecodeOptions,
): Promise<Bytes> {
  const { keys, foreign } = findKeys(bytes);
  const found = keys.find(isPrivate);
  if (found === undefined) {
    if (keys.length > 0) throw new FormatError("key.public-only", {});
    throw noKey(foreign);
  }
  switch (found.kind) {
    case "secret":
      return found.bytes;
    case "private-key-info":
      return decodePrivateKeyInfo(found.der);
    case "ec-private-key":
      return decodeEcPrivateKey(found.der);
    case "encrypted-key":
      return await unlock(passphrase, decodePrivateKeyInfo, async (secret) => {
        const info = new DerReader(found.der).sequence();
        return (await import("./pbes2.ts")).decryptKeyInfo(info, secret, options);
      });
    case "legacy-encrypted-key": {
      const { block } = found;
      const decode = block.label === "PRIVATE KEY" ? decodePrivateKeyInfo : decodeEcPrivateKey;
      return await unlock(
        passphrase,
        decode,
        async (secret) => (await import("./legacy-pem.ts")).decryptLegacyPem(block, secret),
      );
    }
  }
}

/**
 * The public key in `bytes`, 33 bytes: of a public key, a certificate or request, or an unencrypted private key.
 */
export function decodePublicKey(bytes: Uint8Array, options: DecodeOptions = {}): Bytes {
  try {
    const { keys, foreign } = findKeys(bytes);
    const found = keys.find((key) => !isPrivate(key)) ?? keys[0];
    if (found !== undefined) return publicKeyIn(found);
    throw noKey(foreign);
  } catch (error) {
    throw explained(error, "public-key.unreadable", options.name);
  }
}

function publicKeyIn(found: FoundKey): Bytes {
  switch (found.kind) {
    case "public-key-info":
      return decodePublicKeyDer(found.der);
    case "certificate":
      return certificatePublicKey(found.der);
    case "request":
      return requestPublicKey(found.der);
    case "point":
      return pointOfKey(found.bytes);
    case "text":
      return decodePublicKeyText(found.text);
    case "secret":
      return publicKeyOf(found.bytes);
    case "private-key-info":
      return publicKeyOf(decodePrivateKeyInfo(found.der));
    case "ec-private-key":
      return publicKeyOf(decodeEcPrivateKey(found.der));
    case "encrypted-key":
    case "legacy-encrypted-key":
      throw new FormatError("key.encrypted-only", {}, { hint: text("key.encrypted-only.hint") });
  }
}

/** Nothing is a key: what it is instead, where that is known. */
function noKey(foreign: Text | undefined): FormatError {
  if (foreign === undefined) return new FormatError("key.unknown-form", {});
  return new FormatError("key.foreign", { what: foreign }, { hint: text("key.foreign.hint") });
}

/** Whether `bytes` hold a private key that a passphrase protects, and no public key beside it. */
export function isEncryptedPrivateKey(bytes: Uint8Array): boolean {
  const { keys } = findKeys(bytes);
  return keys.length > 0 && keys.every(isEncrypted);
}

/**
 * Asks the passphrase, decrypts and decodes: in every form in which it may have been typed. What does not decode was
 * decrypted with a wrong passphrase.
 */
async function unlock(
  passphrase: (() => Promise<Bytes>) | undefined,
  decode: (der: Uint8Array) => Bytes,
  decrypt: (passphrase: Uint8Array) => Promise<Bytes>,
): Promise<Bytes> {
  if (passphrase === undefined) throw new FormatError("key.no-passphrase", {});
  const secret = await passphrase();
  try {
    const { wrongPassphrase } = await import("./pbes2.ts");
    const key = await withForms(secret, (form) => unlockWith(form, decode, decrypt));
    if (key === undefined) throw wrongPassphrase();
    return key;
  } finally {
    wipe(secret);
  }
}

async function unlockWith(
  passphrase: Uint8Array,
  decode: (der: Uint8Array) => Bytes,
  decrypt: (passphrase: Uint8Array) => Promise<Bytes>,
): Promise<Bytes | undefined> {
  let der: Bytes;
  try {
    der = await decrypt(passphrase);
  } catch (error) {
    if (error instanceof AuthenticationError) return undefined;
    throw error;
  }
  try {
    return decode(der);
  } catch (error) {
    // A wrong key leaves good padding once in 256 times, and bytes that are no key.
    if (error instanceof FormatError) return undefined;
    throw error;
  } finally {
    wipe(der);
  }
}
