/** The keys of revealing: whether a key opens something in a picture. */
import { type Bytes, wipe } from "../bytes.ts";
import {
  numbersOf,
  placesOfPassphrase,
  placesOfRecipients,
  placesOfSeveral,
} from "../container/places.ts";
import {
  deriveFromPassphrase,
  openBodyLength,
  openSealedBody,
  openShare,
  SEALED_LENGTH_BYTES,
  SEALED_MAX_SHARE_BYTES,
  SEALED_SALT_BYTES,
  type SealedKeys,
} from "../container/sealed.ts";
import type { Sm2KeyPair } from "../crypto/sm2.ts";
import { passphraseForms } from "../crypto/passphrase.ts";
import { AuthenticationError } from "../errors.ts";
import { concat } from "../bytes.ts";
import type { Carrier } from "../stego/carrier.ts";
import { BodyReader, readPrefix } from "../stego/hidden.ts";
import { layoutOf } from "./lock.ts";

/** Something that may open a picture. */
export type UnlockKey = { readonly passphrase: Uint8Array } | { readonly identity: Sm2KeyPair };

/** What was found: the plaintext, and the prefix in front of it (a signature covers that). */
export interface FoundPayload {
  readonly prefix: Bytes;
  readonly plaintext: Bytes;
}

/** What `key` opens in `carrier`; undefined where it opens nothing. */
export function unlock(carrier: Carrier, key: UnlockKey): FoundPayload | undefined {
  try {
    if ("passphrase" in key) return withAnyForm(carrier, key.passphrase);
    const own = placesOfRecipients([key.identity.publicKey]);
    return withIdentity(carrier, key.identity, own) ??
      withIdentity(carrier, key.identity, placesOfSeveral());
  } catch (error) {
    if (error instanceof AuthenticationError) return undefined;
    throw error;
  }
}

/** Tries the passphrase in every form in which it may have been typed when the message was hidden. */
function withAnyForm(carrier: Carrier, passphrase: Uint8Array): FoundPayload | undefined {
  for (const form of passphraseForms(passphrase)) {
    try {
      const found = withPassphrase(carrier, form);
      if (found !== undefined) return found;
    } catch (error) {
      if (!(error instanceof AuthenticationError)) throw error;
    } finally {
      wipe(form);
    }
  }
  return undefined;
}

function withPassphrase(carrier: Carrier, passphrase: Uint8Array): FoundPayload | undefined {
  const places = placesOfPassphrase(passphrase);
  const salt = readPrefix(carrier, numbersOf(places), SEALED_SALT_BYTES);
  if (salt.length < SEALED_SALT_BYTES) return undefined;
  const keys = deriveFromPassphrase(passphrase, salt);
  return readBody(carrier, "passphrase", salt, keys, places);
}

function withIdentity(
  carrier: Carrier,
  identity: Sm2KeyPair,
  places: Uint8Array,
): FoundPayload | undefined {
  const bytes = readPrefix(carrier, numbersOf(places), SEALED_MAX_SHARE_BYTES);
  const share = shareOf(identity, bytes);
  if (share === undefined) return undefined;
  const prefix = bytes.slice(0, share.prefixLength);
  return readBody(carrier, "recipients", prefix, share.keys, places);
}

function shareOf(identity: Sm2KeyPair, bytes: Uint8Array) {
  try {
    return openShare(identity, bytes);
  } catch (error) {
    if (error instanceof AuthenticationError) return undefined;
    throw error;
  }
}

function readBody(
  carrier: Carrier,
  kind: "passphrase" | "recipients",
  prefix: Bytes,
  keys: SealedKeys,
  places: Uint8Array,
): FoundPayload | undefined {
  try {
    const reader = new BodyReader(carrier, layoutOf(kind, prefix.length), {
      prefixPlaces: numbersOf(places),
      bodyPlaces: numbersOf(keys.positionsKey),
    });
    const head = reader.head();
    if (head === undefined || head.length < SEALED_LENGTH_BYTES) return undefined;
    const body = reader.body(openBodyLength(keys, head));
    if (body === undefined) return undefined;
    return { prefix, plaintext: openSealedBody(keys, concat(head, body)) };
  } finally {
    wipe(keys.positionsKey, keys.sealKey);
  }
}
