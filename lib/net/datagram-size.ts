/**
 * The largest datagram to try towards a peer. A program cannot learn the MTU of an interface here, nor, but on Linux,
 * forbid the system to fragment (RFC 8085 §3.2), so the user may say what the network carries: `P2P_DATAGRAM`, in bytes
 * of UDP payload.
 */
import { UsageError } from "../errors.ts";
import type { EndpointConfig } from "../peer/config.ts";
import { isLoopback } from "../peer/address.ts";

/** RFC 9000 §14: what every path carries; and what fits an IPv4 packet with room to spare. */
const LEAST = 1200;
const MOST = 65_000;

/** The limits of `defaults`, or the value of `P2P_DATAGRAM` if it is set, for peers that are not on this machine. */
export function datagramLimits(
  setting: string | undefined,
  defaults: Pick<EndpointConfig, "maxDatagram" | "farDatagram">,
): Pick<EndpointConfig, "maxDatagram" | "farDatagram"> {
  const { maxDatagram, farDatagram } = defaults;
  if (setting === undefined || setting === "") return { maxDatagram, farDatagram };
  const bytes = Number(setting);
  if (!Number.isInteger(bytes) || bytes < LEAST || bytes > MOST) {
    throw new UsageError("net.datagram-size", { least: LEAST, most: MOST });
  }
  return {
    maxDatagram: (address) => isLoopback(address) ? maxDatagram(address) : bytes,
    farDatagram: (address) => isLoopback(address) ? farDatagram(address) : bytes,
  };
}
