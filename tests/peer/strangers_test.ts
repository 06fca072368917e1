/** What strangers can do to an endpoint: garbage, floods, amplification, replays (threats 8, 9, 10, 12). */
import assert from "node:assert/strict";
import { concat, hex } from "../../lib/bytes.ts";
import type { Address } from "../../lib/peer/address.ts";
import type { EndpointOptions } from "../../lib/peer/config.ts";
import { mac1Of } from "../../lib/session/mac.ts";
import { generateKeyPair } from "../../lib/crypto/sm2.ts";
import { INITIATION_BYTES } from "../../lib/wire/packet.ts";
import { endpointTarget, play } from "../fuzz/endpoint-target.ts";
import { initiations } from "./flood.ts";
import { type Flight, fraction, type Host, Network, pair, seededRandom } from "./network.ts";

const SEED = Deno.env.get("P2P_TEST_SEED") ?? "strangers";

/** The datagrams of a whole conversation, and the two who had it. */
function recorded(kind: "XX" | "IK"): { network: Network; a: Host; b: Host; log: Flight[] } {
  const { network, a, b } = pair(`${SEED} ${kind}`);
  const known = kind === "IK" ? { remoteKey: b.identity.publicKey } : {};
  const connection = a.endpoint.connect(b.address, network.now, known);
  network.run(5000, () => b.of("connected").length === 1);
  const stream = connection.openStream();
  connection.write(stream, new TextEncoder().encode("a first message"));
  network.run(2000);
  return { network, a, b, log: [...network.log] };
}

Deno.test("100,000 random, truncated and bit-flipped datagrams: not a byte back, no state (threat 8)", () => {
  const { network, b, log } = recorded("XX");
  const random = seededRandom(`${SEED} garbage`);
  const stranger = { hostname: "203.0.113.5", port: 4000 };
  const toB = log.filter((flight) => flight.to === b.address);
  assert.ok(toB.some(({ datagram }) => datagram.length === INITIATION_BYTES));
  network.log.length = 0;
  const pool = random(1 << 16);
  const heapBefore = heapUsed();
  for (let i = 0; i < 100_000; i++) {
    const original = toB[i % toB.length]!.datagram;
    const dice = pool[(i * 7) % pool.length]!;
    let datagram: Uint8Array;
    if (i % 3 === 0) {
      const at = (i * 31) % (pool.length - 1500);
      datagram = pool.slice(at, at + (dice * 5) % 1400);
      if (i % 2 === 0 && datagram.length > 2) datagram.set([1 + dice % 5, 1]);
    } else if (i % 3 === 1) {
      datagram = original.slice(0, (i * 13) % original.length);
    } else {
      datagram = original.slice();
      datagram[(i * 17) % datagram.length]! ^= 1 << (dice % 8);
    }
    b.endpoint.receive(datagram, stranger, network.now);
  }
  const grown = heapUsed() - heapBefore;
  network.run(100);
  assert.deepEqual(network.log.filter(({ to }) => to === stranger), []);
  assert.equal(b.endpoint.pendingCount, 0);
  assert.equal([...b.endpoint.connections].length, 1);
  assert.ok(grown < 20e6, `heap grew by ${grown} bytes, seed ${SEED}`);
});

function heapUsed(): number {
  return Deno.memoryUsage().heapUsed;
}

Deno.test("a flood from false sources: little work, bounded state, and an honest peer gets in within 3 s (threat 9)", () => {
  const { network, a, b } = pair(`${SEED} honest`);
  const flood = initiations(10_000);
  let sent = 0;
  const storm = (until: number) => {
    for (; sent < until && sent < flood.length; sent++) {
      const from = { hostname: `203.0.113.${sent % 250}`, port: 1024 + (sent % 1000) };
      b.endpoint.receive(flood[sent]!, from, network.now);
    }
    b.pump();
  };
  storm(2000);
  const busy = b.endpoint.pendingCount;
  assert.ok(busy > 0 && busy <= 100, `${busy} responses wait`);
  const started = network.now;
  const connection = a.endpoint.connect(b.address, network.now);
  const connected = network.run(3000, () => {
    storm(2000 + Math.floor((network.now - started) * 3));
    return b.of("connected").length === 1;
  });
  assert.ok(connected, `not connected, seed ${SEED}`);
  assert.ok(network.now - started < 3000);
  assert.notEqual(connection.state, "failed");
  assert.ok(b.endpoint.pendingCount < 200);
  network.run(20_000);
  assert.equal(b.endpoint.pendingCount, 0, "all forgotten");
});

