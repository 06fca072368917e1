/** Beginning and end of a connection: blackout, keepalive, idle timeout, close, errors, paths. */
import assert from "node:assert/strict";
import { RemoteProtocolError } from "../../lib/errors.ts";
import type { TransportEvent } from "../../lib/transport/types.ts";
import { Flow, OVERHEAD, Pair, type Peer } from "../lab/pair.ts";
import { SeededRandom, withSeed } from "../lab/random.ts";

const closedOf = (peer: Peer) =>
  peer.events.find((e): e is TransportEvent & { type: "closed" } => e.type === "closed");

Deno.test("a transfer goes on by itself after a blackout of 15 s", () =>
  withSeed((random) => {
    const blackouts = [{ from: 1200, to: 16_200 }];
    const pair = new Pair(random, { delay: 20, rate: 5000, blackouts });
    const flow = new Flow(pair, pair.a, pair.b, random.bytes(3_000_000));
    pair.run(200);
    assert.ok(!flow.done);
    const sentBefore = pair.a.out.counts.bytes;
    pair.run(15_000);
    const probing = pair.a.out.counts.bytes - sentBefore;
    assert.ok(probing < 200_000, `${probing} bytes sent into the dark`);
    pair.runUntil(() => flow.done, 8_000);
    flow.check();
    assert.ok(!closedOf(pair.a));
  }));

Deno.test("keepalive holds an idle connection, and costs next to nothing", () => {
  const pair = new Pair(new SeededRandom(3), { delay: 10 });
  pair.run(600_000);
  assert.equal(closedOf(pair.a), undefined);
  assert.equal(closedOf(pair.b), undefined);
  assert.ok(pair.a.out.counts.sent < 120, `${pair.a.out.counts.sent} packets in ten minutes`);
});

Deno.test("without keepalive an idle connection ends after the idle timeout", () => {
  const pair = new Pair(new SeededRandom(3), {}, { limits: { keepalive: 0, idleTimeout: 5000 } });
  pair.run(4900);
  assert.equal(closedOf(pair.a), undefined);
  pair.run(200);
  assert.equal(closedOf(pair.a)?.by, "idle-timeout");
  assert.equal(pair.a.transport.state, "closed");
});

Deno.test("a peer that vanishes is reported as lost", () => {
  const pair = new Pair(new SeededRandom(3), { delay: 5 });
  const flow = new Flow(pair, pair.a, pair.b, new Uint8Array(100));
  pair.runUntil(() => flow.done);
  pair.a.out.conditions = pair.b.out.conditions = { drop: 1 };
  pair.a.transport.write(pair.a.transport.openStream(), new Uint8Array(10));
  pair.runUntil(() => closedOf(pair.a) !== undefined, 120_000);
  assert.equal(closedOf(pair.a)?.by, "lost");
  assert.ok(pair.a.out.counts.sent < 80, `${pair.a.out.counts.sent} packets to nobody`);
});

/** Milliseconds from when the network goes dark until each of `types` has been told at `a`. */
function toldAfter(pair: Pair, types: readonly TransportEvent["type"][], limit: number): number[] {
  pair.a.out.conditions = pair.b.out.conditions = { drop: 1 };
  const dark = pair.now;
  return types.map((type) => {
    pair.runUntil(() => pair.a.events.some((event) => event.type === type), limit);
    return pair.now - dark;
  });
}

Deno.test("in an idle conversation a peer that dies is silent within 20 s and lost within 35 s", () => {
  for (const idle of [100, 7_000, 14_900, 15_100, 100_000]) {
    const pair = new Pair(new SeededRandom(3), { delay: 5 });
    const flow = new Flow(pair, pair.a, pair.b, new Uint8Array(100));
    pair.runUntil(() => flow.done);
    pair.run(idle);
    const [silent, lost] = toldAfter(pair, ["silent", "closed"], 36_000);
    assert.ok(silent! <= 20_100, `silent after ${silent} ms`);
    assert.ok(lost! >= 19_900 && lost! <= 35_100, `lost after ${lost} ms`);
    assert.equal(closedOf(pair.a)?.by, "lost");
  }
});

Deno.test("a peer that dies while it is sent something is silent after 5 s and lost after 20 s", () => {
  for (const idle of [100, 14_000]) {
    const pair = new Pair(new SeededRandom(3), { delay: 5 });
    const flow = new Flow(pair, pair.a, pair.b, new Uint8Array(100));
    pair.runUntil(() => flow.done);
    pair.run(idle);
    pair.a.transport.write(pair.a.transport.openStream(), new Uint8Array(10));
    const [silent, lost] = toldAfter(pair, ["silent", "closed"], 61_000);
    assert.ok(silent! >= 4_900 && silent! <= 5_100, `silent after ${silent} ms`);
    assert.ok(lost! >= 19_900 && lost! <= 20_100, `lost after ${lost} ms`);
  }
});

