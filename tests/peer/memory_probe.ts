/** Prints how many bytes a connection costs while it is idle. Run with --v8-flags=--expose-gc (many_test.ts does). */
import { CONNECTION_LIMITS } from "../../lib/peer/connection-limits.ts";
import { type Host, Network } from "./network.ts";

const PEERS = 100;

function used(): number {
  for (let i = 0; i < 5; i++) (globalThis as unknown as { gc(): void }).gc();
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
const before = used();
for (const caller of callers) caller.endpoint.connect(hub.address, network.now);
network.run(8000, () => hub.of("connected").length === PEERS);
network.run(10_000);
network.log.length = 0;
const bytes = Math.round((used() - before) / (2 * PEERS));
network.run(14_000);
console.log(JSON.stringify({
  connections: [...hub.endpoint.connections].length,
  bytes,
  datagramsIn14s: network.log.length,
}));