Deno.test("with cookies asked for, no SM2 operation and no state before a good one (threat 9)", () => {
  let draws = 0;
  const random = seededRandom(`${SEED} draws`);
  const options: Partial<EndpointOptions> = {
    config: { alwaysCookie: true },
    identity: generateKeyPair(random),
    random: (length) => {
      draws++;
      return random(length);
    },
  };
  const { network, a, b } = pair(`${SEED} cookies`, { b: options });
  for (const datagram of initiations(1000)) {
    b.endpoint.receive(datagram, { hostname: "203.0.113.9", port: 5 }, network.now);
  }
  b.pump();
  assert.equal(draws, 1, "one cookie secret, not one ephemeral key");
  assert.equal(b.endpoint.pendingCount, 0);
  a.endpoint.connect(b.address, network.now);
  assert.ok(network.run(1000, () => b.of("connected").length === 1), "an honest peer gets in");

  // A cookie of one address is worth nothing at another, nor is one that has grown old.
  const withCookie =
    network.log.filter(({ from, datagram }) =>
      from === a.address && datagram.length === INITIATION_BYTES
    ).at(-1)!.datagram;
  assert.ok(withCookie.subarray(-16).some((byte) => byte !== 0));
  const before = draws;
  b.endpoint.receive(withCookie, { hostname: "203.0.113.9", port: 5 }, network.now);
  b.endpoint.receive(withCookie, { ...a.address, port: a.address.port + 1 }, network.now);
  assert.equal(b.endpoint.pendingCount, 0);
  b.endpoint.receive(withCookie, a.address, network.now + 241_000);
  assert.ok(draws - before <= 2, "a new cookie secret at most");
  assert.equal(b.endpoint.pendingCount, 0);
});

/** Bytes that `host` has sent to each address, and got from it. */
function ledger(network: Network, host: Host): Map<string, { got: number; sent: number }> {
  const entries = new Map<string, { got: number; sent: number }>();
  const entry = (address: Address) => {
    const key = `${address.hostname} ${address.port}`;
    const found = entries.get(key) ?? { got: 0, sent: 0 };
    entries.set(key, found);
    return found;
  };
  for (const { from, to, datagram } of network.log) {
    if (to === host.address) entry(from).got += datagram.length;
    if (from === host.address) entry(to).sent += datagram.length;
  }
  return entries;
}

Deno.test("an unvalidated address gets at most three times what it sent, whatever it sends (threat 10)", () => {
  const { network, b, log } = recorded("IK");
  const xx = recorded("XX").log;
  network.log.length = 0;
  const strangerOf = (i: number) => ({ hostname: "203.0.113.77", port: 10_000 + i });
  const candidates = [...log, ...xx].filter(({ to }) => to.hostname === b.address.hostname);
  const otherVersion = candidates.find(({ datagram }) => datagram.length === INITIATION_BYTES)!
    .datagram.slice();
  otherVersion[1] = 9;
  otherVersion.set(mac1Of(otherVersion.subarray(0, -32)), INITIATION_BYTES - 32);
  const all = [...candidates.map(({ datagram }) => datagram), otherVersion];
  all.push(...initiations(3));
  all.forEach((datagram, i) => {
    for (let again = 0; again < 5; again++) {
      network.send(strangerOf(i), b.address, datagram);
      network.run(700);
    }
  });
  network.run(60_000);
  let answered = 0;
  for (const [key, { got, sent }] of ledger(network, b)) {
    if (!key.startsWith("203.")) continue;
    assert.ok(sent <= 3 * got, `${key}: got ${got}, sent ${sent}`);
    if (sent > 0) answered++;
  }
  assert.ok(answered >= 3, "some of it was worth an answer");
});

Deno.test("a recorded handshake replayed after a restart moves nothing (threat 12)", () => {
  const { a, b, log } = recorded("IK");
  const network = new Network(`${SEED} restarted`);
  network.now = 500_000;
  const again = network.host("bob", b.address, { identity: b.identity });
  for (const { to, datagram } of log) {
    if (to !== b.address) continue;
    network.send(a.address, b.address, datagram);
    network.run(50);
  }
  assert.deepEqual(again.events, []);
  assert.equal([...again.endpoint.connections].length, 0);
  network.run(20_000);
  assert.equal(again.endpoint.pendingCount, 0);
});

