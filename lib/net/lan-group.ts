/**
 * The multicast groups of discovery: which interfaces take part, how one hears its group and sends to it. What the system
 * refuses is answered with undefined: discovery does without that interface.
 */
import type { DiscoveryAddress } from "../discovery/discovery.ts";

/** The groups: administratively scoped to the site (RFC 2365 §6.2), and link-local, transient (RFC 4291 §2.7). */
const LAN_GROUP_IPV4 = "239.255.112.50";
const LAN_GROUP_IPV6 = "ff12::7032:70";
/** UDP port of the groups. */
export const LAN_PORT = 9998;

/** Which interfaces discovery uses. */
export type LanScope = "all" | "off" | readonly string[];

/**
 * Reads `P2P_LAN`: "off", or names of interfaces with commas ("lo", "eth0,wlan0"); all of them when it is not set.
 */
export function parseLanScope(value: string | undefined): LanScope {
  if (value === undefined || value === "" || value === "all") return "all";
  return value === "off" ? "off" : value.split(",").map((name) => name.trim());
}

/** Whether discovery takes part in the network of `own`. */
export function inScope(
  { name, family, address, scopeid }: Deno.NetworkInterfaceInfo,
  scope: LanScope,
): boolean {
  if (scope === "off" || (scope !== "all" && !scope.includes(name))) return false;
  // Of IPv6 the link-local address alone: the group is link-local, and it names the interface.
  return family === "IPv4" || (address.startsWith("fe80:") && (scopeid ?? 0) > 0);
}

/** Where the group of a family is on one interface. */
export function groupAddress(
  { name, family }: Pick<Deno.NetworkInterfaceInfo, "name" | "family">,
): DiscoveryAddress {
  return family === "IPv4"
    ? { hostname: LAN_GROUP_IPV4, port: LAN_PORT }
    : { hostname: `${LAN_GROUP_IPV6}%${name}`, port: LAN_PORT };
}

/**
 * Sends from one interface, and hears answers there; undefined where the system refuses.
 *
 * @param loopback whether what it sends to the group comes back to this machine
 */
export function groupSender(
  { name, family, address }: Deno.NetworkInterfaceInfo,
  loopback = false,
): Deno.DatagramConn | undefined {
  return listen(family === "IPv6" ? `${address}%${name}` : address, 0, loopback);
}

/** Hears the group on one interface; undefined where the system refuses. */
export async function joinGroup(
  { name, family, address, scopeid }: Deno.NetworkInterfaceInfo,
): Promise<Deno.DatagramConn | undefined> {
  // Bound to the group itself, an IPv6 socket hears that interface alone; IPv4 has no such form, so several sockets
  // may hear the same datagram, which changes nothing.
  const hostname = family === "IPv4" ? LAN_GROUP_IPV4 : `${LAN_GROUP_IPV6}%${name}`;
  const wildcard = family === "IPv4" ? "0.0.0.0" : "::";
  const socket = listen(hostname, LAN_PORT) ?? listen(wildcard, LAN_PORT);
  if (socket === undefined) return undefined;
  try {
    const membership = family === "IPv4"
      ? await socket.joinMulticastV4(LAN_GROUP_IPV4, address)
      : await socket.joinMulticastV6(LAN_GROUP_IPV6, scopeid ?? 0);
    // Programs of other users of this machine are found, too.
    await membership.setLoopback(true);
    return socket;
  } catch (error) {
    socket.close();
    if (!isSystemError(error)) throw error;
    return undefined;
  }
}

/** Binds a socket that others may share; undefined where the system refuses. */
function listen(
  hostname: string,
  port: number,
  loopback = false,
): Deno.DatagramConn | undefined {
  const reuseAddress = port !== 0;
  try {
    return Deno.listenDatagram({ transport: "udp", hostname, port, reuseAddress, loopback });
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return undefined;
  }
}

/** Whether the system refused something, as opposed to a bug of ours. */
export function isSystemError(error: unknown): boolean {
  return error instanceof Error &&
    ("code" in error || Object.values(Deno.errors).some((type) => error instanceof type));
}
