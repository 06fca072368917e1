/**
 * Zones of link-local addresses (RFC 4007). The runtime leaves them out of the addresses that datagrams come from, so
 * peers go by their address alone, and the zone is put back where something is sent: the one that the user named or
 * that worked, else that of every interface with a link-local address of its own.
 */
import type { Address } from "./address.ts";
import { isLinkLocal, splitZone } from "./address.ts";

/** Zones kept; more link-local peers than this are asked for on every interface again. */
const MAX_ZONES = 1024;

/** The zones of one socket's peers. */
export class Zones {
  readonly #known = new Map<string, string>();
  readonly #interfaces: () => readonly string[];

  /** @param interfaces names of the interfaces that have a link-local address */
  constructor(interfaces: () => readonly string[] = linkLocalInterfaces) {
    this.#interfaces = interfaces;
  }

  /** The address as peers go by it; remembers its zone. */
  strip(address: Address): Address {
    const [hostname, zone] = splitZone(address.hostname);
    if (zone === undefined) return address;
    if (this.#known.size >= MAX_ZONES) this.#known.clear();
    this.#known.set(hostname, zone);
    return { hostname, port: address.port };
  }

  /** Every spelling under which `hostname` is to be sent to. */
  spellings(hostname: string): readonly string[] {
    if (!isLinkLocal(hostname)) return [hostname];
    const zone = this.#known.get(hostname);
    return (zone === undefined ? this.#interfaces() : [zone]).map((name) => `${hostname}%${name}`);
  }
}

function linkLocalInterfaces(): readonly string[] {
  const names = Deno.networkInterfaces()
    .filter(({ address, family }) => family === "IPv6" && isLinkLocal(address))
    .map(({ name }) => name);
  return [...new Set(names)];
}
