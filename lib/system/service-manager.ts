/**
 * What a service manager is told (sd_notify(3)): one datagram to the local socket that `NOTIFY_SOCKET` names. Nobody waits for
 * an answer, and who is not there is not told: a program that cannot say so runs as well.
 */
import { utf8 } from "../bytes.ts";

/** The states of a service that are told. */
export type ServiceState = "READY=1" | "STOPPING=1";

/** Where the manager hears; undefined where this program is no service. A leading @ stands for NUL: an abstract socket. */
export function managerSocket(value: string | undefined): string | undefined {
  if (value?.startsWith("@")) return `\0${value.slice(1)}`;
  return value?.startsWith("/") ? value : undefined;
}

/** Tells the manager, if there is one; whether it was told. */
export async function tellManager(state: ServiceState): Promise<boolean> {
  const path = Deno.build.os === "linux" ? managerSocket(Deno.env.get("NOTIFY_SOCKET")) : undefined;
  if (path === undefined) return false;
  try {
    // A sender has to have a name; an abstract one leaves no file behind.
    const own = `\0p2p-${crypto.randomUUID()}`;
    const socket = Deno.listenDatagram({ transport: "unixpacket", path: own });
    try {
      await socket.send(utf8(state), { transport: "unixpacket", path });
    } finally {
      socket.close();
    }
    return true;
  } catch (error) {
    // The system's refusals: nobody hears there.
    if (!(error instanceof Error)) throw error;
    return false;
  }
}
