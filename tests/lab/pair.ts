/**
 * Two transports joined by two links under a fake clock. Packets are sealed by a checksum alone, which does here what
 * authentication does in the product: damaged ones are dropped.
 */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { Transport } from "../../lib/transport/transport.ts";
import type { TransportEvent, TransportOptions } from "../../lib/transport/types.ts";
import { type Conditions, Link } from "./link.ts";
import type { SeededRandom } from "./random.ts";

/** 8 bytes of packet number and 4 of checksum, stretched to what the product's packets add. */
export const OVERHEAD = 32;
const MAX_DATAGRAM = 65_507;

/** One end: its transport, what it does with events, and its link towards the other. */
export class Peer {
  readonly transport: Transport;
  readonly out: Link;
  readonly events: TransportEvent[] = [];
  /** Called for each event, after it was kept in `events`. */
  onEvent: (event: TransportEvent) => void = () => {};
  /** Called once in every turn of the pair. */
  onTurn: () => void = () => {};
  readonly #buffer = new Uint8Array(MAX_DATAGRAM);

  constructor(options: TransportOptions, out: Link) {
    this.transport = new Transport(options);
    this.out = out;
  }

  send(now: number): boolean {
    const packet = this.transport.transmit(now, this.#buffer.subarray(0, MAX_DATAGRAM - OVERHEAD));
    if (packet === undefined) return false;
    assert.ok(packet.length > 0);
    this.out.send(seal(packet.packetNumber, this.#buffer.subarray(0, packet.length)), now);
    return true;
  }

  /** Sends a challenge, or answers those of the other end, past all queues. */
  sendPath(now: number, challenge?: Uint8Array): void {
    const room = this.#buffer.subarray(0, MAX_DATAGRAM - OVERHEAD);
    const packet = this.transport.transmitPath(now, room, challenge);
    if (packet === undefined) return;
    this.out.send(seal(packet.packetNumber, this.#buffer.subarray(0, packet.length)), now);
  }

  receive(datagram: Uint8Array, now: number): void {
    const opened = open(datagram);
    if (opened !== undefined) this.transport.receive(opened.packetNumber, opened.payload, now);
  }

  poll(): void {
    for (let event = this.transport.event(); event !== undefined; event = this.transport.event()) {
      this.events.push(event);
      this.onEvent(event);
    }
  }
}

export class Pair {
  now = 1000;
  readonly a: Peer;
  readonly b: Peer;

  constructor(
    random: SeededRandom,
    conditions: Conditions | { there: Conditions; back: Conditions } = {},
    options: Partial<TransportOptions> = {},
    links?: { there: Link; back: Link },
  ) {
    const { there, back } = "there" in conditions
      ? conditions
      : { there: conditions, back: conditions };
    const common = { now: this.now, overhead: OVERHEAD, ...options };
    this.a = new Peer({ ...common, role: "initiator" }, links?.there ?? new Link(there, random));
    this.b = new Peer({ ...common, role: "responder" }, links?.back ?? new Link(back, random));
  }

  /** Lets both ends do all they can at this moment. */
  settle(): void {
    for (const peer of [this.a, this.b]) {
      peer.transport.timeout(this.now);
      peer.poll();
      peer.onTurn();
      while (peer.send(this.now));
      peer.poll();
    }
  }

  /** When something happens next. */
  nextTime(): number {
    const times = [
      this.a.out.nextTime(),
      this.b.out.nextTime(),
      this.a.transport.nextTimeout(),
      this.b.transport.nextTimeout(),
    ].filter((time) => time !== undefined);
    return Math.min(...times);
  }

  /** Moves the clock and lets happen what is due then. */
  moveTo(time: number): void {
    this.now = Math.max(this.now, time);
    for (let d = this.a.out.receive(this.now); d; d = this.a.out.receive(this.now)) {
      this.b.receive(d, this.now);
    }
    for (let d = this.b.out.receive(this.now); d; d = this.b.out.receive(this.now)) {
      this.a.receive(d, this.now);
    }
    this.settle();
  }

  /** Moves the clock to what happens next and lets it happen. False when nothing ever will. */
  step(until = Infinity): boolean {
    this.settle();
    const next = Math.min(this.nextTime(), until);
    if (next === Infinity) return false;
    this.moveTo(next);
    return true;
  }

  /** Runs until `done`, which must come true before `limit` milliseconds have passed. */
  runUntil(done: () => boolean, limit = 600_000): void {
    const end = this.now + limit;
    for (let stuck = 0, last = -1; !done();) {
      assert.ok(this.now < end, `not done after ${limit} ms of simulated time`);
      stuck = this.now === last ? stuck + 1 : 0;
      assert.ok(stuck < 100_000, "the clock stands still");
      last = this.now;
      assert.ok(this.step(end), "nothing more will happen");
    }
  }

  /** Runs for `duration` milliseconds. */
  run(duration: number): void {
    const end = this.now + duration;
    while (this.now < end) this.step(end);
  }
}

/** A datagram of the laboratory. */
export function seal(packetNumber: number, payload: Uint8Array): Uint8Array {
  const datagram = new Uint8Array(payload.length + OVERHEAD);
  const view = new DataView(datagram.buffer);
  view.setFloat64(0, packetNumber);
  datagram.set(payload, OVERHEAD);
  view.setUint32(8, checksum(datagram));
  return datagram;
}

export function open(
  datagram: Uint8Array,
): { packetNumber: number; payload: Uint8Array } | undefined {
  if (datagram.length < OVERHEAD) return undefined;
  const view = new DataView(datagram.buffer, datagram.byteOffset);
  const sum = view.getUint32(8);
  view.setUint32(8, 0);
  if (checksum(datagram) !== sum) return undefined;
  return { packetNumber: view.getFloat64(0), payload: datagram.subarray(OVERHEAD) };
}

function checksum(bytes: Uint8Array): number {
  let sum = 0x811c_9dc5;
  for (let i = 0; i < bytes.length; i++) sum = Math.imul(sum ^ bytes[i]!, 0x0100_0193);
  return sum >>> 0;
}

/** Sends `data` on a new stream of `from` and collects it at `to`; `done` once all has been read. */
export class Flow {
  readonly stream: number;
  readonly received: Uint8Array;
  #length = 0;
  #written = 0;
  #finished = false;
  done = false;
  doneAt = 0;

  constructor(
    readonly pair: Pair,
    readonly from: Peer,
    readonly to: Peer,
    readonly data: Uint8Array,
    /** At most this many bytes are read in a turn. */
    readonly readPerTurn = Infinity,
  ) {
    this.stream = from.transport.openStream();
    this.received = new Uint8Array(data.length);
    const fromTurn = from.onTurn;
    const toTurn = to.onTurn;
    from.onTurn = () => (fromTurn(), this.#write());
    to.onTurn = () => (toTurn(), this.#read());
  }

  #write(): void {
    if (this.#finished || this.from.transport.state !== "open") return;
    this.#written += this.from.transport.write(this.stream, this.data.subarray(this.#written));
    if (this.#written < this.data.length) return;
    this.from.transport.finish(this.stream);
    this.#finished = true;
  }

  #read(): void {
    if (this.done || !this.to.events.some((e) => "stream" in e && e.stream === this.stream)) return;
    const end = Math.min(this.received.length, this.#length + this.readPerTurn);
    this.#length += this.to.transport.read(
      this.stream,
      this.received.subarray(this.#length, end),
    );
    if (!this.to.transport.readFinished(this.stream)) return;
    this.done = true;
    this.doneAt = this.pair.now;
  }

  /** Bytes read so far. */
  get length(): number {
    return this.#length;
  }

  check(): void {
    assert.ok(this.done, "the flow is not done");
    assert.equal(this.#length, this.data.length);
    assert.ok(Buffer.compare(this.received, this.data) === 0, "other bytes arrived");
  }
}
