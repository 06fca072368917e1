/** The sending half of a stream under every order of calls, against a twin that counts single bytes. */
import assert from "node:assert/strict";
import { LEAST_STREAM_ROOM, SendStream } from "../../../lib/transport/send-stream.ts";
import { FrameReader } from "../../../lib/wire/frame-reader.ts";
import { GuardedBuffer, machine, step } from "../commands.ts";

const ID = 4;

interface Sent {
  readonly offset: number;
  readonly length: number;
  readonly fin: boolean;
  state: "outstanding" | "lost" | "acked";
}

/** What is known byte by byte. */
class Twin {
  readonly real: SendStream;
  readonly reader = new FrameReader();
  readonly sent: Sent[] = [];
  readonly acked = new Set<number>();
  readonly lost = new Set<number>();
  limit: number;
  written = 0;
  next = 0;
  finished = false;
  finToSend = false;
  finAcked = false;
  reset = false;
  resetAcked = false;

  constructor(limit: number) {
    this.limit = limit;
    this.real = new SendStream(ID, limit);
  }

  get base(): number {
    let base = 0;
    while (this.acked.has(base)) base++;
    return base;
  }

  get done(): boolean {
    return this.reset ? this.resetAcked : this.finAcked && this.base === this.written;
  }

  hasWork(credit: number): boolean {
    if (this.reset) return false;
    if (this.lost.size > 0) return true;
    if (this.next < this.written) return this.next < this.limit && credit > 0;
    return this.finToSend;
  }

  compare(): void {
    const { real } = this;
    assert.equal(real.done, this.done);
    if (!this.reset) assert.equal(real.buffered, this.written - this.base);
    assert.equal(real.hasNew, !this.reset && this.next < this.written);
    assert.equal(real.sentSize, this.next);
    for (const credit of [0, 1, 1e6]) assert.equal(real.hasWork(credit), this.hasWork(credit));
  }

  write(n: number): void {
    const data = Uint8Array.from({ length: n }, (_, i) => byteAt(this.written + i));
    const capacity = 3000;
    const taken = this.real.write(data, capacity);
    assert.equal(taken, Math.max(0, Math.min(n, capacity - (this.written - this.base))));
    this.written += taken;
  }

  frame(room: number, credit: number): void {
    const expected = this.hasWork(credit);
    const at = 64;
    const buffer = new GuardedBuffer(at, at + room);
    const end = this.real.writeFrame(buffer.bytes, at, at + room, credit);
    buffer.check(end);
    if (room >= LEAST_STREAM_ROOM) assert.equal(end > at, expected);
    if (end === at) return;
    assert.ok(expected);
    this.reader.reset(buffer.bytes.subarray(at, end));
    assert.ok(this.reader.next());
    const { offset, start, fin, bytes } = this.reader;
    const length = this.reader.end - start;
    assert.deepEqual([this.reader.end, this.reader.stream], [bytes.length, ID]);
    const { lastOffset, lastLength, lastFin, lastNew } = this.real;
    assert.deepEqual([lastOffset, lastLength, lastFin], [offset, length, fin]);
    for (let i = 0; i < length; i++) {
      assert.equal(bytes[start + i], byteAt(offset + i));
      assert.ok(!this.acked.has(offset + i), "sends what has arrived");
    }
    if (this.lost.size > 0) {
      assert.equal(offset, Math.min(...this.lost), "the first lost byte goes first");
      for (let i = 0; i < length; i++) assert.ok(this.lost.delete(offset + i), "was not lost");
      assert.equal(lastNew, 0);
    } else {
      assert.equal(offset, this.next);
      assert.equal(lastNew, length);
      assert.ok(length <= credit && offset + length <= this.limit);
      this.next += length;
    }
    assert.equal(fin, this.finished && offset + length === this.written);
    if (fin) this.finToSend = false;
    this.sent.push({ offset, length, fin, state: "outstanding" });
  }

