/**
 * Keys in any readable form: PEM, DER, hexadecimal or base64 of either, `p2p1…` text, raw numbers and points.
 * docs/formats.md lists the forms and how they are told apart; `find.ts` tells them.
 */
import { type Bytes, wipe } from "../../bytes.ts";
import { AuthenticationError, FormatError } from "../../errors.ts";
import { text } from "../../text/catalogue.ts";
import type { Text } from "../../text/text.ts";
import { explained } from "../explain.ts";
import { recognise } from "../recognise.ts";
import type { KdfOptions } from "../kdf-cost.ts";
import { publicKeyOf } from "../sm2.ts";
import {
  certificateAllows,
  certificatePublicKey,
  type KeyPurpose,
  requestPublicKey,
} from "./certificate.ts";
import { readEnvelopedParts } from "./containers.ts";
import { findKeys, type FoundKey, type FoundPrivate, isEncrypted, isPrivate } from "./find.ts";
import { fitness, type OpenedKeys, openKeys } from "./open.ts";
import { decodeEcPrivateKey, decodePrivateKeyInfo } from "./private-key.ts";
import { decodePublicKeyDer, pointOfKey } from "./spki.ts";
import { decodePublicKeyText } from "./text.ts";

/** How a key is read. */
export interface DecodeOptions extends KdfOptions {
  /** What the errors call it: the file, the argument. */
  readonly name?: string | undefined;
  /**
   * Which key is wanted where a file has two, as TLCP and GM/T practice have them: by the certificates beside them, else
   * the first signs and the second is encrypted to. "signing" where absent.
   */
  readonly usage?: KeyPurpose | undefined;
  /** The secret key that an SM2EnvelopedKey was wrapped for, asked for where there is one; it is wiped. */
  readonly unwrap?: (() => Promise<Bytes>) | undefined;
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
  const [key, ...others] = await decodePrivateKeys(bytes, passphrase, options, 1);
  wipe(...others);
  return key!;
}

/**
 * All secret keys in `bytes`, at least one, the one that fits `options.usage` first. One passphrase serves for all;
 * what it does not open is left out, unless it opens none.
 *
 * @param wanted how many are needed: where nothing tells which of several fits better, no more are opened
 */
export async function decodePrivateKeys(
  bytes: Uint8Array,
  passphrase?: () => Promise<Bytes>,
  options: DecodeOptions = {},
  wanted: number = Infinity,
): Promise<Bytes[]> {
  const { secretKeys } = await openKeyFile(bytes, passphrase, options, wanted);
  return secretKeys;
}

/**
 * All of a file that holds private keys: the keys as `decodePrivateKeys` gives them, and the certificates beside them in
 * DER, in the file's order.
 */
export async function openKeyFile(
  bytes: Uint8Array,
  passphrase?: () => Promise<Bytes>,
  options: DecodeOptions = {},
  wanted: number = Infinity,
): Promise<{ readonly secretKeys: Bytes[]; readonly certificates: Bytes[] }> {
  try {
    return await privateKeysOf(bytes, passphrase, options, wanted);
  } catch (error) {
    if (error instanceof AuthenticationError) {
      const { name } = options;
      throw error.code === "key.other-envelope"
        ? new AuthenticationError("key.other-envelope", { name }, { cause: error })
        : new AuthenticationError("key.wrong-passphrase", { name }, { cause: error });
    }
    throw explained(error, "private-key.unreadable", options.name);
  }
}

