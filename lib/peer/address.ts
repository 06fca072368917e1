/** UDP addresses as the peer layer sees them: numeric host text and a port. */

/** Where a datagram comes from or goes to. */
export interface Address {
  readonly hostname: string;
  readonly port: number;
}

/** Whether two addresses are the same text and port. */
export function sameAddress(a: Address, b: Address): boolean {
  return a.port === b.port && a.hostname === b.hostname;
}

/** A map key for an address; also what a cookie is bound to. */
export function addressKey(address: Address): string {
  return `${address.hostname} ${address.port}`;
}

/**
 * The part of an address that one party plausibly holds alone, for rate limits: an IPv4 address, or the first 64 bits
 * of an IPv6 address (WireGuard does the same).
 */
export function sourceKey(address: Address): string {
  const { hostname } = address;
  if (!hostname.includes(":")) return hostname;
  const head = hostname.split("::")[0]!;
  const groups = head === "" ? [] : head.split(":");
  while (groups.length < 4) groups.push("0");
  return groups.slice(0, 4).join(":");
}

/** Whether an address never leaves the machine. */
export function isLoopback(address: Address): boolean {
  return address.hostname.startsWith("127.") || address.hostname === "::1";
}
