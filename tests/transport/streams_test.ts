/** Streams between two transports: fairness, priority, flow control, reset, stop, limits on their number. */
import assert from "node:assert/strict";
import { LimitError, LocalProtocolError } from "../../lib/errors.ts";
import { INITIAL_MAX_STREAMS } from "../../lib/transport/stream-table.ts";
import { Flow, Pair } from "../lab/pair.ts";
import { SeededRandom, withSeed } from "../lab/random.ts";

const LOSSY = { delay: 10, drop: 0.05, reorder: 0.05, duplicate: 0.05 };

Deno.test("both sides send at the same time", () =>
  withSeed((random) => {
    const pair = new Pair(random, LOSSY);
    const there = new Flow(pair, pair.a, pair.b, random.bytes(300_000));
    const back = new Flow(pair, pair.b, pair.a, random.bytes(300_000));
    pair.runUntil(() => there.done && back.done);
    there.check();
    back.check();
  }));

Deno.test("one stream carries both directions", () =>
  withSeed((random) => {
    const pair = new Pair(random, LOSSY);
    const question = new Flow(pair, pair.a, pair.b, random.bytes(100_000));
    const answer = random.bytes(100_000);
    let written = 0;
    let read = 0;
    const buffer = new Uint8Array(50_000);
    const received = new Uint8Array(answer.length);
    pair.b.onTurn = ((turn) => () => {
      turn();
      if (!question.done || written === answer.length) return;
      written += pair.b.transport.write(question.stream, answer.subarray(written));
      if (written === answer.length) pair.b.transport.finish(question.stream);
    })(pair.b.onTurn);
    pair.a.onEvent = (event) => {
      if (event.type !== "readable") return;
      for (let n = 1; n > 0; read += n) {
        n = pair.a.transport.read(event.stream, buffer);
        received.set(buffer.subarray(0, n), read);
      }
    };
    pair.runUntil(() => read === answer.length);
    assert.deepEqual(received, answer);
    pair.runUntil(() => pair.a.transport.stats().openStreams === 0);
    pair.runUntil(() => pair.b.transport.stats().openStreams === 0);
    assert.ok(pair.a.transport.readFinished(question.stream));
  }));

Deno.test("forty streams share the path evenly and all arrive", () =>
  withSeed((random) => {
    const pair = new Pair(random, { delay: 5, rate: 2000, drop: 0.01 });
    const flows = Array.from(
      { length: 40 },
      () => new Flow(pair, pair.a, pair.b, random.bytes(100_000)),
    );
    const start = pair.now;
    pair.runUntil(() => flows.every(({ done }) => done));
    for (const flow of flows) flow.check();
    const first = Math.min(...flows.map(({ doneAt }) => doneAt - start));
    const last = Math.max(...flows.map(({ doneAt }) => doneAt - start));
    assert.ok(first > last / 2, `first after ${first} ms, last after ${last} ms`);
  }));

Deno.test("a message does not wait behind a file", () =>
  withSeed((random) => {
    const pair = new Pair(random, { delay: 10, rate: 1000, queue: 30_000 });
    const file = new Flow(pair, pair.a, pair.b, random.bytes(5_000_000));
    pair.run(1000);
    assert.ok(!file.done);
    const waits: number[] = [];
    for (let n = 0; n < 10; n++) {
      const sentAt = pair.now;
      const message = new Flow(pair, pair.a, pair.b, random.bytes(1000));
      pair.runUntil(() => message.done);
      message.check();
      waits.push(message.doneAt - sentAt);
      pair.run(50);
    }
    assert.ok(!file.done);
    // One way takes 10 ms and the queue of the line up to 30; recovery from a lost packet a round trip more.
    waits.sort((x, y) => x - y);
    assert.ok(waits[5]! < 60, `messages took ${waits.map(Math.round)} ms`);
  }));

Deno.test("urgency decides which of two files goes first", () =>
  withSeed((random) => {
    const pair = new Pair(random, { delay: 5, rate: 1000 });
    const later = new Flow(pair, pair.a, pair.b, random.bytes(500_000));
    const sooner = new Flow(pair, pair.a, pair.b, random.bytes(500_000));
    pair.a.transport.setPriority(later.stream, 6);
    pair.a.transport.setPriority(sooner.stream, 1);
    const start = pair.now;
    pair.runUntil(() => later.done && sooner.done);
    assert.ok(sooner.doneAt - start < 0.7 * (later.doneAt - start));
    assert.throws(() => pair.a.transport.setPriority(later.stream, 8), LocalProtocolError);
  }));

