/**
 * Who holds the UDP socket of a shared port: takes guests at a local socket, sends what they send, and hands each what has
 * come for it. A guest that does not read loses datagrams and holds nobody up.
 */
import { systemCode } from "../errors.ts";
import type { Arrival } from "../peer/connection-types.ts";
import { PORT_VERSION, type PortRecord } from "../port/records.ts";
import { PortRoutes } from "../port/routes.ts";
import { settle } from "../system/settle.ts";
import type { Address } from "./address.ts";
import type { OutgoingDatagram } from "./batch-socket.ts";
import { LINK_BUFFER_BYTES, PortLink } from "./port-link.ts";
import type { UdpSocket } from "./socket.ts";

/** Programs that go through one socket. */
const MAX_GUESTS = 32;

/** What the owner needs of its own program. */
export interface OwnerHost {
  /** Whether this program answers those who call has changed. */
  speaks(speaks: boolean): void;
  /** A guest of a higher rank wants the port. */
  outranked(): void;
  readonly failed: (error: unknown) => void;
}

/** A program that goes through the socket; undefined is the owner itself. */
type Program = PortLink | undefined;

/** The holder of a shared port. */
export class PortOwner {
  readonly #udp: UdpSocket;
  readonly #host: OwnerHost;
  readonly #routes: PortRoutes<Program>;
  readonly #rank: number;
  readonly #guests = new Map<PortLink, number>();
  #door: Deno.Listener | undefined;
  #speaker: Program;
  #closed = false;

  /** @param rank how much this program wants to answer those who call */
  constructor(udp: UdpSocket, rank: number, host: OwnerHost) {
    this.#udp = udp;
    this.#host = host;
    this.#rank = rank;
    this.#routes = new PortRoutes<Program>(undefined, rank);
  }

  /** Whether this program answers those who call. */
  get speaks(): boolean {
    return this.#speaker === undefined;
  }

  /** Lets guests in at `door`. */
  open(door: Deno.Listener): void {
    this.#door = door;
    settle(this.#letIn(door), this.#host.failed);
  }

  async #letIn(door: Deno.Listener): Promise<void> {
    for (;;) {
      let connection: Deno.Conn;
      try {
        connection = await door.accept();
      } catch (error) {
        if (this.#closed || error instanceof Deno.errors.BadResource) return;
        throw error;
      }
      if (this.#closed || this.#guests.size >= MAX_GUESTS) connection.close();
      else {settle(
          this.#serve(new PortLink(connection, new Uint8Array(LINK_BUFFER_BYTES))),
          this.#host.failed,
        );}
    }
  }

  async #serve(guest: PortLink): Promise<void> {
    this.#guests.set(guest, 0);
    let known = false;
    try {
      await guest.receiveAll(async (records) => {
        const batch: OutgoingDatagram[] = [];
        for (const record of records) {
          if (!known) {
            if (record.kind !== "hello" || record.version !== PORT_VERSION) return guest.close();
            known = true;
            this.#welcome(guest, record.rank);
          } else if (record.kind === "datagram") batch.push(this.#outgoing(guest, record));
          else this.#control(guest, record);
        }
        if (batch.length > 0) await this.#udp.sendAll(batch);
      });
    } finally {
      this.#guests.delete(guest);
      this.#routes.leave(guest);
      this.#chooseSpeaker();
    }
  }

  #welcome(guest: PortLink, rank: number): void {
    const { address, dual, receiveBuffer } = this.#udp;
    this.#guests.set(guest, rank);
    this.#routes.join(guest, rank);
    // Whether it answers those who call it knows when it is let in.
    this.#chooseSpeaker();
    guest.control({ kind: "welcome", version: PORT_VERSION, address, dual, receiveBuffer });
  }

  #outgoing(
    guest: PortLink,
    { datagram, address, alone }: Extract<PortRecord, { kind: "datagram" }>,
  ): OutgoingDatagram {
    this.#routes.sent(guest, datagram, address, performance.now());
    return { buffer: datagram, length: datagram.length, to: address, alone };
  }

  #control(guest: PortLink, record: PortRecord): void {
    switch (record.kind) {
      case "hold":
        return this.#routes.hold(guest, record.index);
      case "release":
        return this.#routes.release(guest, record.index);
      case "zone":
        this.#udp.strip(record.address);
        return;
      case "ping":
        return guest.control({ kind: "pong" });
      case "claim":
        if (this.#guests.get(guest)! > this.#rank) this.#host.outranked();
        return;
      default:
        guest.close();
    }
  }

  #chooseSpeaker(): void {
    const { speaker } = this.#routes;
    if (speaker === this.#speaker || this.#closed) return;
    const [before, own] = [this.#speaker, speaker === undefined || this.#speaker === undefined];
    this.#speaker = speaker;
    before?.control({ kind: "speaks", speaks: false });
    speaker?.control({ kind: "speaks", speaks: true });
    if (own) this.#host.speaks(speaker === undefined);
  }

  /** Keeps what is this program's of `arrivals`, and hands the rest on. */
  sort(arrivals: readonly Arrival[]): readonly Arrival[] {
    if (this.#guests.size === 0) return arrivals;
    const now = performance.now();
    const own: Arrival[] = [];
    const others = new Set<PortLink>();
    for (const arrival of arrivals) {
      const { datagram, from } = arrival;
      const program = this.#routes.route(datagram, from, now);
      if (program === undefined) own.push(arrival);
      else {
        program.datagram(datagram, from, false);
        others.add(program);
      }
    }
    for (const program of others) program.flush();
    return own;
  }

  /** This program sends these: calls of its own are known by them. */
  sent(slots: readonly OutgoingDatagram[]): void {
    if (this.#guests.size === 0 && this.#door === undefined) return;
    for (const { buffer, length, to } of slots) {
      if (buffer[0]! < 3) {
        this.#routes.sent(undefined, buffer.subarray(0, length), to, performance.now());
      }
    }
  }

  /** The system sends nothing to `address`: whoever has just called there wants to know. */
  unsendable(address: Address, problem: unknown): void {
    const code = systemCode(problem) ?? "";
    for (const guest of this.#guests.keys()) guest.control({ kind: "unsendable", address, code });
  }

  /** Nothing listens at `address`, where the datagram went that began with `start`. */
  refused(address: Address, start: Uint8Array): void {
    for (const guest of this.#guests.keys()) guest.control({ kind: "refused", address, start });
  }

  /** Answers nobody who calls from now on; whether a guest does instead. */
  resign(): boolean {
    this.#routes.resign();
    this.#chooseSpeaker();
    return !this.speaks;
  }

  /** Lets go of the door, then of the socket, then of the guests: who finds the port free takes it over. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#door?.close();
    this.#udp.close();
    for (const guest of this.#guests.keys()) guest.close();
  }
}
