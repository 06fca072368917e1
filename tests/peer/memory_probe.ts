/** Prints how many bytes a connection costs while it is idle. Run with --v8-flags=--expose-gc (many_test.ts does). */
import { CONNECTION_LIMITS } from "../../lib/peer/connection-limits.ts";
import { type Host, Network } from "./network.ts";

const PEERS = 100;

async function used(): Promise<number> {
  for (let i = 0; i < 5; i++) {
    // Weak references hold what they named until the turn is over.
    await new Promise((resolve) => setTimeout(resolve, 0));
    (globalThis as unknown as { gc(): void }).gc();
  }
  const { heapUsed, external } = Deno.memoryUsage();
  return heapUsed + external;
}

const network = new Network("idle");
const hub = network.host("hub", { hostname: "10.0.0.1", port: 9999 }, {
  config: { connectionLimits: { ...CONNECTION_LIMITS, strangersPerSource: PEERS } },
});
const callers: Host[] = [];
for (let i = 0; i < PEERS; i++) {
  callers.push(network.host(`caller ${i}`, { hostname: "127.0.0.1", port: 20_000 + i }));
}
const before = await used();
for (const caller of callers) caller.endpoint.connect(hub.address, network.now);
network.run(8000, () => hub.of("connected").length === PEERS);
network.run(10_000);
network.log.length = 0;
const bytes = Math.round((await used() - before) / (2 * PEERS));
network.run(14_000);
const datagramsIn14s = network.log.length;
const connected = [...hub.endpoint.connections].length;

/** Strangers who come and go, after the first have left. */
for (const { connection } of hub.of("connected")) connection.close(0, "");
network.run(5_000);
network.hosts.splice(1);
callers.length = 0;
hub.events.length = 0;
network.log.length = 0;
const start = await used();
for (let round = 0; round < 10; round++) {
  for (let i = 0; i < PEERS; i++) {
    const host = { hostname: `10.1.${round}.${i}`, port: 1 };
    network.host(`passer-by ${i}`, host).endpoint.connect(hub.address, network.now);
  }
  network.run(12_000);
  network.hosts.splice(1);
  network.flights.length = 0;
  network.log.length = 0;
}
const served = hub.of("connected").length;
for (const { connection } of hub.of("connected")) connection.close(0, "");
network.run(60_000);
hub.events.length = 0;
network.log.length = 0;
const left = await used() - start;
console.log(JSON.stringify({
  connections: connected,
  bytes,
  datagramsIn14s,
  served,
  left,
}));
