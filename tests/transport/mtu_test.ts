/** Path MTU discovery: the search, black holes, paths that change. */
import assert from "node:assert/strict";
import { BASE_DATAGRAM, MtuDiscovery } from "../../lib/transport/mtu.ts";
import { Flow, Pair } from "../lab/pair.ts";
import { SeededRandom, withSeed } from "../lab/random.ts";

/** Runs the search over a path that carries up to `passes`; returns the number of probes. */
function search(mtu: MtuDiscovery, passes: number, now = 0): number {
  let probes = 0;
  for (let size = mtu.probe(now, true); size > 0; size = mtu.probe(now, true)) {
    assert.ok(++probes < 100, "the search does not end");
    mtu.onProbeSent();
    assert.equal(mtu.probe(now, true), 0);
    if (size <= passes) mtu.onProbeAcked(size, now);
    else mtu.onProbeLost(size, now);
  }
  return probes;
}

Deno.test("the MTU search finds what any path carries", () => {
  for (const ceiling of [1452, 8972, 65_000]) {
    for (const passes of [1200, 1280, 1300, 1400, 1452, 1472, 4000, 8972, 9100, 20_000, 65_000]) {
      const mtu = new MtuDiscovery(BASE_DATAGRAM, ceiling);
      const probes = search(mtu, passes);
      const best = Math.min(passes, ceiling);
      assert.ok(mtu.current <= best && mtu.current > best - 24, `${mtu.current} of ${best}`);
      assert.ok(probes <= 40, `${probes} probes to ${passes}`);
      if (passes >= ceiling) assert.equal(probes, 1);
    }
  }
});

Deno.test("a search that ended below the ceiling begins again after ten minutes", () => {
  const mtu = new MtuDiscovery(BASE_DATAGRAM, 1452);
  search(mtu, 1300);
  assert.equal(mtu.probe(599_999, true), 0);
  assert.equal(mtu.nextTimeout(), 600_000);
  mtu.onTimeout(600_000);
  search(mtu, 1452, 600_000);
  assert.equal(mtu.current, 1452);
  assert.equal(mtu.nextTimeout(), undefined);
});

Deno.test("large datagrams that all vanish are a black hole, single losses are not", () => {
  const mtu = new MtuDiscovery(BASE_DATAGRAM, 1452);
  search(mtu, 1452);
  for (let i = 0; i < 100; i++) {
    assert.ok(!mtu.onDatagramLost(1452, i, 1, 0));
    assert.ok(!mtu.onDatagramLost(1000, i, 1, 0));
    if (i % 3 === 2) mtu.onDatagramAcked(1452);
  }
  mtu.onDatagramAcked(1452);
  // A whole burst lost at once is a full queue.
  for (let i = 0; i < 50; i++) assert.ok(!mtu.onDatagramLost(1452, 1000 + i / 10, 40, 0));
  assert.ok(!mtu.onDatagramLost(1452, 1079, 40, 0));
  assert.ok(mtu.onDatagramLost(1452, 1080, 40, 0));
  assert.equal(mtu.current, BASE_DATAGRAM);
});

Deno.test("large datagrams are for short paths, and given up where many are lost", () => {
  const mtu = new MtuDiscovery(BASE_DATAGRAM, 8952, 1452);
  assert.equal(mtu.probe(0, false), 1452);
  search(mtu, 9000);
  assert.equal(mtu.current, 8952);
  const random = new SeededRandom(9);
  const lose = (share: number, from: number) => {
    for (let i = 0; i < 5000; i++) {
      if (!random.chance(share)) mtu.onDatagramAcked(8952);
      else if (mtu.onDatagramLost(8952, 0, 1, from + i)) return from + i;
    }
  };
  assert.equal(lose(0.005, 0), undefined);
  const at = lose(0.05, 5000)!;
  assert.equal(mtu.current, BASE_DATAGRAM);
  search(mtu, 9000, at + 1);
  assert.equal(mtu.current, 1452);
  mtu.onTimeout(at + 600_001);
  search(mtu, 9000, at + 600_001);
  assert.equal(mtu.current, 8952);
});

Deno.test("a path whose MTU shrinks under a transfer does not stop it", () =>
  withSeed((random) => {
    const pair = new Pair(random, { delay: 10, rate: 2000 }, { maxMtu: 9000 });
    const flow = new Flow(pair, pair.a, pair.b, random.bytes(3_000_000));
    pair.run(700);
    assert.equal(pair.a.transport.stats().mtu, 9000);
    pair.a.out.conditions = { ...pair.a.out.conditions, mtu: 1400 };
    pair.runUntil(() => flow.done, 20_000);
    flow.check();
    const { mtu } = pair.a.transport.stats();
    assert.ok(mtu <= 1400 && mtu > 1350, `mtu ${mtu}`);
  }));

Deno.test("looking for what a path carries costs next to nothing, whether it is small or becomes so", () => {
  const times = [
    { maxMtu: 1252, shrinks: false },
    { maxMtu: 65_000, shrinks: false },
    { maxMtu: 65_000, shrinks: true },
  ].map(({ maxMtu, shrinks }) => {
    const path = { delay: 0.1, rate: 100_000, queue: 150_000 };
    const options = { maxMtu, farMtu: 1452 };
    const pair = new Pair(
      new SeededRandom(1),
      { ...path, mtu: shrinks ? Infinity : 1252 },
      options,
    );
    const flow = new Flow(pair, pair.a, pair.b, new Uint8Array(12_000_000));
    const start = pair.now;
    if (shrinks) {
      pair.runUntil(() => flow.length > 2_000_000);
      pair.a.out.conditions = { ...path, mtu: 1252 };
    }
    pair.runUntil(() => flow.done, 10_000);
    flow.check();
    const { mtu, bytesLost, packetsLost } = pair.a.transport.stats();
    assert.ok(mtu <= 1252 && mtu > 1252 - 24, `mtu ${mtu}`);
    if (!shrinks) assert.deepEqual([bytesLost, packetsLost], [0, 0], "a probe is no loss");
    return pair.now - start;
  });
  assert.ok(Math.max(...times) < 1.3 * times[0]!, `${times} ms`);
});
