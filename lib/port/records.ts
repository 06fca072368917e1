/**
 * What programs that share a port tell each other over a local socket (docs/protocol.md, 10): records, each a length in four
 * bytes, a kind, and its body. Bytes in and out, no I/O. Whatever does not fit ends the link.
 */
import { ByteReader, ByteWriter, getU32, utf8, utf8Text } from "../bytes.ts";
import { FormatError } from "../errors.ts";
import type { Address } from "../peer/address.ts";

/** The version of these records; programs of another one do not share. */
export const PORT_VERSION = 1;

/** A record's length and kind. */
const HEADER_BYTES = 5;
/** The longest host text: an IPv6 address with the name of an interface. */
const MAX_HOST_BYTES = 64;
/** The longest code of the system's ("EADDRNOTAVAIL"). */
const MAX_CODE_BYTES = 32;
/** Bytes of a refused datagram that are passed on. */
const MAX_START_BYTES = 8;
/** The longest record without its length: a datagram with its address. */
export const MAX_PORT_RECORD_BYTES = 1 + 1 + 2 + 1 + MAX_HOST_BYTES + 65_535;

const Kind = {
  hello: 1,
  welcome: 2,
  datagram: 3,
  hold: 4,
  release: 5,
  zone: 6,
  unsendable: 7,
  refused: 8,
  speaks: 9,
  ping: 10,
  pong: 11,
  claim: 12,
} as const;

/** A record that carries a datagram: to be sent, from a guest; one that has come, to a guest. */
export interface DatagramRecord {
  readonly kind: "datagram";
  readonly address: Address;
  readonly datagram: Uint8Array;
  /** To be handed to the system by itself. */
  readonly alone: boolean;
}

/** All other records. */
export type PortControl =
  /** A guest's first: how much it wants to answer those who call (0: not at all). */
  | { readonly kind: "hello"; readonly version: number; readonly rank: number }
  /** The owner's first: where its socket is bound. */
  | {
    readonly kind: "welcome";
    readonly version: number;
    readonly address: Address;
    readonly dual: boolean;
    readonly receiveBuffer: number | undefined;
  }
  /** Session indexes: datagrams for `hold` go to this guest, no more after `release`. */
  | { readonly kind: "hold" | "release"; readonly index: number }
  /** The zone of a link-local address, as "fe80::1%eth0". */
  | { readonly kind: "zone"; readonly address: Address }
  /** The system sends nothing there, and what it calls that. */
  | { readonly kind: "unsendable"; readonly address: Address; readonly code: string }
  /** Nothing listens there, says the network, of the datagram that began so. */
  | { readonly kind: "refused"; readonly address: Address; readonly start: Uint8Array }
  /** Whether this guest answers those who call, and tells contacts where this identity is. */
  | { readonly kind: "speaks"; readonly speaks: boolean }
  /** The guest wants to hold the port itself. */
  | { readonly kind: "claim" }
  | { readonly kind: "ping" }
  | { readonly kind: "pong" };

/** One record. */
export type PortRecord = DatagramRecord | PortControl;

function putAddress(writer: ByteWriter, { hostname, port }: Address): ByteWriter {
  const host = utf8(hostname);
  return writer.u16(port).u8(host.length).bytes(host);
}

/** The bytes of a record that carries no datagram, its length included. */
export function encodeControl(record: PortControl): Uint8Array {
  const body = new ByteWriter().u8(Kind[record.kind]);
  switch (record.kind) {
    case "hello":
      body.u8(record.version).u8(record.rank);
      break;
    case "welcome":
      body.u8(record.version).u8(record.dual ? 1 : 0).u32(record.receiveBuffer ?? 0);
      putAddress(body, record.address);
      break;
    case "hold":
    case "release":
      body.u32(record.index);
      break;
    case "zone":
      putAddress(body, record.address);
      break;
    case "refused":
      putAddress(body, record.address).u8(record.start.length).bytes(record.start);
      break;
    case "unsendable":
      putAddress(body, record.address).bytes(utf8(record.code));
      break;
    case "speaks":
      body.u8(record.speaks ? 1 : 0);
      break;
    case "claim":
    case "ping":
    case "pong":
  }
  const bytes = body.finish();
  return new ByteWriter().u32(bytes.length).bytes(bytes).finish();
}

/** What a queue begins with, and what is kept for records without a datagram when it is full. */
const FIRST_BYTES = 16 * 1024;
const CONTROL_BYTES = 64 * 1024;

/** Records on their way out, as many bytes as may wait. What does not fit is left out: a datagram may get lost. */
export class PortQueue {
  readonly #most: number;
  #bytes = new Uint8Array(0);
  #spare = new Uint8Array(0);
  #length = 0;
  #host = "";
  #hostBytes: Uint8Array = new Uint8Array(0);

  /** @param most bytes that may wait */
  constructor(most: number) {
    this.#most = most;
  }

  /** Bytes that wait. */
  get length(): number {
    return this.#length;
  }

