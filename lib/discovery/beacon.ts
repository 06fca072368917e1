/**
 * Beacons: datagrams by which contacts recognise each other on the LAN, and nobody else anything. One fixed size, a
 * fresh nonce, and slots that are either for one contact each or random; without a pairwise key all of it is random
 * bytes, and no two beacons of a program have anything in common (threat 30; the purpose of RFC 8882 §3).
 *
 *     nonce (16) ‖ 32 × slot;   slot = locator (8) ‖ masked note (8) ‖ tag (8)
 *
 * A found address is a place to try, never trust: the handshake proves who is there.
 */
import { type Bytes, concat, equalConstantTime, putU32, utf8 } from "../bytes.ts";
import { hkdfSm3 } from "../crypto/hkdf.ts";
import { hmacSm3 } from "../crypto/hmac.ts";
import type { RandomSource } from "../crypto/random.ts";
import { ecdh } from "../crypto/sm2.ts";

/** Contacts that one beacon can be for. */
export const BEACON_SLOTS = 32;
const NONCE_BYTES = 16;
const LOCATOR_BYTES = 8;
const NOTE_BYTES = 8;
const BEACON_TAG_BYTES = 8;
const SLOT_BYTES = LOCATOR_BYTES + NOTE_BYTES + BEACON_TAG_BYTES;
/** Size of every beacon. */
export const BEACON_BYTES = NONCE_BYTES + BEACON_SLOTS * SLOT_BYTES;

/** How long an epoch is, in milliseconds: a recorded beacon is worth nothing after the next one. */
export const EPOCH_MS = 600_000;

/** What a beacon says to one contact. */
export const NoteKind = {
  /** The sender is there. */
  present: 1,
  /** The sender looks for the contact, which answers. */
  seek: 2,
  /** The answer to a seek. */
  found: 3,
  /** The sender is leaving. */
  leaving: 4,
} as const;

export type NoteKind = typeof NoteKind[keyof typeof NoteKind];

const KINDS: readonly number[] = Object.values(NoteKind);

/** One slot's content. */
export interface BeaconNote {
  readonly kind: NoteKind;
  /** Where the sender listens: a UDP port at the address that the beacon came from; 0 when nowhere. */
  readonly port: number;
}

/** A contact as discovery knows it. */
export interface DiscoveryContact {
  /** Public key, 33 bytes. */
  readonly key: Uint8Array;
  /** The secret that only the two have (`discoveryKey`). */
  readonly secret: Uint8Array;
}

/**
 * The pairwise secret of two identities, the same on both sides: HKDF-SM3 over their static Diffie–Hellman result.
 *
 * @param secretKey one side's secret key, 32 bytes
 * @param publicKey the other side's public key, 33 bytes
 */
export function discoveryKey(secretKey: Uint8Array, publicKey: Uint8Array): Bytes {
  return hkdfSm3(ecdh(secretKey, publicKey), utf8("p2p discovery"), utf8("beacon 1"), 32);
}

/** The epoch of a time in milliseconds since 1970. */
function epochOf(time: number): number {
  return Math.floor(time / EPOCH_MS);
}

/** What hides one slot: the locator, the mask of the note, and the key of the tag. The sender's key gives it a direction. */
function slotKeys(secret: Uint8Array, sender: Uint8Array, epoch: number, nonce: Uint8Array) {
  const number = new Uint8Array(4);
  putU32(epoch, number, 0);
  const keys = hmacSm3(secret, concat(sender, number, nonce));
  return {
    locator: keys.subarray(0, LOCATOR_BYTES),
    mask: keys.subarray(LOCATOR_BYTES, LOCATOR_BYTES + NOTE_BYTES),
    tagKey: keys.subarray(LOCATOR_BYTES + NOTE_BYTES),
  };
}

function encodeNote({ kind, port }: BeaconNote): Bytes {
  return Uint8Array.of(kind, port >>> 8, port & 0xff, 0, 0, 0, 0, 0);
}

function decodeNote(bytes: Uint8Array): BeaconNote | undefined {
  const [kind = 0, high = 0, low = 0, ...rest] = bytes;
  if (!KINDS.includes(kind) || rest.some((byte) => byte !== 0)) return undefined;
  return { kind: kind as NoteKind, port: high << 8 | low };
}

function masked(note: Uint8Array, mask: Uint8Array): Bytes {
  return note.map((byte, i) => byte ^ mask[i]!) as Bytes;
}

/**
 * A beacon of `sender` for up to 32 contacts; the other slots are random.
 *
 * @param sender own public key, 33 bytes
 */
export function encodeBeacon(
  sender: Uint8Array,
  notes: ReadonlyArray<readonly [contact: DiscoveryContact, note: BeaconNote]>,
  time: number,
  random: RandomSource,
): Bytes {
  const beacon = random(BEACON_BYTES);
  const nonce = beacon.subarray(0, NONCE_BYTES);
  const epoch = epochOf(time);
  // In what order the slots are tells nothing: each goes to a random free one.
  const free = Array.from({ length: BEACON_SLOTS }, (_, i) => i);
  for (const [{ secret }, note] of notes.slice(0, BEACON_SLOTS)) {
    const [index] = free.splice(random(1)[0]! % free.length, 1);
    const at = NONCE_BYTES + index! * SLOT_BYTES;
    const { locator, mask, tagKey } = slotKeys(secret, sender, epoch, nonce);
    const hidden = masked(encodeNote(note), mask);
    beacon.set(locator, at);
    beacon.set(hidden, at + LOCATOR_BYTES);
    beacon.set(
      hmacSm3(tagKey, hidden).subarray(0, BEACON_TAG_BYTES),
      at + LOCATOR_BYTES + NOTE_BYTES,
    );
  }
  return beacon;
}

/** A beacon that was taken apart, to be asked for each contact. */
export class ReceivedBeacon {
  readonly #nonce: Uint8Array;
  readonly #slots = new Map<bigint, Uint8Array>();

  private constructor(datagram: Uint8Array) {
    this.#nonce = datagram.slice(0, NONCE_BYTES);
    for (let at = NONCE_BYTES; at < BEACON_BYTES; at += SLOT_BYTES) {
      const slot = datagram.slice(at, at + SLOT_BYTES);
      this.#slots.set(locatorNumber(slot), slot);
    }
  }

  /** Takes a datagram apart; undefined for what has another size. */
  static parse(datagram: Uint8Array): ReceivedBeacon | undefined {
    return datagram.length === BEACON_BYTES ? new ReceivedBeacon(datagram) : undefined;
  }

  /** What `contact` says to us in it, in this epoch or one beside it; undefined when it is not theirs or not for us. */
  from(contact: DiscoveryContact, time: number): BeaconNote | undefined {
    const now = epochOf(time);
    for (const epoch of [now, now - 1, now + 1]) {
      const keys = slotKeys(contact.secret, contact.key, epoch, this.#nonce);
      const slot = this.#slots.get(locatorNumber(keys.locator));
      if (slot === undefined) continue;
      const hidden = slot.subarray(LOCATOR_BYTES, LOCATOR_BYTES + NOTE_BYTES);
      const tag = hmacSm3(keys.tagKey, hidden).subarray(0, BEACON_TAG_BYTES);
      if (!equalConstantTime(tag, slot.subarray(LOCATOR_BYTES + NOTE_BYTES))) continue;
      return decodeNote(masked(hidden, keys.mask));
    }
    return undefined;
  }
}

/** A slot's first eight bytes as a map key. */
function locatorNumber(slot: Uint8Array): bigint {
  return new DataView(slot.buffer, slot.byteOffset, LOCATOR_BYTES).getBigUint64(0);
}