Deno.test("a recorded initiation replayed to the same endpoint completes nothing, and is forgotten (threat 12)", () => {
  const { network, a, b, log } = recorded("IK");
  network.run(20_000);
  network.log.length = 0;
  const initiation = log[0]!.datagram;
  const elsewhere = { hostname: "203.0.113.1", port: 1 };
  b.endpoint.receive(initiation, elsewhere, network.now);
  b.endpoint.receive(initiation, a.address, network.now);
  network.run(100);
  const answers = network.log.filter(({ from, datagram }) =>
    from === b.address && datagram[0]! < 0x40
  );
  assert.deepEqual(answers.map(({ datagram }) => datagram[2]), [4, 4], "answered as by a stranger");
  for (const { datagram } of log) {
    if (datagram[0] === 1) continue;
    b.endpoint.receive(datagram, elsewhere, network.now);
  }
  network.run(20_000);
  assert.equal(b.endpoint.pendingCount, 0);
  assert.equal(b.of("connected").length, 1);
  assert.deepEqual([...a.of("closed"), ...b.of("closed")], []);
});

Deno.test("sealed packets replayed or reflected change nothing (threat 12)", () => {
  const { network, a, b, log } = recorded("XX");
  const events = [a.events.length, b.events.length];
  const stats = () => [...b.endpoint.connections][0]!.transport.stats().packetsReceived;
  const received = stats();
  for (const { from, to, datagram } of log) {
    if (datagram[0]! < 0x40) continue;
    const host = to === b.address ? b : a;
    host.endpoint.receive(datagram, from, network.now);
    const other = to === b.address ? a : b;
    other.endpoint.receive(datagram, from, network.now);
  }
  network.run(100);
  assert.deepEqual([a.events.length, b.events.length], events);
  assert.equal(stats(), received);
});

Deno.test("a capture of a whole conversation holds no text, name, key or local address (threat 19)", () => {
  for (const kind of ["XX", "IK"] as const) {
    const { a, b, log } = recorded(kind);
    const wire = new TextDecoder("latin1").decode(concat(...log.map(({ datagram }) => datagram)));
    assert.ok(log.length >= 6 && wire.length > INITIATION_BYTES + 200, `${wire.length} bytes`);
    const secrets = [
      "a first message",
      "alice",
      "0 bob",
      "10.0.0.1",
      "10.0.0.2",
      "p2p/0.1.0",
      "9999",
    ];
    for (const key of [a.identity.publicKey, b.identity.publicKey]) {
      secrets.push(new TextDecoder("latin1").decode(key.subarray(1)));
    }
    for (const text of secrets) assert.ok(!wire.includes(text), `${kind}: ${text}`);
  }
});

Deno.test("strangers are met with silence when initiations are not accepted", () => {
  const { network, a, b } = pair(`${SEED} closed`, { b: { config: { accept: false } } });
  a.endpoint.connect(b.address, network.now);
  network.run(20_000);
  assert.deepEqual(network.log.filter(({ from }) => from === b.address), []);
  assert.equal(a.of("failed")[0]?.reason, "timeout");
});

Deno.test("what one address, and one source, can make us keep is bounded (threat 9)", () => {
  const { network, b } = pair(`${SEED} bounds`, {
    b: {
      config: {
        openRate: { burst: 1e6, perSecond: 1e6 },
        openRatePerSource: { burst: 1e6, perSecond: 1e6 },
        maxPending: 40,
        maxPendingPerSource: 20,
      },
    },
  });
  const all = initiations(120);
  const from = (host: number, port: number) => ({ hostname: `203.0.113.${host}`, port });
  for (const datagram of all.slice(0, 20)) b.endpoint.receive(datagram, from(1, 1), network.now);
  assert.equal(b.endpoint.pendingCount, 8);
  all.slice(20, 60).forEach((datagram, i) => b.endpoint.receive(datagram, from(1, i), network.now));
  assert.equal(b.endpoint.pendingCount, 20);
  all.slice(60).forEach((datagram, i) => b.endpoint.receive(datagram, from(i, 1), network.now));
  assert.equal(b.endpoint.pendingCount, 40);
  network.run(17_000);
  assert.equal(b.endpoint.pendingCount, 0);
});

Deno.test("the scripts that the fuzzer mutates get past the handshake", () => {
  for (const script of endpointTarget.seeds!() as Uint8Array[]) assert.ok(play(script));
});

Deno.test("the seeded source of these tests gives the same bytes for the same seed", () => {
  assert.equal(hex(seededRandom("x")(40)), hex(seededRandom("x")(40)));
  assert.notEqual(hex(concat(seededRandom("x")(8))), hex(seededRandom("y")(8)));
  assert.ok(fraction(seededRandom("x")) < 1);
});
