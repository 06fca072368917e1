/**
 * From what a person writes to a conversation: the identity, the peer's address, the socket, the handshake, trust.
 * Shared by chat, send-file, voice, and by listen when it is told to reach somebody.
 */
import { UsageError } from "../../lib/errors.ts";
import { type Address, DEFAULT_PORT, formatAddress, parseAddress } from "../../lib/net/address.ts";
import type { Conversation } from "../../lib/net/conversation.ts";
import { datagramLimits } from "../../lib/net/datagram-size.ts";
import { KeyChangedError, Node, type NodeOptions } from "../../lib/net/node.ts";
import { DEFAULT_CONFIG } from "../../lib/peer/config.ts";
import { couldBeContact } from "../../lib/state/contact-name.ts";
import { onInterrupt } from "../../lib/system/cleanup.ts";
import { decodePublicKeyText } from "../../lib/crypto/keys/text.ts";
import { FailureError } from "../../lib/errors.ts";
import type { Identity } from "../../lib/state/identity.ts";
import type { State } from "../../lib/state/state.ts";
import { type Loudness, notice } from "../../lib/terminal/notice.ts";
import { safeText } from "../../lib/text/safe.ts";
import config from "../../deno.json" with { type: "json" };
import { openOwnState } from "../shared/own-state.ts";
import { conversationIdentity, type IdentityFlags } from "./own-identity.ts";
import type { Person } from "./person.ts";
import { expectedKey, type Intended, judgePeer, keyChanged, type TrustFlags } from "./trust.ts";

/** What the hello says of this program. */
const PROGRAM = `p2p/${config.version}`;

/** An answer comes within this, or there is nobody: the contract says 10 seconds, the start included. */
const CONNECT_CONFIG = { handshakeTimeoutMs: 7_000 } as const;

/** Flags of every command that reaches a peer. */
export interface ConnectFlags extends IdentityFlags, TrustFlags {
  /** Local UDP port; any free one when undefined. */
  readonly port?: number | undefined;
}

/** A node for commands: this program's name and patience, and its memory of sessions. */
export function bindNode(
  identity: Identity,
  { sessions }: State,
  options: Omit<NodeOptions, "identity" | "program">,
): Node {
  return Node.bind({
    identity,
    program: PROGRAM,
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

/** A conversation that was begun for one command, and all that hangs on it. */
export interface Reached {
  readonly node: Node;
  readonly conversation: Conversation;
  readonly person: Person;
  readonly identity: Identity;
  readonly state: State;
  /** Says goodbye and lets go of the socket and of the state. */
  close(): Promise<void>;
}

/** Address and expected key of `peer`: an address, a host name, a contact's name, or the key of a contact. */
export function intendedPeer(state: State, peer: string): Intended {
  const contact = peer.startsWith("p2p1")
    ? state.contacts.byKey(decodePublicKeyText(peer))
    : state.contacts.find(peer);
  if (contact !== undefined) {
    if (contact.address === undefined) {
      throw new UsageError(`reach ${contact.name}: no address is known`, {
        hint: `give one with: p2p contact add "${contact.name}" --address IP[:PORT]`,
      });
    }
    return { address: parseAddress(contact.address), name: contact.name, key: contact.key };
  }
  if (peer.startsWith("p2p1")) {
    throw new UsageError("reach peer: no contact has that key, and a key alone is no address", {
      hint: "name an IP address, a host or a contact",
    });
  }
  const address = parseAddress(peer);
  return { address, key: expectedKey(state, address) };
}

/** A mistyped peer is told before a passphrase is asked for. */
function checkPeer(peer: string): void {
  if (peer.startsWith("p2p1")) decodePublicKeyText(peer);
  else if (!couldBeContact(peer)) parseAddress(peer);
}

/** Connects on a node that is there. `prepare` sets the handlers before anything is read. */
export async function reach(
  node: Node,
  state: State,
  peer: string,
  flags: TrustFlags,
  prepare: (conversation: Conversation, person: Person) => void,
): Promise<{ conversation: Conversation; person: Person }> {
  const intended = intendedPeer(state, peer);
  let person: Person | undefined;
  try {
    const conversation = await node.connect(intended.address, {
      remoteKey: intended.key,
      admit: ({ key }) => {
        person = judgePeer(state, intended, key, flags);
        return Promise.resolve();
      },
      prepare: (conversation) => prepare(conversation, person!),
    });
    return { conversation, person: person! };
  } catch (error) {
    if (error instanceof KeyChangedError) throw keyChanged(state, intended, error.presented);
    throw error;
  }
}

/**
 * Binds a socket and connects to `peer`. The socket is let go of when that fails; on Ctrl-C the peer gets a goodbye.
 *
 * @param node makes the node when the caller wants more than the defaults
 */
export async function connectTo(
  peer: string,
  flags: ConnectFlags,
  options: {
    prepare?: (conversation: Conversation, person: Person) => void;
    node?: (identity: Identity, state: State) => Node;
  } = {},
): Promise<Reached> {
  checkPeer(peer);
  const identity = await conversationIdentity(flags);
  const state = await openOwnState(identity, { without: "known", quiet: flags.quiet });
  let node: Node;
  try {
    intendedPeer(state, peer);
    node = options.node?.(identity, state) ??
      bindNode(identity, state, { port: flags.port ?? 0, config: { accept: false } });
  } catch (error) {
    state.close();
    throw error;
  }
  const forget = onInterrupt(() => node.close());
  const close = async () => {
    forget();
    await node.close();
    state.close();
  };
  try {
    const reached = await reach(node, state, peer, flags, options.prepare ?? (() => undefined));
    return { node, identity, state, close, ...reached };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Binds `port`; when another program has it and the user did not ask for it, any free one. */
export function bindPreferred(port: number | undefined, bind: (port: number) => Node): Node {
  if (port !== undefined) return bind(port);
  try {
    return bind(DEFAULT_PORT);
  } catch (error) {
    if (error instanceof FailureError) return bind(0);
    throw error;
  }
}

/** "listening on ADDR:PORT", for people and scripts. */
export function sayListening(node: Node, flags: Loudness): void {
  notice(`listening on ${formatAddress(node.address)}`, flags);
  if (node.dual) notice(`and on ${formatAddress({ ...node.address, hostname: "::" })}`, flags);
}

/** "alice at 10.0.0.2:9999", safe to print. */
export function whoAndWhere(person: Person, address: Address): string {
  return `${safeText(person.label)} at ${formatAddress(address)}`;
}
