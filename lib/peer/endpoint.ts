/**
 * The endpoint: everything behind one UDP socket, without the socket. Datagrams in, datagrams out, events; no clock and
 * no random source of its own. After each `receive`, `timeout` or call on a connection: `transmit` until undefined,
 * `event` until undefined, then wait for a datagram or `nextTimeout`.
 */
import { hex } from "../bytes.ts";
import { gcmBuffer } from "../crypto/gcm.ts";
import { sameKey } from "../session/handshake.ts";
import { otherProgram } from "../session/hello.ts";
import { isTicketValid, type Ticket, type TicketStore } from "../session/ticket.ts";
import {
  decodeSealedHeader,
  isSealed,
  SEALED_HEADER_BYTES,
  SEALED_TAG_BYTES,
  sealedHeader,
} from "../wire/packet-sealed.ts";
import { type Address, sameAddress } from "./address.ts";
import {
  DEFAULT_CONFIG,
  type EndpointConfig,
  type EndpointOptions,
  type TimestampMemory,
} from "./config.ts";
import { Connection } from "./connection.ts";
import { CreditBudget, tooMany } from "./connection-limits.ts";
import type { Arrival, ConnectionHost, Established, Slot, Transmit } from "./connection-types.ts";
import type { ConnectionEvent, Doing } from "./events.ts";
import { guardedTickets, guardedTimestamps } from "./guarded-state.ts";
import { Handshakes } from "./handshakes.ts";
import { Timers } from "./timers.ts";

/** The longest UDP payload. */
const MAX_DATAGRAM_BYTES = 65_535;

/** Peers whose newest timestamp is remembered when the application remembers none. */
const MAX_TIMESTAMPS = 4096;

/** What may be known of the peer that one connects to. */
export interface RemoteOptions {
  /** The static key that it must prove; with it, a stored ticket or IK is used. */
  readonly remoteKey?: Uint8Array | undefined;
  /** Resume with this ticket instead of a stored one. */
  readonly ticket?: Ticket | undefined;
}

/** Something that happened; poll `Endpoint.event()` until undefined. */
export type PeerEvent = ConnectionEvent<Connection>;

/** All connections of one socket. */
export class Endpoint {
  readonly config: EndpointConfig;
  readonly #options: EndpointOptions;
  readonly #host: ConnectionHost<Connection>;
  readonly #handshakes: Handshakes;
  readonly #tickets: TicketStore | undefined;
  readonly #byIndex = new Map<number, Connection>();
  readonly #events: PeerEvent[] = [];
  /** Connections that may have something to send, each served once in turn. */
  readonly #ready = new Set<Connection>();
  /** Connections whose deadline may have changed. */
  readonly #moved = new Set<Connection>();
  readonly #timers = new Timers<Connection>();
  readonly #header = sealedHeader();
  readonly #plaintext = new Uint8Array(MAX_DATAGRAM_BYTES);
  readonly #single: [Slot];
  readonly #epoch: number;
  #lastStamp = 0;
  #connections = 0;