  #grow(bytes: number, most: number): boolean {
    const needed = this.#length + bytes;
    if (needed > most) return false;
    if (needed > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(needed, FIRST_BYTES, 2 * this.#bytes.length));
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    return true;
  }

  /** Adds a record without a datagram; false when there is no room even for that: the other end is dead. */
  add(record: PortControl): boolean {
    const bytes = encodeControl(record);
    if (!this.#grow(bytes.length, this.#most + CONTROL_BYTES)) return false;
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
    return true;
  }

  /** Adds a datagram; false when there is no room. */
  datagram(datagram: Uint8Array, { hostname, port }: Address, alone: boolean): boolean {
    if (hostname !== this.#host) {
      this.#hostBytes = utf8(hostname);
      this.#host = hostname;
    }
    const host = this.#hostBytes;
    const bytes = 1 + 1 + 2 + 1 + host.length + datagram.length;
    if (!this.#grow(4 + bytes, this.#most)) return false;
    const out = this.#bytes;
    let at = this.#length;
    out[at++] = bytes >>> 24;
    out[at++] = bytes >>> 16;
    out[at++] = bytes >>> 8;
    out[at++] = bytes;
    out[at++] = Kind.datagram;
    out[at++] = alone ? 1 : 0;
    out[at++] = port >>> 8;
    out[at++] = port;
    out[at++] = host.length;
    out.set(host, at);
    out.set(datagram, at + host.length);
    this.#length = at + host.length + datagram.length;
    return true;
  }

  /** Takes all that waits; valid until the next call but one. */
  take(): Uint8Array {
    const taken = this.#bytes.subarray(0, this.#length);
    const next = this.#spare;
    this.#spare = this.#bytes;
    this.#bytes = next;
    this.#length = 0;
    return taken;
  }
}

/** Cuts what comes into records. */
export class PortReader {
  readonly #buffer: Uint8Array;
  #start = 0;
  #end = 0;
  #host: Uint8Array = new Uint8Array(0);
  #address: Address = { hostname: "", port: 0 };

  /** @param buffer where the bytes stand, longer than `MAX_PORT_RECORD_BYTES` and a length */
  constructor(buffer: Uint8Array) {
    this.#buffer = buffer;
  }

  /** Where the next bytes are to be put; after it no record that was read is valid. */
  room(): Uint8Array {
    this.#buffer.copyWithin(0, this.#start, this.#end);
    this.#end -= this.#start;
    this.#start = 0;
    return this.#buffer.subarray(this.#end);
  }

  /** So many bytes were put there. */
  filled(bytes: number): void {
    this.#end += bytes;
  }

  /** The next record that is whole, undefined when there is none. Its datagram stands in the buffer. A FormatError ends all. */
  next(): PortRecord | undefined {
    const left = this.#end - this.#start;
    if (left < 4) return undefined;
    const length = getU32(this.#buffer, this.#start);
    if (length < HEADER_BYTES - 4 || length > MAX_PORT_RECORD_BYTES) throw malformed();
    if (left < 4 + length) return undefined;
    const body = this.#buffer.subarray(this.#start + 4, this.#start + 4 + length);
    this.#start += 4 + length;
    return body[0] === Kind.datagram ? this.#datagram(body) : decodeControl(body);
  }

  #datagram(body: Uint8Array): DatagramRecord {
    const hostBytes = body[4];
    if (hostBytes === undefined || body.length < 5 + hostBytes) throw malformed();
    const address = this.#addressAt(body.subarray(2, 5 + hostBytes));
    if (body[1]! > 1) throw malformed();
    const datagram = body.subarray(5 + hostBytes);
    return { kind: "datagram", address, datagram, alone: body[1] === 1 };
  }

  /** Most datagrams are of the same peer as the one before. */
  #addressAt(bytes: Uint8Array): Address {
    const last = this.#host;
    let same = last.length === bytes.length;
    for (let i = 0; same && i < bytes.length; i++) same = last[i] === bytes[i];
    if (!same) {
      this.#address = takeAddress(new ByteReader(bytes, "reading.port"));
      this.#host = bytes.slice();
    }
    return this.#address;
  }
}

function malformed(): FormatError {
  return new FormatError("port.record", {});
}

function takeAddress(reader: ByteReader): Address {
  const port = reader.u16();
  const hostname = shortText(reader.bytes(reader.u8()), MAX_HOST_BYTES);
  // What the system spells as an address, and the name of an interface behind it.
  if (!/^[0-9A-Fa-f:.]+(?:%[\w.:@-]+)?$/.test(hostname)) throw malformed();
  return { hostname, port };
}

function shortText(bytes: Uint8Array, most: number): string {
  if (bytes.length > most) throw malformed();
  return utf8Text(bytes, "reading.port");
}

function flag(value: number): boolean {
  if (value > 1) throw malformed();
  return value === 1;
}

/** A record without a datagram, of which `body` is the kind and what follows. */
function decodeControl(body: Uint8Array): PortControl {
  const reader = new ByteReader(body, "reading.port");
  const record = controlOf(reader.u8(), reader);
  reader.end();
  return record;
}

function controlOf(kind: number, reader: ByteReader): PortControl {
  switch (kind) {
    case Kind.hello:
      return { kind: "hello", version: reader.u8(), rank: reader.u8() };
    case Kind.welcome: {
      const [version, dual] = [reader.u8(), flag(reader.u8())];
      const receiveBuffer = reader.u32() || undefined;
      return { kind: "welcome", version, dual, receiveBuffer, address: takeAddress(reader) };
    }
    case Kind.hold:
      return { kind: "hold", index: reader.u32() };
    case Kind.release:
      return { kind: "release", index: reader.u32() };
    case Kind.zone:
      return { kind: "zone", address: takeAddress(reader) };
    case Kind.refused: {
      const address = takeAddress(reader);
      const start = reader.bytes(reader.u8()).slice();
      if (start.length > MAX_START_BYTES) throw malformed();
      return { kind: "refused", address, start };
    }
    case Kind.unsendable: {
      const address = takeAddress(reader);
      const code = shortText(reader.rest(), MAX_CODE_BYTES);
      if (!/^[A-Z0-9]*$/.test(code)) throw malformed();
      return { kind: "unsendable", address, code };
    }
    case Kind.speaks:
      return { kind: "speaks", speaks: flag(reader.u8()) };
    case Kind.ping:
      return { kind: "ping" };
    case Kind.pong:
      return { kind: "pong" };
    case Kind.claim:
      return { kind: "claim" };
  }
  throw malformed();
}
