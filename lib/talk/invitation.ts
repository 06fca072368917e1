/**
 * Invitations: one line by which somebody becomes a contact (docs/formats.md, "Invitation"). Strict: a line has one
 * spelling, and any slip in it is noticed. It is no secret, and proves nothing about who sent it.
 */
import { ByteReader, type Bytes, ByteWriter, concat, utf8, utf8Text } from "../bytes.ts";
import { parsePublicKey, SM2_PUBLIC_KEY_BYTES } from "../crypto/sm2.ts";
import { sm3 } from "../crypto/sm3.ts";
import { FormatError, P2PError } from "../errors.ts";
import { type Address, DEFAULT_PORT, formatAddress, parseAddress } from "../net/address.ts";

/** What a line begins with. */
export const INVITATION_PREFIX = "p2p://";
const VERSION = 1;
/** Addresses in one. */
export const MAX_INVITATION_ADDRESSES = 4;
/** Longest suggested name and host name, in bytes of UTF-8. */
export const MAX_SUGGESTED_NAME_BYTES = 64;
const MAX_HOST_BYTES = 63;
const CHECK_BYTES = 4;
/** No longer line is looked at, in characters. */
const MAX_LINE = 1024;
/** Kinds of an address; with `PORT` a port follows. */
const Kind = { host: 0, ipv4: 4, ipv6: 6 } as const;
const PORT = 0x80;
/** Base 32 (RFC 4648 §6) in lower case, without padding. */
const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

/** What a line says. */
export interface Invitation {
  /** 33 bytes. */
  readonly key: Bytes;
  /** Where to try, the best first. */
  readonly addresses: readonly Address[];
  /** What they call themselves: a suggestion, "" for none; not safe to print. */
  readonly name: string;
}

/** The line; in capital letters it is one too, and makes a smaller QR code. */
export function encodeInvitation({ key, addresses, name }: Invitation): string {
  const writer = new ByteWriter().u8(VERSION).bytes(parsePublicKey(key)).u8(addresses.length);
  for (const address of addresses) writeAddress(writer, address);
  const suggested = utf8(name);
  const body = writer.u8(suggested.length).bytes(suggested).finish();
  return INVITATION_PREFIX + base32(concat(body, checkOf(body)));
}

/** Reads a line; a FormatError for whatever is none. */
export function decodeInvitation(line: string): Invitation {
  const lower = line.toLowerCase();
  const mixed = line !== lower && line !== line.toUpperCase();
  if (mixed || line.length > MAX_LINE || !lower.startsWith(INVITATION_PREFIX)) throw broken();
  const bytes = fromBase32(lower.slice(INVITATION_PREFIX.length));
  const body = bytes.subarray(0, Math.max(0, bytes.length - CHECK_BYTES));
  const check = bytes.subarray(body.length);
  if (body.length === 0 || checkOf(body).some((byte, i) => byte !== check[i])) throw broken();
  if (body[0] !== VERSION) throw new FormatError("invitation.version", { version: body[0]! });
  let read: Invitation;
  try {
    read = readBody(new ByteReader(body.subarray(1)));
  } catch (error) {
    if (error instanceof P2PError) throw broken();
    throw error;
  }
  // One spelling for each: what would be written otherwise is refused.
  if (encodeInvitation(read) !== lower) throw broken();
  return read;
}

function broken(): FormatError {
  return new FormatError("invitation.broken", {});
}

function readBody(reader: ByteReader): Invitation {
  const key = parsePublicKey(reader.bytes(SM2_PUBLIC_KEY_BYTES));
  const count = reader.u8();
  if (count > MAX_INVITATION_ADDRESSES) throw broken();
  const addresses = Array.from({ length: count }, () => readAddress(reader));
  const length = reader.u8();
  if (length > MAX_SUGGESTED_NAME_BYTES) throw broken();
  const name = utf8Text(reader.bytes(length));
  reader.end();
  return { key, addresses, name };
}

function writeAddress(writer: ByteWriter, { hostname, port }: Address): void {
  const flag = port === DEFAULT_PORT ? 0 : PORT;
  if (/^[\d.]+$/.test(hostname)) {
    writer.u8(Kind.ipv4 | flag).bytes(Uint8Array.from(hostname.split("."), Number));
  } else if (hostname.includes(":")) {
    writer.u8(Kind.ipv6 | flag).bytes(ipv6Bytes(hostname));
  } else {
    const host = utf8(hostname);
    if (host.length > MAX_HOST_BYTES) throw new FormatError("invitation.host", { host: hostname });
    writer.u8(Kind.host | flag).u8(host.length).bytes(host);
  }
  if (flag !== 0) writer.u16(port);
}

/** An address as it would be read where a person typed it: nothing else is let in. */
function readAddress(reader: ByteReader): Address {
  const kind = reader.u8();
  const host = hostOf(kind & ~PORT, reader);
  const port = (kind & PORT) === 0 ? DEFAULT_PORT : reader.u16();
  return parseAddress(formatAddress({ hostname: host, port }));
}

function hostOf(kind: number, reader: ByteReader): string {
  switch (kind) {
    case Kind.ipv4:
      return reader.bytes(4).join(".");
    case Kind.ipv6: {
      const bytes = reader.bytes(16);
      const groups = Array.from({ length: 8 }, (_, i) => bytes[2 * i]! << 8 | bytes[2 * i + 1]!);
      return groups.map((group) => group.toString(16)).join(":");
    }
    case Kind.host:
      return utf8Text(reader.bytes(reader.u8()));
    default:
      throw broken();
  }
}

/** The 16 bytes of an address that `parseAddress` has taken. */
function ipv6Bytes(hostname: string): Bytes {
  const groups = (part: string) => part === "" ? [] : part.split(":");
  const [head = "", tail] = hostname.split("::");
  const [before, after] = [groups(head), tail === undefined ? [] : groups(tail)];
  const zeros = new Array<string>(8 - before.length - after.length).fill("0");
  const writer = new ByteWriter();
  for (const group of [...before, ...zeros, ...after]) writer.u16(parseInt(group, 16));
  return writer.finish();
}

function checkOf(body: Uint8Array): Uint8Array {
  return sm3(utf8("p2p invitation"), body).subarray(0, CHECK_BYTES);
}

function base32(bytes: Uint8Array): string {
  let text = "", bits = 0, pending = 0;
  for (const byte of bytes) {
    pending = (pending << 8 | byte) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) text += ALPHABET[pending >> bits - 5 & 31];
  }
  return bits > 0 ? text + ALPHABET[pending << 5 - bits & 31] : text;
}

function fromBase32(text: string): Bytes {
  const out = new Uint8Array(Math.floor(text.length * 5 / 8));
  let bits = 0, pending = 0, at = 0;
  for (const character of text) {
    const value = ALPHABET.indexOf(character);
    if (value < 0) throw broken();
    pending = (pending << 5 | value) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    out[at++] = pending >> bits & 0xff;
  }
  return out;
}
