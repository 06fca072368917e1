/** Several programs of one key at one address, and the next run of one that was killed. */
import assert from "node:assert/strict";
import { hex } from "../../lib/bytes.ts";
import type { EndpointOptions } from "../../lib/peer/config.ts";
import { type Host, Network, pair, seededRandom, transfer } from "./network.ts";

const SEED = Deno.env.get("P2P_TEST_SEED") ?? "programs";
const BOB = { hostname: "10.0.0.2", port: 9999 };

/** What a program of version 0.2 says of itself. */
function program(name: string): Pick<EndpointOptions, "hello"> {
  const instance = seededRandom(`instance of ${name}`)(8);
  return { hello: { program: "p2p/0.2.0", platform: "test", capabilities: 1, instance } };
}

function reasons(host: Host): string[] {
  return host.of("closed").map(({ by }) => by);
}

/** Alice, and two programs of Bob's behind one address; only the first answers calls. */
function three(seed: string, hello: (name: string) => Partial<EndpointOptions> = program) {
  const network = new Network(seed);
  const alice = network.host("alice", { hostname: "10.0.0.1", port: 9999 }, hello("alice"));
  const first = network.host("bob", BOB, hello("first"));
  const identity = first.identity;
  const options = { ...hello("second"), identity, config: { accept: false } };
  const second = network.host("bob again", BOB, options);
  return { network, alice, first, second };
}

Deno.test("two programs of one key at one address: both connections stand and carry data", () => {
  const { network, alice, first, second } = three(SEED);
  first.endpoint.connect(alice.address, network.now);
  network.run(4000, () => alice.of("connected").length === 1);
  second.endpoint.connect(alice.address, network.now, { remoteKey: alice.identity.publicKey });
  network.run(10_000);
  assert.deepEqual([alice, first, second].map(reasons), [[], [], []]);
  assert.equal([...alice.endpoint.connections].length, 2);
  const data = seededRandom("data")(5000);
  for (const sender of [first, second]) {
    assert.equal(hex(transfer(network, sender, alice, data)), hex(data));
  }
  // The other way round, to each.
  assert.equal(hex(transfer(network, alice, second, data)), hex(data));
});

Deno.test("one calls the program beside the one that has called: it is answered at once, whatever decides", () => {
  for (let i = 0; i < 12; i++) {
    const seed = `${SEED} beside ${i}`;
    const { network, alice, first, second } = three(seed);
    alice.endpoint.connect(BOB, network.now);
    network.run(1000, () => alice.of("connected").length + first.of("connected").length === 2);
    second.endpoint.connect(alice.address, network.now, { remoteKey: alice.identity.publicKey });
    const both = () => alice.of("connected").length + second.of("connected").length === 3;
    assert.ok(network.run(500, both), seed);
    network.run(10_000);
    assert.deepEqual([alice, first, second].map(reasons), [[], [], []], seed);
  }
});

Deno.test("a peer that was killed and calls back at once is there at once; its old connection goes soon", () => {
  for (let i = 0; i < 16; i++) {
    const seed = `${SEED} killed ${i}`;
    const known = i % 2 === 0;
    const { network, a, b } = pair(seed, { a: program("alice"), b: program("bob") });
    a.endpoint.connect(b.address, network.now);
    network.run(1000, () => a.of("connected").length + b.of("connected").length === 2);
    network.hosts.splice(network.hosts.indexOf(b), 1);
    network.run(i * 100);
    const options = { ...program("bob's next run"), identity: b.identity };
    const next = network.host("bob", b.address, options);
    const begun = network.now;
    next.endpoint.connect(a.address, begun, known ? { remoteKey: a.identity.publicKey } : {});
    // Who does not know the key says only with its last message which program it is.
    const limit = known ? 500 : 4500;
    const there = () => a.of("connected").length === 2 && next.of("connected").length === 1;
    assert.ok(network.run(limit, there), seed);
    const data = seededRandom("data")(2000);
    assert.equal(hex(transfer(network, a, next, data, 500)), hex(data), seed);
    assert.equal(hex(transfer(network, next, a, data, 500)), hex(data), seed);
    network.run(3500);
    assert.deepEqual(reasons(a), ["replaced"], seed);
    assert.deepEqual(reasons(next), [], seed);
    network.run(30_000);
    assert.deepEqual([...reasons(a), ...reasons(next)], ["replaced"], seed);
  }
});

Deno.test("programs that do not name themselves replace each other, as version 0.1 does", () => {
  const old = (name: string) => ({
    hello: { program: `p2p/0.1.0 ${name}`, platform: "test", capabilities: 1 },
  });
  const { network, alice, first, second } = three(SEED, old);
  first.endpoint.connect(alice.address, network.now);
  network.run(4000, () => alice.of("connected").length === 1);
  second.endpoint.connect(alice.address, network.now);
  network.run(1000);
  assert.deepEqual(reasons(alice), ["replaced"]);
});
