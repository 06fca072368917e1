/**
 * Several datagrams in one system call, beside the runtime's socket and on its descriptor: the kernel takes one large
 * message and cuts it into datagrams (UDP_SEGMENT, udp(7)), and hands over as many as have come (recvmmsg(2)). Whatever it
 * refuses is left to the runtime's own calls, which wait and know why.
 */
import type { Arrival } from "../peer/connection-types.ts";
import { addressOf, type DatagramCalls, datagramCalls } from "../system/datagrams.ts";
import type { Address } from "./address.ts";
import { decodeSockaddr, encodeSockaddr, SOCKADDR_BYTES } from "./sockaddr.ts";

/** A datagram to be sent: the head of a buffer. */
export interface OutgoingDatagram {
  readonly buffer: Uint8Array;
  readonly length: number;
  readonly to: Address;
  /** To be handed to the system by itself; false where it is not said. */
  readonly alone?: boolean;
}

/** UDP_MAX_SEGMENTS of the oldest kernels that know them. */
const MAX_SEGMENTS = 64;
/** The largest UDP payload over IPv4: all segments together are sent as if they were one. */
const MAX_TOTAL_BYTES = 65_507;
/** Descriptors looked at to find the socket's. */
const MAX_DESCRIPTOR = 4096;
/** What the receive buffer is asked to hold; Linux gives twice that, but no more than it allows (net.core.rmem_max). */
const RECEIVE_BUFFER_BYTES = 512 * 1024;

/** Linux's numbers, the same on x86-64 and AArch64. */
const SOL_SOCKET = 1;
const SO_TYPE = 3;
const SO_RCVBUF = 8;
const SOCK_DGRAM = 2;
const SOL_UDP = 17;
const UDP_SEGMENT = 103;
const MSG_DONTWAIT = 0x40;
/** What the network has said of datagrams of ours (ip(7), IP_RECVERR): each with the address that it went to. */
const MSG_ERRQUEUE = 0x2000;
const ECONNREFUSED = 111;
const MAX_REPORTS = 64;
const IP_RECVERR = 11;
const IPV6_RECVERR = 25;
const SOL_IP = 0;
const IP_MTU_DISCOVER = 10;
const SOL_IPV6 = 41;
const IPV6_MTU_DISCOVER = 23;
const IPV6_DONTFRAG = 62;
/** For IPv4: routers and we may fragment. */
const PMTUDISC_DONT = 0;
/** For both: "don't fragment" is set, and what ICMP says of the path's MTU, which anybody may forge, is not believed. */
const PMTUDISC_PROBE = 3;

/**
 * Up to the first, a datagram passes every IPv4 path whole (576 bytes less the headers, RFC 791 §3.1). Up to the second, which
 * the protocol begins with and falls back to, it must pass every path, in fragments where that carries less than Ethernet;
 * only above does "don't fragment" find out what passes. Every IPv6 path carries the second whole (RFC 8200 §5).
 */
const WHOLE_BYTES = 548;
const BASE_BYTES = 1200;

/** Sizes of `struct mmsghdr` (a `struct msghdr` and the length received) and `struct iovec`. */
const MESSAGE = 64;
const IOVEC = 16;
/** A `struct cmsghdr` with a uint16_t: its length, and what it takes with padding. */
const CONTROL_LENGTH = 18;
const CONTROL = 24;
/** Room for one address. */
const NAME = 32;
/** Members of `struct mmsghdr`, by offset. */
const NAME_AT = 0;
const NAME_LENGTH_AT = 8;
const IOVECS_AT = 16;
const IOVEC_COUNT_AT = 24;
const CONTROL_AT = 32;
const CONTROL_LENGTH_AT = 40;
const RECEIVED_AT = 56;

/** Bytes that are looked at of a datagram that was refused. */
const START_BYTES = 8;

/** A datagram that nobody took: where it went, and how it began, as far as the network says. */
export interface RefusedDatagram {
  readonly to: Address;
  readonly start: Uint8Array;
}

