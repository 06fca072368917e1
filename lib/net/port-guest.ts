/** A program that sends and receives through the socket of another one of the same identity. */
import type { Arrival } from "../peer/connection-types.ts";
import { PORT_VERSION, type PortRecord } from "../port/records.ts";
import { ownIndex } from "../port/routes.ts";
import type { Address } from "./address.ts";
import type { OutgoingDatagram } from "./batch-socket.ts";
import { settle } from "../system/settle.ts";
import { PortLink } from "./port-link.ts";

/** Where the owner's socket is bound. */
export type PortWelcome = Extract<PortRecord, { kind: "welcome" }>;

/** What a guest tells its program. */
export interface GuestHost {
  take(arrivals: readonly Arrival[]): void;
  unsendable(to: Address, code: string): void;
  refused(to: Address, start: Uint8Array): void;
  speaks(speaks: boolean): void;
  readonly failed: (error: unknown) => void;
}

/** The owner answers within this when it lets somebody in, in milliseconds. */
const WELCOME_MS = 1_000;
/** The owner is asked for a sign of life this often, and is taken for dead after so long without any. */
const PING_MS = 1_000;
const DEAD_MS = 5_000;
/** A batch that is handed on has so many datagrams or bytes at most (lib/net/socket.ts). */
const BATCH_DATAGRAMS = 16;
const BATCH_BYTES = 32 * 1024;
/** Session indexes that are kept before it is looked which of them are still in use. */
const FEW_INDEXES = 64;

/** The session indexes of one program, as its own datagrams show them. They outlive the owner of the port. */
export class HeldIndexes {
  readonly #indexes = new Set<number>();
  #lookAt = FEW_INDEXES;

  /** All of them. */
  [Symbol.iterator](): Iterator<number> {
    return this.#indexes.values();
  }

  /** Notes what a datagram of ours shows; answers indexes that are no longer in use. */
  sent(datagram: Uint8Array, uses: (index: number) => boolean): number[] {
    const index = ownIndex(datagram);
    if (index === undefined) return [];
    this.#indexes.add(index);
    if (this.#indexes.size < this.#lookAt) return [];
    const gone = [...this.#indexes].filter((each) => each !== index && !uses(each));
    for (const each of gone) this.#indexes.delete(each);
    this.#lookAt = Math.max(FEW_INDEXES, 2 * this.#indexes.size);
    return gone;
  }
}

/** The guest's side of one link. */
export class PortGuest {
  readonly #link: PortLink;
  readonly #host: GuestHost;
  readonly #welcomed = Promise.withResolvers<PortWelcome | undefined>();
  #heard = performance.now();
  #welcome: PortWelcome | undefined;
  #speaks = false;
  /** Resolves when the owner is gone, or taken for dead. */
  readonly over: Promise<void>;

  private constructor(link: PortLink, host: GuestHost) {
    this.#link = link;
    this.#host = host;
    this.over = link.receiveAll((records) => this.#take(records))
      .finally(() => this.#welcomed.resolve(undefined));
  }

  /**
   * Knocks at `path`; undefined when nobody answers there who shares.
   *
   * @param zones link-local addresses with their zones
   * @param buffer see `PortLink`; packets are opened in it
   */
  static async join(
    path: string,
    rank: number,
    indexes: Iterable<number>,
    zones: Iterable<Address>,
    buffer: Uint8Array,
    host: GuestHost,
  ): Promise<PortGuest | undefined> {
    let connection: Deno.Conn;
    try {
      connection = await Deno.connect({ transport: "unix", path });
    } catch {
      return undefined;
    }
    const guest = new PortGuest(new PortLink(connection, buffer), host);
    const link = guest.#link;
    link.control({ kind: "hello", version: PORT_VERSION, rank });
    for (const index of indexes) link.control({ kind: "hold", index });
    for (const address of zones) link.control({ kind: "zone", address });
    const late = setTimeout(() => link.close(), WELCOME_MS);
    const welcome = await guest.#welcomed.promise;
    clearTimeout(late);
    if (welcome?.version !== PORT_VERSION) {
      link.close();
      await guest.over;
      return undefined;
    }
    const watch = setInterval(() => {
      if (performance.now() - guest.#heard > DEAD_MS) return link.close();
      link.control({ kind: "ping" });
    }, PING_MS);
    settle(guest.over.finally(() => clearInterval(watch)), host.failed);
    return guest;
  }

  #take(records: readonly PortRecord[]): void {
    this.#heard = performance.now();
    for (const record of records) {
      if (record.kind === "welcome") {
        this.#welcome ??= record;
        this.#welcomed.resolve(record);
      } else if (record.kind === "speaks") {
        this.#speaks = record.speaks;
        if (this.#welcome !== undefined) this.#host.speaks(record.speaks);
      }
    }
    deliver(records, this.#host);
  }

  /** Where the owner's socket is bound. */
  get welcome(): PortWelcome {
    return this.#welcome!;
  }

  /** Whether this program answers those who call. */
  get speaks(): boolean {
    return this.#speaks;
  }

  /** Hands datagrams to the owner; those that it takes too long to take are lost. */
  async sendAll(slots: readonly OutgoingDatagram[]): Promise<void> {
    for (const { buffer, length, to, alone } of slots) {
      this.#link.datagram(buffer.subarray(0, length), to, alone ?? false);
    }
    this.#link.flush();
    await this.#link.room();
  }

  /** Asks for the port: who is there to be called should not hang on somebody's chat. */
  claim(): void {
    this.#link.control({ kind: "claim" });
  }

  /** These session indexes are no longer in use. */
  release(indexes: readonly number[]): void {
    for (const index of indexes) this.#link.control({ kind: "release", index });
  }

  /** A link-local peer is reached in this zone. */
  zone(address: Address): void {
    this.#link.control({ kind: "zone", address });
  }

  close(): void {
    this.#link.close();
  }
}

/** Hands on what the owner says; datagrams in batches, in the order in which they came. */
function deliver(records: readonly PortRecord[], host: GuestHost): void {
  let batch: Arrival[] = [];
  let bytes = 0;
  const handOn = () => {
    if (batch.length > 0) host.take(batch);
    batch = [];
    bytes = 0;
  };
  for (const record of records) {
    switch (record.kind) {
      case "datagram":
        batch.push({ datagram: record.datagram, from: record.address });
        bytes += record.datagram.length;
        if (batch.length >= BATCH_DATAGRAMS || bytes >= BATCH_BYTES) handOn();
        break;
      case "unsendable":
        host.unsendable(record.address, record.code);
        break;
      case "refused":
        host.refused(record.address, record.start);
        break;
      default:
    }
  }
  handOn();
}
