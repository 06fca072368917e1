/**
 * The header of a sealed packet (docs/protocol.md, "Sealed packets"):
 *
 *     byte 0   0 1 0 k 0 0 n n   k: key phase, nn: bytes of the packet number less one
 *     1 to 4   the receiver's session index
 *     then     the packet number, truncated (packet-number.ts)
 *
 * The header is the associated data of the packet; what follows is ciphertext and tag.
 */
import { PACKET_NUMBER_BYTES } from "./packet-number.ts";

const FORM_MASK = 0xc0;
const FORM_SEALED = 0x40;
const PHASE_BIT = 0x10;
const RESERVED_MASK = 0x2c;
const LENGTH_MASK = 0x03;

/** The header that this program writes: 8 bytes. */
export const SEALED_HEADER_BYTES = 5 + PACKET_NUMBER_BYTES;

/** An authentication tag follows the ciphertext. */
export const SEALED_TAG_BYTES = 16;

/** What a header and a tag add to a payload. */
export const PACKET_OVERHEAD_BYTES = SEALED_HEADER_BYTES + SEALED_TAG_BYTES;

/** The fields of the header, in an object that is filled again for each packet. */
export interface SealedHeader {
  phase: 0 | 1;
  receiver: number;
  truncated: number;
  numberBytes: number;
  headerBytes: number;
}

/** An empty header to decode into. */
export function sealedHeader(): SealedHeader {
  return { phase: 0, receiver: 0, truncated: 0, numberBytes: 0, headerBytes: 0 };
}

/** Whether the datagram's first byte is that of a sealed packet. */
export function isSealed(datagram: Uint8Array): boolean {
  return datagram.length > 0 && (datagram[0]! & FORM_MASK) === FORM_SEALED;
}

/** Reads the header of `datagram` into `into`; false when it is too short or has a reserved bit set. */
export function decodeSealedHeader(datagram: Uint8Array, into: SealedHeader): boolean {
  const first = datagram[0]!;
  const numberBytes = (first & LENGTH_MASK) + 1;
  const headerBytes = 5 + numberBytes;
  if ((first & (FORM_MASK | RESERVED_MASK)) !== FORM_SEALED) return false;
  if (datagram.length < headerBytes + SEALED_TAG_BYTES) return false;
  let truncated = 0;
  for (let i = 5; i < headerBytes; i++) truncated = truncated * 256 + datagram[i]!;
  into.phase = (first & PHASE_BIT) === 0 ? 0 : 1;
  into.receiver =
    ((datagram[1]! << 24) | (datagram[2]! << 16) | (datagram[3]! << 8) | datagram[4]!) >>> 0;
  into.truncated = truncated;
  into.numberBytes = numberBytes;
  into.headerBytes = headerBytes;
  return true;
}

/** Writes the 8 bytes of a header to the head of `out`. */
export function encodeSealedHeader(
  out: Uint8Array,
  phase: 0 | 1,
  receiver: number,
  packetNumber: number,
): void {
  out[0] = FORM_SEALED | (phase === 0 ? 0 : PHASE_BIT) |
    (PACKET_NUMBER_BYTES - 1);
  out[1] = receiver >>> 24;
  out[2] = receiver >>> 16;
  out[3] = receiver >>> 8;
  out[4] = receiver;
  const low = packetNumber % 2 ** 24;
  out[5] = low >>> 16;
  out[6] = low >>> 8;
  out[7] = low;
}