Deno.test("a reader that does not read stops the writer, not the other streams", () =>
  withSeed((random) => {
    const pair = new Pair(random, { delay: 5 });
    const slow = new Flow(pair, pair.a, pair.b, random.bytes(2_000_000), 0);
    pair.run(2000);
    const { bytesSent } = pair.a.transport.stats();
    assert.ok(bytesSent < 300_000, `${bytesSent} bytes sent to a reader that does not read`);
    const quick = new Flow(pair, pair.a, pair.b, random.bytes(1_000_000));
    pair.runUntil(() => quick.done, 5000);
    quick.check();
    assert.ok(!slow.done);
  }));

Deno.test("a slow reader gets everything in the end", () =>
  withSeed((random) => {
    const pair = new Pair(random, { delay: 5, drop: 0.02 });
    const slow = new Flow(pair, pair.a, pair.b, random.bytes(1_000_000), 2000);
    for (let turns = 0; turns < 1000 && !slow.done; turns++) pair.run(5);
    slow.check();
  }));

Deno.test("windows grow until they no longer limit a long path", () =>
  withSeed((random) => {
    const pair = new Pair(random, { delay: 50 });
    const flow = new Flow(pair, pair.a, pair.b, random.bytes(20_000_000));
    const start = pair.now;
    pair.runUntil(() => flow.done);
    // With the first window of 256 KiB each 100 ms it would take 7.6 s.
    assert.ok(pair.now - start < 2500, `took ${pair.now - start} ms`);
  }));

Deno.test("a reset reaches the reader and ends the stream on both sides", () =>
  withSeed((random) => {
    const pair = new Pair(random, LOSSY);
    const id = pair.a.transport.openStream();
    pair.a.transport.write(id, random.bytes(200_000));
    pair.run(30);
    pair.a.transport.reset(id, 77);
    pair.runUntil(() => pair.b.events.some((e) => e.type === "stream-reset" && e.code === 77));
    assert.equal(pair.b.transport.read(id, new Uint8Array(10)), 0);
    pair.b.transport.finish(id);
    pair.runUntil(() => pair.a.events.some((e) => e.type === "readable" && e.stream === id));
    assert.ok(pair.a.transport.readFinished(id));
    pair.runUntil(() =>
      pair.a.transport.stats().openStreams + pair.b.transport.stats().openStreams === 0
    );
  }));

Deno.test("a stopped stream tells the writer, who may write no more", () =>
  withSeed((random) => {
    const pair = new Pair(random, LOSSY);
    const id = pair.a.transport.openStream();
    pair.a.transport.write(id, random.bytes(200_000));
    pair.runUntil(() => pair.b.events.some((e) => e.type === "stream-opened"));
    pair.b.transport.stop(id, 5);
    pair.runUntil(() => pair.a.events.some((e) => e.type === "stream-stopped" && e.code === 5));
    assert.equal(pair.a.transport.write(id, random.bytes(10)), 0);
    pair.b.transport.finish(id);
    pair.runUntil(() =>
      pair.a.transport.stats().openStreams + pair.b.transport.stats().openStreams === 0
    );
    // What was dropped unread counts as read: a new stream has all of the connection's credit.
    const next = new Flow(pair, pair.a, pair.b, random.bytes(1_000_000));
    pair.runUntil(() => next.done);
    next.check();
  }));

Deno.test("a thousand streams go through a limit of sixty-four at once", () =>
  withSeed((random) => {
    const pair = new Pair(random, { delay: 2, drop: 0.02 });
    const flows: Flow[] = [];
    const open = () => {
      try {
        while (flows.length < 1000) flows.push(new Flow(pair, pair.a, pair.b, random.bytes(200)));
      } catch (error) {
        assert.ok(error instanceof LimitError);
      }
    };
    open();
    assert.equal(flows.length, INITIAL_MAX_STREAMS);
    pair.a.onEvent = (event) => event.type === "streams-available" && open();
    // A stream counts until both sides have ended it.
    pair.b.onEvent = (event) =>
      event.type === "stream-opened" && pair.b.transport.finish(event.stream);
    pair.runUntil(() => flows.length === 1000 && flows.every(({ done }) => done));
    for (const flow of flows) flow.check();
    pair.runUntil(() => pair.b.transport.stats().openStreams === 0);
  }));

Deno.test("an empty stream arrives as such", () => {
  const pair = new Pair(new SeededRandom(1), { delay: 1 });
  const flow = new Flow(pair, pair.a, pair.b, new Uint8Array(0));
  pair.runUntil(() => flow.done && pair.a.events.some((e) => e.type === "finished-acked"));
});

Deno.test("wrong use of a stream is a local error", () => {
  const { transport } = new Pair(new SeededRandom(1)).a;
  assert.throws(() => transport.write(0, new Uint8Array(1)), LocalProtocolError);
  const id = transport.openStream();
  transport.finish(id);
  assert.throws(() => transport.write(id, new Uint8Array(1)), LocalProtocolError);
  assert.throws(() => transport.read(1, new Uint8Array(1)), LocalProtocolError);
  transport.close(0, "");
  assert.throws(() => transport.openStream(), LocalProtocolError);
});
