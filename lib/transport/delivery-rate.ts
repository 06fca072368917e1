/**
 * Delivery rate estimation (draft-cheng-iccrg-delivery-rate-estimation): how fast data left the network at the other
 * end, from counters noted with each packet as it was sent. Bytes per millisecond.
 */
import { SENT_APP_LIMITED, type SentPackets } from "./sent-packets.ts";

/** Ours: a sample over more than this was taken across a blackout, and says nothing of the path's rate. */
const PAUSE_MS = 1_000;
const PAUSE_ROUND_TRIPS = 4;

export class DeliveryRate {
  /** Bytes acknowledged so far. */
  delivered = 0;
  #deliveredTime = 0;
  #firstSentTime = 0;
  /** Delivered count up to which samples are application-limited; 0: none. */
  #appLimitedUntil = 0;

  // The sample of the current ACK: the state at sending of the latest packet it acknowledged.
  #priorDelivered = -1;
  #priorTime = 0;
  #sendElapsed = 0;
  #sampleAppLimited = false;

  /** A packet leaves: notes the state with it. Returns its flags. */
  onSent(packets: SentPackets, i: number, now: number, inFlight: number): number {
    if (inFlight === 0) this.#firstSentTime = this.#deliveredTime = now;
    packets.delivered[i] = this.delivered;
    packets.deliveredTime[i] = this.#deliveredTime;
    packets.firstSentTime[i] = this.#firstSentTime;
    return this.#appLimitedUntil > 0 ? SENT_APP_LIMITED : 0;
  }

  /** The application has nothing to send though it might. */
  onAppLimited(inFlight: number): void {
    this.#appLimitedUntil = Math.max(this.delivered + inFlight, 1);
  }

  /** One packet of the current ACK. */
  onPacketAcked(packets: SentPackets, i: number, now: number): void {
    this.delivered += packets.size[i]!;
    this.#deliveredTime = now;
    const prior = packets.delivered[i]!;
    if (prior <= this.#priorDelivered) return;
    this.#priorDelivered = prior;
    this.#priorTime = packets.deliveredTime[i]!;
    this.#sendElapsed = packets.time[i]! - packets.firstSentTime[i]!;
    this.#sampleAppLimited = (packets.flags[i]! & SENT_APP_LIMITED) !== 0;
    this.#firstSentTime = packets.time[i]!;
  }

  get priorDelivered(): number {
    return Math.max(0, this.#priorDelivered);
  }

  get sampleAppLimited(): boolean {
    return this.#sampleAppLimited;
  }

  /** Ends the sample of the current ACK: its rate, or 0 when it is too short to say, or spans a pause. */
  finish(now: number, minRtt: number, smoothedRtt: number): number {
    if (this.#appLimitedUntil > 0 && this.delivered > this.#appLimitedUntil) {
      this.#appLimitedUntil = 0;
    }
    const prior = this.#priorDelivered;
    this.#priorDelivered = -1;
    if (prior < 0) return 0;
    const elapsed = Math.max(this.#sendElapsed, now - this.#priorTime);
    // §3.3: acknowledgements that came sooner than the minimal round trip were compressed on the way.
    if (elapsed < minRtt || elapsed <= 0) return 0;
    if (elapsed > PAUSE_MS + PAUSE_ROUND_TRIPS * smoothedRtt) return 0;
    return (this.delivered - prior) / elapsed;
  }
}
