/** Keys over time: changed keys, silent IK, tickets, versions, key updates under loss. */
import assert from "node:assert/strict";
import { type Bytes, hex } from "../../lib/bytes.ts";
import { type Aead, Sm4Gcm } from "../../lib/crypto/gcm.ts";
import { mac1Of } from "../../lib/session/mac.ts";
import { KEY_LIMITS } from "../../lib/session/protection.ts";
import type { TicketStore } from "../../lib/session/ticket.ts";
import { DatagramType } from "../../lib/wire/packet.ts";
import { ticketStore } from "./tickets.ts";
import { fraction, pair, seededRandom, transfer } from "./network.ts";

/** SM4-GCM that fails the test when a key meets a nonce twice. */
function onceOnly(key: Uint8Array, used: Set<string>, seed: string): Aead {
  const name = hex(key);
  const inner = new Sm4Gcm(key);
  return {
    seal: (nonce, plaintext, aad) => inner.seal(nonce, plaintext, aad),
    open: (nonce, sealed, aad) => inner.open(nonce, sealed, aad),
    openInto: (nonce, aad, sealed, out) => inner.openInto(nonce, aad, sealed, out),
    wipe: () => inner.wipe(),
    sealInto(nonce, aad, plaintext, out) {
      const once = `${name} ${hex(nonce)}`;
      assert.ok(!used.has(once), `key and nonce used again, seed ${seed}`);
      used.add(once);
      return inner.sealInto(nonce, aad, plaintext, out);
    },
  };
}

Deno.test("a changed key is found out within two seconds, and we show nothing of ours (threat 21)", () => {
  const { network, a, b } = pair("changed key");
  const expected = pair("who b used to be").b.identity.publicKey;
  const started = network.now;
  const connection = a.endpoint.connect(b.address, network.now, { remoteKey: expected });
  assert.ok(network.run(9000, () => a.of("failed").length === 1));
  assert.ok(network.now - started < 2000, `${network.now - started} ms`);
  assert.equal(a.of("failed")[0]!.reason, "key-changed");
  assert.equal(hex(connection.presentedKey!), hex(b.identity.publicKey));
  assert.equal(a.of("connected").length + b.of("connected").length, 0);
  network.run(20_000);
  const finals = network.log.filter(({ datagram }) => datagram[0] === DatagramType.final);
  assert.equal(finals.length, 0);
});

Deno.test("a peer that answers no IK is asked again with XX", () => {
  const { network, a, b } = pair("silent to IK");
  network.rule = (flight) =>
    flight.datagram[0] === DatagramType.initiation && flight.datagram[2] === 2 ? [] : [flight];
  const known = { remoteKey: b.identity.publicKey };
  const connection = a.endpoint.connect(b.address, network.now, known);
  assert.ok(network.run(5000, () => b.of("connected").length === 1));
  assert.equal(connection.handshakeKind, "XX");
});

Deno.test("a peer whose clock was set back, or once was years ahead, gets in as fast as any other", () => {
  const { network, a, b } = pair("clock");
  a.endpoint.connect(b.address, network.now, { remoteKey: b.identity.publicKey });
  assert.ok(network.run(5000, () => b.of("connected").length === 1));
  const late = network.host("alice again", { hostname: "10.0.0.3", port: 1 }, {
    identity: a.identity,
    time: 1_700_000_000_000,
  });
  const known = { remoteKey: b.identity.publicKey };
  for (let i = 2; i < 5; i++) {
    const connection = late.endpoint.connect(b.address, network.now, known);
    const started = network.now;
    assert.ok(network.run(5000, () => b.of("connected").length === i));
    assert.ok(network.now - started < 50, `${network.now - started} ms`);
    assert.equal(connection.handshakeKind, "fallback");
    connection.close(0, "");
    network.run(5000);
  }
});

Deno.test("a copy of one side's state: nobody becomes its peer with it, as a caller or in the peer's place (threat 7)", () => {
  const [ours, theirs] = [ticketStore(), ticketStore()];
  const { network, a, b } = pair("stolen", { a: { tickets: ours }, b: { tickets: theirs } });
  a.endpoint.connect(b.address, network.now, { remoteKey: b.identity.publicKey });
  assert.ok(network.run(5000, () => b.of("connected").length === 1));
  // The thief has alice's tickets and her secret key, and wants to be bob.
  const identity = { secretKey: a.identity.secretKey, publicKey: b.identity.publicKey };
  const tickets = ticketStore();
  for (const ticket of ours.all) {
    tickets.save({ ...ticket, remoteKey: a.identity.publicKey.slice() as Bytes });
    tickets.save(ticket);
  }
  const thief = network.host("thief", { hostname: "10.0.0.66", port: 1 }, { identity, tickets });
  thief.endpoint.connect(a.address, network.now, { remoteKey: a.identity.publicKey });
  network.run(20_000);
  assert.deepEqual(a.of("connected").map(({ incoming }) => incoming), [false], "called as bob");
  a.endpoint.connect(thief.address, network.now, { remoteKey: b.identity.publicKey });
  network.run(20_000);
  assert.equal(a.of("connected").length, 1, "answered as bob");
});

