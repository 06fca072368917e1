/**
 * BBR (draft-cardwell-iccrg-bbr-congestion-control-00 with the loss bound of later versions): paces at the measured
 * delivery rate and keeps about two of the path's bandwidth-delay products in flight, so that loss by chance does not
 * slow it down.
 *
 *     startup ── rate grows no more ──▶ drain ── queue gone ──▶ probe rate ◀──▶ probe round trip
 *
 * Two things are ours. Loss that comes with a queue (round trips well above the shortest) bounds what is in flight, as
 * in later versions of BBR; loss without one does not. And on paths as short as a machine or a LAN the only queue is the
 * receiver's socket buffer: there the window alone holds back, at what such a buffer bears, because pacing is finer
 * than timers.
 */
import { type AckSample, initialWindow } from "./congestion.ts";
import { MaxFilter } from "./max-filter.ts";

// §4.1.1.3, §4.2, §4.3 of the draft.
const HIGH_GAIN = 2.885;
const DRAIN_GAIN = 1 / HIGH_GAIN;
const WINDOW_GAIN = 2;
const RATE_WINDOW_ROUNDS = 10;
const MIN_RTT_WINDOW_MS = 10_000;
const PROBE_RTT_MS = 200;
const MIN_WINDOW_DATAGRAMS = 4;
/** RFC 9002 §7.2 kMinimumWindow: so many datagrams a round trip may always leave. */
const LEAST_PACED_DATAGRAMS = 2;
const CYCLE = [1.25, 0.75, 1, 1, 1, 1, 1, 1];
/** The phases from this on come a round trip or more after probing and draining. */
const FIRST_STEADY_PHASE = 3;
const FULL_RATE_GROWTH = 1.25;
const FULL_RATE_ROUNDS = 3;
/** draft-ietf-ccwg-bbr §2.10 BBRLossThresh, BBRBeta, and the headroom left below a bound. */
const LOSS_THRESHOLD = 0.02;
const BETA = 0.85;
/**
 * Ours: startup ends when more than this is lost of a round, and at least so many datagrams: it sends at almost three
 * times the rate of a path that is full, which then loses two thirds.
 */
const STARTUP_LOSS = 0.3;
const STARTUP_LOST_DATAGRAMS = 8;
/** Ours: when probing has raised the rate by this, it goes on at once. */
const WORTHWHILE_GROWTH = 1.1;
/**
 * Ours: how much of the loss by chance is made up for in pacing, at most for that share of loss. Less than all, so that
 * loss that this very pacing causes dies away.
 */
const LOSS_COMPENSATION = 0.75;
const MAX_CHANCE_LOSS = 0.25;
/** Ours: a round trip this many times the shortest one means that there is a queue. */
const QUEUE_RATIO = 1.5;
/** Ours: without acknowledgements for so long there was a pause. */
const PAUSE_MS = 1_000;
/** Ours: up to this round trip the window alone holds back. */
export const SHORT_PATH_MS = 4;
/** Ours: so much of a short round trip is the work of two programs; what is in flight then lies in the socket. */
const PROGRAM_MS = 1;
/** The socket receive buffer of Linux by default (net.core.rmem_default), and what of any to use. */
const SOCKET_BUFFER_BYTES = 212_992;
/** Ours: buffers that are believed. A window larger than the most would only leave the processor's cache. */
const LEAST_SOCKET_BUFFER_BYTES = 16 * 1024;
const MOST_SOCKET_BUFFER_BYTES = 1024 * 1024;
const SOCKET_BUFFER_SHARE = 0.85;
/** Linux accounts a datagram as its length and this, rounded up to a power of two, and a descriptor. */
const BUFFER_EXTRA_BYTES = 400;
const BUFFER_DESCRIPTOR_BYTES = 256;

type Mode = "startup" | "drain" | "probe-rate" | "probe-rtt";