  /** A frame has arrived: one on its way, or one that was declared lost or had arrived before. */
  ack(frame: Sent): void {
    this.real.onAcked(frame.offset, frame.length, frame.fin);
    frame.state = "acked";
    if (this.reset) return;
    for (let n = frame.offset; n < frame.offset + frame.length; n++) {
      this.acked.add(n);
      this.lost.delete(n);
    }
    if (!frame.fin) return;
    this.finAcked = true;
    this.finToSend = false;
  }

  /** A frame is declared lost, or queued again by a probe. */
  lose(frame: Sent, declared: boolean): void {
    this.real.onLost(frame.offset, frame.length, frame.fin);
    if (declared) frame.state = "lost";
    if (this.reset) return;
    for (let n = frame.offset; n < frame.offset + frame.length; n++) {
      if (!this.acked.has(n)) this.lost.add(n);
    }
    if (frame.fin && !this.finAcked) this.finToSend = true;
  }

  doReset(): void {
    this.real.reset(7);
    this.reset = true;
    this.finToSend = false;
  }
}

const byteAt = (offset: number) => (offset * 31 + 7) & 0xff;
const pick = (frames: readonly Sent[], n: number) => frames[n % frames.length]!;
const outstanding = (twin: Twin) => twin.sent.filter(({ state }) => state === "outstanding");

const STEPS = [
  step<Twin>("write", (twin, n) => twin.write(n % 300), (twin) => !twin.finished && !twin.reset),
  step<Twin>("finish", (twin) => {
    twin.real.finish();
    twin.finished = twin.finToSend = true;
  }, (twin) => !twin.finished && !twin.reset),
  step<Twin>("frame", (twin, n) => twin.frame(n % 97, 1e6)),
  step<Twin>("large frame", (twin, n) => twin.frame(64 + n % 900, 1e6)),
  step<Twin>("frame with little credit", (twin, n) => twin.frame(80, n % 40)),
  step<Twin>(
    "ack",
    (twin, n) => twin.ack(pick(outstanding(twin), n)),
    (twin) => outstanding(twin).length > 0,
  ),
  step<Twin>(
    "ack anything",
    (twin, n) => twin.ack(pick(twin.sent, n)),
    (twin) => twin.sent.length > 0,
  ),
  step<Twin>(
    "lose",
    (twin, n) => twin.lose(pick(outstanding(twin), n), true),
    (twin) => outstanding(twin).length > 0,
  ),
  step<Twin>(
    "probe",
    (twin, n) => twin.lose(pick(outstanding(twin), n), false),
    (twin) => outstanding(twin).length > 0,
  ),
  step<Twin>("credit", (twin, n) => {
    twin.limit = twin.real.limit = twin.limit + n % 500;
  }),
  step<Twin>("reset", (twin, n) => {
    if (n % 8 === 0) twin.doReset();
  }, (twin) => !twin.reset && !twin.done),
  step<Twin>("reset acked", (twin) => {
    twin.real.onResetAcked();
    twin.resetAcked = true;
  }, (twin) => twin.reset),
];
const end = (twin: Twin) => {
  // Whatever has happened, a network that carries everything ends it.
  twin.limit = twin.real.limit = 1e6;
  if (!twin.finished && !twin.reset) {
    twin.real.finish();
    twin.finished = twin.finToSend = true;
  }
  for (let turn = 0; !twin.done; turn++) {
    assert.ok(turn < 1000, "never done");
    if (twin.reset) {
      twin.real.onResetAcked();
      twin.resetAcked = true;
    }
    twin.frame(200, 1e6);
    for (const frame of outstanding(twin)) twin.ack(frame);
  }
  twin.compare();
};
const compare = (twin: Twin) => twin.compare();
export const sendStreamMachine = machine(
  "send-stream",
  "a sending stream does what its twin does, in every order of calls",
  STEPS,
  { make: () => new Twin(400), compare, end, runs: 1500 },
);