Deno.test("state restored from a copy: two runs from it have nothing in common on the wire, and no nonce (threat 13)", () => {
  const used = new Set<string>();
  const makeAead = (key: Uint8Array): Aead => onceOnly(key, used, "restored");
  const theirs = ticketStore();
  const config = { makeAead };
  const { network, a, b } = pair("restored", { b: { tickets: theirs, config } });
  const known = { remoteKey: b.identity.publicKey };
  const first = ticketStore();
  const run = (name: string, tickets: TicketStore, count: number) => {
    network.log.length = 0;
    const host = network.host(name, { hostname: `10.0.1.${count}`, port: 1 }, {
      identity: a.identity,
      tickets,
      config,
    });
    const connection = host.endpoint.connect(b.address, network.now, known);
    assert.ok(network.run(5000, () => b.of("connected").length === count));
    assert.equal(hex(transfer(network, host, b, new Uint8Array(500))), "00".repeat(500));
    connection.close(0, "");
    network.run(5000);
    return { kind: connection.handshakeKind, wire: network.log.map(({ datagram }) => datagram) };
  };
  run("first", first, 1);
  const copy = ticketStore();
  for (const ticket of first.all) copy.save(ticket);
  const runs = [run("again", first, 2), run("restored", copy, 3)];
  assert.deepEqual(runs.map(({ kind }) => kind), ["resume", "fallback"]);
  const windows = runs.map(({ wire }) => {
    const seen = new Set<string>();
    for (const datagram of wire) {
      // Type, version, kind and length are the same for all; so are zeros.
      for (let i = 4; i + 8 <= datagram.length; i++) seen.add(hex(datagram.subarray(i, i + 8)));
    }
    return seen;
  });
  const common = [...windows[0]!].filter((w) => windows[1]!.has(w) && !/0000000000/.test(w));
  assert.deepEqual(common, []);
});

Deno.test("resumption: each session leaves a ticket for the next, used once", () => {
  const [ours, theirs] = [ticketStore(), ticketStore()];
  const { network, a, b } = pair("tickets", { a: { tickets: ours }, b: { tickets: theirs } });
  const known = { remoteKey: b.identity.publicKey };
  const kinds: unknown[] = [];
  for (let i = 0; i < 4; i++) {
    const connection = a.endpoint.connect(b.address, network.now, known);
    assert.ok(network.run(5000, () => b.of("connected").length === i + 1));
    kinds.push(connection.handshakeKind);
    const data = seededRandom(`data ${i}`)(3000);
    assert.equal(hex(transfer(network, a, b, data)), hex(data));
    connection.close(0, "");
    network.run(5000);
    assert.deepEqual([ours.all.length, theirs.all.length], [1, 1]);
    assert.equal(hex(ours.all[0]!.name), hex(theirs.all[0]!.name));
  }
  assert.deepEqual(kinds, ["IK", "resume", "resume", "resume"]);
  const names = network.log.filter(({ datagram }) => datagram[0] === 1 && datagram[2] === 3)
    .map(({ datagram }) => hex(datagram.subarray(10, 26)));
  assert.equal(names.length, 3);
  for (const name of names) {
    assert.match(name, /^(?:00){16}$/, "no ticket is named on the wire");
  }

  theirs.all.length = 0;
  const connection = a.endpoint.connect(b.address, network.now, known);
  assert.ok(network.run(5000, () => b.of("connected").length === 5));
  assert.equal(connection.handshakeKind, "fallback");
  assert.equal(ours.all.length, 1, "the lost ticket is gone, the new one is kept");
});

Deno.test("a recorded resumption opens nothing when it comes again", () => {
  const [ours, theirs] = [ticketStore(), ticketStore()];
  const { network, a, b } = pair("resumed replay", {
    a: { tickets: ours },
    b: { tickets: theirs },
  });
  const known = { remoteKey: b.identity.publicKey };
  for (let i = 0; i < 2; i++) {
    const connection = a.endpoint.connect(b.address, network.now, known);
    network.run(5000, () => b.of("connected").length === i + 1);
    connection.close(0, "");
    network.run(5000);
  }
  const elsewhere = { hostname: "203.0.113.1", port: 1 };
  for (const { to, datagram } of [...network.log]) {
    if (to === b.address) network.send(elsewhere, b.address, datagram);
    network.run(20);
  }
  assert.equal(b.of("connected").length, 2);
});

