/**
 * Addresses as Linux keeps them: `struct sockaddr_in` and `struct sockaddr_in6` (ip(7), ipv6(7)), families in the byte
 * order of x86-64 and AArch64. Pure.
 */
import { type Address, isIp, isLinkLocal, plainAddress } from "./address.ts";

/** The longer of the two. */
export const SOCKADDR_BYTES = 28;
const SOCKADDR_IN_BYTES = 16;
const AF_INET = 2;
const AF_INET6 = 10;
/** The first 96 bits of an IPv4 address mapped into IPv6 (RFC 4291 §2.5.5.2). */
const MAPPED = [0, 0, 0, 0, 0, 0xffff];

/** The four numbers of an IPv4 address. */
function octets(hostname: string): number[] {
  return hostname.split(".").map(Number);
}

/** The eight groups of an IPv6 address, or of an IPv4 address mapped into one. */
function groups(hostname: string): number[] {
  if (!hostname.includes(":")) {
    const [a, b, c, d] = octets(hostname) as [number, number, number, number];
    return [...MAPPED, a << 8 | b, c << 8 | d];
  }
  const [head = "", tail] = hostname.split("::");
  const numbers = (text: string) => text === "" ? [] : text.split(":").map((g) => parseInt(g, 16));
  const before = numbers(head);
  if (tail === undefined) return before;
  const after = numbers(tail);
  return [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after];
}

/**
 * Writes `address` to `out`, for a socket of the family of IPv6 when `v6`; how many bytes. 0 when it has no such form: a
 * host name, a scope, or an IPv6 address for an IPv4 socket.
 */
export function encodeSockaddr(address: Address, v6: boolean, out: Uint8Array): number {
  const hostname = plainAddress(address.hostname);
  // A link-local address needs its zone, which the runtime spells.
  if (!isIp(hostname) || isLinkLocal(hostname) || (!v6 && hostname.includes(":"))) return 0;
  const view = new DataView(out.buffer, out.byteOffset, SOCKADDR_BYTES);
  out.fill(0, 0, SOCKADDR_BYTES);
  view.setUint16(0, v6 ? AF_INET6 : AF_INET, true);
  view.setUint16(2, address.port);
  if (!v6) {
    out.set(octets(hostname), 4);
    return SOCKADDR_IN_BYTES;
  }
  groups(hostname).forEach((group, i) => view.setUint16(8 + 2 * i, group));
  return SOCKADDR_BYTES;
}

/** The address at the head of `bytes`, in its one spelling; undefined for any other family. A scope is left out. */
export function decodeSockaddr(bytes: Uint8Array): Address | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const family = view.getUint16(0, true);
  const port = view.getUint16(2);
  if (family === AF_INET) return { hostname: bytes.subarray(4, 8).join("."), port };
  if (family !== AF_INET6) return undefined;
  const group = (i: number) => view.getUint16(8 + 2 * i);
  if (MAPPED.every((value, i) => group(i) === value)) {
    return { hostname: bytes.subarray(20, 24).join("."), port };
  }
  const text = Array.from({ length: 8 }, (_, i) => group(i).toString(16));
  return { hostname: plainAddress(text.join(":")), port };
}