Deno.test("a peer that dies after it was heard is silent 5 s and lost 20 s after that, while something is owed", () => {
  const pair = new Pair(new SeededRandom(3), { delay: 5, rate: 100 });
  const flow = new Flow(pair, pair.a, pair.b, new Uint8Array(3_000_000));
  pair.run(2_000);
  assert.ok(!flow.done);
  const [silent, lost] = toldAfter(pair, ["silent", "closed"], 21_000);
  assert.ok(silent! <= 5_100 && lost! <= 20_100, `silent after ${silent}, lost after ${lost} ms`);
});

Deno.test("who only receives asks within a second or two when nothing more comes, and then seldom", () => {
  const pair = new Pair(new SeededRandom(3), { delay: 5, rate: 100 });
  const flow = new Flow(pair, pair.a, pair.b, new Uint8Array(3_000_000));
  pair.run(2_000);
  assert.ok(!flow.done);
  pair.a.out.conditions = { drop: 1 };
  const before = pair.b.out.counts.sent;
  pair.run(1_200);
  assert.ok(pair.b.out.counts.sent > before, "asked");
  pair.a.out.conditions = { delay: 5, rate: 100 };
  pair.runUntil(() => flow.done);
  pair.run(500);
  const quiet = pair.a.out.counts.sent + pair.b.out.counts.sent;
  pair.run(60_000);
  const sent = pair.a.out.counts.sent + pair.b.out.counts.sent - quiet;
  assert.ok(sent <= 24, `${sent} packets in a minute of quiet`);
});

Deno.test("silence is told once, and again when it is over", () => {
  const pair = new Pair(new SeededRandom(3), { delay: 5 });
  const flow = new Flow(pair, pair.a, pair.b, new Uint8Array(100));
  pair.runUntil(() => flow.done);
  const told = () => pair.a.events.flatMap(({ type }) => /silent|heard/.test(type) ? [type] : []);
  pair.run(100_000);
  assert.deepEqual(told(), []);
  toldAfter(pair, ["silent"], 30_000);
  pair.run(10_000);
  assert.deepEqual(told(), ["silent"]);
  pair.a.out.conditions = pair.b.out.conditions = { delay: 5 };
  pair.run(5_000);
  assert.deepEqual(told(), ["silent", "heard"]);
  pair.run(100_000);
  assert.deepEqual(told(), ["silent", "heard"]);
});

Deno.test("close reaches the peer with code and reason, over loss too", () =>
  withSeed((random) => {
    const pair = new Pair(random, { delay: 5 });
    const flow = new Flow(pair, pair.a, pair.b, random.bytes(50_000));
    pair.runUntil(() => flow.done);
    pair.a.transport.close(42, "done ✓");
    pair.runUntil(() => closedOf(pair.b) !== undefined);
    assert.deepEqual(closedOf(pair.b), { type: "closed", by: "peer", code: 42, reason: "done ✓" });
    assert.equal(closedOf(pair.a)?.by, "local");
    assert.equal(pair.b.transport.state, "draining");
    pair.runUntil(() => pair.a.transport.state === "closed" && pair.b.transport.state === "closed");
  }));

Deno.test("a goodbye that is lost is said again until the peer has answered", () => {
  const pair = new Pair(new SeededRandom(4), { delay: 5 });
  const flow = new Flow(pair, pair.a, pair.b, new Uint8Array(50_000));
  pair.runUntil(() => flow.done);
  pair.run(1000);
  pair.a.out.conditions = { drop: 1 };
  pair.a.transport.close(7, "bye");
  const before = pair.a.out.counts.sent;
  pair.runUntil(() => pair.a.out.counts.sent === before + 2);
  pair.a.out.conditions = { delay: 5 };
  pair.runUntil(() => pair.a.transport.state === "draining");
  assert.equal(closedOf(pair.b)?.reason, "bye");
  const said = pair.a.out.counts.sent;
  const answered = pair.b.out.counts.sent;
  pair.runUntil(() => pair.a.transport.state === "closed" && pair.b.transport.state === "closed");
  assert.equal(pair.a.out.counts.sent, said, "nothing more is said");
  assert.equal(pair.b.out.counts.sent, answered, "nor answered");
});