/** The structures of one direction in one piece of memory: `messages`, their addresses, a control message, `iovecs`. */
class Structures {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly view: DataView;
  readonly #address: number;
  readonly names: number;
  readonly control: number;
  readonly iovecs: number;

  constructor(calls: DatagramCalls, messages: number, iovecs: number) {
    this.names = messages * MESSAGE;
    this.control = this.names + messages * NAME;
    this.iovecs = this.control + CONTROL;
    this.bytes = new Uint8Array(this.iovecs + iovecs * IOVEC);
    this.view = new DataView(this.bytes.buffer);
    this.#address = addressOf(calls, this.bytes.buffer);
  }

  /** Lets the message `index` point at its address and at the iovec `iovec`. */
  describe(index: number, iovec: number): void {
    const at = index * MESSAGE;
    this.#point(at + NAME_AT, this.names + index * NAME);
    this.#point(at + IOVECS_AT, this.iovecs + iovec * IOVEC);
  }

  /** Lets the message 0 carry the control message, or not. */
  carry(control: boolean): void {
    if (control) this.#point(CONTROL_AT, this.control);
    this.view.setUint32(CONTROL_LENGTH_AT, control ? CONTROL : 0, true);
  }

  /** Lets the iovec `index` be `length` bytes at `address`. */
  piece(index: number, address: number, length: number): void {
    const at = this.iovecs + index * IOVEC;
    this.#pointer(at, address);
    this.view.setUint32(at + 8, length, true);
  }

  #point(at: number, target: number): void {
    this.#pointer(at, this.#address + target);
  }

  /** Addresses have 47 bits. */
  #pointer(at: number, address: number): void {
    this.view.setUint32(at, address >>> 0, true);
    this.view.setUint32(at + 4, Math.floor(address / 2 ** 32), true);
  }
}

/** Sends and receives several datagrams a call. */
export class BatchSocket {
  readonly #calls: DatagramCalls;
  readonly #descriptor: number;
  readonly #v6: boolean;
  /** What the receive buffer holds, with what the system adds to each datagram (SO_RCVBUF). */
  readonly receiveBuffer: number | undefined;
  readonly #out: Structures;
  readonly #in: Structures;
  readonly #reports: Structures;
  /** Where the first bytes of a refused datagram are read to. */
  readonly #start = new Uint8Array(START_BYTES);
  readonly #buffers: readonly Uint8Array[];
  readonly #bases = new WeakMap<ArrayBufferLike, number>();
  /** Whether IPv4 datagrams may be fragmented as things are set. */
  #fragments = false;
  readonly #discover = new Uint8Array(4);
  #lastTo: Address | undefined;
  #lastName: Uint8Array = new Uint8Array(0);
  #lastFrom: Address | undefined;

  private constructor(
    calls: DatagramCalls,
    descriptor: number,
    v6: boolean,
    receiveBuffer: number | undefined,
    buffers: readonly Uint8Array[],
  ) {
    this.receiveBuffer = receiveBuffer;
    this.#calls = calls;
    this.#descriptor = descriptor;
    this.#v6 = v6;
    this.#buffers = buffers;
    this.#out = new Structures(calls, 1, MAX_SEGMENTS);
    this.#out.describe(0, 0);
    const { view, control } = this.#out;
    view.setUint32(control, CONTROL_LENGTH, true);
    view.setInt32(control + 8, SOL_UDP, true);
    view.setInt32(control + 12, UDP_SEGMENT, true);
    this.#reports = new Structures(calls, 1, 1);
    this.#reports.describe(0, 0);
    this.#reports.piece(0, this.#base(this.#start.buffer), this.#start.length);
    this.#reports.view.setUint32(IOVEC_COUNT_AT, 1, true);
    this.#in = new Structures(calls, buffers.length, buffers.length);
    for (const [i, buffer] of buffers.entries()) {
      this.#in.describe(i, i);
      this.#in.piece(i, this.#base(buffer.buffer) + buffer.byteOffset, buffer.length);
      this.#in.view.setUint32(i * MESSAGE + IOVEC_COUNT_AT, 1, true);
    }
  }

