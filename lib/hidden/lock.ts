/** The keys of hiding: for each picture a fresh sealed payload, to a passphrase or to recipients. */
import { type Bytes, wipe } from "../bytes.ts";
import { numbersOf, placesOfPassphrase, placesOfRecipients } from "../container/places.ts";
import {
  deriveFromPassphrase,
  sealBody,
  SEALED_BODY_OVERHEAD_BYTES,
  SEALED_LENGTH_BYTES,
  SEALED_MAX_SHARE_BYTES,
  SEALED_SALT_BYTES,
  SEALED_SHARE_BYTES,
  SEALED_SLOT_BYTES,
  type SealedKeys,
  shareWithRecipients,
} from "../container/sealed.ts";
import { randomBytes } from "../crypto/random.ts";
import type { SealedParts } from "../stego/hidden.ts";
import type { Layout } from "../stego/shape.ts";

/** To whom something is hidden. */
export type Lock = { readonly passphrase: Uint8Array } | {
  /** Public keys, 33 bytes each; at least one. */
  readonly recipients: readonly Uint8Array[];
};

/** What a sealed body is longer than its plaintext; the head is counted apart. */
export const BODY_OVERHEAD_BYTES = SEALED_BODY_OVERHEAD_BYTES - SEALED_LENGTH_BYTES;

/** Length of the share of `recipients`. */
export function shareBytes(recipients: number): number {
  return SEALED_SHARE_BYTES + recipients * SEALED_SLOT_BYTES;
}

/** Lengths of what stands in front of a body sealed to `prefixBytes` of a passphrase or of recipients. */
export function layoutOf(kind: "passphrase" | "recipients", prefixBytes: number): Layout {
  const longestPrefix = kind === "passphrase" ? SEALED_SALT_BYTES : SEALED_MAX_SHARE_BYTES;
  return { prefix: prefixBytes, longestPrefix, head: SEALED_LENGTH_BYTES };
}

/** A payload's place and keys in one picture, before there is a plaintext. Use it once. */
export class PayloadSeal {
  readonly prefix: Bytes;
  readonly layout: Layout;
  readonly #keys: SealedKeys;
  readonly #places: Uint8Array;

  constructor(prefix: Bytes, layout: Layout, keys: SealedKeys, places: Uint8Array) {
    this.prefix = prefix;
    this.layout = layout;
    this.#keys = keys;
    this.#places = places;
  }

  /** Seals `plaintext` for this box. */
  close(plaintext: Uint8Array): SealedParts {
    const sealed = sealBody(this.#keys, plaintext);
    const parts = {
      prefix: this.prefix,
      longestPrefix: this.layout.longestPrefix,
      head: sealed.subarray(0, SEALED_LENGTH_BYTES),
      body: sealed.subarray(SEALED_LENGTH_BYTES),
      prefixPlaces: numbersOf(this.#places),
      bodyPlaces: numbersOf(this.#keys.positionsKey),
    };
    wipe(this.#keys.positionsKey, this.#keys.sealKey);
    return parts;
  }
}

/** `count` boxes for one lock. */
export function boxesFor(lock: Lock, count: number): PayloadSeal[] {
  if ("passphrase" in lock) {
    const { passphrase } = lock;
    const places = placesOfPassphrase(passphrase);
    return Array.from({ length: count }, () => {
      const salt = randomBytes(SEALED_SALT_BYTES);
      const layout = layoutOf("passphrase", salt.length);
      return new PayloadSeal(salt, layout, deriveFromPassphrase(passphrase, salt), places);
    });
  }
  const places = placesOfRecipients(lock.recipients);
  return Array.from({ length: count }, () => {
    const { prefix, keys } = shareWithRecipients(lock.recipients, randomBytes);
    return new PayloadSeal(prefix, layoutOf("recipients", prefix.length), keys, places);
  });
}
