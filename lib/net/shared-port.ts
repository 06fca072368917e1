/**
 * A port that programs of one identity share (docs/protocol.md, 10). The first to bind it holds the UDP socket, the others go
 * through it; when it leaves or dies, whoever binds first takes over. A node sees one socket all the time: the datagrams
 * that are lost meanwhile are sent again by whoever sent them.
 */
import { gcmBuffer } from "../crypto/gcm.ts";
import { FailureError, reasonText } from "../errors.ts";
import type { Arrival } from "../peer/connection-types.ts";
import { settle } from "../system/settle.ts";
import type { Text } from "../text/text.ts";
import type { Address } from "./address.ts";
import type { OutgoingDatagram } from "./batch-socket.ts";
import type { DatagramSocket } from "./datagram-socket.ts";
import { isAll, PortDoors, type PortPlace } from "./port-door.ts";
import { type GuestHost, HeldIndexes, PortGuest } from "./port-guest.ts";
import { LINK_BUFFER_BYTES } from "./port-link.ts";
import { PortOwner } from "./port-owner.ts";
import { UdpSocket } from "./socket.ts";

/** After the owner of the port has gone: how often it is tried to take over, and for how long before any port is taken. */
const TAKEOVER_RETRY_MS = 10;
const TAKEOVER_MS = 3_000;
/** Who is there to be called has the first try, each rank below waits so much longer; and who has yielded waits longest. */
const LISTENER = 2;
const RANK_MS = 10;
const YIELD_MS = 50;
/** How often a port that is taken is tried at the start, where programs of ours have had it before. */
const TRIES = 4;
/** Zones of link-local peers that a next owner is told. */
const MAX_ZONES = 64;

/** What is wanted of a shared port. */
export interface SharedPortOptions {
  readonly place: PortPlace;
  /** Local address; all when undefined. */
  readonly hostname: string | undefined;
  /** 0: a free one, which others may then share. */
  readonly port: number;
  /** How much this program wants to answer those who call; 0: not at all. The first of the highest rank does. */
  readonly rank: number;
  /** Whether a socket that is bound to another local address will do. */
  readonly anyAddress: boolean;
}

/** How this program has the port now. */
type Holding =
  | { readonly role: "owner"; readonly udp: UdpSocket; readonly owner: PortOwner }
  | { readonly role: "guest"; readonly guest: PortGuest };

/** One program's share of a port. */
export class SharedPort implements DatagramSocket {
  unsendable: (to: Address, problem: unknown) => void = () => undefined;
  refused: (to: Address, start: Uint8Array) => void = () => undefined;
  uses: (index: number) => boolean = () => true;
  /** Called when `address` or `speaks` may have changed. */
  changed: () => void = () => undefined;
  readonly #options: SharedPortOptions;
  #holding: Holding | undefined;
  /** The local address that is or will be bound: that of the owner before, so that it is neither more nor less. */
  #bound: string | undefined;
  #address: Address = { hostname: "", port: 0 };
  #dual = false;
  #receiveBuffer: number | undefined;
  #guestProblem: Text | undefined;
  /** Where packets are opened as a guest: the kernel's memory is never given back, so there is one. */
  #buffer: Uint8Array | undefined;
  readonly #indexes = new HeldIndexes();
  readonly #zones = new Map<string, Address>();
  #take: (arrivals: readonly Arrival[]) => void = () => undefined;
  #failed: (error: unknown) => void = () => undefined;
  readonly #over = Promise.withResolvers<void>();
  /** Resolves when somebody receives. */
  readonly #started = Promise.withResolvers<void>();
  #yielded = false;
  #closed = false;

  private constructor(options: SharedPortOptions) {
    this.#options = options;
    this.#bound = options.hostname;
  }

