/**
 * CUBIC (RFC 9438) over bytes, with HyStart++ (RFC 9406) as slow start and one reduction per round trip
 * (RFC 9002 §7.3.2).
 */
import {
  type AckSample,
  type CongestionController,
  initialWindow,
  type LossSample,
  minimumWindow,
} from "./congestion.ts";
import { HyStart } from "./hystart.ts";

/** RFC 9438 §5.1: segments per second cubed. */
export const CUBIC_C = 0.4;
/** RFC 9438 §4.6. */
export const CUBIC_BETA = 0.7;
/** RFC 9438 §4.3: additive increase that gives the throughput of Reno at this β. */
const ALPHA = 3 * (1 - CUBIC_BETA) / (1 + CUBIC_BETA);
/** RFC 9002 §7.7: pace a little faster than the window per round trip; in slow start twice. */
const PACING_GAIN = 1.25;
const SLOW_START_PACING_GAIN = 2;

/** W_cubic(t) of RFC 9438 §4.2 in segments: `t` seconds after the reduction, back at `max` after `k` seconds. */
export function cubicWindow(t: number, k: number, max: number): number {
  return CUBIC_C * (t - k) ** 3 + max;
}

/** K of RFC 9438 §4.2: seconds from `window` back up to `max`, both in segments. */
export function cubicPeriod(window: number, max: number): number {
  return Math.cbrt(Math.max(0, max - window) / CUBIC_C);
}

/** What a spurious reduction restores. */
interface Undo {
  window: number;
  threshold: number;
  max: number;
  priorWindow: number;
  estimate: number;
  epoch: number;
  k: number;
}

export class Cubic implements CongestionController {
  #datagram: number;
  #window: number;
  #threshold = Infinity;
  #hystart = new HyStart();
  /** Start of congestion avoidance, or undefined before its first ACK. */
  #epoch: number | undefined;
  #lastAck = 0;
  #k = 0;
  #max = 0;
  #priorWindow = 0;
  #estimate = 0;
  #recoveryStart = -Infinity;
  #smoothedRtt = 0;
  #undo: Undo | undefined;

  constructor(datagram: number) {
    this.#datagram = datagram;
    this.#window = initialWindow(datagram);
  }

  get window(): number {
    return Math.floor(this.#window);
  }

  get slowStart(): boolean {
    return this.#window < this.#threshold;
  }

  get pacingRate(): number | undefined {
    if (this.#smoothedRtt === 0) return undefined;
    const gain = this.slowStart ? SLOW_START_PACING_GAIN : PACING_GAIN;
    return gain * this.#window / this.#smoothedRtt;
  }

  onSent(): void {
    // CUBIC counts what returns, not what leaves.
  }

  onAck(sample: AckSample): void {
    this.#smoothedRtt = sample.smoothedRtt;
    const quiet = sample.now - this.#lastAck;
    this.#lastAck = sample.now;
    if (sample.sentTime <= this.#recoveryStart) return;
    if (!sample.windowLimited) {
      // RFC 9438 §5.8: time in which the application held back is no time to grow in.
      if (this.#epoch !== undefined) this.#epoch += quiet;
      return;
    }
    if (this.slowStart) {
      const over = this.#hystart.onAck(sample.largest, sample.nextPacket, sample.rtt);
      this.#window += sample.bytes / this.#hystart.divisor;
      if (over) this.#threshold = this.#window;
      return;
    }
    this.#avoid(sample);
  }

  /** RFC 9438 §4.2 to §4.5. */
  #avoid(sample: AckSample): void {
    const unit = this.#datagram;
    if (this.#epoch === undefined) {
      this.#epoch = sample.now;
      if (this.#max < this.#window) this.#max = this.#window;
      this.#k = cubicPeriod(this.#window / unit, this.#max / unit);
      this.#estimate = this.#window;
    }
    const alpha = this.#estimate >= this.#priorWindow ? 1 : ALPHA;
    this.#estimate += alpha * sample.bytes * unit / this.#window;
    const t = (sample.now - this.#epoch) / 1000;
    const now = cubicWindow(t, this.#k, this.#max / unit) * unit;
    if (now < this.#estimate) {
      this.#window = Math.max(this.#window, this.#estimate);
      return;
    }
    const next = cubicWindow(t + sample.smoothedRtt / 1000, this.#k, this.#max / unit) * unit;
    const target = Math.min(Math.max(next, this.#window), 1.5 * this.#window);
    this.#window += (target - this.#window) * sample.bytes / this.#window;
  }

  onLoss(sample: LossSample): void {
    if (sample.sentTime <= this.#recoveryStart) return;
    this.#undo = {
      window: this.#window,
      threshold: this.#threshold,
      max: this.#max,
      priorWindow: this.#priorWindow,
      estimate: this.#estimate,
      epoch: this.#epoch ?? -1,
      k: this.#k,
    };
    this.#recoveryStart = sample.now;
    this.#epoch = undefined;
    this.#priorWindow = this.#window;
    // RFC 9438 §4.7, fast convergence: give room to newcomers when the window has not come back to its old maximum.
    this.#max = this.#window < this.#max ? this.#window * (1 + CUBIC_BETA) / 2 : this.#window;
    this.#window = Math.max(this.#window * CUBIC_BETA, minimumWindow(this.#datagram));
    this.#threshold = this.#window;
  }

  onPersistentCongestion(now: number): void {
    this.#window = minimumWindow(this.#datagram);
    this.#epoch = undefined;
    this.#undo = undefined;
    this.#recoveryStart = now;
    this.#hystart = new HyStart();
  }

  onSpuriousLoss(): void {
    const undo = this.#undo;
    if (undo === undefined) return;
    this.#undo = undefined;
    this.#recoveryStart = -Infinity;
    if (this.#window >= undo.window) return;
    this.#window = undo.window;
    this.#threshold = undo.threshold;
    this.#max = undo.max;
    this.#priorWindow = undo.priorWindow;
    this.#estimate = undo.estimate;
    this.#epoch = undo.epoch < 0 ? undefined : undo.epoch;
    this.#k = undo.k;
  }

  onDatagramSize(bytes: number): void {
    const grown = bytes > this.#datagram;
    this.#datagram = bytes;
    const least = grown && this.#threshold === Infinity
      ? initialWindow(bytes)
      : minimumWindow(bytes);
    this.#window = Math.max(this.#window, least);
  }
}
