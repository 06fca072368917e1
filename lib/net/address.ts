/**
 * Where a peer is: "IP", "IP:PORT", "[v6]:PORT", a bare IPv6 address, or a host name, and the one spelling of each
 * IP address that everything else uses.
 */
import { UnreachableError, UsageError } from "../errors.ts";
import type { Address } from "../peer/address.ts";
import { text } from "../text/catalogue.ts";

/** UDP port where none is given. */
export const DEFAULT_PORT = 9999;

export type { Address };

const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/;
const IPV6 = /^[0-9a-f:]*:[0-9a-f:.]*$/i;
/** A link-local address with the zone it is of, the name of an interface (RFC 4007 §11, RFC 9844). */
const ZONED = /^(fe[89ab][0-9a-f]:[0-9a-f:]*)%([\w.-]{1,15})$/i;
const hostName = () => /^[\p{L}\p{N}](?:[\p{L}\p{N}._-]{0,251}[\p{L}\p{N}])?\.?$/u;

function usage(given: string): UsageError {
  return new UsageError("net.no-address", { given }, { hint: text("net.no-address.hint") });
}

function port(digits: string | undefined, given: string, usual: number): number {
  if (digits === undefined) return usual;
  const value = Number(digits);
  if (!/^\d{1,5}$/.test(digits) || value < 1 || value > 65535) {
    throw new UsageError("net.no-port", { given }, { hint: text("net.no-port.hint") });
  }
  return value;
}

/**
 * Splits what a person wrote into host and port; a UsageError when it can be neither.
 *
 * @param usual the port where none is written
 */
export function parseAddress(given: string, usual = DEFAULT_PORT): Address {
  const bracketed = /^\[([^\]]+)\](?::(.*))?$/.exec(given);
  if (bracketed !== null) {
    if (!isIpv6(bracketed[1]!)) throw usage(given);
    return { hostname: plainAddress(bracketed[1]!), port: port(bracketed[2], given, usual) };
  }
  if (isIpv6(given)) return { hostname: plainAddress(given), port: usual };
  const [host, digits, ...more] = given.split(":");
  if (host === undefined || more.length > 0) throw usage(given);
  if (!IPV4.test(host)) {
    // All digits and dots, yet no address: a mistyped one, never a name to look up.
    if (/^[\d.]+$/.test(host) || !hostName().test(host)) throw usage(given);
  }
  return { hostname: host.toLowerCase(), port: port(digits, given, usual) };
}

/** Whether `host` is an IP address rather than a name. */
export function isIp(host: string): boolean {
  return IPV4.test(host) || isIpv6(host);
}

/** Whether `host` is written as an IPv6 address. */
function isIpv6(host: string): boolean {
  const [plain] = splitZone(host);
  if (plain !== host) return isIpv6(plain);
  if (!IPV6.test(host) || host.split(":").length < 3) return false;
  return URL.canParse(`http://[${host}]/`);
}

/** Whether `host` is an IPv6 address that means something on one link only (RFC 4291 §2.5.6). */
export function isLinkLocal(host: string): boolean {
  return /^fe[89ab][0-9a-f]:/i.test(host);
}

/** An address without its zone, and the zone: "fe80::1%eth0" is "fe80::1" of "eth0". */
export function splitZone(host: string): readonly [plain: string, zone: string | undefined] {
  const [, plain, zone] = ZONED.exec(host) ?? [];
  return plain === undefined ? [host, undefined] : [plain, zone];
}

/** The one spelling of an IP address: IPv4 mapped into IPv6 as IPv4, IPv6 compressed and in lower case. */
export function plainAddress(host: string): string {
  if (!host.includes(":")) return host;
  const [plain, zone] = splitZone(host);
  if (zone !== undefined) return `${plainAddress(plain)}%${zone}`;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(host);
  if (mapped !== null) return mapped[1]!;
  if (!URL.canParse(`http://[${host}]/`)) return host.toLowerCase();
  const compressed = new URL(`http://[${host}]/`).hostname.slice(1, -1);
  const hexMapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(compressed);
  if (hexMapped === null) return compressed;
  const [high, low] = [parseInt(hexMapped[1]!, 16), parseInt(hexMapped[2]!, 16)];
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}

/** "1.2.3.4:9999", "[::1]:9999". */
export function formatAddress({ hostname, port }: Address): string {
  return hostname.includes(":") ? `[${hostname}]:${port}` : `${hostname}:${port}`;
}

/** The IP addresses of a host, IPv4 first; an UnreachableError when it has none. */
export async function resolveAddress(address: Address): Promise<Address[]> {
  const { hostname, port } = address;
  if (isIp(hostname)) return [address];
  const { lookup } = await import("node:dns/promises"); // here: it takes as long to load as all of p2p
  try {
    const found = await lookup(hostname, { all: true });
    const ordered = found.sort((a, b) => a.family - b.family);
    return ordered.map((entry) => ({ hostname: plainAddress(entry.address), port }));
  } catch (cause) {
    // A word alone may be meant as a contact.
    const hint = hostname.includes(".") ? undefined : text("net.no-host.hint");
    throw new UnreachableError("net.no-host", { host: hostname }, { cause, hint });
  }
}
