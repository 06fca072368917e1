/** What the system is handed together travels as one large packet at first, which some paths drop whole; see `bursts.ts`. */
import assert from "node:assert/strict";
import { Bursts } from "../../lib/transport/bursts.ts";
import { SENT_TOGETHER } from "../../lib/transport/sent-packets.ts";
import { Flow, OVERHEAD, Pair, type Peer, seal } from "../lab/pair.ts";
import { withSeed } from "../lab/random.ts";

/** Lets the peer's packets go as the system sends them, several equally long ones together; those are dropped. */
function dropBursts(peer: Peer, dropping: () => boolean): void {
  const room = new Uint8Array(65_507 - OVERHEAD);
  peer.send = (now) => {
    const bursts: Uint8Array[][] = [];
    let joins = false;
    for (let packet; (packet = peer.transport.transmit(now, room)) !== undefined;) {
      const datagram = seal(packet.packetNumber, room.subarray(0, packet.length));
      const { apart } = peer.transport;
      const burst = bursts.at(-1);
      if (joins && !apart && datagram.length <= burst![0]!.length) burst!.push(datagram);
      else bursts.push([datagram]);
      joins = !apart && datagram.length === bursts.at(-1)![0]!.length;
    }
    for (const burst of bursts) {
      if (burst.length > 1 && dropping()) continue;
      for (const datagram of burst) peer.out.send(datagram, now);
    }
    return false;
  };
}

Deno.test("where bursts are dropped whole, packets leave one by one, and bytes arrive at once", () =>
  withSeed((random) => {
    const pair = new Pair(random, { delay: 1 });
    for (const peer of [pair.a, pair.b]) dropBursts(peer, () => true);
    const flow = new Flow(pair, pair.a, pair.b, random.bytes(2_000_000));
    const start = pair.now;
    pair.runUntil(() => flow.done);
    flow.check();
    const took = pair.now - start;
    assert.ok(took < 3000, `${took} ms`);
  }));

Deno.test("where bursts arrive, they go on, also after a time in which nothing did", () =>
  withSeed((random) => {
    const pair = new Pair(random, { delay: 1 });
    let dropping = false;
    let bursts = 0;
    dropBursts(pair.a, () => (bursts++, dropping));
    const flow = new Flow(pair, pair.a, pair.b, random.bytes(30_000_000));
    pair.runUntil(() => flow.length > 1_000_000);
    dropping = true;
    pair.run(3000);
    dropping = false;
    pair.runUntil(() => flow.done);
    pair.run(20_000);
    bursts = 0;
    const after = new Flow(pair, pair.a, pair.b, random.bytes(5_000_000));
    pair.runUntil(() => after.done);
    assert.ok(bursts > 50, `${bursts} bursts after the path had recovered`);
  }));

Deno.test("bursts count as lost once each, in a row, and are tried again less and less often", () => {
  const bursts = new Bursts();
  const lose = (time: number, now: number) => {
    assert.equal(bursts.onSent(time, false), 0);
    const flags = bursts.onSent(time, false);
    assert.equal(flags, SENT_TOGETHER);
    for (let i = 0; i < 15; i++) bursts.onLost(flags, time, now);
  };
  for (let time = 0; time < 3; time++) lose(time, time + 10);
  assert.equal(bursts.apart(20), false);
  bursts.onAcked(SENT_TOGETHER);
  for (let time = 30; time < 33; time++) lose(time, time + 10);
  assert.equal(bursts.apart(50), false, "one arrived in between");
  lose(60, 70);
  assert.equal(bursts.apart(70), true);
  assert.equal(bursts.onSent(71, true), 0);
  assert.equal(bursts.onSent(71, true), 0, "what leaves by itself is in no burst");
  let now = 70;
  for (const wait of [10_000, 20_000, 40_000]) {
    assert.equal(bursts.apart(now + wait - 1), true);
    now += wait;
    assert.equal(bursts.apart(now), false);
    lose(now, now);
  }
});
