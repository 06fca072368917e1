/** Who has a UDP port: for `p2p doctor`, which binds it for a moment to see. */
import { FailureError, reasonText } from "../errors.ts";
import type { Text } from "../text/text.ts";
import { isHeldByOwn } from "./port-door.ts";
import { UdpSocket } from "./socket.ts";

/** What was found. */
export type PortUse =
  | { readonly kind: "free" }
  /** A program of this home has it, and shares it. */
  | { readonly kind: "own" }
  | { readonly kind: "other" }
  /** The system does not give it. */
  | { readonly kind: "refused"; readonly reason: Text };

/**
 * Who has `port`.
 *
 * @param folder where programs of this home meet (port-door.ts); undefined where there is no home
 */
export async function portUse(port: number, folder: string | undefined): Promise<PortUse> {
  try {
    UdpSocket.bind(undefined, port, false).close();
    return { kind: "free" };
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    if (!(error.cause instanceof Deno.errors.AddrInUse)) {
      return { kind: "refused", reason: reasonText(error.cause) };
    }
  }
  const own = folder !== undefined && await isHeldByOwn(folder, port);
  return { kind: own ? "own" : "other" };
}
