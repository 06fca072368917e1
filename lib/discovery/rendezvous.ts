/**
 * How two programs that pair find each other on the LAN: the one that has the code asks for its first two digits, the
 * one that made it answers. Neither says who it is; nothing here follows from the secret part of the code, which
 * would let whoever hears it try all codes.
 *
 *     "p2p pair" (8) ‖ version (1) ‖ kind (1): 1 where, 2 here ‖ place (1) ‖ port (2) ‖ zeros to 64
 */
import { type Bytes, ByteWriter, utf8 } from "../bytes.ts";

const MAGIC = utf8("p2p pair");
const VERSION = 1;
/** Size of every one. */
const RENDEZVOUS_BYTES = 64;
const PLACES = 100;

/** What is said. */
export const RendezvousKind = { where: 1, here: 2 } as const;

/** A datagram of two who look for each other. */
export interface Rendezvous {
  readonly kind: typeof RendezvousKind[keyof typeof RendezvousKind];
  /** The public digits of the code. */
  readonly place: number;
  /** Of an answer: where conversations are taken. */
  readonly port: number;
}

export function encodeRendezvous({ kind, place, port }: Rendezvous): Bytes {
  const out = new Uint8Array(RENDEZVOUS_BYTES);
  out.set(new ByteWriter().bytes(MAGIC).u8(VERSION).u8(kind).u8(place).u16(port).finish());
  return out;
}

/** Reads a datagram; undefined for whatever is none. */
export function decodeRendezvous(datagram: Uint8Array): Rendezvous | undefined {
  const [version, kind = 0, place = 0, high = 0, low = 0, ...rest] = datagram.subarray(
    MAGIC.length,
  );
  const ours = datagram.length === RENDEZVOUS_BYTES &&
    MAGIC.every((byte, i) => datagram[i] === byte);
  if (!ours || version !== VERSION || place >= PLACES || rest.some((byte) => byte !== 0)) {
    return undefined;
  }
  const port = high << 8 | low;
  if (kind === RendezvousKind.where) return port === 0 ? { kind, place, port } : undefined;
  return kind === RendezvousKind.here && port > 0 ? { kind, place, port } : undefined;
}