Deno.test("versions that do not meet: the time-out names those of the peer", () => {
  const { network, a, b } = pair("versions");
  network.rule = (flight) => {
    const { datagram } = flight;
    if (datagram[0] === DatagramType.initiation) {
      // a speaks version 9 as far as b can see.
      const other = datagram.slice();
      other[1] = 9;
      other.set(mac1Of(other.subarray(0, -32)), other.length - 32);
      return [{ ...flight, datagram: other }];
    }
    // b's reply as a peer of versions 8 and 9 would have sent it, to what a really sent.
    const reply = datagram.slice() as Bytes;
    const sent = network.log[0]!.datagram;
    reply.set(sent.subarray(-32, -16), 8);
    assert.deepEqual([...reply.subarray(24, -16)], [1], "b says what it speaks");
    reply[24] = 8;
    reply.set(mac1Of(reply.subarray(0, -16)), reply.length - 16);
    return [{ ...flight, datagram: reply }];
  };
  const started = network.now;
  a.endpoint.connect(b.address, network.now);
  assert.ok(network.run(9000, () => a.of("failed").length === 1));
  assert.ok(network.now - started < 8500);
  const [failed] = a.of("failed");
  assert.deepEqual([failed?.reason, failed?.versions], ["version", [8]]);
});

Deno.test("a version reply that lists our own version, or echoes another initiation, is ignored", () => {
  for (const lie of ["own version", "wrong echo"]) {
    const { network, a, b } = pair(`version lies ${lie}`);
    network.rule = (flight) => {
      if (flight.datagram[0] !== DatagramType.initiation || network.log.length > 1) return [flight];
      const sent = flight.datagram;
      const reply = new Uint8Array(41);
      reply.set([DatagramType.version, 0, 1, 0]);
      reply.set(sent.subarray(4, 8), 4);
      reply.set(sent.subarray(-32, -16), 8);
      reply[24] = lie === "own version" ? 1 : 7;
      if (lie === "wrong echo") reply[9]! ^= 1;
      reply.set(mac1Of(reply.subarray(0, 25)), 25);
      return [{ ...flight, from: flight.to, to: flight.from, datagram: reply }];
    };
    a.endpoint.connect(b.address, network.now);
    assert.ok(network.run(5000, () => b.of("connected").length === 1), lie);
  }
});

Deno.test("keys are renewed under loss, duplication and reordering: the data is whole, no nonce is used twice (threat 13)", () => {
  const seed = Deno.env.get("P2P_TEST_SEED") ?? "rekey";
  const random = seededRandom(seed);
  const used = new Set<string>();
  const makeAead = (key: Uint8Array): Aead => onceOnly(key, used, seed);
  const keyLimits = { ...KEY_LIMITS, updateAfterPackets: 25, updateAfterMs: 500, retainMs: 300 };
  const stores = [ticketStore(), ticketStore()];
  const config = { makeAead, keyLimits };
  const { network, a, b } = pair(seed, {
    a: { config, tickets: stores[0] },
    b: { config, tickets: stores[1] },
  });
  network.latency = 20;
  network.rule = (flight) => {
    const dice = fraction(random);
    // Handshakes arrive, so that each is of the kind meant.
    if (dice < 0.05 && flight.datagram[0]! >= 0x40) return [];
    const late = { ...flight, at: flight.at + Math.floor(fraction(random) * 10) };
    return dice < 0.1 ? [late, { ...flight, at: flight.at + 30 }] : [late];
  };
  const known = { remoteKey: b.identity.publicKey };
  for (let i = 0; i < 2; i++) {
    const connection = a.endpoint.connect(b.address, network.now, known);
    assert.ok(network.run(9000, () => b.of("connected").length === i + 1));
    assert.equal(connection.handshakeKind, i === 0 ? "IK" : "resume");
    const data = seededRandom(`data ${i}`)(250_000);
    assert.equal(hex(transfer(network, a, b, data)), hex(data), `seed ${seed}`);
    assert.equal(hex(transfer(network, b, a, data)), hex(data), `seed ${seed}`);
    assert.ok(connection.keyUpdates > 5, `${connection.keyUpdates} updates`);
    connection.close(0, "");
    network.run(10_000);
  }
  assert.ok(used.size > 500);
});

Deno.test("a connection whose keys cannot be renewed any more ends, rather than wear them out", () => {
  const keyLimits = { ...KEY_LIMITS, maxPackets: 40, updateAfterPackets: 1e9, updateAfterMs: 1e9 };
  const { network, a, b } = pair("worn out", {
    a: { config: { keyLimits, maxDatagram: () => 1452 } },
  });
  const connection = a.endpoint.connect(b.address, network.now);
  assert.ok(network.run(5000, () => b.of("connected").length === 1));
  const stream = connection.openStream();
  connection.write(stream, new Uint8Array(100_000));
  network.run(10_000);
  assert.equal(a.of("closed")[0]?.by, "error");
});
