/** Two endpoints meet: first contact, known key, data both ways, goodbye. */
import assert from "node:assert/strict";
import { hex } from "../../lib/bytes.ts";
import { pair, seededRandom, transfer } from "./network.ts";

Deno.test("first contact: both sides are connected, know each other's key and hello, and exchange data", () => {
  const { network, a, b } = pair("first contact");
  const connection = a.endpoint.connect(b.address, network.now);
  assert.ok(network.run(5000, () => a.of("connected").length + b.of("connected").length === 2));
  const incoming = b.of("connected")[0]!;
  assert.equal(incoming.incoming, true);
  assert.equal(a.of("connected")[0]!.incoming, false);
  assert.equal(hex(connection.remoteKey!), hex(b.identity.publicKey));
  assert.equal(hex(incoming.connection.remoteKey!), hex(a.identity.publicKey));
  assert.equal(connection.hello?.program, "p2p/0.1.0 bob");
  assert.equal(incoming.connection.hello?.program, "p2p/0.1.0 alice");
  assert.equal(hex(connection.handshakeHash!), hex(incoming.connection.handshakeHash!));
  assert.equal(connection.handshakeKind, "XX");

  const there = seededRandom("there")(100_000);
  assert.equal(hex(transfer(network, a, b, there)), hex(there));
  const back = seededRandom("back")(50_000);
  assert.equal(hex(transfer(network, b, a, back)), hex(back));
  assert.equal(connection.state, "established");

  connection.close(7, "goodbye");
  network.run(30_000);
  assert.deepEqual(
    [a.of("closed")[0], b.of("closed")[0]].map((event) => [event?.by, event?.code, event?.reason]),
    [["local", 7, "goodbye"], ["peer", 7, "goodbye"]],
  );
  assert.equal(connection.state, "closed");
  assert.equal([...a.endpoint.connections].length + [...b.endpoint.connections].length, 0);
});

Deno.test("known key: two messages are enough", () => {
  const { network, a, b } = pair("known key");
  const connection = a.endpoint.connect(b.address, network.now, {
    remoteKey: b.identity.publicKey,
  });
  assert.ok(network.run(5000, () => b.of("connected").length === 1));
  assert.equal(connection.handshakeKind, "IK");
  const data = seededRandom("data")(10_000);
  assert.equal(hex(transfer(network, a, b, data)), hex(data));
});

Deno.test("nobody listens: failed after the timeout, sooner than ten seconds", () => {
  const { network, a } = pair("nobody");
  const started = network.now;
  const connection = a.endpoint.connect({ hostname: "10.0.0.9", port: 9999 }, network.now);
  assert.ok(network.run(20_000, () => a.of("failed").length === 1));
  assert.equal(a.of("failed")[0]!.reason, "timeout");
  assert.ok(network.now - started < 10_000);
  assert.equal(connection.state, "failed");
  assert.equal(a.endpoint.nextTimeout(), undefined);
});