  /**
   * For the socket that is bound to `bound`. Datagrams are received into `buffers`, which are never given back.
   * Undefined where the system cannot do it.
   */
  static find(bound: Address, buffers: readonly Uint8Array[]): BatchSocket | undefined {
    const calls = datagramCalls();
    const v6 = bound.hostname.includes(":");
    const descriptor = calls && descriptorOf(calls, bound, v6);
    if (calls === undefined || descriptor === undefined) return undefined;
    setUp(calls, descriptor, v6);
    const receiveBuffer = option(calls, descriptor, SO_RCVBUF);
    return new BatchSocket(calls, descriptor, v6, receiveBuffer, buffers);
  }

  /**
   * Sends the datagrams from `slots[first]` on that go to the same address and are equally long, the last perhaps shorter.
   * How many; 0 when the system takes none, perhaps only now.
   */
  send(slots: readonly OutgoingDatagram[], first: number): number {
    const { to, length } = slots[first]!;
    if (length > MAX_TOTAL_BYTES || this.#name(to) === 0) return 0;
    if (length > WHOLE_BYTES) this.#allowFragments(length <= BASE_BYTES);
    const out = this.#out;
    let count = 0;
    let total = 0;
    for (let i = first; i < slots.length && count < MAX_SEGMENTS; i++) {
      const next = slots[i]!;
      if (i > first && next.alone) break;
      if (next.length > length || total + next.length > MAX_TOTAL_BYTES) break;
      if (next.to !== to && (next.to.port !== to.port || next.to.hostname !== to.hostname)) break;
      const base = this.#base(next.buffer.buffer);
      out.piece(count++, base + next.buffer.byteOffset, next.length);
      total += next.length;
      if (next.length < length || length === 0 || next.alone) break;
    }
    if (count > 1 && this.#sendMessage(count, length)) return count;
    // Not every device can do that, nor with datagrams longer than its MTU; trying costs little.
    return this.#sendMessage(1, 0) ? 1 : 0;
  }

  #allowFragments(allow: boolean): void {
    if (allow === this.#fragments) return;
    this.#fragments = allow;
    this.#discover[0] = allow ? PMTUDISC_DONT : PMTUDISC_PROBE;
    this.#calls.setsockopt(this.#descriptor, SOL_IP, IP_MTU_DISCOVER, this.#discover, 4);
  }

  #sendMessage(pieces: number, segment: number): boolean {
    const out = this.#out;
    out.view.setUint32(IOVEC_COUNT_AT, pieces, true);
    out.carry(segment > 0);
    out.view.setUint16(out.control + CONTROL_LENGTH - 2, segment, true);
    return this.#calls.sendmsg(this.#descriptor, out.bytes, MSG_DONTWAIT) >= 0;
  }

  /** Writes where to send to; how long that is. */
  #name(to: Address): number {
    const out = this.#out;
    if (to !== this.#lastTo) {
      const length = encodeSockaddr(to, this.#v6, out.bytes.subarray(out.names));
      out.view.setUint32(NAME_LENGTH_AT, length, true);
      this.#lastTo = to;
    }
    return out.view.getUint32(NAME_LENGTH_AT, true);
  }

  /** Appends to `arrivals` up to `most` datagrams that have come. */
  receive(arrivals: Arrival[], most: number): void {
    const { bytes, view } = this.#in;
    for (let i = 0; i < most; i++) {
      view.setUint32(i * MESSAGE + NAME_LENGTH_AT, SOCKADDR_BYTES, true);
    }
    const count = this.#calls.recvmmsg(this.#descriptor, bytes, most, MSG_DONTWAIT, null);
    for (let i = 0; i < count; i++) {
      const length = view.getUint32(i * MESSAGE + RECEIVED_AT, true);
      const buffer = this.#buffers[i]!;
      const from = this.#source(i, view.getUint32(i * MESSAGE + NAME_LENGTH_AT, true));
      if (from === undefined || length === buffer.length) continue;
      arrivals.push({ datagram: buffer.subarray(0, length), from });
    }
  }

  /** The datagrams that went where nothing listens, as the network has said since the last call (ICMP "port unreachable"). */
  refused(): RefusedDatagram[] {
    const { bytes, view, names, control } = this.#reports;
    const found: RefusedDatagram[] = [];
    for (let i = 0; i < MAX_REPORTS; i++) {
      view.setUint32(NAME_LENGTH_AT, SOCKADDR_BYTES, true);
      this.#reports.carry(true);
      const flags = MSG_ERRQUEUE | MSG_DONTWAIT;
      if (this.#calls.recvmmsg(this.#descriptor, bytes, 1, flags, null) !== 1) break;
      const to = decodeSockaddr(bytes.slice(names, names + SOCKADDR_BYTES));
      // `struct sock_extended_err` follows the header of the control message, and begins with the error's number.
      if (to === undefined || view.getUint32(control + 16, true) !== ECONNREFUSED) continue;
      const length = Math.min(view.getUint32(RECEIVED_AT, true), this.#start.length);
      found.push({ to, start: this.#start.slice(0, length) });
    }
    return found;
  }

  /** Where the message `index` came from. */
  #source(index: number, length: number): Address | undefined {
    const at = this.#in.names + index * NAME;
    const { bytes } = this.#in;
    const last = this.#lastName;
    let same = last.length === length;
    for (let i = 0; same && i < length; i++) same = last[i] === bytes[at + i];
    if (same) return this.#lastFrom;
    this.#lastName = bytes.slice(at, at + length);
    this.#lastFrom = length > SOCKADDR_BYTES ? undefined : decodeSockaddr(this.#lastName);
    return this.#lastFrom;
  }

  #base(memory: ArrayBufferLike): number {
    let base = this.#bases.get(memory);
    if (base === undefined) this.#bases.set(memory, base = addressOf(this.#calls, memory));
    return base;
  }
}

/** A number that the socket has (SOL_SOCKET); undefined where it is none. */
function option(calls: DatagramCalls, descriptor: number, name: number): number | undefined {
  const value = new DataView(new ArrayBuffer(4));
  const length = Uint8Array.of(value.byteLength, 0, 0, 0);
  const bytes = new Uint8Array(value.buffer);
  const failed = calls.getsockopt(descriptor, SOL_SOCKET, name, bytes, length) !== 0;
  return failed ? undefined : value.getUint32(0, true);
}

/** The descriptor of this process's UDP socket that is bound to `bound`. */
function descriptorOf(calls: DatagramCalls, bound: Address, v6: boolean): number | undefined {
  const own = new Uint8Array(SOCKADDR_BYTES);
  const ownLength = encodeSockaddr(bound, v6, own);
  const name = new Uint8Array(SOCKADDR_BYTES);
  const length = new Uint8Array(4);
  for (let descriptor = 3; descriptor < MAX_DESCRIPTOR; descriptor++) {
    length[0] = name.length;
    if (calls.getsockname(descriptor, name, length) !== 0 || length[0] !== ownLength) continue;
    if (name.some((byte, i) => i < ownLength && byte !== own[i])) continue;
    if (option(calls, descriptor, SO_TYPE) === SOCK_DGRAM) return descriptor;
  }
  return undefined;
}

/** What the runtime cannot ask for. Refused or granted in part: both are as good as it gets. */
function setUp(calls: DatagramCalls, descriptor: number, v6: boolean): void {
  const value = new DataView(new ArrayBuffer(4));
  const bytes = new Uint8Array(value.buffer);
  const set = (level: number, name: number, to: number) => {
    value.setUint32(0, to, true);
    calls.setsockopt(descriptor, level, name, bytes, bytes.length);
  };
  set(SOL_SOCKET, SO_RCVBUF, RECEIVE_BUFFER_BYTES);
  set(SOL_IP, IP_MTU_DISCOVER, PMTUDISC_PROBE);
  set(SOL_IP, IP_RECVERR, 1);
  if (!v6) return;
  set(SOL_IPV6, IPV6_MTU_DISCOVER, PMTUDISC_PROBE);
  set(SOL_IPV6, IPV6_DONTFRAG, 1);
  set(SOL_IPV6, IPV6_RECVERR, 1);
}
