/** Both sides begin at once: one connection comes of it, on both sides the same. */
import assert from "node:assert/strict";
import { hex } from "../../lib/bytes.ts";
import { fraction, type Host, type Network, pair, seededRandom, transfer } from "./network.ts";

const SEED = Deno.env.get("P2P_TEST_SEED") ?? "crossing";

function connected(host: Host): number {
  return host.of("connected").length;
}

/** Checks that both hold one and the same connection and that data passes both ways. */
function oneConnection(network: Network, a: Host, b: Host, seed: string): void {
  network.run(12_000);
  assert.deepEqual([...a.of("failed"), ...b.of("failed")].map(({ reason }) => reason), [], seed);
  const [ours, ...moreOurs] = [...a.endpoint.connections];
  const [theirs, ...moreTheirs] = [...b.endpoint.connections];
  assert.ok(ours && theirs, seed);
  assert.equal(moreOurs.length + moreTheirs.length, 0, seed);
  assert.equal(hex(ours.handshakeHash!), hex(theirs.handshakeHash!), seed);
  assert.notEqual(ours.role, theirs.role);
  const data = seededRandom("data")(5000);
  assert.equal(hex(transfer(network, a, b, data)), hex(data), seed);
  assert.equal(hex(transfer(network, b, a, data)), hex(data), seed);
}

Deno.test("two initiations cross: one connection, and both applications' own", () => {
  const { network, a, b } = pair(SEED);
  const fromA = a.endpoint.connect(b.address, network.now);
  const fromB = b.endpoint.connect(a.address, network.now);
  oneConnection(network, a, b, SEED);
  assert.equal(connected(a) + connected(b), 2);
  assert.equal(a.of("connected")[0]!.connection, fromA);
  assert.equal(b.of("connected")[0]!.connection, fromB);
  assert.equal(a.of("connected")[0]!.incoming || b.of("connected")[0]!.incoming, false);
});

Deno.test("initiations cross at any offset, with loss and reordering: always one connection", () => {
  const random = seededRandom(`${SEED} many`);
  for (let i = 0; i < 30; i++) {
    const seed = `${SEED} ${i}`;
    const known = fraction(random) < 0.3;
    const { network, a, b } = pair(seed);
    network.latency = 1 + Math.floor(fraction(random) * 200);
    const offset = Math.floor(fraction(random) * 2 * network.latency);
    const loss = fraction(random) * 0.25;
    network.rule = (flight) => {
      if (network.now < 8000 && fraction(random) < loss) return [];
      return [{ ...flight, at: flight.at + Math.floor(fraction(random) * 40) }];
    };
    a.endpoint.connect(b.address, network.now, known ? { remoteKey: b.identity.publicKey } : {});
    network.run(offset);
    const started = [...b.endpoint.connections].length > 0;
    if (!started) b.endpoint.connect(a.address, network.now);
    network.run(9000, () => connected(a) > 0 && connected(b) > 0);
    network.rule = (flight) => [flight];
    oneConnection(network, a, b, seed);
  }
});

Deno.test("the peer's initiation is answered even by one who accepts none, while it is being called", () => {
  const closed = { config: { accept: false } };
  const { network, a, b } = pair(`${SEED} closed`, { a: closed, b: closed });
  a.endpoint.connect(b.address, network.now);
  b.endpoint.connect(a.address, network.now);
  oneConnection(network, a, b, SEED);
});

Deno.test("an expected key that another proves in a crossing handshake is a changed key", () => {
  const other = pair("someone else").b.identity.publicKey;
  for (let i = 0; i < 6; i++) {
    const { network, a, b } = pair(`${SEED} other ${i}`);
    a.endpoint.connect(b.address, network.now, { remoteKey: other });
    b.endpoint.connect(a.address, network.now);
    network.run(12_000);
    assert.equal(a.of("failed")[0]?.reason, "key-changed");
    assert.equal(
      hex(a.of("failed")[0]!.connection.presentedKey!),
      hex(b.identity.publicKey),
    );
    assert.ok(a.of("connected").every(({ incoming }) => incoming), "only as a stranger who calls");
  }
});

Deno.test("one's own address is no peer", () => {
  const { network, a } = pair(`${SEED} self`);
  a.endpoint.connect(a.address, network.now);
  network.run(9000);
  assert.equal(a.of("failed")[0]?.reason, "self");
  assert.equal([...a.endpoint.connections].length, 0);
});

Deno.test("a peer that left and calls back at once is taken, whatever the sessions' hashes", () => {
  for (let i = 0; i < 12; i++) {
    const seed = `${SEED} back ${i}`;
    const { network, a, b } = pair(seed);
    a.endpoint.connect(b.address, network.now);
    network.run(1000, () => connected(a) > 0 && connected(b) > 0);
    const [first] = [...b.endpoint.connections];
    first!.close(0, "");
    network.run(50);
    b.endpoint.connect(a.address, network.now);
    network.run(5000, () => connected(a) > 1 && connected(b) > 1);
    assert.deepEqual([connected(a), connected(b)], [2, 2], seed);
  }
});
