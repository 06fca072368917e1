/**
 * An attacker who sees everything and injects whatever it likes, but cannot keep anything from arriving: it ends no
 * handshake and no conversation, and what it says explains a time-out at most.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { type Bytes, hex } from "../../lib/bytes.ts";
import { generateKeyPair } from "../../lib/crypto/sm2.ts";
import type { Address } from "../../lib/peer/address.ts";
import { mac1Of } from "../../lib/session/mac.ts";
import {
  DatagramType,
  encodeCookieReply,
  encodeResponse,
  encodeVersionReply,
  mac1Parts,
  MAC_BYTES,
} from "../../lib/wire/packet.ts";
import { type Flight, Host, Network, pair, seededRandom, transfer } from "./network.ts";
import { ticketStore } from "./tickets.ts";

/** A datagram with a good mac1. */
function withMac1(unchecked: Uint8Array): Bytes {
  const datagram = new Uint8Array(unchecked.length + MAC_BYTES);
  datagram.set(unchecked);
  datagram.set(mac1Of(unchecked), unchecked.length);
  return datagram;
}

/** How a forged datagram is made of one that was seen. */
const FORGERIES = [
  "flip",
  "flip-mended",
  "cut",
  "reflect",
  "version",
  "cookie",
  "response",
  "copy-elsewhere",
  "impostor",
] as const;

interface Forgery {
  readonly how: typeof FORGERIES[number];
  readonly at: number;
  readonly bits: number;
}

const forgery: fc.Arbitrary<Forgery> = fc.record({
  how: fc.constantFrom(...FORGERIES),
  at: fc.nat({ max: 1199 }),
  bits: fc.integer({ min: 1, max: 255 }),
});

/** What the attacker sends when it has seen `seen`; nothing where the forgery does not apply. */
function forge(seen: Flight, { how, at, bits }: Forgery, impostor: Impostor): Flight | undefined {
  const { from, to, datagram } = seen;
  const initiation = datagram[0] === DatagramType.initiation;
  const back = (forged: Uint8Array): Flight => ({
    from: to,
    to: from,
    datagram: forged,
    at: seen.at,
  });
  const changed = datagram.slice();
  changed[at % changed.length]! ^= bits;
  switch (how) {
    case "flip":
      return { ...seen, datagram: changed };
    case "flip-mended": {
      if (datagram[0]! >= 0x40) return { ...seen, datagram: changed };
      const { covered, mac1 } = mac1Parts(changed);
      mac1.set(mac1Of(covered));
      return { ...seen, datagram: changed };
    }
    case "cut":
      return { ...seen, datagram: datagram.slice(0, at % datagram.length) };
    case "reflect":
      return back(datagram.slice());
    case "copy-elsewhere":
      return { ...seen, from: { hostname: "203.0.113.7", port: 1 + at } };
  }
  if (!initiation) return undefined;
  const index = new DataView(datagram.buffer, datagram.byteOffset).getUint32(4);
  const { mac1 } = mac1Parts(datagram);
  if (how === "version") return back(withMac1(encodeVersionReply(index, mac1, [2 + bits % 250])));
  if (how === "cookie") {
    return back(withMac1(encodeCookieReply(index, mac1, new Uint8Array(16).fill(bits))));
  }
  if (how === "response") {
    const kind = (["XX", "IK", "resume", "fallback"] as const)[bits % 4]!;
    const body = seededRandom(`${at} ${bits}`)(100 + at % 400);
    body[0] = 2 + bits % 2;
    return back(withMac1(encodeResponse(kind, index, at, body)));
  }
  const answer = impostor.answer(datagram, from);
  return answer && back(answer);
}

/** An endpoint with a key of its own that answers initiations meant for others. */
class Impostor {
  readonly #host: Host;

  constructor(network: Network) {
    this.#host = new Host(network, { hostname: "203.0.113.9", port: 9 }, "impostor");
  }

  answer(initiation: Uint8Array, from: Address): Uint8Array | undefined {
    const { endpoint, network } = this.#host;
    endpoint.receive(initiation, from, network.now);
    return endpoint.transmit(network.now)?.datagram;
  }
}

const kinds = fc.constantFrom("XX", "IK", "resume", "simultaneous");

