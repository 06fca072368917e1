/**
 * What somebody who talks notices, over real sockets to a real `p2p listen`: how long a message takes to the peer's
 * program and back, and how long it takes to be connected.
 */
import { join } from "node:path";
import { generateKeyPair } from "../lib/crypto/sm2.ts";
import { Node } from "../lib/net/node.ts";
import { Child } from "../tests/support/processes.ts";
import { type Bench, costRow, median, type Row } from "./harness.ts";
import { ticketStore } from "./tickets.ts";

const EXECUTABLE = new URL("../dist/p2p", import.meta.url).pathname;

/** What we allow each, in milliseconds: there is no peer to compare with. */
const LIMITS = { roundTrip: 2, fresh: 60, resumed: 20 } as const;

/** Fewer handshakes than the listener takes from one address without slowing down. */
const HANDSHAKES = 7;
const MESSAGES = 300;

function bind(): Node {
  const identity = generateKeyPair();
  const tickets = ticketStore();
  return Node.bind({ identity, program: "bench", hostname: "127.0.0.1", port: 0, tickets });
}

/** Milliseconds that `work` takes. */
async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

interface Figures {
  readonly roundTrips: number[];
  readonly fresh: number[];
  readonly resumed: number[];
}

/** One newcomer: a first handshake, messages, a goodbye, and a handshake from the ticket. */
async function visit(port: number, messages: number, figures: Figures): Promise<void> {
  const to = { hostname: "127.0.0.1", port };
  const node = bind();
  try {
    let conversation = await node.connect(to);
    const remoteKey = conversation.key;
    for (let i = 0; i < messages; i++) {
      const sent = () => conversation.sendMessage("how long does this take?").delivered;
      const spent = await milliseconds(sent);
      if (i >= messages / 3) figures.roundTrips.push(spent); // the others warm both programs up
    }
    conversation.close();
    figures.resumed.push(
      await milliseconds(async () => {
        conversation = await node.connect(to, { remoteKey });
      }),
    );
    const kind = conversation.connection.handshakeKind;
    if (kind !== "resume") throw new Error(`a second handshake was ${kind}`);
  } finally {
    await node.close();
  }
}

/** Milliseconds to be connected to somebody never met. */
async function meet(port: number): Promise<number> {
  const node = bind();
  try {
    return await milliseconds(() => node.connect({ hostname: "127.0.0.1", port }));
  } finally {
    await node.close();
  }
}

export const bench: Bench = {
  name: "conversation",
  async run({ quick }): Promise<Row[]> {
    const home = await Deno.makeTempDir({ prefix: "p2p-bench-" });
    const figures: Figures = { roundTrips: [], fresh: [], resumed: [] };
    try {
      const args = ["--port", "0", "--accept", "all", "--save-dir", join(home, "in")];
      await using listener = new Child([EXECUTABLE, "listen", ...args], { P2P_HOME: home });
      const port = Number((await listener.line(/listening on .*?:(\d+)/))[1]);
      const visits = quick ? 3 : HANDSHAKES;
      for (let i = 0; i < visits; i++) await visit(port, i === 0 ? MESSAGES : 0, figures);
      for (let i = 0; i < visits; i++) figures.fresh.push(await meet(port));
    } finally {
      await Deno.remove(home, { recursive: true });
    }
    const { roundTrips, fresh, resumed } = figures;
    return [
      costRow(
        "message to the peer's program and back",
        "ms",
        median(roundTrips),
        "limit",
        LIMITS.roundTrip,
      ),
      costRow("connect to a stranger, wall clock", "ms", median(fresh), "limit", LIMITS.fresh),
      costRow("connect again, wall clock", "ms", median(resumed), "limit", LIMITS.resumed),
    ];
  },
};
