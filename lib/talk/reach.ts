/** From what a person writes to a conversation: the peer's address and key, the socket, the handshake, trust. */
import { hex } from "../bytes.ts";
import { decodePublicKeyText } from "../crypto/keys/text.ts";
import { FailureError, UsageError } from "../errors.ts";
import { DEFAULT_PORT, parseAddress } from "../net/address.ts";
import { hasDoor, heldPorts, type PortPlace, PORTS_FOLDER } from "../net/port-door.ts";
import { SharedPort } from "../net/shared-port.ts";
import { UdpSocket } from "../net/socket.ts";
import { Node, type NodeOptions } from "../net/node.ts";
import { datagramLimits } from "../net/datagram-size.ts";
import { DEFAULT_CONFIG } from "../peer/config.ts";
import { ensureHome, homePath } from "../state/home.ts";
import { couldBeContact } from "../state/contact-name.ts";
import type { Identity } from "../state/identity.ts";
import { GROUP_MARK } from "../state/groups.ts";
import type { State } from "../state/state.ts";
import { text } from "../text/catalogue.ts";
import { lanIsOff } from "./presence.ts";
import { expectedKey, type Intended } from "./trust.ts";

/** An answer comes within this, or there is nobody: the contract says 10 seconds, the start included. */
const CONNECT_CONFIG = { handshakeTimeoutMs: 7_000 } as const;

/** A node with the application's patience and the memory of its sessions. */
export function bindNode(
  identity: Identity,
  { sessions }: State,
  options: Omit<NodeOptions, "identity">,
): Node {
  return Node.bind({
    identity,
    tickets: sessions,
    timestamps: sessions,
    ...options,
    config: {
      ...CONNECT_CONFIG,
      ...datagramLimits(Deno.env.get("P2P_DATAGRAM"), DEFAULT_CONFIG),
      ...options.config,
    },
  });
}

/** Of which programs of one port those who call are answered: by the first of the highest rank. */
export const PortRank = {
  /** Only who is being called reaches it. */
  none: 0,
  /** It takes calls while it is there. */
  some: 1,
  /** It is there to be called. */
  listener: 2,
} as const;

/** What is wanted of a port that programs of one identity share. */
export interface ShareOptions {
  readonly hostname?: string | undefined;
  /** Undefined: the usual one, or any free one when a program of somebody else's has that. */
  readonly port: number | undefined;
  readonly rank: number;
  /** Joins who has the usual port, where a program of ours has; else it shares none. */
  readonly joins?: boolean | undefined;
}

/**
 * Binds or joins a port together with other programs of this identity; undefined where that cannot be: no local sockets, or
 * no place for them.
 */
export async function sharePort(
  { publicKey }: Identity,
  { hostname, port, rank, joins }: ShareOptions,
): Promise<SharedPort | undefined> {
  // Who only calls, from any port, needs nobody to find it there.
  if (Deno.build.os === "windows" || (rank === PortRank.none && port === 0)) return undefined;
  let folder: string;
  try {
    folder = ensureHome(PORTS_FOLDER);
  } catch (error) {
    // A home that cannot be written to is told of by who needs more of it.
    if (!(error instanceof Error)) throw error;
    return undefined;
  }
  const place = placeOf(folder, publicKey);
  const options = { place, hostname, rank };
  if (joins && port === undefined) {
    return await SharedPort.join({ ...options, port: DEFAULT_PORT, anyAddress: false });
  }
  if (port !== undefined) {
    return await SharedPort.open({ ...options, port, anyAddress: rank === PortRank.none });
  }
  try {
    return await SharedPort.open({ ...options, port: DEFAULT_PORT, anyAddress: false });
  } catch (error) {
    if (error instanceof FailureError) {
      return await SharedPort.open({ ...options, port: 0, anyAddress: false });
    }
    throw error;
  }
}

/** Where programs of the identity meet. */
function placeOf(folder: string, publicKey: Uint8Array): PortPlace {
  return { folder, identity: hex(publicKey.subarray(1, 9)) };
}

/** The port at which programs of the identity are reached now; the usual one where none runs. */
export async function portOf(publicKey: Uint8Array): Promise<number> {
  const held = await heldPorts(placeOf(homePath(PORTS_FOLDER), publicKey));
  return held.includes(DEFAULT_PORT) ? DEFAULT_PORT : held[0] ?? DEFAULT_PORT;
}

/**
 * Refuses a port that another program has, before anybody is asked for the passphrase of an identity. Where a program of
 * this home has it, or has had it, the identity decides.
 */
export function refuseTakenPort(port: number | undefined, hostname: string | undefined): void {
  if (port === undefined || port === 0 || hasDoor(homePath(PORTS_FOLDER), port)) return;
  UdpSocket.bind(hostname, port).close();
}

/** Binds `port`; undefined: the usual one, or any free one when another program has that. */
export function bindPreferred(port: number | undefined, bind: (port: number) => Node): Node {
  if (port !== undefined) return bind(port);
  try {
    return bind(DEFAULT_PORT);
  } catch (error) {
    if (error instanceof FailureError) return bind(0);
    throw error;
  }
}

/**
 * Address and expected key of `peer`: an address, a host name, a contact's name, or a key.
 *
 * @param sought whether discovery looks for those of whom no address is known
 */
export function intendedPeer(state: State, peer: string, sought = !lanIsOff()): Intended {
  const contact = peer.startsWith("p2p1")
    ? state.contacts.byKey(decodePublicKeyText(peer))
    : state.contacts.find(peer);
  if (contact !== undefined) {
    const { name, key } = contact;
    if (contact.address === undefined) {
      if (sought) return { address: undefined, name, key };
      throw new UsageError("talk.no-address", { name }, {
        hint: text("talk.no-address.hint", { name }),
      });
    }
    return { address: parseAddress(contact.address), name, key };
  }
  if (peer.startsWith("p2p1")) {
    if (sought) return { address: undefined, key: decodePublicKeyText(peer) };
    throw new UsageError("talk.key-alone", { peer }, { hint: text("talk.key-alone.hint") });
  }
  const address = parseAddress(peer);
  return { address, key: expectedKey(state, address) };
}

/**
 * Throws where `peer` can be none, whatever the names of contacts are.
 *
 * @param contacts whether there may be any
 */
export function checkPeer(peer: string, contacts: boolean): void {
  if (peer.startsWith(GROUP_MARK)) return;
  if (peer.startsWith("p2p1")) decodePublicKeyText(peer);
  else if (!contacts || !couldBeContact(peer)) parseAddress(peer);
}