Deno.test("whatever is injected beside the peers' own datagrams, they connect in time and talk", () => {
  fc.assert(
    fc.property(
      kinds,
      fc.array(fc.array(forgery, { maxLength: 4 }), { minLength: 1, maxLength: 12 }),
      fc.nat({ max: 1 }),
      (kind, forgeries, cookies) => {
        const [ours, theirs] = [ticketStore(), ticketStore()];
        const { network, a, b } = pair(`inject ${kind}`, {
          a: { tickets: ours },
          b: { tickets: theirs, config: { alwaysCookie: cookies === 1 } },
        });
        const known = kind === "XX" ? {} : { remoteKey: b.identity.publicKey };
        let connections = 0;
        if (kind === "resume") {
          a.endpoint.connect(b.address, network.now, known).close;
          assert.ok(network.run(5000, () => b.of("connected").length === 1));
          [...a.endpoint.connections][0]!.close(0, "");
          network.run(5000);
          connections = 1;
        }
        const impostor = new Impostor(network);
        let seen = 0;
        network.rule = (flight) => {
          const forged = (forgeries[seen++ % forgeries.length] ?? [])
            // Whose key it is cannot be known at first contact.
            .filter(({ how }) => how !== "impostor" || kind !== "XX")
            .flatMap((each) => forge(flight, each, impostor) ?? []);
          // The attacker is nearer: what it sends comes first.
          return [...forged.map((each) => ({ ...each, at: network.now })), flight];
        };
        const started = network.now;
        a.endpoint.connect(b.address, network.now, known);
        if (kind === "simultaneous") {
          b.endpoint.connect(a.address, network.now, { remoteKey: a.identity.publicKey });
        }
        const done = () =>
          a.of("connected").some(({ connection }) =>
            connection.state === "established" && !connection.over
          ) && b.of("connected").length > connections;
        assert.ok(
          network.run(6000, done),
          `${kind}: not connected after ${network.now - started} ms`,
        );
        assert.deepEqual(a.of("failed"), []);
        const own = a.of("connected").at(-1)!.connection;
        assert.equal(hex(own.remoteKey!), hex(b.identity.publicKey));
        const data = seededRandom("data")(3000);
        assert.deepEqual(transfer(network, a, b, data), data);
      },
    ),
    { numRuns: Number(Deno.env.get("P2P_TEST_RUNS") ?? 60), seed: 20_260_701 },
  );
});

/** Lets the first initiation be answered by `answer` of the attacker's alone, and says how the call ended, and when. */
function onlyHeard(
  answer: Forgery["how"],
  to: Address,
): { reason: string | undefined; after: number } {
  const network = new Network(`only ${answer}`);
  const a = network.host("alice", { hostname: "10.0.0.1", port: 1 });
  const impostor = new Impostor(network);
  network.rule = (flight) => {
    if (flight.from !== a.address) return [];
    const forged = forge(flight, { how: answer, at: 5, bits: 7 }, impostor);
    return forged === undefined ? [] : [{ ...forged, at: network.now }];
  };
  const started = network.now;
  const remoteKey = generateKeyPair(seededRandom("expected")).publicKey;
  a.endpoint.connect(to, network.now, { remoteKey });
  network.run(60_000, () => a.of("failed").length > 0);
  return { reason: a.of("failed")[0]?.reason, after: network.now - started };
}

Deno.test("what is injected explains the time-out that comes anyway", () => {
  const far = { hostname: "10.0.0.9", port: 2 };
  const near = { hostname: "127.0.0.1", port: 2 };
  for (
    const [how, reason] of [["reflect", "self"], ["version", "version"], [
      "impostor",
      "key-changed",
    ]] as const
  ) {
    const told = onlyHeard(how, far);
    assert.equal(told.reason, reason);
    const least = how === "impostor" ? 1_400 : 7_000;
    assert.ok(told.after >= least && told.after <= 9_000, `${how}: ${told.after} ms`);
    // Nobody else can inject on this machine's loopback: there it is said at once.
    const here = onlyHeard(how, near);
    assert.equal(here.reason, reason);
    assert.ok(here.after < 100, `${how}: ${here.after} ms`);
  }
  assert.equal(onlyHeard("response", far).reason, "timeout");
  assert.equal(onlyHeard("cookie", far).reason, "timeout");
});

Deno.test("a thousand forged responses do not keep the peer's own from counting", () => {
  const { network, a, b } = pair("bad responses");
  network.rule = (flight) => {
    if (flight.from !== a.address || flight.datagram[0] !== DatagramType.initiation) {
      return [flight];
    }
    const impostor = new Impostor(network);
    const forged = Array.from({ length: 1000 }, (_, i) => ({
      ...forge(flight, { how: "response", at: i, bits: 1 + i % 250 }, impostor)!,
      at: network.now,
    }));
    return [...forged, flight];
  };
  a.endpoint.connect(b.address, network.now, { remoteKey: b.identity.publicKey });
  assert.ok(network.run(8000, () => b.of("connected").length === 1));
});
