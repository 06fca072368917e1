/** Discovery at work: the loop that drives a `Discovery` over the sockets of the LAN. */
import {
  Discovery,
  type DiscoveryDatagram,
  type DiscoveryEvent,
  type DiscoveryOptions,
} from "../discovery/discovery.ts";
import type { LanScope } from "./lan-group.ts";
import { LanSockets } from "./lan-sockets.ts";

/** Interfaces are looked at again this often, in milliseconds; sooner while one is not usable yet. */
const REFRESH_MS = 2000;
const RETRY_MS = 500;
/** Tries of the quick kind: an interface that then still refuses has no multicast. */
const MAX_RETRIES = 8;

/** What the loop is made from. */
export interface LanOptions extends Omit<DiscoveryOptions, "now"> {
  readonly scope: LanScope;
  /** The one local address that the program has; all of them when undefined. */
  readonly bound?: string | undefined;
  readonly event: (event: DiscoveryEvent) => void;
  /** An error of ours in the loop, which goes on without discovery. */
  readonly failed: (error: unknown) => void;
}

/** Discovery of one program, until it is closed. */
export class Lan {
  readonly discovery: Discovery;
  readonly #options: LanOptions;
  readonly #sockets: LanSockets;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #refreshTimer: ReturnType<typeof setTimeout> | undefined;
  #retries = 0;
  #sending: Promise<void> = Promise.resolve();
  #closed = false;

  private constructor(options: LanOptions) {
    this.#options = options;
    this.discovery = new Discovery({ ...options, now: performance.now() });
    this.#sockets = new LanSockets(options.scope, options.bound, (datagram, from) => {
      this.#guard(() => {
        this.discovery.receive(datagram, from, performance.now(), Date.now());
        this.#turn();
      });
    });
  }

  /** Opens the sockets and begins. */
  static async start(options: LanOptions): Promise<Lan> {
    const lan = new Lan(options);
    await lan.#refresh();
    lan.wake();
    return lan;
  }

  /** The interfaces in use, as "eth0 192.168.1.7". */
  get links(): string[] {
    return this.#sockets.links;
  }

  /** Looks for a contact; an event tells when it is found. */
  seek(key: Uint8Array): void {
    this.discovery.seek(key, performance.now());
    this.wake();
  }

  /** Asks who shows a name to everybody. */
  look(): void {
    this.discovery.look(Date.now());
    this.wake();
  }

  /** Says and asks everything again, as at the start. */
  restart(): void {
    this.discovery.restart(performance.now());
    this.wake();
  }

  /** Contacts reach this program at another port; see `Discovery.moveTo`. */
  moveTo(port: number): void {
    this.discovery.moveTo(port, performance.now());
    this.wake();
  }

  /** Something was asked of the discovery. */
  wake(): void {
    this.#guard(() => this.#turn());
  }

  /** Says goodbye to contacts and lets go of the sockets. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.discovery.leave(Date.now());
    this.#flush();
    this.#closed = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#refreshTimer);
    await this.#sending;
    await this.#sockets.close();
  }

  /** Does what is due, sends and tells what there is, and sets the clock for the next time. */
  #turn(): void {
    if (this.#closed) return;
    const now = performance.now();
    if (now >= this.discovery.nextTimeout()) this.discovery.timeout(now, Date.now());
    this.#flush();
    for (let event = this.discovery.event(); event !== undefined; event = this.discovery.event()) {
      this.#options.event(event);
    }
    clearTimeout(this.#timer);
    const wait = Math.max(1, this.discovery.nextTimeout() - now);
    this.#timer = setTimeout(() => this.wake(), wait);
  }

  #flush(): void {
    const datagrams: DiscoveryDatagram[] = [];
    for (
      let sent = this.discovery.transmit();
      sent !== undefined;
      sent = this.discovery.transmit()
    ) {
      datagrams.push(sent);
    }
    if (datagrams.length === 0) return;
    this.#sending = this.#sending.then(async () => {
      for (const { data, to } of datagrams) await this.#sockets.send(data, to);
    }).catch(this.#options.failed);
  }

  async #refresh(): Promise<void> {
    const { opened, waiting } = await this.#sockets.refresh();
    if (this.#closed) return;
    if (opened) this.#guard(() => this.discovery.restart(performance.now()));
    const soon = waiting && this.#retries < MAX_RETRIES;
    this.#retries = opened ? 0 : this.#retries + 1;
    this.#refreshTimer = setTimeout(() => {
      this.#refresh().then(() => this.wake(), this.#options.failed);
    }, soon ? RETRY_MS : REFRESH_MS);
  }

  /** A bug in discovery ends discovery, nothing else. */
  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#closed = true;
      clearTimeout(this.#timer);
      clearTimeout(this.#refreshTimer);
      this.#options.failed(error);
    }
  }
}
