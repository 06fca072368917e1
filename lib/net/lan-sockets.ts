/**
 * The sockets of discovery: one that hears the multicast groups and one to send from for each interface and family.
 * Interfaces that come and go (a laptop that joins a network) are followed by `refresh`.
 *
 * Everything here is best effort: an interface without multicast, or one that vanishes meanwhile, is left out.
 */
import type { DiscoveryAddress } from "../discovery/discovery.ts";
import {
  groupAddress,
  groupSender,
  inScope,
  isSystemError,
  joinGroup,
  type LanScope,
} from "./lan-group.ts";

/** Addresses of which it is remembered where they were heard. */
const MAX_HEARD = 1024;

/** One interface and family. */
interface LanLink {
  readonly name: string;
  readonly family: "IPv4" | "IPv6";
  readonly address: string;
  readonly netmask: string;
  /** Hears the group. */
  readonly group: Deno.DatagramConn | undefined;
  /** Sends, and hears answers. */
  readonly sender: Deno.DatagramConn;
}

/** Called for each datagram. */
export type LanReceiver = (datagram: Uint8Array, from: DiscoveryAddress) => void;

/** All sockets of one program's discovery. */
export class LanSockets {
  readonly #scope: LanScope;
  readonly #bound: string | undefined;
  readonly #receiver: LanReceiver;
  readonly #links = new Map<string, LanLink>();
  readonly #reading = new Set<Promise<void>>();
  readonly #heardOn = new Map<string, LanLink>();
  #closed = false;

  /**
   * For every interface of `scope`.
   *
   * @param bound the one local address that the program has; undefined for all
   */
  constructor(scope: LanScope, bound: string | undefined, receiver: LanReceiver) {
    this.#scope = scope;
    this.#bound = bound;
    this.#receiver = receiver;
  }

  /** The interfaces in use, as "eth0 192.168.1.7". */
  get links(): string[] {
    return [...this.#links.values()].map(({ name, address }) => `${name} ${address}`);
  }

  /**
   * Opens what is new, closes what is gone.
   *
   * @returns whether there are new ones, and whether some are not usable yet (an IPv6 address that is being probed)
   */
  async refresh(): Promise<{ readonly opened: boolean; readonly waiting: boolean }> {
    if (this.#closed || this.#scope === "off") return { opened: false, waiting: false };
    const before = this.#links.size;
    const wanted = new Map(
      Deno.networkInterfaces().filter((own) => this.#covers(own)).map((own) => [linkKey(own), own]),
    );
    for (const [key, link] of this.#links) {
      if (!wanted.has(key)) this.#drop(key, link);
    }
    for (const [key, own] of wanted) {
      if (!this.#links.has(key)) await this.#open(key, own);
    }
    return { opened: this.#links.size > before, waiting: this.#links.size < wanted.size };
  }

  /** Sends to one address, or (undefined) to the groups on every interface. */
  async send(data: Uint8Array, to: DiscoveryAddress | undefined): Promise<void> {
    if (to !== undefined) {
      // An answer goes out where the question came in: from another interface it may not get there.
      const link = this.#heardOn.get(to.hostname);
      if (link !== undefined && this.#isOpen(link)) await this.#sendFrom(link, data, to);
      return;
    }
    for (const link of this.#links.values()) await this.#sendFrom(link, data, groupAddress(link));
  }

  /** Closes all of them. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const [key, link] of this.#links) this.#drop(key, link);
    await Promise.all(this.#reading);
  }

  #covers(own: Deno.NetworkInterfaceInfo): boolean {
    return inScope(own, this.#scope) && (this.#bound === undefined || this.#bound === own.address);
  }

  async #open(key: string, own: Deno.NetworkInterfaceInfo): Promise<void> {
    const { name, family, address, netmask } = own;
    const sender = groupSender(own);
    if (sender === undefined) return;
    const group = await joinGroup(own);
    if (this.#closed) {
      sender.close();
      group?.close();
      return;
    }
    const link: LanLink = { name, family, address, netmask, group, sender };
    this.#links.set(key, link);
    this.#read(link, sender);
    if (group !== undefined) this.#read(link, group);
  }

  #drop(key: string, link: LanLink): void {
    this.#links.delete(key);
    link.sender.close();
    link.group?.close();
  }

  #isOpen(link: LanLink): boolean {
    return [...this.#links.values()].includes(link);
  }

  /** Remembers on which link an address was heard. */
  #note(hostname: string, link: LanLink): void {
    const known = this.#heardOn.get(hostname);
    if (known !== undefined && covers(known, hostname) && this.#isOpen(known)) return;
    if (this.#heardOn.size >= MAX_HEARD) this.#heardOn.clear();
    this.#heardOn.set(hostname, link);
  }

  async #sendFrom({ sender }: LanLink, data: Uint8Array, to: DiscoveryAddress): Promise<void> {
    try {
      await sender.send(data, { transport: "udp", ...to });
    } catch (error) {
      // The interface is down, full, or gone: the next beacon tries again.
      if (!isSystemError(error)) throw error;
    }
  }

  #read(link: LanLink, socket: Deno.DatagramConn): void {
    const reading = this.#receive(link, socket).finally(() => this.#reading.delete(reading));
    this.#reading.add(reading);
  }

  async #receive(link: LanLink, socket: Deno.DatagramConn): Promise<void> {
    for (;;) {
      try {
        const [datagram, from] = await socket.receive();
        const { hostname, port } = from as Deno.NetAddr;
        const zone = hostname.startsWith("fe80:") ? `%${link.name}` : "";
        this.#note(hostname + zone, link);
        this.#receiver(datagram, { hostname: hostname + zone, port });
      } catch (error) {
        if (error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted) {
          return;
        }
        // Reports of routers about earlier datagrams (ICMP) come as errors of a receive.
        if (!isSystemError(error)) throw error;
      }
    }
  }
}

/** Whether an address is in the network of a link: of several sockets that hear one datagram, that one is answered from. */
function covers({ family, address, netmask, name }: LanLink, hostname: string): boolean {
  if (family === "IPv6") return hostname.endsWith(`%${name}`);
  if (hostname.includes(":")) return false;
  const [own, other, mask] = [address, hostname, netmask].map((each) =>
    each.split(".").map(Number)
  );
  return mask!.every((bits, i) => (own![i]! & bits) === (other![i]! & bits));
}

function linkKey({ name, family, address }: Deno.NetworkInterfaceInfo): string {
  return `${name} ${family} ${address}`;
}
