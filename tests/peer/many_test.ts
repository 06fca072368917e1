/** Many peers at one endpoint: all served, fairly, and idle ones cost little. Bad networks, too. */
import assert from "node:assert/strict";
import { hex } from "../../lib/bytes.ts";
import { CONNECTION_LIMITS } from "../../lib/peer/connection-limits.ts";
import { INITIATION_BYTES } from "../../lib/wire/packet.ts";
import { fraction, type Host, Network, pair, seededRandom, transfer } from "./network.ts";

/** All peers are at one source here. */
const ONE_SOURCE = {
  config: { connectionLimits: { ...CONNECTION_LIMITS, strangersPerSource: 128 } },
};

Deno.test("100 peers connect at once and are served fairly", () => {
  const network = new Network("many");
  const hub = network.host("hub", { hostname: "10.0.0.1", port: 9999 }, ONE_SOURCE);
  const peers: Host[] = [];
  for (let i = 0; i < 100; i++) {
    const peer = network.host(`peer ${i}`, { hostname: "127.0.0.1", port: 20_000 + i });
    peer.endpoint.connect(hub.address, network.now);
    peers.push(peer);
  }
  const started = network.now;
  assert.ok(network.run(8000, () => hub.of("connected").length === 100), "all connected");
  assert.ok(network.now - started < 5000, `${network.now - started} ms`);

  const size = 40_000;
  for (const { connection } of hub.of("connected")) {
    const stream = connection.openStream();
    assert.equal(connection.write(stream, new Uint8Array(size)), size);
    connection.finish(stream);
  }
  const counts = new Map<number, number>();
  const buffer = new Uint8Array(65536);
  const ends: number[] = [];
  const seen = peers.map(() => 0);
  assert.ok(
    network.run(20_000, () => {
      peers.forEach((peer, i) => {
        for (; seen[i]! < peer.events.length; seen[i]!++) {
          const event = peer.events[seen[i]!]!;
          if (event.type !== "stream" || event.event.type !== "readable") continue;
          const { stream } = event.event;
          const length = event.connection.read(stream, buffer);
          counts.set(i, (counts.get(i) ?? 0) + length);
          if (counts.get(i) === size) ends.push(network.now);
        }
      });
      return ends.length === 100;
    }),
    `${ends.length} of 100 have everything`,
  );
  assert.ok(
    ends.at(-1)! - ends[0]! < 1000,
    `first and last are ${ends.at(-1)! - ends[0]!} ms apart`,
  );
});

Deno.test("a peer that is too busy for more than asking for a cookie is waited for", () => {
  const { network, a, b } = pair("busy", { b: { config: { alwaysCookie: true } } });
  const hasCookie = (datagram: Uint8Array) =>
    datagram.length === INITIATION_BYTES && datagram.subarray(-16).some((byte) => byte !== 0);
  const started = network.now;
  network.rule = (flight) =>
    network.now < started + 20_000 && hasCookie(flight.datagram) ? [] : [flight];
  a.endpoint.connect(b.address, network.now);
  assert.ok(network.run(25_000, () => b.of("connected").length === 1), "connected");
  assert.ok(network.now > started + 20_000);

  network.rule = (flight) => hasCookie(flight.datagram) ? [] : [flight];
  const again = network.now;
  a.endpoint.connect({ ...b.address }, network.now);
  assert.ok(network.run(60_000, () => a.of("failed").length === 1));
  assert.ok(network.now - again <= 30_000, "but not for ever");
});

Deno.test("idle and chatting peers get no large datagrams", () => {
  const { network, a, b } = pair("small");
  a.endpoint.connect(b.address, network.now);
  assert.ok(network.run(5000, () => b.of("connected").length === 1));
  assert.equal(hex(transfer(network, a, b, new Uint8Array(5_000))), hex(new Uint8Array(5_000)));
  network.run(100_000);
  assert.ok(network.log.every(({ datagram }) => datagram.length <= INITIATION_BYTES));
});

Deno.test("a peer that stops reading does not stop the others", () => {
  const network = new Network("slow reader");
  const hub = network.host("hub", { hostname: "10.0.0.1", port: 9999 });
  const slow = network.host("slow", { hostname: "10.0.0.2", port: 9999 });
  const quick = network.host("quick", { hostname: "10.0.0.3", port: 9999 });
  slow.endpoint.connect(hub.address, network.now);
  assert.ok(network.run(5000, () => hub.of("connected").length === 1));
  const toSlow = hub.of("connected")[0]!.connection;
  const stream = toSlow.openStream();
  const chunk = new Uint8Array(1 << 20);
  for (let i = 0; i < 40; i++) {
    toSlow.write(stream, chunk);
    network.run(200);
  }
  quick.endpoint.connect(hub.address, network.now);
  assert.ok(network.run(5000, () => hub.of("connected").length === 2));
  const data = seededRandom("data")(200_000);
  const started = network.now;
  assert.equal(hex(transfer(network, hub, quick, data)), hex(data));
  assert.ok(network.now - started < 2000);
});