Deno.test("a goodbye is said a few times where nobody answers, and no more", () => {
  const pair = new Pair(new SeededRandom(4), { delay: 5 });
  const flow = new Flow(pair, pair.a, pair.b, new Uint8Array(50_000));
  pair.runUntil(() => flow.done);
  pair.run(500);
  pair.a.out.conditions = { drop: 1 };
  const before = pair.a.out.counts.sent;
  pair.a.transport.close(7, "bye");
  pair.runUntil(() => pair.a.transport.state === "closed", 2000);
  const said = pair.a.out.counts.sent - before;
  assert.ok(said >= 5 && said <= 6, `${said} times`);
  assert.equal(pair.a.transport.nextTimeout(), undefined);
});

Deno.test("two goodbyes that cross, each packet repeated by the network, come to an end", () => {
  const pair = new Pair(new SeededRandom(4), { delay: 5 });
  const flow = new Flow(pair, pair.a, pair.b, new Uint8Array(50_000));
  pair.runUntil(() => flow.done);
  pair.a.out.conditions = pair.b.out.conditions = { delay: 1, duplicate: 1 };
  const before = pair.a.out.counts.sent + pair.b.out.counts.sent;
  pair.a.transport.close(7, "bye");
  pair.b.transport.close(8, "bye");
  pair.runUntil(() => pair.a.transport.state === "closed" && pair.b.transport.state === "closed");
  assert.ok(pair.a.out.counts.sent + pair.b.out.counts.sent - before <= 12);
});

Deno.test("a closing side answers what still comes, ever more rarely", () => {
  const pair = new Pair(new SeededRandom(4), { delay: 5 });
  const flow = new Flow(pair, pair.b, pair.a, new Uint8Array(50_000));
  pair.runUntil(() => flow.done);
  pair.a.transport.close(1, "bye");
  while (pair.a.send(pair.now));
  const ping = Uint8Array.of(0x01);
  let answers = 0;
  for (let n = 0; n < 100; n++) {
    pair.a.transport.receive(10_000 + n, ping, pair.now);
    while (pair.a.send(pair.now)) answers++;
  }
  assert.ok(answers >= 5 && answers <= 8, `${answers} answers`);
});

Deno.test("a broken rule closes the connection with the code of the rule", () => {
  const pair = new Pair(new SeededRandom(4), { delay: 5 });
  assert.throws(
    () => pair.b.transport.receive(0, Uint8Array.of(0x10), pair.now),
    RemoteProtocolError,
  );
  pair.runUntil(() => closedOf(pair.a) !== undefined);
  assert.deepEqual(closedOf(pair.b)?.by, "error");
  assert.deepEqual(closedOf(pair.a), {
    type: "closed",
    by: "peer",
    code: 7,
    reason: "frame.truncated",
  });
});

Deno.test("packets of a closed connection change nothing", () => {
  const { transport } = new Pair(new SeededRandom(4), {}, { limits: { idleTimeout: 1 } }).a;
  transport.timeout(5000);
  assert.equal(transport.state, "closed");
  transport.receive(0, Uint8Array.of(0xff), 5001);
  assert.equal(transport.transmit(5001, new Uint8Array(1400)), undefined);
  assert.equal(transport.nextTimeout(), undefined);
});

Deno.test("a path challenge is answered with its own data, padded", () => {
  const { a, b, now } = new Pair(new SeededRandom(5));
  const data = Uint8Array.from({ length: 8 }, (_, i) => i);
  const out = new Uint8Array(1400);
  const challenge = a.transport.transmitPath(now, out, data);
  assert.equal(challenge?.length, 1200 - OVERHEAD);
  b.transport.receive(challenge.packetNumber, out.slice(0, challenge.length), now);
  assert.equal(b.transport.event()?.type, "path-challenged");
  const answer = b.transport.transmitPath(now, out);
  assert.equal(answer?.length, 1200 - OVERHEAD);
  a.transport.receive(answer.packetNumber, out.slice(0, answer.length), now);
  assert.deepEqual(a.transport.event(), { type: "path-response", data });
  assert.equal(b.transport.transmitPath(now, out), undefined);
});

Deno.test("after a change of path the transfer goes on with fresh estimates", () =>
  withSeed((random) => {
    const pair = new Pair(random, { delay: 100 });
    const flow = new Flow(pair, pair.a, pair.b, random.bytes(2_000_000));
    pair.run(500);
    pair.a.out.conditions = pair.b.out.conditions = { delay: 2, drop: 0.01 };
    for (const { transport } of [pair.a, pair.b]) transport.pathChanged(pair.now);
    pair.runUntil(() => flow.done, 10_000);
    flow.check();
    assert.ok(pair.a.transport.stats().minRtt < 10);
  }));