async function privateKeysOf(
  bytes: Uint8Array,
  passphrase: (() => Promise<Bytes>) | undefined,
  options: DecodeOptions,
  wanted: number,
): Promise<{ secretKeys: Bytes[]; certificates: Bytes[] }> {
  const { keys, foreign } = findKeys(bytes);
  const { usage = "signing" } = options;
  const locked = inOrder(keys.filter(isPrivate), usage);
  if (locked.length === 0) {
    if (keys.length > 0) throw new FormatError("key.public-only", {});
    throw noKey(bytes, foreign);
  }
  const certificates = keys.flatMap((key) => key.kind === "certificate" ? [key.der] : []);
  const asked = passphrase === undefined ? undefined : new AskedOnce(passphrase);
  const secretKeys: Bytes[] = [];
  try {
    for (const found of locked) {
      const enough = secretKeys.length >= wanted && certificates.length === 0;
      if (enough) break;
      const opened = await openedOr(found, secretKeys.length > 0, {
        ...options,
        passphrase: asked === undefined ? undefined : () => asked.answer(),
      });
      secretKeys.push(...opened.secretKeys);
      certificates.push(...opened.certificates);
    }
    const rated = secretKeys.map((key) => ({ key, fit: fitness(key, usage, certificates) }));
    const sorted = rated.sort((a, b) => b.fit - a.fit).map(({ key }) => key);
    return { secretKeys: sorted, certificates };
  } catch (error) {
    wipe(...secretKeys);
    throw error;
  } finally {
    asked?.wipe();
  }
}

/** Without certificates the place tells: of two keys the first signs (GM/T 0024, TLCP). */
function inOrder(found: readonly FoundPrivate[], usage: KeyPurpose): readonly FoundPrivate[] {
  return usage === "encryption" && found.length === 2 ? found.toReversed() : found;
}

/** @param dispensable others have been opened: one that this passphrase does not open is left out */
async function openedOr(
  found: FoundPrivate,
  dispensable: boolean,
  opening: Parameters<typeof openKeys>[1],
): Promise<OpenedKeys> {
  try {
    return await openKeys(found, opening);
  } catch (error) {
    if (dispensable && error instanceof AuthenticationError) {
      return { secretKeys: [], certificates: [] };
    }
    throw error;
  }
}

/** A passphrase that is asked for once and serves several times. */
class AskedOnce {
  readonly #ask: () => Promise<Bytes>;
  #known: Bytes | undefined;

  constructor(ask: () => Promise<Bytes>) {
    this.#ask = ask;
  }

  /** A copy, which the caller wipes. */
  async answer(): Promise<Bytes> {
    this.#known ??= await this.#ask();
    return this.#known.slice();
  }

  wipe(): void {
    wipe(this.#known);
  }
}

/**
 * The public key in `bytes`, 33 bytes: of a public key, a certificate or request, or an unencrypted private key. Of
 * several certificates the first that allows `options.usage`.
 */
export function decodePublicKey(bytes: Uint8Array, options: DecodeOptions = {}): Bytes {
  try {
    const { keys, foreign } = findKeys(bytes);
    const { usage } = options;
    const open = keys.filter((key) => !isPrivate(key));
    const fitting = usage === undefined
      ? undefined
      : open.find((key) => key.kind === "certificate" && certificateAllows(key.der, usage));
    const found = fitting ?? open[0] ?? keys[0];
    if (found !== undefined) return publicKeyIn(found);
    throw noKey(bytes, foreign);
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
    case "enveloped-key":
      return pointOfKey(readEnvelopedParts(found.der).point);
    case "encrypted-key":
    case "legacy-encrypted-key":
    case "pkcs12":
    case "cfca-key":
      throw new FormatError("key.encrypted-only", {}, { hint: text("key.encrypted-only.hint") });
  }
}

/** Nothing is a key: what it is instead, where that is known. */
function noKey(bytes: Uint8Array, foreign: Text | undefined): FormatError {
  const known = recognise(bytes);
  const what = known?.what ?? foreign;
  if (what === undefined) return new FormatError("key.unknown-form", {});
  return new FormatError("key.foreign", { what }, {
    hint: known?.cure ?? text("key.foreign.hint"),
  });
}

/** Whether `bytes` hold a private key that a passphrase protects, and no public key beside it. */
export function isEncryptedPrivateKey(bytes: Uint8Array): boolean {
  const { keys } = findKeys(bytes);
  return keys.length > 0 && keys.every(isEncrypted);
}

/** Whether `bytes` hold a private key, encrypted or not. */
export function holdsPrivateKey(bytes: Uint8Array): boolean {
  return findKeys(bytes).keys.some(isPrivate);
}
