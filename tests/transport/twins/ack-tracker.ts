/** What was received and when to acknowledge it, against a twin that keeps every packet number. */
import assert from "node:assert/strict";
import { AckTracker, MAX_ACK_DELAY_MS } from "../../../lib/transport/ack-tracker.ts";
import { FrameReader } from "../../../lib/wire/frame-reader.ts";
import { GuardedBuffer, machine, step } from "../commands.ts";

class Twin {
  readonly real = new AckTracker();
  readonly seen = new Set<number>();
  readonly reader = new FrameReader();
  now = 1000;
  largest = -1;
  largestAt = 1000;
  /** Ack-eliciting packets not yet acknowledged. */
  waiting = 0;
  deadline: number | undefined;
  threshold = 1;
  delay = MAX_ACK_DELAY_MS;
  reordering = true;
  sequence = -1;

  compare(): void {
    assert.equal(this.real.deadline, this.deadline);
    assert.equal(this.real.pending, this.waiting > 0);
    assert.equal(this.real.largest, this.largest);
    assert.ok(this.real.isNew(this.largest + 1));
    if (this.largest >= 0) assert.ok(!this.real.isNew(this.largest));
  }

  packet(number: number, eliciting: boolean, immediate: boolean): void {
    assert.equal(this.real.isNew(number), !this.seen.has(number));
    if (this.seen.has(number)) return;
    this.real.onPacket(number, eliciting, immediate, this.now);
    const inOrder = number === this.largest + 1;
    this.seen.add(number);
    if (number > this.largest) {
      this.largest = number;
      this.largestAt = this.now;
    }
    if (!eliciting) return;
    this.waiting++;
    if (immediate || this.waiting > this.threshold || (this.reordering && !inOrder)) {
      this.deadline = this.now;
    } else this.deadline ??= this.now + this.delay;
  }

  write(room: number): void {
    const buffer = new GuardedBuffer(64, 64 + room);
    const end = this.real.write(buffer.bytes, 64, 64 + room, this.now);
    buffer.check(end);
    if (this.seen.size === 0 || room < 27) return assert.equal(end, 64);
    assert.ok(end > 64, "an ACK of the newest range fits");
    this.waiting = 0;
    this.deadline = undefined;
    const { reader } = this;
    reader.reset(buffer.bytes.subarray(64, end));
    assert.ok(reader.next());
    assert.ok(!reader.next(), "one frame");
    assert.equal(reader.largest, this.largest);
    assert.ok(Math.abs(reader.delay - (this.now - this.largestAt)) < 0.005);
    const told = new Set<number>();
    for (let r = 0; r < reader.rangeCount; r++) {
      for (let n = reader.ranges[2 * r]!; n <= reader.ranges[2 * r + 1]!; n++) told.add(n);
    }
    const lowest = Math.min(...told);
    const expected = [...this.seen].filter((n) => n >= lowest).sort((a, b) => a - b);
    assert.deepEqual([...told].sort((a, b) => a - b), expected);
    if (room > 400) assert.deepEqual(told, this.seen);
  }
}

export const ackTrackerMachine = machine<Twin>(
  "ack-tracker",
  "acknowledgements say what has come, when it is due, in the room there is",
  [
    step("next", (twin, n) => twin.packet(twin.largest + 1, n % 4 > 0, n % 16 === 0)),
    step("gap", (twin, n) => twin.packet(twin.largest + 2 + n % 3, n % 4 > 0, false)),
    step("late or again", (twin, n) => twin.packet(n % (twin.largest + 2), n % 2 === 0, false)),
    step("time", (twin, n) => {
      twin.now += n % 40;
    }),
    step("write", (twin, n) => twin.write(n % 64)),
    step("write all", (twin) => twin.write(1000)),
    step("our ACK has arrived", (twin, n) => {
      const upTo = n % (twin.largest + 1);
      twin.real.onAckAcked(upTo);
      for (const number of twin.seen) {
        if (number <= upTo && number < twin.largest) twin.seen.delete(number);
      }
    }, (twin) => twin.largest >= 0),
    step("frequency", (twin, n) => {
      const [sequence, threshold, delay, reordering] = [n % 9, (n >>> 3) % 5, 1 + n % 60, n % 2];
      twin.real.onFrequency(sequence, threshold, delay, reordering);
      if (sequence <= twin.sequence) return;
      twin.sequence = sequence;
      twin.threshold = threshold;
      twin.delay = Math.min(delay, MAX_ACK_DELAY_MS);
      twin.reordering = reordering > 0;
    }),
    step("postpone", (twin) => {
      twin.real.postpone(twin.now);
      twin.deadline = twin.now + MAX_ACK_DELAY_MS;
    }, (twin) => twin.waiting > 0),
  ],
  { make: () => new Twin(), compare: (twin) => twin.compare(), runs: 800 },
);
