/** A peer's address changes, and others try to make it look so (threat 11). */
import assert from "node:assert/strict";
import { hex } from "../../lib/bytes.ts";
import type { Connection } from "../../lib/peer/connection.ts";
import { type Host, type Network, pair, seededRandom, transfer } from "./network.ts";

const ELSEWHERE = { hostname: "192.0.2.7", port: 5555 };

function connected(seed: string): { network: Network; a: Host; b: Host; atB: Connection } {
  const { network, a, b } = pair(seed);
  a.endpoint.connect(b.address, network.now);
  assert.ok(network.run(5000, () => b.of("connected").length === 1));
  network.run(3000);
  return { network, a, b, atB: b.of("connected")[0]!.connection };
}

Deno.test("the peer's address changes in the middle of a transfer: it goes on, after a challenge", () => {
  const { network, a, b, atB } = connected("rebinding");
  const data = seededRandom("data")(300_000);
  let moved = false;
  const before = network.log.length;
  network.rule = (flight) => {
    if (!moved && network.log.length > before + 30) {
      moved = true;
      a.address = ELSEWHERE;
    }
    return [flight];
  };
  assert.equal(hex(transfer(network, a, b, data)), hex(data));
  assert.ok(moved);
  network.run(1000);
  assert.deepEqual(atB.address, ELSEWHERE);
  assert.equal(b.of("moved").length, 1);
  assert.equal(hex(transfer(network, b, a, data)), hex(data));
});

Deno.test("the receiver's address changes in the middle of a transfer: the sender follows within two seconds", () => {
  const { network, a, b } = connected("rebound receiver");
  const data = seededRandom("data")(300_000);
  const atA = a.of("connected")[0]!.connection;
  const old = b.address;
  let movedAt = Infinity;
  let followedAt = Infinity;
  const before = network.log.length;
  network.rule = (flight) => {
    if (movedAt === Infinity && network.log.length > before + 30) {
      movedAt = network.now;
      b.address = ELSEWHERE;
    }
    if (followedAt === Infinity && atA.address.port === ELSEWHERE.port) followedAt = network.now;
    return flight.to.port === old.port && flight.to.hostname === old.hostname && movedAt < Infinity
      ? []
      : [flight];
  };
  assert.equal(hex(transfer(network, a, b, data)), hex(data));
  assert.ok(movedAt < Infinity, "it moved");
  assert.ok(followedAt - movedAt <= 2000, `followed after ${followedAt - movedAt} ms`);
});

Deno.test("no data goes to a new address before it has answered, and no more than three times what came from it", () => {
  const { network, a, b, atB } = connected("silent mover");
  const stream = atB.openStream();
  a.address = ELSEWHERE;
  // The mover's packets arrive, but nothing reaches it at its new address.
  network.rule = (flight) => flight.to.hostname === ELSEWHERE.hostname ? [] : [flight];
  const atA = a.of("connected")[0]!.connection;
  const up = atA.openStream();
  atA.write(up, new Uint8Array(10));
  const mark = network.log.length;
  a.pump();
  network.run(50);
  atB.write(stream, new Uint8Array(50_000));
  b.pump();
  network.run(20_000);
  let got = 0;
  let sent = 0;
  for (const { from, to, datagram } of network.log.slice(mark)) {
    if (from.hostname === ELSEWHERE.hostname) got += datagram.length;
    if (to.hostname === ELSEWHERE.hostname) sent += datagram.length;
  }
  assert.ok(sent > 0, "it was challenged");
  assert.ok(sent <= 3 * got, `got ${got}, sent ${sent}`);
  assert.deepEqual(atB.address, { hostname: "10.0.0.1", port: 9999 });
  assert.equal(b.of("moved").length, 0);
});

Deno.test("a packet captured and replayed from another port moves no data (threat 11)", () => {
  const { network, a, b, atB } = connected("hijack");
  const attacker = { hostname: "10.0.0.1", port: 31337 };
  const mark = network.log.length;
  // The attacker holds back the newest packet of a and sends it from its own port instead.
  network.rule = (flight) => flight.from === a.address ? [{ ...flight, from: attacker }] : [flight];
  const atA = a.of("connected")[0]!.connection;
  const up = atA.openStream();
  atA.write(up, new Uint8Array(2000));
  a.pump();
  network.rule = (flight) => flight.to.port === attacker.port ? [] : [flight];
  network.run(5);
  const down = atB.openStream();
  atB.write(down, new Uint8Array(100_000));
  b.pump();
  network.run(30_000);
  assert.deepEqual(atB.address, a.address);
  let got = 0;
  let sent = 0;
  for (const { to, datagram } of network.log.slice(mark)) {
    if (to.port === attacker.port) sent += datagram.length;
  }
  for (const { from, datagram } of network.log.slice(mark)) {
    if (from === a.address) got += datagram.length;
  }
  assert.ok(sent <= 3 * got);
  assert.ok(sent < 6000, `${sent} bytes went to the attacker`);
});

Deno.test("old packets replayed from another port are not even challenged (threat 11)", () => {
  const { network, a, b } = connected("old replay");
  const data = seededRandom("data")(20_000);
  transfer(network, a, b, data);
  const old = network.log.filter(({ to, datagram }) => to === b.address && datagram[0]! >= 0x40);
  const mark = network.log.length;
  for (const { datagram } of old) {
    b.endpoint.receive(datagram, { hostname: "10.0.0.1", port: 31337 }, network.now);
  }
  network.run(5000);
  assert.ok(network.log.slice(mark).every(({ to }) => to.port !== 31337));
});

Deno.test("a peer that answers from another of its addresses is followed there, after a challenge", () => {
  const { network, a, b } = pair("two homes");
  network.rule = (flight) =>
    flight.from === b.address ? [{ ...flight, from: ELSEWHERE }] : [flight];
  const deliver = network.rule;
  network.rule = (flight) =>
    flight.to.hostname === ELSEWHERE.hostname ? [{ ...flight, to: b.address }] : deliver(flight);
  const connection = a.endpoint.connect(b.address, network.now);
  assert.ok(network.run(5000, () => a.of("moved").length === 1));
  assert.deepEqual(connection.address, ELSEWHERE);
  const data = seededRandom("data")(20_000);
  assert.equal(hex(transfer(network, a, b, data)), hex(data));
});
