/** The ring of a stream's bytes and the range set under every order of calls, against a map and a set of single numbers. */
import assert from "node:assert/strict";
import { LocalProtocolError } from "../../../lib/errors.ts";
import { ByteRing } from "../../../lib/transport/byte-ring.ts";
import { RangeSet } from "../../../lib/transport/range-set.ts";
import { GuardedBuffer, machine, step } from "../commands.ts";

/** Far beyond 2^32, where the low bits of an offset must still be right. */
const ORIGIN = 2 ** 40 - 5000;

class RingTwin {
  readonly ring = new ByteRing();
  readonly bytes = new Map<number, number>();
  base = ORIGIN;
  end = ORIGIN;
  stamp = 0;

  write(length: number): void {
    const to = this.end + length;
    this.ring.reserve(this.base, this.end, to);
    const source = Uint8Array.from({ length: length + 9 }, () => this.stamp++);
    this.ring.put(this.end, source, 5, 5 + length);
    for (let i = 0; i < length; i++) this.bytes.set(this.end + i, source[5 + i]!);
    this.end = to;
  }

  read(offset: number, length: number): void {
    const buffer = new GuardedBuffer(70, 70 + length);
    this.ring.take(offset, length, buffer.bytes, 70);
    buffer.check(70 + length);
    for (let i = 0; i < length; i++) {
      assert.equal(buffer.bytes[70 + i], this.bytes.get(offset + i));
    }
  }
}

export const byteRingMachine = machine<RingTwin>(
  "byte-ring",
  "a byte ring gives back what was put in, whatever is kept, released and begun again",
  [
    step("write", (twin, n) => twin.write(n % 2500)),
    step("write little", (twin, n) => twin.write(n % 3)),
    step("read", (twin, n) => {
      const offset = twin.base + n % (twin.end - twin.base + 1);
      twin.read(offset, (twin.end - offset) % 300);
    }),
    step("read all", (twin) => twin.read(twin.base, twin.end - twin.base)),
    step("move on", (twin, n) => {
      twin.base += n % (twin.end - twin.base + 1);
    }),
    step("release", (twin) => {
      twin.base = twin.end;
      twin.ring.release();
      assert.equal(twin.ring.capacity, 0);
    }),
    step("read nothing", (twin, n) => twin.read(ORIGIN + n, 0)),
    step("ask for more than there is", (twin, n) => {
      const more = twin.ring.capacity + 1 + n % 70;
      const refuse = (call: () => void) => assert.throws(call, LocalProtocolError);
      refuse(() => twin.ring.take(twin.base, more, new Uint8Array(more), 0));
      refuse(() => twin.ring.put(twin.end, new Uint8Array(more), 0, more));
      refuse(() => twin.ring.take(twin.base, -1 - n % 70, new Uint8Array(100), 70));
    }),
  ],
  { make: () => new RingTwin() },
);

const SPAN = 64;

class RangeTwin {
  readonly ranges = new RangeSet();
  readonly plain = new Set<number>();

  compare(): void {
    const { ranges, plain } = this;
    const listed: number[] = [];
    for (let i = 0; i < ranges.count; i++) {
      assert.ok(ranges.start(i) < ranges.end(i));
      if (i > 0) assert.ok(ranges.start(i) > ranges.end(i - 1), "ranges touch");
      for (let n = ranges.start(i); n < ranges.end(i); n++) listed.push(n);
    }
    assert.deepEqual(listed, [...plain].sort((a, b) => a - b));
    for (let n = 0; n < 2 * SPAN; n++) {
      assert.equal(ranges.has(n), plain.has(n));
      const found = ranges.find(n);
      assert.ok(found === ranges.count || ranges.end(found) >= n);
      assert.ok(found === 0 || ranges.end(found - 1) < n);
    }
  }
}

/** Both ends of a range within the span: low bits and high bits of `n`. */
function ends(n: number): [number, number] {
  const start = n % SPAN;
  return [start, start + (n >>> 6) % 12];
}

const each = (start: number, end: number, use: (n: number) => void) => {
  for (let n = start; n < end; n++) use(n);
};
export const rangeSetMachine = machine<RangeTwin>(
  "range-set",
  "a range set is the set of its numbers under every call",
  [
    step("add", ({ ranges, plain }, n) => {
      const [start, end] = ends(n);
      ranges.add(start, end);
      each(start, end, (i) => plain.add(i));
    }),
    step("remove", ({ ranges, plain }, n) => {
      const [start, end] = ends(n);
      ranges.remove(start, end);
      each(start, end, (i) => plain.delete(i));
    }),
    step("remove below", ({ ranges, plain }, n) => {
      ranges.removeBelow(n % 16);
      each(0, n % 16, (i) => plain.delete(i));
    }),
    step("remove the first", ({ ranges, plain }) => {
      each(ranges.start(0), ranges.end(0), (i) => plain.delete(i));
      ranges.removeFirst();
    }, ({ ranges }) => ranges.count > 0),
    step("clear", ({ ranges, plain }, n) => {
      if (n % 16 !== 0) return;
      ranges.clear();
      plain.clear();
    }),
  ],
  { make: () => new RangeTwin(), compare: (twin) => twin.compare(), runs: 300 },
);
