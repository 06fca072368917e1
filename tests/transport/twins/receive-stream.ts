/** The receiving half of a stream under every order of frames and calls, against a twin that counts single bytes. */
import { TransportCode, TransportError } from "../../../lib/wire/transport-error.ts";
import assert from "node:assert/strict";
import { ReceiveStream } from "../../../lib/transport/receive-stream.ts";
import { INITIAL_MAX_STREAM_DATA } from "../../../lib/transport/receive-window.ts";
import { machine, step } from "../commands.ts";

const byteAt = (offset: number) => (offset * 31 + 7) & 0xff;

class Twin {
  readonly real = new ReceiveStream(0, INITIAL_MAX_STREAM_DATA);
  readonly seen = new Set<number>();
  read = 0;
  highest = 0;
  finalSize: number | undefined;
  stopped = false;
  reset = false;

  /** All bytes below this have come. */
  get ready(): number {
    if (this.stopped || this.reset) return this.highest;
    let ready = this.read;
    while (this.seen.has(ready)) ready++;
    return ready;
  }

  compare(): void {
    const { real } = this;
    if (this.stopped || this.reset) this.read = this.highest;
    assert.equal(real.available, this.ready - this.read);
    assert.equal(real.consumed, this.read);
    assert.equal(real.finalSizeKnown, this.finalSize !== undefined);
    assert.equal(real.finished, this.finalSize !== undefined && this.read === this.finalSize);
    assert.equal(real.done, real.finished || this.reset);
    assert.equal(real.resetCode !== undefined, this.reset);
  }

  /** The code that RFC 9000 §4.5 gives to data up to `last`, undefined where all is well. */
  refusal(last: number, final: boolean): number | undefined {
    if (last > this.real.window.limit) return TransportCode.flowControl;
    if (this.finalSize !== undefined) {
      return last > this.finalSize || (final && last !== this.finalSize)
        ? TransportCode.finalSize
        : undefined;
    }
    return final && last < this.highest ? TransportCode.finalSize : undefined;
  }

  /** Makes a call that must fail with `code`, or answer with how far the highest offset moved. */
  call(code: number | undefined, last: number, call: () => number): boolean {
    if (code !== undefined) {
      assert.throws(
        call,
        (error) => error instanceof TransportError && error.transportCode === code,
      );
      return false;
    }
    assert.equal(call(), Math.max(0, last - this.highest));
    return true;
  }

  data(offset: number, length: number, fin: boolean): void {
    const last = offset + length;
    const packet = Uint8Array.from({ length: length + 7 }, (_, i) => byteAt(offset + i - 3));
    const took = this.call(
      this.refusal(last, fin),
      last,
      () => this.real.receive(offset, packet, 3, 3 + length, fin),
    );
    if (!took) return;
    this.highest = Math.max(this.highest, last);
    if (fin) this.finalSize = last;
    for (let n = offset; n < last; n++) this.seen.add(n);
  }

  take(length: number): void {
    const { ready } = this;
    const out = new Uint8Array(length + 4).fill(0xa5);
    const got = this.real.read(out.subarray(0, length));
    assert.equal(got, Math.min(length, ready - this.read));
    for (let i = 0; i < got; i++) assert.equal(out[i], byteAt(this.read + i));
    assert.ok(out.subarray(length).every((byte) => byte === 0xa5));
    this.read += got;
  }

  doReset(size: number): void {
    const wholeBefore = this.finalSize !== undefined && this.ready === this.finalSize;
    const code = size > this.real.window.limit
      ? TransportCode.flowControl
      : size < this.highest || (this.finalSize ?? size) !== size
      ? TransportCode.finalSize
      : undefined;
    if (!this.call(code, size, () => this.real.reset(9, size))) return;
    this.highest = this.finalSize = size;
    if (!wholeBefore || this.stopped) this.reset = true;
  }
}

const around = (twin: Twin, n: number) => Math.max(0, twin.ready - 20 + n % 90);

export const receiveStreamMachine = machine<Twin>(
  "receive-stream",
  "a receiving stream does what its twin does, in every order of frames and calls",
  [
    step("data", (twin, n) => twin.data(around(twin, n), (n >>> 7) % 60, false)),
    step("data in order", (twin, n) => twin.data(twin.ready, n % 120, false)),
    step("old data", (twin, n) => twin.data(n % (twin.highest + 1), (n >>> 5) % 30, false)),
    step("end", (twin, n) => twin.data(twin.highest, n % 4, true), () => true),
    step("another end", (twin, n) => twin.data(around(twin, n), n % 9, true)),
    step("data beyond the credit", (twin, n) => {
      twin.data(twin.real.window.limit - n % 20, 21 + n % 20, n % 2 === 0);
    }),
    step("read", (twin, n) => twin.take(n % 80)),
    step("stop", (twin, n) => {
      if (n % 6 !== 0) return;
      twin.real.stop();
      twin.stopped = true;
    }, (twin) => !twin.real.done),
    step("reset", (twin, n) => n % 4 === 0 && twin.doReset(twin.highest + n % 3)),
    step(
      "wrong reset",
      (twin, n) => n % 4 === 0 && twin.doReset(Math.max(0, twin.highest - n % 5)),
    ),
    step("reset beyond the credit", (twin) => twin.doReset(twin.real.window.limit + 1)),
  ],
  { make: () => new Twin(), compare: (twin) => twin.compare(), runs: 1500 },
);
