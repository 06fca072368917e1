/**
 * Strangers and a hostile peer against an Endpoint: the input is a script that delivers the datagrams of a recorded
 * conversation, whole, mutated, from elsewhere, out of turn, at any time. Randomness and clock are fixed, so the
 * recorded datagrams open in the fresh endpoint of each run, and the script gets past the handshake.
 */
import assert from "node:assert/strict";
import { generateKeyPair } from "../../lib/crypto/sm2.ts";
import type { Arrival } from "../../lib/peer/connection-types.ts";
import { Endpoint } from "../../lib/peer/endpoint.ts";
import { mac1Of } from "../../lib/session/mac.ts";
import { looksLikeHandshake, mac1Parts } from "../../lib/wire/packet.ts";
import { isSealed } from "../../lib/wire/packet-sealed.ts";
import { pair, seededRandom } from "../peer/network.ts";
import type { FuzzTarget } from "./fuzz.ts";

const START = 1000;
const HONEST = { hostname: "10.0.0.1", port: 9999 };
const identity = generateKeyPair(seededRandom("fuzzed endpoint"));

function options(now: number) {
  return {
    identity,
    random: seededRandom("fuzzed endpoint's randomness"),
    hello: { program: "p2p/1", platform: "test", capabilities: 0 },
    now,
    time: 1_800_000_000_000,
    // One handshake without a cookie: SM2 operations are what an input costs.
    config: { openRate: { burst: 1, perSecond: 0.1 } },
  };
}

/** What an honest peer sends: a handshake of each kind would need a fresh endpoint, so XX or IK. */
function record(known: boolean): Uint8Array[] {
  const { network, a, b } = pair("fuzz", { b: options(START) });
  const remote = known ? { remoteKey: identity.publicKey } : {};
  const connection = a.endpoint.connect(b.address, network.now, remote);
  network.run(2000, () => b.of("connected").length === 1);
  const stream = connection.openStream();
  connection.write(stream, new Uint8Array(3000));
  connection.finish(stream);
  network.run(500);
  connection.close(1, "goodbye");
  network.run(500);
  return network.log.filter(({ to }) => to === b.address).map(({ datagram }) => datagram);
}

let recordings: Uint8Array[][] | undefined;

/** Steps of four bytes: which datagram, what to do with it, where, when. */
function run(script: Uint8Array): void {
  play(script);
}

/** Plays a script; whether it got as far as an established connection. */
export function play(script: Uint8Array): boolean {
  let connected = false;
  recordings ??= [record(false), record(true)];
  const endpoint = new Endpoint(options(START));
  const datagrams = recordings[(script[0] ?? 0) % 2]!;
  let now = START + 1; // when the recorded initiation arrived: the response holds the time
  let sent = 0;
  /** Half of the scripts hand over several datagrams at once. */
  const together = (script[0] ?? 0) >= 128;
  const arrivals: Arrival[] = [];
  for (let at = 1; at + 3 < script.length; at += 4) {
    const [which, how, where, when] = script.subarray(at, at + 4);
    const datagram = mutated(datagrams[which! % datagrams.length]!.slice(), how!, where!);
    const from = where! < 200 ? HONEST : { hostname: "203.0.113.1", port: where! };
    if (!together) endpoint.receive(datagram, from, now);
    else {
      arrivals.push({ datagram, from });
      if (when! % 4 !== 0 && arrivals.length < 16 && at + 7 < script.length) continue;
      endpoint.receiveMany(arrivals.splice(0), now);
    }
    if ((endpoint.nextTimeout() ?? Infinity) <= now) endpoint.timeout(now);
    for (let event = endpoint.event(); event; event = endpoint.event()) {
      if (event.type === "internal-error") throw event.error;
      connected ||= event.type === "connected";
      if (event.type !== "stream" || event.event.type !== "readable") continue;
      event.connection.read(event.event.stream, new Uint8Array(1024));
    }
    while (endpoint.transmit(now) !== undefined) assert.ok(++sent < 10_000, "it never stops");
    now += when! < 200 ? when! : (when! - 199) * 500;
    assert.ok(endpoint.pendingCount <= 128);
    assert.ok([...endpoint.connections].length <= 2);
  }
  return connected;
}

/** `how` 0 to 99: as it is; then flipped, cut, lengthened; from 200 on with the mac1 of a handshake datagram mended. */
function mutated(datagram: Uint8Array, how: number, where: number): Uint8Array {
  if (how < 100) return datagram;
  const position = (how * 251 + where * 17) % datagram.length;
  let result = datagram;
  if (how % 4 === 0) result = datagram.slice(0, position);
  else if (how % 4 === 1) {
    result = new Uint8Array(datagram.length + where);
    result.set(datagram);
  } else datagram[position] = how % 4 === 2 ? datagram[position]! ^ (1 << (where % 8)) : where;
  if (how >= 200 && looksLikeHandshake(result) && !isSealed(result)) {
    const { covered, mac1 } = mac1Parts(result);
    mac1.set(mac1Of(covered));
  }
  return result;
}

export const endpointTarget: FuzzTarget = {
  name: "endpoint",
  run,
  seeds: () =>
    [0, 1].map((kind) => {
      const count = 12;
      const script = new Uint8Array(1 + 4 * count);
      script[0] = kind;
      for (let i = 0; i < count; i++) script.set([i, 0, 0, 5], 1 + 4 * i);
      return script;
    }),
};
