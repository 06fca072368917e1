/** How many connections an endpoint holds, and whom it sheds: strangers first, the idle first, nobody known for strangers. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { sourceKey } from "../../lib/peer/address.ts";
import {
  CONNECTION_LIMITS,
  type ConnectionLimits,
  CreditBudget,
  type Held,
  tooMany,
} from "../../lib/peer/connection-limits.ts";
import { Network, OPEN, seededRandom, transfer } from "./network.ts";
import { generateKeyPair } from "../../lib/crypto/sm2.ts";

const LIMITS: ConnectionLimits = {
  all: 8,
  strangers: 5,
  strangersPerSource: 3,
  perKey: 2,
  credit: 0,
};

const held = fc.record({
  key: fc.nat({ max: 5 }),
  host: fc.nat({ max: 3 }),
  kept: fc.boolean(),
  activeAt: fc.nat({ max: 20 }),
}).map(({ key, host, kept, activeAt }): Held => ({
  remoteKey: Uint8Array.of(key),
  address: { hostname: `10.0.0.${host}`, port: 1 },
  kept,
  activeAt,
}));

Deno.test("whoever comes, in whatever order: the limits hold, and nobody known makes room for a stranger", () => {
  fc.assert(
    fc.property(fc.array(held, { maxLength: 60 }), (arrivals) => {
      let open: Held[] = [];
      for (const newest of arrivals) {
        open.push(newest);
        for (;;) {
          const shed = tooMany(open, newest, LIMITS);
          if (shed === undefined) break;
          const sameKey = shed.remoteKey![0] === newest.remoteKey![0];
          assert.ok(!shed.kept || newest.kept || sameKey, "a known peer went for a stranger");
          const idler = open.filter((other) =>
            other !== newest && !other.kept && shed !== newest && !shed.kept &&
            other.activeAt < shed.activeAt &&
            sourceKey(other.address) === sourceKey(shed.address) &&
            other.remoteKey![0] === shed.remoteKey![0]
          );
          assert.deepEqual(idler, [], "one that was idle for longer stayed");
          open = open.filter((other) => other !== shed);
          if (shed === newest) break;
        }
        const strangers = open.filter(({ kept }) => !kept);
        assert.ok(open.length <= LIMITS.all);
        assert.ok(strangers.length <= LIMITS.strangers);
        for (let i = 0; i <= 5; i++) {
          assert.ok(open.filter(({ remoteKey }) => remoteKey![0] === i).length <= LIMITS.perKey);
          const near = strangers.filter(({ address }) => address.hostname === `10.0.0.${i}`);
          assert.ok(near.length <= LIMITS.strangersPerSource);
        }
      }
    }),
    { numRuns: 500 },
  );
});

Deno.test("a flood of strangers is shed, the oldest idle first; a peer the user knows and one that talks stay", () => {
  const network = new Network("flood of strangers");
  const hub = network.host("hub", { hostname: "10.0.0.1", port: 9999 }, { config: OPEN });
  const friend = network.host("friend", { hostname: "10.0.1.1", port: 1 });
  friend.endpoint.connect(hub.address, network.now);
  assert.ok(network.run(5000, () => hub.of("connected").length === 1));
  hub.of("connected")[0]!.connection.keep();
  const talker = network.host("talker", { hostname: "10.0.1.2", port: 1 });
  const talking = talker.endpoint.connect(hub.address, network.now);
  assert.ok(network.run(5000, () => hub.of("connected").length === 2));
  const stream = talking.openStream();
  const flood = 2 * CONNECTION_LIMITS.strangers;
  for (let i = 0; i < flood; i++) {
    const host = { hostname: `10.1.${i % 8}.1`, port: 1000 + i };
    network.host(`stranger ${i}`, host).endpoint.connect(hub.address, network.now);
    network.run(20);
    if (i % 50 === 0) talking.write(stream, new Uint8Array(10));
  }
  network.run(2000);
  assert.equal(hub.of("connected").length, flood + 2);
  const open = [...hub.endpoint.connections].filter(({ over }) => !over);
  assert.ok(open.length <= CONNECTION_LIMITS.strangers + 1, `${open.length} are open`);
  const over = hub.of("closed").map(({ connection }) => connection.address.hostname);
  assert.ok(!over.includes(friend.address.hostname), "the known peer was shed");
  assert.ok(!over.includes(talker.address.hostname), "who talks was shed for who is silent");
  const data = seededRandom("data")(20_000);
  assert.deepEqual(transfer(network, friend, hub, data), data);
});

Deno.test("one key opens a few connections and no more, known or not", () => {
  const network = new Network("one key");
  const hub = network.host("hub", { hostname: "10.0.0.1", port: 9999 }, { config: OPEN });
  const identity = generateKeyPair(seededRandom("one"));
  for (let i = 0; i < 40; i++) {
    const host = { hostname: `10.2.0.${i}`, port: 1 };
    network.host(`again ${i}`, host, { identity }).endpoint.connect(hub.address, network.now);
    network.run(50);
    for (const { connection } of hub.of("connected")) connection.keep();
  }
  network.run(5000);
  assert.equal(hub.of("connected").length, 40);
  assert.equal([...hub.endpoint.connections].length, CONNECTION_LIMITS.perKey);
});

Deno.test("one who is shed is told so with the application's code", () => {
  const config = {
    ...OPEN,
    shedCode: 2,
    connectionLimits: { ...CONNECTION_LIMITS, strangers: 1 },
  };
  const network = new Network("told");
  const hub = network.host("hub", { hostname: "10.0.0.1", port: 9999 }, { config });
  const [first, second] = [1, 2].map((i) =>
    network.host(`${i}`, { hostname: `10.0.1.${i}`, port: 1 })
  );
  first!.endpoint.connect(hub.address, network.now);
  network.run(1000);
  second!.endpoint.connect(hub.address, network.now);
  network.run(1000);
  assert.deepEqual(first!.of("closed").map(({ by, code }) => [by, code]), [["peer", 2]]);
  assert.deepEqual(second!.of("closed"), []);
});

Deno.test("all connections share one budget of credit, and give back what they took", () => {
  const credit = 512 * 1024;
  const config = { connectionLimits: { ...CONNECTION_LIMITS, credit } };
  const network = new Network("credit");
  const hub = network.host("hub", { hostname: "10.0.0.1", port: 9999 }, { config });
  const peers = [1, 2, 3].map((i) => {
    const peer = network.host(`${i}`, { hostname: `10.0.1.${i}`, port: 1 });
    peer.endpoint.connect(hub.address, network.now);
    return peer;
  });
  assert.ok(network.run(5000, () => hub.of("connected").length === 3));
  network.latency = 10;
  const data = new Uint8Array(1_200_000).fill(7);
  const grown = () =>
    [...hub.endpoint.connections].reduce((sum, { transport }) => sum + transport.grownCredit, 0);
  for (const peer of peers) {
    assert.deepEqual(transfer(network, peer, hub, data), data);
    assert.ok(grown() <= credit, `${grown()} bytes of credit`);
  }
  assert.ok(grown() > 0, "nothing grew: the test says nothing");
  for (const { connection } of hub.of("connected")) connection.close(0, "");
  network.run(5000);
  const [again] = peers;
  again!.endpoint.connect(hub.address, network.now);
  network.run(5000, () => hub.of("connected").length === 4);
  assert.deepEqual(transfer(network, again!, hub, data), data);
  assert.ok(grown() > 0, "the credit of the dead is not given again");
});

Deno.test("credit: what is taken out can be put back, and no more than there is is given", () => {
  const budget = new CreditBudget(100);
  assert.ok(budget.take(60));
  assert.ok(!budget.take(41));
  budget.giveBack(60);
  assert.ok(budget.take(100));
  assert.equal(budget.left, 0);
});