Deno.test("idle peers cost little: memory and timers; those who have gone, nothing", async () => {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--v8-flags=--expose-gc", new URL("memory_probe.ts", import.meta.url).pathname],
    stderr: "inherit",
  }).output();
  const { connections, bytes, datagramsIn14s, served, left } = JSON.parse(
    new TextDecoder().decode(stdout),
  );
  assert.equal(connections, 100);
  assert.ok(bytes < 100_000, `${bytes} bytes for each connection`);
  assert.ok(served > 800, `${served} strangers came`);
  assert.ok(left < 3_000_000, `${left} bytes are left of ${served} who have gone`);
  assert.ok(datagramsIn14s < 500, `${datagramsIn14s} datagrams in 14 idle seconds`);
});

Deno.test("connecting through 30 % loss, duplication and reordering", () => {
  const seed = Deno.env.get("P2P_TEST_SEED") ?? "lossy";
  const random = seededRandom(seed);
  for (let i = 0; i < 20; i++) {
    const patient = { config: { handshakeTimeoutMs: 40_000 } };
    const { network, a, b } = pair(`${seed} ${i}`, { a: patient });
    network.rule = (flight) => {
      const dice = fraction(random);
      if (dice < 0.3) return [];
      const late = { ...flight, at: flight.at + Math.floor(fraction(random) * 100) };
      return dice < 0.4 ? [flight, late] : [late];
    };
    const known = i % 2 === 0 ? {} : { remoteKey: b.identity.publicKey };
    const connection = a.endpoint.connect(b.address, network.now, known);
    network.run(40_000, () => b.of("connected").length === 1 && connection.state === "established");
    assert.equal(connection.state, "established", `seed ${seed}, round ${i}`);
    assert.equal(b.of("connected").length, 1);
    const data = seededRandom("data")(20_000);
    assert.equal(
      hex(transfer(network, a, b, data, 120_000)),
      hex(data),
      `seed ${seed}, round ${i}`,
    );
  }
});

Deno.test("a peer that starts anew from the same address replaces its old connection", () => {
  const { network, a, b } = pair("restart");
  a.endpoint.connect(b.address, network.now);
  assert.ok(network.run(5000, () => b.of("connected").length === 1));
  network.hosts.splice(network.hosts.indexOf(a), 1);
  const again = network.host("alice", a.address, { identity: a.identity });
  again.endpoint.connect(b.address, network.now);
  assert.ok(network.run(5000, () => b.of("connected").length === 2));
  assert.deepEqual(b.of("closed").map(({ by }) => by), ["replaced"]);
  assert.equal([...b.endpoint.connections].length, 1);
});

Deno.test("a peer that vanishes is given up", () => {
  const { network, a, b } = pair("vanish", {
    b: { config: { transportLimits: { idleTimeout: 30_000, keepalive: 10_000 } } },
  });
  a.endpoint.connect(b.address, network.now);
  assert.ok(network.run(5000, () => b.of("connected").length === 1));
  network.run(20_000);
  network.rule = () => [];
  assert.ok(network.run(100_000, () => b.of("closed").length === 1));
  assert.match(b.of("closed")[0]!.by, /^(lost|idle-timeout)$/);
  assert.equal([...b.endpoint.connections].length, 0);
  assert.equal(b.endpoint.nextTimeout(), undefined);
});

Deno.test("a connection survives fifteen seconds without a network", () => {
  const { network, a, b } = pair("blackout");
  a.endpoint.connect(b.address, network.now);
  assert.ok(network.run(5000, () => b.of("connected").length === 1));
  network.run(1000);
  network.rule = () => [];
  const stream = [...a.endpoint.connections][0]!.openStream();
  [...a.endpoint.connections][0]!.write(stream, new Uint8Array(1000));
  network.run(15_000);
  network.rule = (flight) => [flight];
  const data = seededRandom("data")(20_000);
  assert.equal(hex(transfer(network, b, a, data, 60_000)), hex(data));
  assert.deepEqual([...a.of("closed"), ...b.of("closed")], []);
});

Deno.test("the application can refuse a peer as soon as it is known, before it reads anything", () => {
  const { network, a, b } = pair("refuse");
  const connection = a.endpoint.connect(b.address, network.now);
  network.run(5000, () => {
    if (connection.state === "established" || connection.state === "confirming") return true;
    return false;
  });
  const stream = connection.openStream();
  connection.write(stream, new Uint8Array(100));
  assert.ok(network.run(5000, () => b.of("connected").length === 1));
  b.of("connected")[0]!.connection.close(3, "key not trusted");
  assert.ok(network.run(5000, () => a.of("closed").length === 1));
  const [closed] = a.of("closed");
  assert.deepEqual([closed?.by, closed?.code, closed?.reason], ["peer", 3, "key not trusted"]);
});

Deno.test("what is called on a connection that is not connected is our own mistake", () => {
  const { network, a, b } = pair("early");
  const connection = a.endpoint.connect(b.address, network.now);
  assert.throws(() => connection.openStream(), /peer\.not-connected/);
  connection.close(0, "changed my mind");
  network.run(10);
  assert.equal(a.of("failed")[0]?.reason, "closed");
  assert.equal(a.endpoint.nextTimeout(), undefined);
});