  /**
   * Binds the port, or joins who holds it.
   *
   * @throws FailureError when it is taken by a program that does not share it
   */
  static async open(options: SharedPortOptions): Promise<SharedPort> {
    const shared = new SharedPort(options);
    const { place, port, anyAddress } = options;
    // A program of ours that is just leaving has taken its door away, and has the port for a moment more.
    const known = port > 0 && new PortDoors(place, port).known;
    for (let tries = known ? TRIES : 1;; tries--) {
      try {
        shared.#hold(await shared.#obtain(port, anyAddress));
        return shared;
      } catch (error) {
        if (!(error instanceof FailureError) || tries === 1) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, TAKEOVER_RETRY_MS));
    }
  }

  /** Joins who holds the port; undefined where no program of ours does. */
  static async join(options: SharedPortOptions): Promise<SharedPort | undefined> {
    const shared = new SharedPort(options);
    const doors = new PortDoors(options.place, options.port);
    if (!doors.known) return undefined;
    const holding = await doors.locked(() => shared.#knock(doors, options.anyAddress));
    if (holding === undefined) return undefined;
    shared.#hold(holding);
    return shared;
  }

  async #knock(doors: PortDoors, anyAddress: boolean): Promise<Holding | undefined> {
    for (const path of doors.paths(this.#bound, anyAddress)) {
      const guest = await this.#join(path);
      if (guest !== undefined) return { role: "guest", guest };
    }
    return undefined;
  }

  async #obtain(port: number, anyAddress: boolean): Promise<Holding> {
    if (port === 0) return this.#own(0);
    const { place } = this.#options;
    const doors = new PortDoors(place, port);
    return await doors.locked(async () => {
      try {
        return this.#own(port);
      } catch (error) {
        if (!(error instanceof FailureError)) throw error;
        const holding = await this.#knock(doors, anyAddress);
        if (holding !== undefined) return holding;
        throw error;
      }
    });
  }

  #join(path: string): Promise<PortGuest | undefined> {
    const host: GuestHost = {
      take: (arrivals) => this.#take(arrivals),
      unsendable: (to, code) => {
        const problem = Object.assign(new Error(code), { code });
        this.#guestProblem = reasonText(problem);
        this.unsendable(to, problem);
      },
      refused: (to, start) => this.refused(to, start),
      speaks: () => this.changed(),
      failed: (error) => this.#failed(error),
    };
    this.#buffer ??= gcmBuffer(LINK_BUFFER_BYTES);
    const { rank } = this.#options;
    return PortGuest.join(path, rank, this.#indexes, this.#zones.values(), this.#buffer, host);
  }

  /** Binds the port; the door is there before this returns. */
  #own(port: number): Holding {
    const { place, rank } = this.#options;
    const udp = UdpSocket.bind(this.#bound, port);
    const owner = new PortOwner(udp, rank, {
      speaks: () => this.changed(),
      outranked: () => this.#yield(),
      failed: (error) => this.#failed(error),
    });
    const door = new PortDoors(place, udp.address.port).open(this.#bound);
    if (door !== undefined) owner.open(door);
    for (const address of this.#zones.values()) udp.strip(address);
    udp.unsendable = (to, problem) => {
      this.unsendable(to, problem);
      owner.unsendable(to, problem);
    };
    udp.refused = (to, start) => {
      this.refused(to, start);
      owner.refused(to, start);
    };
    return { role: "owner", udp, owner };
  }

  #hold(holding: Holding): void {
    this.#holding = holding;
    if (holding.role === "owner") {
      const { udp, owner } = holding;
      ({ address: this.#address, dual: this.#dual, receiveBuffer: this.#receiveBuffer } = udp);
      settle(
        this.#started.promise.then(() =>
          udp.receiveAll((arrivals) => {
            const own = owner.sort(arrivals);
            if (own.length > 0) this.#take(own);
          }, this.#failed)
        ),
        this.#failed,
      );
    } else {
      const { guest } = holding;
      ({ address: this.#address, dual: this.#dual, receiveBuffer: this.#receiveBuffer } =
        guest.welcome);
      const { hostname } = this.#address;
      if (!isAll(hostname)) this.#bound = hostname;
      else if (!isAll(this.#bound)) this.#bound = undefined;
      const over = guest.over.catch((error) => this.#failed(error));
      settle(over.then(() => this.#takeOver()), (error) => this.#failed(error));
      if (this.#options.rank > 0) guest.claim();
    }
  }

  /** Lets a guest of a higher rank have the port; once, for it might not be able to. */
  #yield(): void {
    const holding = this.#holding;
    if (holding?.role !== "owner" || this.#yielded) return;
    this.#yielded = true;
    this.#release(holding);
    settle(this.#takeOver(YIELD_MS), (error) => this.#failed(error));
  }

  /** The owner is gone: takes its place, or joins whoever has; where neither can be for a while, any free port will do. */
  async #takeOver(wait = RANK_MS * Math.max(0, LISTENER - this.#options.rank)): Promise<void> {
    this.#holding = undefined;
    await new Promise((resolve) => setTimeout(resolve, wait));
    const since = performance.now();
    while (!this.#closed) {
      const patient = performance.now() - since < TAKEOVER_MS;
      try {
        const holding = await this.#obtain(patient ? this.#address.port : 0, true);
        if (this.#closed) return this.#release(holding);
        this.#hold(holding);
        return this.changed();
      } catch (error) {
        if (!(error instanceof FailureError)) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, TAKEOVER_RETRY_MS));
    }
  }

  get address(): Address {
    return this.#address;
  }

  get dual(): boolean {
    return this.#dual;
  }

  get receiveBuffer(): number | undefined {
    return this.#receiveBuffer;
  }

  get sendProblem(): Text | undefined {
    return this.#holding?.role === "owner" ? this.#holding.udp.sendProblem : this.#guestProblem;
  }

  /** Whether this program holds the socket itself. */
  get owns(): boolean {
    return this.#holding?.role === "owner";
  }

  /** Whether those who call reach this program, and it is the one to tell contacts where this identity is. */
  get speaks(): boolean {
    const holding = this.#holding;
    return holding?.role === "owner" ? holding.owner.speaks : holding?.guest.speaks ?? false;
  }

  strip(address: Address): Address {
    const holding = this.#holding;
    if (address.hostname.includes("%")) {
      if (this.#zones.size >= MAX_ZONES) this.#zones.clear();
      this.#zones.set(address.hostname, address);
      if (holding?.role === "owner") holding.udp.strip(address);
      else holding?.guest.zone(address);
    }
    const [hostname] = address.hostname.split("%");
    return { hostname: hostname!, port: address.port };
  }

  async receiveAll(
    take: (arrivals: readonly Arrival[]) => void,
    failed: (error: unknown) => void,
  ): Promise<void> {
    this.#take = take;
    this.#failed = failed;
    this.#started.resolve();
    await this.#over.promise;
  }

  async sendAll(slots: readonly OutgoingDatagram[]): Promise<void> {
    const gone: number[] = [];
    for (const { buffer, length } of slots) {
      // Handshakes begin and are answered with these.
      if (buffer[0]! <= 2) gone.push(...this.#indexes.sent(buffer.subarray(0, length), this.uses));
    }
    const holding = this.#holding;
    if (holding?.role === "owner") {
      holding.owner.sent(slots);
      return await holding.udp.sendAll(slots);
    }
    if (gone.length > 0) holding?.guest.release(gone);
    await holding?.guest.sendAll(slots);
  }

  resign(): boolean {
    const holding = this.#holding;
    // Who leaves needs not be told what it has just done.
    this.changed = () => undefined;
    return holding?.role === "owner" && holding.owner.speaks && holding.owner.resign();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#holding !== undefined) this.#release(this.#holding);
    this.#holding = undefined;
    this.#over.resolve();
  }

  /** Lets go of the port. */
  #release(holding: Holding): void {
    if (holding.role === "guest") return holding.guest.close();
    new PortDoors(this.#options.place, holding.udp.address.port).clear(this.#bound);
    holding.owner.close();
  }
}
