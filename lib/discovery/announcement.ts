/**
 * Announcements: a name shown to everybody on the LAN, for a classroom, by those who ask for it. Unlike a beacon it
 * says who sends it; it is not authenticated, so a name in it is a claim and the key in it is what the handshake
 * must prove.
 *
 *     "p2p here" (8) ‖ version (1) ‖ port (2) ‖ public key (33) ‖ name length (1) ‖ name ‖ zeros to 256
 */
import { ByteReader, type Bytes, ByteWriter, utf8, utf8Text } from "../bytes.ts";
import { FormatError, InvalidKeyError } from "../errors.ts";
import { parsePublicKey, SM2_PUBLIC_KEY_BYTES } from "../crypto/sm2.ts";

const MAGIC = utf8("p2p here");
const VERSION = 1;
/** Size of every announcement. */
const ANNOUNCEMENT_BYTES = 256;
/** Longest name, in bytes of UTF-8. */
const MAX_ANNOUNCED_NAME_BYTES = 64;

/** What is announced. */
export interface Announcement {
  /** Where the sender listens. */
  readonly port: number;
  /** 33 bytes. */
  readonly key: Bytes;
  /** As the sender calls itself: a suggestion, not safe to print. */
  readonly name: string;
}

/** An announcement as a datagram; a name that is too long is cut at a character. */
export function encodeAnnouncement({ port, key, name }: Announcement): Bytes {
  let shown = name;
  while (utf8(shown).length > MAX_ANNOUNCED_NAME_BYTES) {
    shown = Array.from(shown).slice(0, -1).join("");
  }
  const bytes = utf8(shown);
  const out = new Uint8Array(ANNOUNCEMENT_BYTES);
  out.set(
    new ByteWriter().bytes(MAGIC).u8(VERSION).u16(port).bytes(key).u8(bytes.length).bytes(bytes)
      .finish(),
  );
  return out;
}

/** Reads a datagram; undefined for whatever is no announcement of this version. */
export function decodeAnnouncement(datagram: Uint8Array): Announcement | undefined {
  if (datagram.length !== ANNOUNCEMENT_BYTES) return undefined;
  if (!MAGIC.every((byte, i) => datagram[i] === byte) || datagram[MAGIC.length] !== VERSION) {
    return undefined;
  }
  try {
    const reader = new ByteReader(datagram.subarray(MAGIC.length + 1));
    const port = reader.u16();
    const key = parsePublicKey(reader.bytes(SM2_PUBLIC_KEY_BYTES));
    const length = reader.u8();
    if (length > MAX_ANNOUNCED_NAME_BYTES || port === 0) return undefined;
    return { port, key, name: utf8Text(reader.bytes(length)) };
  } catch (error) {
    if (error instanceof FormatError || error instanceof InvalidKeyError) return undefined;
    throw error;
  }
}
