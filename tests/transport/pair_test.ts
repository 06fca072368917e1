/** Two transports under a fake clock: what is written arrives, whatever the network does (threat 14). */
import assert from "node:assert/strict";
import type { Conditions } from "../lab/link.ts";
import { Flow, Pair } from "../lab/pair.ts";
import { withSeed } from "../lab/random.ts";

const SCENARIOS: Record<string, Conditions> = {
  "a clean path": { delay: 1 },
  "1 % loss": { delay: 20, drop: 0.01 },
  "5 % loss": { delay: 20, drop: 0.05 },
  "10 % loss, 5 % reordering, 2 % duplicates, 1 % bit flips": {
    delay: 20,
    drop: 0.1,
    reorder: 0.05,
    duplicate: 0.02,
    bitFlip: 0.01,
  },
  "20 % loss": { delay: 10, drop: 0.2 },
  "loss in bursts": { delay: 10, burst: { enter: 0.01, leave: 0.2, drop: 0.9 } },
  "30 % reordering and jitter": { delay: 10, jitter: 20, reorder: 0.3, reorderBy: 30 },
  "30 % duplicates": { delay: 5, duplicate: 0.3 },
  "truncated datagrams": { delay: 5, truncate: 0.05 },
  "a small MTU": { delay: 5, mtu: 1280, drop: 0.01 },
  "a low rate": { delay: 20, rate: 125, queue: 20_000 },
};

for (const [name, conditions] of Object.entries(SCENARIOS)) {
  Deno.test(`the same bytes arrive over ${name}, without a storm`, () =>
    withSeed((random) => {
      const pair = new Pair(random, conditions);
      const data = random.bytes(1_000_000);
      const flow = new Flow(pair, pair.a, pair.b, data);
      const start = pair.now;
      pair.runUntil(() => flow.done && pair.a.events.some((e) => e.type === "finished-acked"));
      flow.check();
      const { sent, bytes, lost } = pair.a.out.counts;
      const needed = data.length / (1 - lost / sent);
      const stats = pair.a.transport.stats();
      if (Deno.env.get("P2P_TEST_VERBOSE")) {
        console.log(name, Math.round(pair.now - start), "ms", (bytes / needed).toFixed(3), stats);
      }
      assert.ok(bytes < 1.35 * needed + 20_000, `sent ${bytes} bytes where ${needed} were needed`);
    }));
}
