/** The laboratory itself: it does what it says, the same for the same seed, in memory and over real sockets. */
import assert from "node:assert/strict";
import { type Conditions, Link } from "./link.ts";
import { DatagramProxy } from "./proxy.ts";
import { SeededRandom } from "./random.ts";

const COUNT = 4000;

/** What comes out of a link into which a numbered datagram is put every millisecond: number and time. */
function through(conditions: Conditions, seed = 1, length = 100): [number, number][] {
  const link = new Link(conditions, new SeededRandom(seed));
  const out: [number, number][] = [];
  for (let now = 0; now < COUNT + 1000; now++) {
    if (now < COUNT) {
      const datagram = new Uint8Array(length);
      new DataView(datagram.buffer).setUint32(0, now);
      link.send(datagram, now);
    }
    for (let d = link.receive(now); d !== undefined; d = link.receive(now)) {
      if (d.length >= 4) out.push([new DataView(d.buffer).getUint32(0), now]);
    }
  }
  return out;
}

const near = (value: number, expected: number, tolerance: number) =>
  assert.ok(Math.abs(value - expected) < tolerance, `${value}, not about ${expected}`);

Deno.test("a link without conditions passes everything at once and in order", () => {
  const out = through({});
  assert.equal(out.length, COUNT);
  assert.ok(out.every(([number, at], i) => number === i && at === i));
});

Deno.test("the same seed gives the same network", () => {
  const conditions = { drop: 0.2, jitter: 10, reorder: 0.1, duplicate: 0.1, bitFlip: 0.05 };
  assert.deepEqual(through(conditions, 5), through(conditions, 5));
  assert.notDeepEqual(through(conditions, 5), through(conditions, 6));
});

Deno.test("loss, duplication and reordering come as often as asked for", () => {
  near(through({ drop: 0.1 }).length / COUNT, 0.9, 0.03);
  near(through({ duplicate: 0.1 }).length / COUNT, 1.1, 0.03);
  const out = through({ delay: 5, reorder: 0.1, reorderBy: 20 });
  near(out.filter(([number, at]) => at - number > 20).length / COUNT, 0.1, 0.03);
  assert.ok(out.some(([number], i) => i > 0 && number < out[i - 1]![0]));
});

Deno.test("burst loss comes in runs", () => {
  const out = through({ burst: { enter: 0.01, leave: 0.1, drop: 1 } });
  const seen = new Set(out.map(([number]) => number));
  let runs = 0;
  for (let i = 1; i < COUNT; i++) if (!seen.has(i) && seen.has(i - 1)) runs++;
  const lost = COUNT - seen.size;
  assert.ok(lost / runs > 5, `${lost} lost in ${runs} runs`);
});

Deno.test("delay, jitter, rate, queue, MTU and blackout do what they say", () => {
  assert.ok(through({ delay: 50 }).every(([number, at]) => at - number === 50));
  const jittered = through({ delay: 10, jitter: 30 });
  assert.ok(jittered.every(([number, at]) => at - number >= 10 && at - number <= 41));
  assert.ok(jittered.every(([number], i) => number === i));
  near(through({ rate: 50, queue: 1000 }).length, COUNT / 2, 50);
  assert.equal(through({ mtu: 99 }).length, 0);
  assert.equal(through({ mtu: 100 }).length, COUNT);
  const dark = through({ blackouts: [{ from: 1000, to: 1500 }] });
  assert.equal(dark.length, COUNT - 500);
});

Deno.test("bits are flipped and ends cut off", () => {
  const link = new Link({ bitFlip: 1, truncate: 0.5 }, new SeededRandom(2));
  let flipped = 0;
  let cut = 0;
  for (let i = 0; i < 1000; i++) {
    link.send(new Uint8Array(50), i);
    const datagram = link.receive(i)!;
    const ones = datagram.reduce((sum, byte) => sum + byte.toString(2).split("1").length - 1, 0);
    assert.ok(ones <= 1);
    flipped += ones;
    if (datagram.length < 50) cut++;
  }
  near(cut / 1000, 0.5, 0.06);
  assert.ok(flipped > 600);
});

/** A socket that answers every datagram with itself and notes where it came from. */
function echo(): { port: number; sources: Set<number>; close(): Promise<void> } {
  const socket = Deno.listenDatagram({ hostname: "127.0.0.1", port: 0, transport: "udp" });
  const sources = new Set<number>();
  const loop = (async () => {
    for await (const [datagram, from] of socket) {
      sources.add((from as Deno.NetAddr).port);
      await socket.send(datagram, from);
    }
  })();
  return {
    port: (socket.addr as Deno.NetAddr).port,
    sources,
    close: () => (socket.close(), loop),
  };
}

Deno.test("the proxy carries datagrams over real sockets, delays, rebinds, records and replays", async () => {
  const server = echo();
  const target = { hostname: "127.0.0.1", port: server.port };
  const proxy = new DatagramProxy({ target, there: { delay: 15 }, seed: 1, record: true });
  const client = Deno.listenDatagram({ hostname: "127.0.0.1", port: 0, transport: "udp" });
  const to = { transport: "udp" as const, hostname: "127.0.0.1", port: proxy.port };
  try {
    const start = performance.now();
    for (let n = 0; n < 3; n++) {
      await client.send(Uint8Array.of(n), to);
      const [datagram] = await client.receive();
      assert.deepEqual([...datagram], [n]);
      if (n === 1) proxy.rebind();
    }
    assert.ok(performance.now() - start >= 45);
    assert.equal(server.sources.size, 2);
    assert.deepEqual(
      proxy.recording.map(({ direction, datagram }) => [direction, datagram[0]]),
      [["there", 0], ["back", 0], ["there", 1], ["back", 1], ["there", 2], ["back", 2]],
    );
    assert.deepEqual(proxy.counts(), { sent: 6, delivered: 6, lost: 0 });
    const { port } = client.addr as Deno.NetAddr;
    await DatagramProxy.replay(proxy.recording, "there", { hostname: "127.0.0.1", port });
    for (let n = 0; n < 3; n++) assert.deepEqual([...(await client.receive())[0]], [n]);
  } finally {
    client.close();
    await proxy.close();
    await server.close();
  }
});