/** How many bytes of datagrams of this size a receiver's socket with a buffer of `buffer` holds safely; at least two. */
export function socketBufferBytes(datagram: number, buffer = SOCKET_BUFFER_BYTES): number {
  const believed = Math.min(Math.max(buffer, LEAST_SOCKET_BUFFER_BYTES), MOST_SOCKET_BUFFER_BYTES);
  const accounted = 2 ** Math.ceil(Math.log2(datagram + BUFFER_EXTRA_BYTES)) +
    BUFFER_DESCRIPTOR_BYTES;
  const fitting = believed / accounted;
  // Acknowledgements and strays need a little room too: of many datagrams a share, of a few large ones what is left over.
  return Math.max(2, Math.floor(fitting < 8 ? fitting : SOCKET_BUFFER_SHARE * fitting)) * datagram;
}

export class Bbr {
  #datagram: number;
  readonly #peerBuffer: number | undefined;
  #socketBytes: number;
  #mode: Mode = "startup";
  #window: number;
  #pacingGain = HIGH_GAIN;
  #windowGain = HIGH_GAIN;
  readonly #rate = new MaxFilter(RATE_WINDOW_ROUNDS);
  #minRtt = 0;
  #minRttAt = 0;
  #lastAck = -Infinity;
  #probeRttUntil: number | undefined;
  #round = 0;
  #roundEnd = 0;
  #roundStarted = false;
  #fullRate = 0;
  #fullRateRounds = 0;
  #cycle = 0;
  #cycleAt = 0;
  // This round: losses and deliveries at its start, shortest round trip, most in flight.
  #roundLost = 0;
  #roundDelivered = 0;
  #roundRtt = Infinity;
  #roundInFlight = 0;
  #lossInCycle = false;
  /** Smoothed share lost by chance. */
  #chanceLoss = 0;
  #rateBeforeProbe = 0;
  /** Bound on what is in flight, from losses with a queue; how fast it rises again. */
  #bound = Infinity;
  #boundStep = 1;

  /** @param peerBuffer bytes that the peer's socket holds, where it has said so */
  constructor(datagram: number, peerBuffer?: number) {
    this.#datagram = datagram;
    this.#peerBuffer = peerBuffer;
    this.#socketBytes = socketBufferBytes(datagram, peerBuffer);
    this.#window = initialWindow(datagram);
  }

