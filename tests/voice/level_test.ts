import assert from "node:assert/strict";
import fc from "fast-check";
import { decibels, levelOf, meterBar, peaks, waveform } from "../../lib/voice/level.ts";
import { PlayQueue } from "../../lib/voice/queue.ts";

const sine = (amplitude: number, length = 4800) =>
  Int16Array.from({ length }, (_, i) => Math.round(32767 * amplitude * Math.sin(i / 7)));

Deno.test("level of a sine: peak, and peak over √2", () => {
  const { peak, rms } = levelOf(sine(0.5));
  assert.ok(Math.abs(peak - 0.5) < 0.001);
  assert.ok(Math.abs(rms - 0.5 / Math.SQRT2) < 0.005);
  assert.equal(Math.round(decibels(0.5)), -6);
  assert.deepEqual(levelOf(new Int16Array(10)), { peak: 0, rms: 0 });
  assert.deepEqual(levelOf(new Int16Array(0)), { peak: 0, rms: 0 });
});

Deno.test("the meter grows with the sound and is always as wide as asked", () => {
  const filled = (amplitude: number) =>
    meterBar(levelOf(sine(amplitude)), 20).replaceAll(" ", "").length;
  assert.equal(meterBar({ peak: 0, rms: 0 }, 20), " ".repeat(20));
  assert.equal(meterBar({ peak: 1, rms: 0.1 }, 20), "█".repeat(20));
  assert.ok(
    filled(0.001) < filled(0.01) && filled(0.01) < filled(0.1) && filled(0.1) < filled(0.9),
  );
  fc.assert(fc.property(
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.integer({ min: 0, max: 60 }),
    (peak, rms, width) => assert.equal([...meterBar({ peak, rms }, width)].length, width),
  ));
});

Deno.test("a waveform shows where the sound is", () => {
  const samples = new Int16Array([...new Int16Array(4800), ...sine(0.8), ...new Int16Array(4800)]);
  assert.equal(waveform(samples, 6), "▁▁██▁▁");
  assert.equal(waveform(new Int16Array(480), 4), "▁▁▁▁");
  assert.equal(waveform(new Int16Array(0), 4), "");
  assert.equal(waveform(Int16Array.of(32767, 0), 24), "█▁");
  const quiet = sine(0.0005);
  assert.match(waveform(quiet, 8), /^▁+$/, "noise of the room is not blown up");
});

Deno.test("peaks cover every sample once", () => {
  fc.assert(fc.property(
    fc.int16Array({ minLength: 1, maxLength: 200 }),
    fc.integer({ min: 1, max: 50 }),
    (samples, count) => {
      const parts = peaks(samples, count);
      assert.equal(parts.length, Math.min(count, samples.length));
      assert.equal(Math.max(...parts), levelOf(samples).peak);
    },
  ));
});

Deno.test("a queue plays one note at a time, in order, whatever happens to one of them", async () => {
  const log: string[] = [];
  const steps = new Map<string, PromiseWithResolvers<void>>();
  const queue = new PlayQueue(async (path) => {
    log.push(`start ${path}`);
    const step = Promise.withResolvers<void>();
    steps.set(path, step);
    await step.promise;
    log.push(`end ${path}`);
  });
  const [a, b, c] = [queue.add("a"), queue.add("b"), queue.add("c")];
  const failed = assert.rejects(b, /broken/);
  assert.equal(queue.length, 3);
  await Promise.resolve().then(() => undefined);
  assert.deepEqual(log, ["start a"], "b waits for a");
  steps.get("a")!.resolve();
  await a;
  while (!steps.has("b")) await Promise.resolve();
  steps.get("b")!.reject(new Error("broken"));
  await failed;
  while (!steps.has("c")) await Promise.resolve();
  steps.get("c")!.resolve();
  await c;
  await queue.idle();
  assert.deepEqual(log, ["start a", "end a", "start b", "start c", "end c"]);
  assert.equal(queue.length, 0);
});

Deno.test("a closed queue ends what plays and drops what waits", async () => {
  const reason = new Error("quit");
  const queue = new PlayQueue((_, signal) =>
    new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)))
  );
  const [a, b] = [queue.add("a"), queue.add("b")];
  const ended = Promise.all([assert.rejects(a, reason), assert.rejects(b, reason)]);
  await Promise.resolve();
  queue.close(reason);
  await ended;
  await queue.idle();
});
