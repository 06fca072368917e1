/**
 * The clear part of every datagram (docs/protocol.md, "Datagrams"): types, sizes, and the layout of the five handshake
 * datagrams. Layout only: no key, no MAC is computed here. All integers are big-endian.
 *
 * What a later version of the protocol must keep, so that versions can meet: byte 0 of an initiation, its version in
 * byte 1, its sender's index in bytes 4 to 7, at least 1200 bytes of length, mac1 32 bytes before the end, and the
 * whole version reply.
 */
import { ByteReader, type Bytes, ByteWriter, concat } from "../bytes.ts";
import { FormatError, LocalProtocolError } from "../errors.ts";

/** The version of the protocol that this program speaks. */
export const PROTOCOL_VERSION = 1;

/** Byte 0 of the handshake datagrams. Sealed packets have the bits 01 on top instead (packet-sealed.ts). */
export const DatagramType = {
  initiation: 0x01,
  response: 0x02,
  final: 0x03,
  cookie: 0x04,
  version: 0x05,
} as const;

/** Which Noise pattern an initiation or a response follows. */
const HandshakeKind = { XX: 1, IK: 2, resume: 3, fallback: 4 } as const;
export type HandshakeKind = keyof typeof HandshakeKind;

/** Every initiation has exactly this length, the smallest datagram that QUIC asks of a path (RFC 9000 §14.1). */
export const INITIATION_BYTES = 1200;

/** A MAC of a handshake datagram, mac1 or mac2: the first half of an HMAC-SM3. */
export const MAC_BYTES = 16;

/** A cookie, which keys mac2. */
const COOKIE_BYTES = 16;

/** Type, version, kind, reserved, sender's index: what the Noise prologue covers. */
export const INITIATION_HEADER_BYTES = 8;

/** Where mac1 of an initiation stands. */
export const INITIATION_MAC1_OFFSET = INITIATION_BYTES - 2 * MAC_BYTES;

/** The longest Noise message of an initiation: header and length before it, two MACs after it. */
export const MAX_INITIATION_BODY = INITIATION_MAC1_OFFSET - INITIATION_HEADER_BYTES - 2;

/** No handshake datagram is longer than this; it keeps an answer under 3 × 1200 bytes (RFC 9000 §8.1). */
const MAX_HANDSHAKE_BYTES = INITIATION_BYTES;

const RESPONSE_HEADER_BYTES = 12;
const FINAL_HEADER_BYTES = 8;
const COOKIE_REPLY_BYTES = 8 + MAC_BYTES + COOKIE_BYTES + MAC_BYTES;
const VERSION_HEADER_BYTES = 8 + MAC_BYTES;

/** The first message of a handshake. */
export interface Initiation {
  readonly type: "initiation";
  readonly version: number;
  readonly kind: HandshakeKind;
  readonly sender: number;
  /** The first bytes as they stand, for the Noise prologue. */
  readonly header: Uint8Array;
  /** The Noise message; before it, when resuming, the name of the ticket. */
  readonly body: Uint8Array;
  readonly mac1: Uint8Array;
  readonly mac2: Uint8Array;
}

/** The second message. */
export interface Response {
  readonly type: "response";
  readonly kind: HandshakeKind;
  readonly receiver: number;
  readonly sender: number;
  readonly body: Uint8Array;
}

/** The third message, where the pattern has one. */
export interface Final {
  readonly type: "final";
  readonly receiver: number;
  readonly body: Uint8Array;
}

/** "Send the initiation again, with this cookie." */
export interface CookieReply {
  readonly type: "cookie";
  readonly receiver: number;
  readonly echo: Uint8Array;
  readonly cookie: Uint8Array;
}

/** "I do not speak your version; I speak these." */
export interface VersionReply {
  readonly type: "version";
  readonly receiver: number;
  readonly echo: Uint8Array;
  readonly versions: readonly number[];
}

/** A handshake datagram. Its mac1 has still to be verified. */
export type HandshakeDatagram = Initiation | Response | Final | CookieReply | VersionReply;

const KINDS = new Map<number, HandshakeKind>(
  Object.entries(HandshakeKind).map(([name, code]) => [code, name as HandshakeKind]),
);

function kindOf(code: number, allowed: readonly HandshakeKind[]): HandshakeKind {
  const kind = KINDS.get(code);
  if (kind === undefined || !allowed.includes(kind)) {
    throw new FormatError("packet.unknown-kind", { kind: code });
  }
  return kind;
}

/** The header of an initiation: also the part of it that the Noise prologue covers. */
export function initiationHeader(kind: HandshakeKind, sender: number): Bytes {
  return new ByteWriter().u8(DatagramType.initiation).u8(PROTOCOL_VERSION)
    .u8(HandshakeKind[kind]).u8(0).u32(sender).finish();
}

/** The sender's index in what begins as an initiation of ours does; undefined for anything else. */
export function initiationSender(start: Uint8Array): number | undefined {
  if (start.length < INITIATION_HEADER_BYTES) return undefined;
  const reader = new ByteReader(start, "reading.datagram");
  const [type, version] = [reader.u8(), reader.u8()];
  if (type !== DatagramType.initiation || version !== PROTOCOL_VERSION) return undefined;
  reader.u16();
  return reader.u32();
}

