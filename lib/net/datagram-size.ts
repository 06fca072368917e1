/**
 * The largest datagram to try towards a peer. A program cannot learn the MTU of an interface here, nor forbid the
 * system to fragment (RFC 8085 §3.2), so beyond this machine the search ends at what Ethernet carries, unless the user
 * says that the network carries more: `P2P_DATAGRAM`, in bytes of UDP payload.
 */
import { UsageError } from "../errors.ts";
import { DEFAULT_CONFIG, type EndpointConfig } from "../peer/config.ts";
import { isLoopback } from "./address.ts";

/** RFC 9000 §14: what every path carries; and what fits an IPv4 packet with room to spare. */
const LEAST = 1200;
const MOST = 65_000;

/** The limit for each address, with the value of `P2P_DATAGRAM` if it is set. */
export function largestDatagram(setting: string | undefined): EndpointConfig["maxDatagram"] {
  if (setting === undefined || setting === "") return DEFAULT_CONFIG.maxDatagram;
  const bytes = Number(setting);
  if (!Number.isInteger(bytes) || bytes < LEAST || bytes > MOST) {
    throw new UsageError(`read P2P_DATAGRAM: not a number from ${LEAST} to ${MOST}`);
  }
  return (address) => isLoopback(address.hostname) ? DEFAULT_CONFIG.maxDatagram(address) : bytes;
}
