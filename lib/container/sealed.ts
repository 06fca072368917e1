/**
 * Sealed payloads: a small or medium byte string encrypted in memory, with no magic, no version and no length
 * in clear, so that it can be hidden in noise (the pictures of `stego`). docs/formats.md, "Sealed payload".
 *
 * A sealed payload is a *prefix*, from which the keys follow, and a *body*. The prefix is the salt of a
 * passphrase, or the share of recipients (a point as in crypto/sm2-uniform.ts, and sealed slots); both are
 * uniformly random bytes to whoever has no key.
 * The body opens with its own sealed length, so that a reader who finds the first `SEALED_LENGTH_BYTES` bytes
 * knows whether his key is the right one and how many more there are.
 */
import { ByteReader, type Bytes, ByteWriter, concat, utf8, wipe } from "../bytes.ts";
import { GCM_NONCE_BYTES, GCM_TAG_BYTES, Sm4Gcm } from "../crypto/gcm.ts";
import { hkdfExpand, hkdfSm3 } from "../crypto/hkdf.ts";
import type { RandomSource } from "../crypto/random.ts";
import { type ScryptCost, scryptKey } from "../crypto/scrypt.ts";
import { ecdh } from "../crypto/sm2.ts";
import {
  generateUniformKeyPair,
  publicKeyOfRepresentative,
  SM2_REPRESENTATIVE_BYTES,
} from "../crypto/sm2-uniform.ts";
import { AuthenticationError, LimitError } from "../errors.ts";

/** Salt of a passphrase: 128 random bits never repeat by chance. */
export const SEALED_SALT_BYTES = 16;

/**
 * scrypt cost (RFC 7914) of a sealed passphrase; fixed, since nothing in clear could state it. One of the settings
 * that OWASP's Password Storage Cheat Sheet holds equal; one with little memory (16 MiB), which stands beside that
 * of a picture.
 */
const SEALED_SCRYPT: ScryptCost = { logN: 14, r: 8, p: 5 };

/** Sealed length in front of the body: 4 bytes and a tag. */
export const SEALED_LENGTH_BYTES = 4 + GCM_TAG_BYTES;

/** What a body is longer than its plaintext. */
export const SEALED_BODY_OVERHEAD_BYTES = SEALED_LENGTH_BYTES + GCM_TAG_BYTES;

/** Ours: more recipients than anybody hides one message for. */
export const SEALED_MAX_RECIPIENTS = 16;

/** The point of a share; a slot for each recipient follows. */
export const SEALED_SHARE_BYTES = SM2_REPRESENTATIVE_BYTES;
const MASTER_BYTES = 16; // as many bits as SM4 has
/** The master and the number of recipients, sealed to one of them. */
export const SEALED_SLOT_BYTES = MASTER_BYTES + 1 + GCM_TAG_BYTES;

/** The longest prefix that a reader has to look at to try his secret key. */
export const SEALED_MAX_SHARE_BYTES = SEALED_SHARE_BYTES +
  SEALED_MAX_RECIPIENTS * SEALED_SLOT_BYTES;

const INFO_SLOT = utf8("p2p sealed v1 slot");
const INFO_MASTER = utf8("p2p sealed v1 master");
const INFO_POSITIONS = utf8("p2p sealed v1 positions");
const INFO_BODY = utf8("p2p sealed v1 body");

const NONCE_LENGTH = new Uint8Array(GCM_NONCE_BYTES);
const NONCE_BODY = Uint8Array.from(NONCE_LENGTH, (_, i) => i === GCM_NONCE_BYTES - 1 ? 1 : 0);

/** The two keys of a sealed payload. Each comes from a fresh salt or share and serves once. */
export interface SealedKeys {
  /** 32 bytes: spreads the body over its carrier. */
  positionsKey: Bytes;
  /** 16 bytes: seals the body. */
  sealKey: Bytes;
}

function refuse(): never {
  throw new AuthenticationError("sealed.not-authentic", {});
}

function keysFrom(pseudoRandomKey: Bytes): SealedKeys {
  try {
    return {
      positionsKey: hkdfExpand(pseudoRandomKey, INFO_POSITIONS, 32),
      sealKey: hkdfExpand(pseudoRandomKey, INFO_BODY, 16),
    };
  } finally {
    wipe(pseudoRandomKey);
  }
}

/** Keys from a passphrase and the salt that stands in front of the body. Takes about a third of a second. */
export function deriveFromPassphrase(
  passphrase: Uint8Array,
  salt: Uint8Array,
  cost: ScryptCost = SEALED_SCRYPT,
): SealedKeys {
  if (salt.length !== SEALED_SALT_BYTES) throw new LimitError("sealed.salt-length", {});
  return keysFrom(scryptKey(passphrase, salt, cost, 32));
}

