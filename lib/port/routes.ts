/**
 * For which of the programs that share a port a datagram is: by the session index in it, or, of who calls, by who is
 * calling there or who answers calls. A table, no I/O; a wrong entry makes a datagram get lost, nothing else.
 */
import { getU32 } from "../bytes.ts";
import { type Address, addressKey } from "../peer/address.ts";
import { isSealed } from "../wire/packet-sealed.ts";

/** First bytes of handshake datagrams (docs/protocol.md, 1). */
const INITIATION = 1;
const RESPONSE = 2;
const LAST_HANDSHAKE = 5;
/** Where they have the index of the receiver, and those that begin or answer that of the sender. */
const RECEIVER_AT = 4;
const RESPONDER_AT = 8;

/** Indexes kept for one program; of more, those that came first are forgotten. */
export const MAX_INDEXES = 8192;
/** Addresses that are being called, of all programs. */
export const MAX_CALLS = 1024;
/** A call is under way for so long after its last initiation: longer than one waits for the next. */
const CALL_MS = 3_000;

/** One program. */
interface PortProgram<P> {
  readonly program: P;
  readonly rank: number;
  /** Its session indexes, in the order in which they came. */
  readonly indexes: Set<number>;
}

/** A program calls an address. */
interface Call<P> {
  readonly program: P;
  /** Until when calls from there are its own, unless it is answered before: two who call each other meet. */
  readonly until: number;
}

/** Routes of one port, whose owner is one of the programs. */
export class PortRoutes<P> {
  readonly #owner: P;
  /** In the order in which they came, the owner first. */
  readonly #entries = new Map<P, PortProgram<P>>();
  readonly #holders = new Map<number, P>();
  readonly #calls = new Map<string, Call<P>>();

  /** @param rank how much the owner wants to answer those who call; 0: not at all */
  constructor(owner: P, rank: number) {
    this.#owner = owner;
    this.join(owner, rank);
  }

  /** A program shares the port from now on. */
  join(program: P, rank: number): void {
    this.#entries.set(program, { program, rank, indexes: new Set() });
  }

  /** The owner is about to leave: it answers nobody who calls from now on. */
  resign(): void {
    const entry = this.#entries.get(this.#owner)!;
    this.#entries.set(this.#owner, { ...entry, rank: 0 });
  }

  /** A program has left. */
  leave(program: P): void {
    for (const index of this.#entries.get(program)?.indexes ?? []) this.#holders.delete(index);
    this.#entries.delete(program);
    for (const [key, call] of this.#calls) if (call.program === program) this.#calls.delete(key);
  }

  /** Datagrams for `index` are this program's. Whoever holds one keeps it. */
  hold(program: P, index: number): void {
    const indexes = this.#entries.get(program)?.indexes;
    if (indexes === undefined || this.#holders.has(index)) return;
    indexes.add(index);
    this.#holders.set(index, program);
    if (indexes.size > MAX_INDEXES) this.release(program, indexes.values().next().value!);
  }

  /** This program has done with `index`. */
  release(program: P, index: number): void {
    if (this.#entries.get(program)?.indexes.delete(index)) this.#holders.delete(index);
  }

  /** The program that answers those who call and tells contacts where this identity is: of the highest rank, the first. */
  get speaker(): P {
    let best: PortProgram<P> | undefined;
    for (const entry of this.#entries.values()) {
      if (entry.rank > (best?.rank ?? 0)) best = entry;
    }
    return best?.program ?? this.#owner;
  }

  /** A program sends a datagram: what it begins with tells what comes back to it. */
  sent(program: P, datagram: Uint8Array, to: Address, now: number): void {
    const index = ownIndex(datagram);
    if (index === undefined) return;
    if (program !== this.#owner) this.hold(program, index);
    if (datagram[0] !== INITIATION) return;
    const key = addressKey(to);
    this.#calls.delete(key);
    this.#calls.set(key, { program, until: now + CALL_MS });
    if (this.#calls.size > MAX_CALLS) this.#calls.delete(this.#calls.keys().next().value!);
  }

  /** The program that a datagram is for; what nobody else is for is the owner's to judge. */
  route(datagram: Uint8Array, from: Address, now: number): P {
    const first = datagram[0];
    if (isSealed(datagram)) return this.#holder(datagram, 1);
    if (first === undefined || first < INITIATION || first > LAST_HANDSHAKE) return this.#owner;
    if (first !== INITIATION) {
      const program = this.#holder(datagram, RECEIVER_AT);
      const key = addressKey(from);
      if (first === RESPONSE && this.#calls.get(key)?.program === program) this.#calls.delete(key);
      return program;
    }
    const call = this.#calls.get(addressKey(from));
    return call !== undefined && now < call.until ? call.program : this.speaker;
  }

  #holder(datagram: Uint8Array, at: number): P {
    if (datagram.length < at + 4) return this.#owner;
    return this.#holders.get(getU32(datagram, at)) ?? this.#owner;
  }
}

/** The sender's session index in a datagram that begins or answers a handshake. */
export function ownIndex(datagram: Uint8Array): number | undefined {
  const at = datagram[0] === INITIATION
    ? RECEIVER_AT
    : datagram[0] === RESPONSE
    ? RESPONDER_AT
    : -1;
  return at < 0 || datagram.length < at + 4 ? undefined : getU32(datagram, at);
}