  /** Bytes that may be in flight. */
  get window(): number {
    if (this.#mode !== "probe-rtt") return Math.floor(this.#window);
    return Math.floor(Math.max(this.#least, Math.min(this.#window, this.#product / 2)));
  }

  /** Whether the rate of the path is still being looked for. */
  get slowStart(): boolean {
    return this.#mode === "startup";
  }

  /** Bytes per millisecond to send at; undefined where the window alone holds back. */
  get pacingRate(): number | undefined {
    if (this.#minRtt === 0 || this.#isShort) return undefined;
    const rate = this.#rate.value;
    if (rate === 0) return this.#pacingGain * this.#window / this.#minRtt;
    // However little arrived of late, in a blackout say: what a window of the least size brings is not too fast.
    const least = LEAST_PACED_DATAGRAMS * this.#datagram / this.#minRtt;
    return Math.max(least, this.#pacingGain * rate / (1 - LOSS_COMPENSATION * this.#chanceLoss));
  }

  get #isShort(): boolean {
    return this.#minRtt <= SHORT_PATH_MS;
  }

  /** The bandwidth-delay product. */
  get #product(): number {
    return this.#rate.value * this.#minRtt;
  }

  /** On a short path: what the receiver's socket bears, and what is under way before it. */
  get #shortWindow(): number {
    return this.#socketBytes + this.#rate.value * Math.max(0, this.#minRtt - PROGRAM_MS);
  }

  get #least(): number {
    return Math.min(
      MIN_WINDOW_DATAGRAMS * this.#datagram,
      Math.max(this.#socketBytes, 2 * this.#datagram),
    );
  }

  /** An ACK frame has acknowledged something new. Losses are judged here too, at the end of a round. */
  onAck(sample: AckSample): void {
    this.#updateRound(sample);
    this.#updateRate(sample);
    this.#updateMinRtt(sample);
    this.#updateMode(sample);
    this.#updateWindow(sample);
  }

  #updateRound(sample: AckSample): void {
    this.#roundStarted = sample.priorDelivered >= this.#roundEnd;
    this.#roundInFlight = Math.max(this.#roundInFlight, sample.priorInFlight);
    if (sample.rtt > 0) this.#roundRtt = Math.min(this.#roundRtt, sample.rtt);
    if (!this.#roundStarted) return;
    this.#roundEnd = sample.delivered;
    this.#round++;
    this.#judgeLosses(sample);
    this.#roundLost = sample.lost;
    this.#roundDelivered = sample.delivered;
    this.#roundRtt = Infinity;
    this.#roundInFlight = 0;
  }

  /** At the end of a round: do the losses of it say that there is too much in flight? */
  #judgeLosses(sample: AckSample): void {
    const lost = sample.lost - this.#roundLost;
    const share = lost / Math.max(1, lost + sample.delivered - this.#roundDelivered);
    const queue = this.#roundRtt < Infinity && this.#roundRtt > QUEUE_RATIO * this.#minRtt;
    // Loss by chance is what goes missing while this side sends no faster than the path delivers.
    if (!queue && this.#mode === "probe-rate" && this.#cycle >= FIRST_STEADY_PHASE) {
      this.#chanceLoss = Math.min(MAX_CHANCE_LOSS, 0.875 * this.#chanceLoss + 0.125 * share);
    }
    if (
      this.#mode === "startup" && share > STARTUP_LOSS &&
      lost >= STARTUP_LOST_DATAGRAMS * this.#datagram
    ) this.#fullRateRounds = FULL_RATE_ROUNDS;
    if (share > LOSS_THRESHOLD && queue) {
      this.#bound = Math.max(this.#least, BETA * Math.min(this.#bound, this.#roundInFlight));
      this.#boundStep = 1;
      this.#lossInCycle = true;
    } else if (this.#bound < Infinity && sample.windowLimited) {
      this.#bound += this.#boundStep * this.#datagram;
      this.#boundStep *= 2;
    }
  }

  #updateRate(sample: AckSample): void {
    if (sample.rate > 0 && (!sample.rateAppLimited || sample.rate >= this.#rate.value)) {
      this.#rate.update(sample.rate, this.#round);
    }
    if (this.#fullRateRounds >= FULL_RATE_ROUNDS || !this.#roundStarted || sample.rateAppLimited) {
      return;
    }
    if (this.#rate.value >= FULL_RATE_GROWTH * this.#fullRate) {
      this.#fullRate = this.#rate.value;
      this.#fullRateRounds = 0;
    } else this.#fullRateRounds++;
  }

  #updateMinRtt(sample: AckSample): void {
    const { now, rtt } = sample;
    const expired = this.#minRtt > 0 && now > this.#minRttAt + MIN_RTT_WINDOW_MS;
    // What comes after a pause has met no queue of ours: it is a measurement by itself.
    const paused = now > this.#lastAck + PAUSE_MS;
    this.#lastAck = now;
    if (rtt > 0 && (this.#minRtt === 0 || rtt <= this.#minRtt || expired)) {
      this.#minRtt = rtt;
      this.#minRttAt = now;
    }
    // A short path is measured often enough by itself: its queue empties between two bursts.
    if (expired && !paused && this.#mode !== "probe-rtt" && !this.#isShort) {
      this.#mode = "probe-rtt";
      this.#pacingGain = 1;
      this.#probeRttUntil = undefined;
    }
  }

  #updateMode(sample: AckSample): void {
    const { now, inFlight } = sample;
    if (this.#mode === "startup" && this.#fullRateRounds >= FULL_RATE_ROUNDS) {
      this.#mode = "drain";
      this.#pacingGain = DRAIN_GAIN;
      this.#windowGain = HIGH_GAIN;
    }
    if (this.#mode === "drain" && inFlight <= this.#product) this.#probeRate(now);
    if (this.#mode === "probe-rate") this.#advanceCycle(sample);
    if (this.#mode !== "probe-rtt") return;
    if (this.#probeRttUntil === undefined) {
      if (inFlight <= this.window) this.#probeRttUntil = now + PROBE_RTT_MS;
    } else if (now >= this.#probeRttUntil) {
      this.#minRttAt = now;
      if (this.#fullRateRounds >= FULL_RATE_ROUNDS) this.#probeRate(now);
      else this.#startup();
    }
  }

  #startup(): void {
    this.#mode = "startup";
    this.#pacingGain = this.#windowGain = HIGH_GAIN;
  }

  #probeRate(now: number): void {
    this.#mode = "probe-rate";
    this.#windowGain = WINDOW_GAIN;
    // Anywhere in the cycle but in its draining phase; the draft picks at random so that flows do not move in step.
    this.#cycle = 2 + this.#round % (CYCLE.length - 2);
    this.#cycleAt = now;
    this.#pacingGain = CYCLE[this.#cycle]!;
  }

  #advanceCycle({ now, priorInFlight }: AckSample): void {
    const elapsed = now - this.#cycleAt > this.#minRtt;
    const gain = this.#pacingGain;
    const over = gain > 1
      ? elapsed && (this.#lossInCycle || priorInFlight >= gain * this.#product)
      : gain < 1
      ? elapsed
      : elapsed;
    if (!over) return;
    this.#cycle = (this.#cycle + 1) % CYCLE.length;
    // What the faster phase brought shows a round trip later, at the end of the slower one.
    if (this.#cycle === 2 && this.#rate.value > WORTHWHILE_GROWTH * this.#rateBeforeProbe) {
      this.#cycle = 0;
    }
    if (this.#cycle === 0) this.#rateBeforeProbe = this.#rate.value;
    this.#cycleAt = now;
    this.#pacingGain = CYCLE[this.#cycle]!;
    this.#lossInCycle = false;
  }

  #updateWindow(sample: AckSample): void {
    const target = this.#target();
    if (this.#fullRateRounds >= FULL_RATE_ROUNDS) {
      this.#window = Math.min(this.#window + sample.bytes, target);
    } else if (this.#window < target || sample.delivered < initialWindow(this.#datagram)) {
      this.#window += sample.bytes;
    }
    this.#window = Math.max(this.#least, Math.min(this.#window, this.#bound));
    if (this.#isShort) {
      this.#window = Math.min(this.#window, this.#shortWindow);
    }
  }

  #target(): number {
    // Three bursts more than the gain says, for what is delayed at sender, receiver and in acknowledgements (§4.2.3.2).
    const slack = Math.max(3 * this.#datagram, this.#rate.value);
    if (this.#rate.value === 0) return initialWindow(this.#datagram);
    const target = this.#windowGain * this.#product + slack;
    if (!this.#isShort) return target;
    // Programs take longer than such a path: enough for what they may need, and no more than the rate can use.
    return Math.max(target, Math.min(this.#shortWindow, this.#rate.value * SHORT_PATH_MS));
  }

  /** Everything sent over a long time was lost (RFC 9002 §7.6). */
  onPersistentCongestion(): void {
    this.#rate.reset(0, this.#round);
    this.#window = this.#least;
    this.#fullRate = this.#fullRateRounds = 0;
    this.#bound = Infinity;
    this.#startup();
  }

  /** Something declared lost has arrived after all. */
  onSpuriousLoss(): void {
    this.#bound = Infinity;
  }

  /** The datagram size has changed. */
  onDatagramSize(bytes: number): void {
    this.#datagram = bytes;
    this.#socketBytes = socketBufferBytes(bytes, this.#peerBuffer);
    if (this.#mode === "startup") this.#window = Math.max(this.#window, initialWindow(bytes));
    this.#window = Math.max(this.#window, this.#least);
  }
}