/** The prefix and the keys of a payload for `recipients` (33-byte public keys). */
export function shareWithRecipients(
  recipients: readonly Uint8Array[],
  random: RandomSource,
): { prefix: Bytes; keys: SealedKeys } {
  if (recipients.length < 1 || recipients.length > SEALED_MAX_RECIPIENTS) {
    throw new LimitError("sealed.recipients", { most: SEALED_MAX_RECIPIENTS });
  }
  const ephemeral = generateUniformKeyPair(random);
  const share = ephemeral.representative;
  const master = random(MASTER_BYTES);
  const prefix = new ByteWriter().bytes(share);
  for (const recipient of recipients) {
    const slotKey = slotKeyOf(ecdh(ephemeral.secretKey, recipient), share, recipient);
    const slot = concat(master, Uint8Array.of(recipients.length));
    const gcm = new Sm4Gcm(slotKey);
    prefix.bytes(gcm.seal(NONCE_LENGTH, slot));
    gcm.wipe();
    wipe(slotKey, slot);
  }
  const bytes = prefix.finish();
  const keys = keysFrom(hkdfSm3(master, share, INFO_MASTER, 32));
  wipe(ephemeral.secretKey, master);
  return { prefix: bytes, keys };
}

/**
 * Looks for the slot of `secretKey` in `prefix`: as many bytes as there are, SEALED_MAX_SHARE_BYTES are enough.
 * Tells how long the prefix really is.
 */
export function openShare(
  { secretKey, publicKey }: { secretKey: Uint8Array; publicKey: Uint8Array },
  prefix: Uint8Array,
): { prefixLength: number; keys: SealedKeys } {
  if (prefix.length < SEALED_SHARE_BYTES + SEALED_SLOT_BYTES) refuse();
  const share = prefix.slice(0, SEALED_SHARE_BYTES);
  const slotKey = slotKeyOf(sharedSecret(secretKey, share), share, publicKey);
  const gcm = new Sm4Gcm(slotKey);
  try {
    for (let i = 0; i < SEALED_MAX_RECIPIENTS; i++) {
      const at = SEALED_SHARE_BYTES + i * SEALED_SLOT_BYTES;
      if (at + SEALED_SLOT_BYTES > prefix.length) break;
      const slot = openOrUndefined(gcm, prefix.subarray(at, at + SEALED_SLOT_BYTES));
      if (slot === undefined) continue;
      const master = slot.slice(0, MASTER_BYTES);
      const count = slot[MASTER_BYTES]!;
      if (count <= i || count > SEALED_MAX_RECIPIENTS) refuse();
      const prefixLength = SEALED_SHARE_BYTES + count * SEALED_SLOT_BYTES;
      const keys = keysFrom(hkdfSm3(master, share, INFO_MASTER, 32));
      wipe(master, slot);
      return { prefixLength, keys };
    }
  } finally {
    gcm.wipe();
    wipe(slotKey);
  }
  refuse();
}

function slotKeyOf(secret: Bytes, share: Uint8Array, recipient: Uint8Array): Bytes {
  try {
    return hkdfSm3(secret, concat(share, recipient), INFO_SLOT, 16);
  } finally {
    wipe(secret);
  }
}

/** Any 32 bytes represent a point, so a clean picture gets as far as a wrong key: to a slot that does not open. */
function sharedSecret(secretKey: Uint8Array, share: Uint8Array): Bytes {
  return ecdh(secretKey, publicKeyOfRepresentative(share));
}

function openOrUndefined(gcm: Sm4Gcm, slot: Uint8Array): Bytes | undefined {
  try {
    return gcm.open(NONCE_LENGTH, slot);
  } catch (error) {
    if (error instanceof AuthenticationError) return undefined;
    throw error;
  }
}

/** Body of `plaintext`: its sealed length, then itself sealed. Use a key for one body only. */
export function sealBody({ sealKey }: SealedKeys, plaintext: Uint8Array): Bytes {
  const gcm = new Sm4Gcm(sealKey);
  try {
    const length = new ByteWriter().u32(plaintext.length).finish();
    return concat(gcm.seal(NONCE_LENGTH, length), gcm.seal(NONCE_BODY, plaintext));
  } finally {
    gcm.wipe();
  }
}

/** How many bytes follow the first SEALED_LENGTH_BYTES of a body; an AuthenticationError for a wrong key. */
export function openBodyLength({ sealKey }: SealedKeys, head: Uint8Array): number {
  if (head.length !== SEALED_LENGTH_BYTES) refuse();
  const gcm = new Sm4Gcm(sealKey);
  try {
    return new ByteReader(gcm.open(NONCE_LENGTH, head)).u32() + GCM_TAG_BYTES;
  } finally {
    gcm.wipe();
  }
}

/** The plaintext of a whole body, nothing before and nothing behind it. */
export function openSealedBody(keys: SealedKeys, body: Uint8Array): Bytes {
  if (body.length < SEALED_BODY_OVERHEAD_BYTES) refuse();
  const rest = openBodyLength(keys, body.subarray(0, SEALED_LENGTH_BYTES));
  if (body.length !== SEALED_LENGTH_BYTES + rest) refuse();
  const gcm = new Sm4Gcm(keys.sealKey);
  try {
    return gcm.open(NONCE_BODY, body.subarray(SEALED_LENGTH_BYTES));
  } finally {
    gcm.wipe();
  }
}
