/** Whether multicast works here: the group is joined on each interface as discovery does, and what is sent to it is heard. */
import {
  groupAddress,
  groupSender,
  inScope,
  isSystemError,
  joinGroup,
  type LanScope,
} from "./lan-group.ts";
import { isInside } from "./own-addresses.ts";

/** How far it got on one interface and family. */
export type LanReach =
  /** What was sent came back. */
  | "heard"
  /** The system does not let the group be joined. */
  | "no-group"
  /** The system does not let anything be sent to it. */
  | "no-send"
  /** Nothing of what was sent came back. */
  | "silent";

/** One interface and family. */
export interface LanProbe {
  readonly name: string;
  readonly family: "IPv4" | "IPv6";
  readonly reach: LanReach;
  /** It leads nowhere but to this machine, and what runs on it. */
  readonly inside: boolean;
}

/** What a probe begins with; no program takes it for a beacon. */
const MARK = "p2p doctor ";

/**
 * Tries all interfaces in `scope` at once.
 *
 * @param token tells this run from others at the same time
 * @param over ends the waiting for what was sent
 */
export async function probeLan(
  scope: LanScope,
  token: string,
  over: AbortSignal,
): Promise<LanProbe[]> {
  const all = Deno.networkInterfaces().filter((own) => inScope(own, scope));
  return await Promise.all(all.map(async (own, i) => {
    const { name, family } = own;
    const reach = await probe(own, new TextEncoder().encode(`${MARK}${token} ${i}`), over);
    return { name, family, reach, inside: isInside(own) };
  }));
}

async function probe(
  own: Deno.NetworkInterfaceInfo,
  datagram: Uint8Array,
  over: AbortSignal,
): Promise<LanReach> {
  const group = await joinGroup(own);
  if (group === undefined) return "no-group";
  const sender = groupSender(own, true);
  let open = true;
  const close = () => {
    if (open) group.close();
    open = false;
  };
  over.addEventListener("abort", close);
  if (over.aborted) close();
  try {
    const heard = hears(group, datagram);
    const sent = await sends(sender, datagram, own);
    if (!sent) close();
    const came = await heard;
    return !sent ? "no-send" : came ? "heard" : "silent";
  } finally {
    over.removeEventListener("abort", close);
    close();
    sender?.close();
  }
}

async function sends(
  sender: Deno.DatagramConn | undefined,
  datagram: Uint8Array,
  own: Deno.NetworkInterfaceInfo,
): Promise<boolean> {
  try {
    await sender?.send(datagram, { transport: "udp", ...groupAddress(own) });
    return sender !== undefined;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return false;
  }
}

/** Waits for `datagram` at `group`; false when the socket is closed before. */
async function hears(group: Deno.DatagramConn, datagram: Uint8Array): Promise<boolean> {
  for (;;) {
    try {
      const [heard] = await group.receive();
      if (heard.length === datagram.length && heard.every((byte, i) => byte === datagram[i])) {
        return true;
      }
    } catch (error) {
      if (error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted) {
        return false;
      }
      // Reports of routers about earlier datagrams (ICMP) come as errors of a receive.
      if (!isSystemError(error)) throw error;
    }
  }
}