/** An initiation without its two MACs: the caller fills the last 32 bytes. */
export function encodeInitiation(header: Uint8Array, body: Uint8Array): Bytes {
  if (body.length > MAX_INITIATION_BODY) {
    throw new LocalProtocolError("packet.message-too-long", {
      bytes: body.length,
      limit: MAX_INITIATION_BODY,
    });
  }
  const datagram = new Uint8Array(INITIATION_BYTES);
  datagram.set(new ByteWriter().bytes(header).u16(body.length).bytes(body).finish());
  return datagram;
}

/** A response without its mac1. */
export function encodeResponse(
  kind: HandshakeKind,
  receiver: number,
  sender: number,
  body: Uint8Array,
): Bytes {
  return new ByteWriter().u8(DatagramType.response).u8(PROTOCOL_VERSION)
    .u8(HandshakeKind[kind]).u8(0).u32(receiver).u32(sender).bytes(body).finish();
}

/** A final message without its mac1. */
export function encodeFinal(receiver: number, body: Uint8Array): Bytes {
  return new ByteWriter().u8(DatagramType.final).u8(PROTOCOL_VERSION).u16(0).u32(receiver)
    .bytes(body).finish();
}

/** A cookie reply without its mac1. */
export function encodeCookieReply(receiver: number, echo: Uint8Array, cookie: Uint8Array): Bytes {
  return new ByteWriter().u8(DatagramType.cookie).u8(PROTOCOL_VERSION).u16(0).u32(receiver)
    .bytes(echo).bytes(cookie).finish();
}

/** A version reply without its mac1. */
export function encodeVersionReply(
  receiver: number,
  echo: Uint8Array,
  versions: readonly number[],
): Bytes {
  return concat(
    new ByteWriter().u8(DatagramType.version).u8(0).u8(versions.length).u8(0).u32(receiver)
      .bytes(echo).finish(),
    Uint8Array.from(versions),
  );
}

/** Whether `datagram` has the type and the length of one of the handshake datagrams: the first, cheapest filter. */
export function looksLikeHandshake(datagram: Uint8Array): boolean {
  const { length } = datagram;
  if (length > MAX_HANDSHAKE_BYTES && datagram[0] !== DatagramType.initiation) return false;
  switch (datagram[0]) {
    case DatagramType.initiation:
      return datagram[1] === PROTOCOL_VERSION
        ? length === INITIATION_BYTES
        : length >= INITIATION_BYTES;
    case DatagramType.response:
      return length > RESPONSE_HEADER_BYTES + MAC_BYTES;
    case DatagramType.final:
      return length > FINAL_HEADER_BYTES + MAC_BYTES;
    case DatagramType.cookie:
      return length === COOKIE_REPLY_BYTES;
    case DatagramType.version:
      return length > VERSION_HEADER_BYTES + MAC_BYTES;
    default:
      return false;
  }
}

/** The bytes that mac1 of `datagram` covers, and mac1. */
export function mac1Parts(
  datagram: Uint8Array,
): { readonly covered: Uint8Array; readonly mac1: Uint8Array } {
  const after = datagram[0] === DatagramType.initiation ? MAC_BYTES : 0;
  const at = datagram.length - MAC_BYTES - after;
  return { covered: datagram.subarray(0, at), mac1: datagram.subarray(at, at + MAC_BYTES) };
}

/**
 * Parses a datagram for which `looksLikeHandshake` holds; a FormatError when it is malformed. An initiation of
 * another version comes back with its clear fields and an empty body.
 */
export function decodeHandshake(datagram: Uint8Array): HandshakeDatagram {
  const { covered, mac1 } = mac1Parts(datagram);
  const reader = new ByteReader(covered, "reading.datagram");
  const type = reader.u8();
  const version = reader.u8();
  if (type === DatagramType.initiation) return decodeInitiation(datagram, reader, version, mac1);
  if (type === DatagramType.version) return decodeVersionReply(reader);
  if (version !== PROTOCOL_VERSION) throw new FormatError("packet.unknown-version", { version });
  switch (type) {
    case DatagramType.response: {
      const kind = kindOf(reader.u8(), ["XX", "IK", "resume", "fallback"]);
      reader.u8();
      const receiver = reader.u32();
      const sender = reader.u32();
      return { type: "response", kind, receiver, sender, body: reader.rest() };
    }
    case DatagramType.final:
      reader.u16();
      return { type: "final", receiver: reader.u32(), body: reader.rest() };
    case DatagramType.cookie: {
      reader.u16();
      const receiver = reader.u32();
      const echo = reader.bytes(MAC_BYTES);
      return { type: "cookie", receiver, echo, cookie: reader.bytes(COOKIE_BYTES) };
    }
    default:
      throw new FormatError("packet.unknown-type", { type });
  }
}

function decodeInitiation(
  datagram: Uint8Array,
  reader: ByteReader,
  version: number,
  mac1: Uint8Array,
): Initiation {
  const known = version === PROTOCOL_VERSION;
  const code = reader.u8();
  const kind = known ? kindOf(code, ["XX", "IK", "resume"]) : "XX";
  reader.u8();
  const sender = reader.u32();
  const body = known ? reader.bytes(reader.u16()) : reader.bytes(0);
  return {
    type: "initiation",
    version,
    kind,
    sender,
    header: datagram.subarray(0, INITIATION_HEADER_BYTES),
    body,
    mac1,
    mac2: datagram.subarray(datagram.length - MAC_BYTES),
  };
}

function decodeVersionReply(reader: ByteReader): VersionReply {
  const count = reader.u8();
  reader.u8();
  const receiver = reader.u32();
  const echo = reader.bytes(MAC_BYTES);
  const versions = [...reader.bytes(count)];
  reader.end();
  return { type: "version", receiver, echo, versions };
}