  constructor(options: EndpointOptions) {
    this.#options = options;
    this.config = { ...DEFAULT_CONFIG, ...options.config };
    this.#epoch = options.time - options.now;
    this.#host = {
      config: this.config,
      random: options.random,
      credit: new CreditBudget(this.config.connectionLimits.credit),
      emit: (event) => void this.#events.push(event),
      touch: (connection) => {
        this.#ready.add(connection);
        this.#moved.add(connection);
      },
      forget: (connection) => this.#forget(connection),
    };
    this.#single = [slot()];
    const { identity, random, hello } = options;
    const forgetful = (error: unknown) => this.#report("remember", error);
    this.#tickets = guardedTickets(options.tickets, forgetful);
    this.#handshakes = new Handshakes(
      {
        config: this.config,
        context: { identity, random, hello },
        stamp: (now) => this.#stamp(now),
        tickets: this.#tickets,
        timestamps: guardedTimestamps(options.timestamps ?? timestampMemory(), forgetful),
        report: (error) => this.#report("handshake", error),
        newIndex: () => this.#newIndex(),
        established: (session, waiting, now) => this.#established(session, waiting, now),
      },
      options.now,
    );
  }

  #report(doing: Doing, error: unknown): void {
    this.#events.push({ type: "internal-error", connection: undefined, doing, error });
  }

  /** Does `work` for handshakes: what it throws ends that piece of work, and is reported. */
  #handshake<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      this.#report("handshake", error);
      return undefined;
    }
  }

  /** The time of day, never twice the same, for the timestamps of initiations. */
  #stamp(now: number): number {
    this.#lastStamp = Math.max(Math.floor(this.#epoch + now), this.#lastStamp + 1);
    return this.#lastStamp;
  }

  #newIndex(): number {
    for (;;) {
      const bytes = this.#options.random(4);
      const index = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
      if (!this.uses(index)) return index;
    }
  }

  /** Whether a session index is in use. */
  uses(index: number): boolean {
    return this.#byIndex.has(index) || this.#handshakes.uses(index);
  }

  /** Connections that live, those that are closing among them. */
  get connections(): Iterable<Connection> {
    return this.#byIndex.values();
  }

  /** Whether a goodbye waits for a peer's. */
  get leaving(): boolean {
    for (const { leaving } of this.#byIndex.values()) if (leaving) return true;
    return false;
  }

  /** How many responses wait for an unauthenticated peer to complete them. */
  get pendingCount(): number {
    return this.#handshakes.pendingCount;
  }

  /**
   * Begins to connect. "connected" or "failed" follows. A second connection to the same peer and address takes the
   * place of the first.
   */
  connect(to: Address, now: number, options: RemoteOptions = {}): Connection {
    const connection = new Connection(this.#host, ++this.#connections, to, false);
    const ticket = options.ticket ?? this.#storedTicket(options.remoteKey, now);
    this.#handshakes.connect(connection, to, { remoteKey: options.remoteKey, ticket }, now);
    return connection;
  }

  /** The system takes nothing for `to`: a handshake of which nothing has got out yet is over. */
  unsendable(to: Address): void {
    this.#handshakes.unsendable(to);
  }

  /** The network says that nothing listens at `to` (ICMP), of the datagram that began with `start`; empty where it does not say. */
  refused(to: Address, start: Uint8Array, now: number): void {
    this.#handshakes.refused(to, start, now);
  }

  #storedTicket(remoteKey: Uint8Array | undefined, now: number): Ticket | undefined {
    if (remoteKey === undefined) return undefined;
    const ticket = this.#tickets?.latest(remoteKey);
    return ticket && isTicketValid(ticket, this.#epoch + now) ? ticket : undefined;
  }

  #established(
    session: Established,
    waiting: Connection | undefined,
    now: number,
  ): Connection | undefined {
    const { secrets, address, localIndex } = session;
    for (const other of [...this.#byIndex.values()]) {
      const same = other.remoteKey !== undefined && sameKey(other.remoteKey, secrets.remoteKey);
      if (!same || !sameAddress(other.address, address)) continue;
      // Another program of the peer's may share its port; or it is the next run of one that is gone.
      if (other.hello !== undefined && otherProgram(other.hello, secrets.hello)) {
        other.doubt(now);
        continue;
      }
      if (waiting === undefined && other.standsAgainst(session, now)) return undefined;
      other.drop("replaced", "");
    }
    const connection = waiting ??
      new Connection(this.#host, ++this.#connections, address, true);
    this.#byIndex.set(localIndex, connection);
    connection.establish(session, now);
    this.#shed(connection);
    return connection;
  }

  /** Closes what is too much now that `newest` has come. */
  #shed(newest: Connection): void {
    const { connectionLimits, shedCode } = this.config;
    for (;;) {
      const open = [...this.#byIndex.values()].filter(({ over }) => !over);
      const excess = tooMany(open, newest, connectionLimits);
      if (excess === undefined) return;
      excess.close(shedCode, "");
      if (excess === newest) return;
    }
  }

  #forget(connection: Connection): void {
    const index = connection.localIndex;
    if (index === undefined) this.#handshakes.abandon(connection);
    else this.#byIndex.delete(index);
    this.#timers.set(connection, undefined);
    this.#ready.delete(connection);
    this.#moved.delete(connection);
  }

  /** A datagram has come. `datagram` is not kept. */
  receive(datagram: Uint8Array, from: Address, now: number): void {
    if (!isSealed(datagram)) {
      return this.#handshake(() => this.#handshakes.receive(datagram, from, now));
    }
    const header = this.#header;
    if (!decodeSealedHeader(datagram, header)) return;
    const connection = this.#byIndex.get(header.receiver);
    if (connection === undefined) {
      this.#handshake(() => this.#handshakes.sealed(header, datagram, from, this.#plaintext, now));
    } else connection.receive(header, { datagram, from }, this.#plaintext, now);
  }

  /**
   * Datagrams have come, in this order. They are not kept, but sealed packets are opened in place: those of one
   * connection that follow each other are opened together, which costs less.
   */
  receiveMany(arrivals: readonly Arrival[], now: number): void {
    let group: Connection | undefined;
    const header = this.#header;
    for (const arrival of arrivals) {
      const { datagram, from } = arrival;
      const connection = isSealed(datagram) && decodeSealedHeader(datagram, header)
        ? this.#byIndex.get(header.receiver)
        : undefined;
      if (connection !== group) {
        group?.receiveStaged(now);
        group = connection;
      }
      if (connection?.stage(header, arrival)) continue;
      group?.receiveStaged(now);
      group = undefined;
      this.receive(datagram, from, now);
    }
    group?.receiveStaged(now);
  }

  /** The next datagram to send, in an array of its own, or undefined. */
  transmit(now: number): Transmit | undefined {
    if (this.transmitMany(now, this.#single) === 0) return undefined;
    const [{ buffer, length, to }] = this.#single;
    return { datagram: buffer.slice(0, length), to };
  }

  /**
   * Fills `slots` with datagrams to send, as long as there are any and they hold less than `maxBytes` together; how many.
   * Packets of one connection that are filled in together are sealed together, which costs less.
   */
  transmitMany(now: number, slots: readonly Slot[], maxBytes = Infinity): number {
    let filled = 0;
    let bytes = 0;
    while (filled < slots.length && bytes < maxBytes) {
      const more = this.#handshakeDatagram(now, slots[filled]!) || this.#serve(now, slots, filled);
      if (more === 0) break;
      for (const end = filled + more; filled < end; filled++) bytes += slots[filled]!.length;
    }
    return filled;
  }

  #handshakeDatagram(now: number, slot: Slot): 0 | 1 {
    const handshake = this.#handshakes.transmit(now);
    if (handshake === undefined) return 0;
    slot.buffer.set(handshake.datagram);
    slot.length = handshake.datagram.length;
    slot.alone = true;
    slot.to = handshake.to;
    return 1;
  }

  /** Lets the next connection in turn fill slots from `first` on. */
  #serve(now: number, slots: readonly Slot[], first: number): number {
    for (const connection of this.#ready) {
      this.#ready.delete(connection);
      this.#moved.add(connection);
      const filled = connection.transmit(now, slots, first);
      if (filled === 0) continue;
      this.#ready.add(connection);
      return filled;
    }
    return 0;
  }

  /** When `timeout` is to be called, if nothing comes before. */
  nextTimeout(): number | undefined {
    this.#settle();
    const handshakes = this.#handshakes.nextTimeout() ?? Infinity;
    const earliest = Math.min(handshakes, this.#timers.next ?? Infinity);
    return earliest === Infinity ? undefined : earliest;
  }

  #settle(): void {
    for (const connection of this.#moved) this.#timers.set(connection, connection.deadline());
    this.#moved.clear();
  }

  /** Does what is due at `now`. */
  timeout(now: number): void {
    this.#settle();
    this.#handshake(() => this.#handshakes.timeout(now));
    for (let due = this.#timers.due(now); due !== undefined; due = this.#timers.due(now)) {
      this.#ready.add(due);
      this.#moved.add(due);
      due.timeout(now);
    }
  }

  /** The next event, or undefined. */
  event(): PeerEvent | undefined {
    return this.#events.shift();
  }
}

/** A slot for `transmitMany`, to be used again and again: its buffer is never given back. */
export function slot(): Slot {
  const buffer = gcmBuffer(MAX_DATAGRAM_BYTES);
  const payload = buffer.subarray(SEALED_HEADER_BYTES, buffer.length - SEALED_TAG_BYTES);
  return { buffer, payload, length: 0, to: { hostname: "", port: 0 }, alone: false };
}

/** Timestamps kept in memory, for the peers heard from last. */
function timestampMemory(): TimestampMemory {
  const newest = new Map<string, number>();
  return {
    last: (remoteKey) => newest.get(hex(remoteKey)),
    record(remoteKey, timestamp) {
      const key = hex(remoteKey);
      const value = Math.max(timestamp, newest.get(key) ?? 0);
      newest.delete(key);
      newest.set(key, value);
      for (const oldest of newest.keys()) {
        if (newest.size <= MAX_TIMESTAMPS) break;
        newest.delete(oldest);
      }
    },
  };
}
