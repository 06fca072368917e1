/** Two nodes on loopback sockets. */
import { generateKeyPair } from "../../lib/crypto/sm2.ts";
import type { Address } from "../../lib/net/address.ts";
import type { Conversation } from "../../lib/net/conversation.ts";
import { Node, type NodeOptions } from "../../lib/net/node.ts";
import type { Message } from "../../lib/transfer/messages.ts";
import { until } from "../support/until.ts";

/** A node on a free port of 127.0.0.1. */
export function node(options: Partial<NodeOptions> = {}): Node {
  return Node.bind({
    identity: generateKeyPair(),
    program: "test/1",
    hostname: "127.0.0.1",
    port: 0,
    ...options,
  });
}

/** Two nodes, each with its end of one conversation; closed when `use` is done. */
export async function withPair(
  use: (pair: { left: Conversation; right: Conversation; a: Node; b: Node }) => Promise<void>,
  options: { right?: Partial<NodeOptions>; prepare?: (right: Conversation) => void } = {},
): Promise<void> {
  const arrived = Promise.withResolvers<Conversation>();
  const b = node({
    incoming: (conversation) => {
      options.prepare?.(conversation);
      arrived.resolve(conversation);
    },
    ...options.right,
  });
  const a = node();
  try {
    const left = await a.connect(b.address);
    await use({ left, right: await arrived.promise, a, b });
  } finally {
    await a.close();
    await b.close();
  }
}

/** A queue that one side fills and the test empties. */
export class Inbox<T> {
  readonly #items: T[] = [];
  #wake: () => void = () => undefined;

  readonly put = (item: T): void => {
    this.#items.push(item);
    this.#wake();
  };

  async next(): Promise<T> {
    while (this.#items.length === 0) await new Promise<void>((resolve) => this.#wake = resolve);
    return this.#items.shift()!;
  }
}

/** What a conversation's messages go to. */
export function inbox(conversation: Conversation): Inbox<Message> {
  const box = new Inbox<Message>();
  conversation.handlers = { message: box.put };
  return box;
}

/** A UDP port where nobody listens. */
export function deadAddress(): Address {
  const socket = Deno.listenDatagram({ hostname: "127.0.0.1", port: 0, transport: "udp" });
  const { port } = socket.addr as Deno.NetAddr;
  socket.close();
  return { hostname: "127.0.0.1", port };
}

/** Runs `use` with a state folder of its own, that does not exist yet. */
export async function withHome(use: (home: string) => Promise<void>): Promise<void> {
  const before = Deno.env.get("P2P_HOME");
  const home = await Deno.makeTempDir({ prefix: "p2p-home-" });
  Deno.env.set("P2P_HOME", `${home}/deep/er`);
  try {
    await use(`${home}/deep/er`);
  } finally {
    if (before === undefined) Deno.env.delete("P2P_HOME");
    else Deno.env.set("P2P_HOME", before);
    await Deno.remove(home, { recursive: true });
  }
}

/** Looks in a row in which nothing moves until a conversation counts as held up. */
const STILL_LOOKS = 20;

/** Waits until a peer takes nothing more of what is sent in a conversation. */
export async function stalled(conversation: Conversation): Promise<void> {
  let [taken, still] = [0, 0];
  await until(() => {
    const { bytesDelivered, bytesInFlight } = conversation.connection.transport.stats();
    const moves = bytesDelivered === 0 || bytesInFlight > 0 || bytesDelivered !== taken;
    taken = bytesDelivered;
    still = moves ? 0 : still + 1;
    return conversation.pendingMessages > 0 && still >= STILL_LOOKS;
  }, "that the peer takes nothing more");
}
