/**
 * Control frames of the connection as a whole: credit, stream limits, path validation answers, PING, and the ACK
 * frequency asked of the peer. Knows what waits to be sent and what must be repeated when lost (RFC 9000 §13.3).
 */
import {
  CONTROL_FRAME_BYTES,
  FRAME_ACK_FREQUENCY,
  FRAME_DATA_BLOCKED,
  FRAME_MAX_DATA,
  FRAME_MAX_STREAMS,
  FRAME_STREAMS_BLOCKED,
  writeAckFrequency,
  writeDataBlocked,
  writeMaxData,
  writeMaxStreams,
  writePathResponse,
  writePing,
  writeStreamsBlocked,
} from "../wire/frames.ts";
import { MAX_ACK_DELAY_MS } from "./ack-tracker.ts";
import type { Recovery } from "./recovery.ts";
import type { StreamInput } from "./stream-input.ts";
import type { StreamOutput } from "./stream-output.ts";
import type { StreamTable } from "./stream-table.ts";

/** Ours: unanswered challenges kept; older ones give way. */
const MAX_PATH_RESPONSES = 4;
/** Ours: an ACK for a quarter of the window keeps the sender supplied, and at most every 33rd packet. */
const ACKS_PER_WINDOW = 4;
const MAX_THRESHOLD = 32;
/**
 * Ours: no shorter delay is asked for. The timer matters at the end of a burst only, and one that fires all the time
 * costs a program as much as a few packets.
 */
const LEAST_ACK_DELAY_MS = 3;

export class ConnectionControl {
  readonly #recovery: Recovery;
  readonly #table: StreamTable;
  readonly #input: StreamInput;
  readonly #output: StreamOutput;
  readonly #responses: Uint8Array[] = [];
  #maxDataLost = false;
  #maxStreamsLost = false;
  /** A PING is to be sent. */
  ping = false;
  #frequencySequence = 0;
  #frequencyLost = false;
  #threshold = 0;
  #delay = 0;
  #frequencyAt = 0;

  constructor(recovery: Recovery, table: StreamTable, input: StreamInput, output: StreamOutput) {
    this.#recovery = recovery;
    this.#table = table;
    this.#input = input;
    this.#output = output;
  }

  /** Whether something waits that is worth a packet of its own. */
  get hasWork(): boolean {
    return this.ping || this.#input.window.due || this.#table.maxStreamsDue || this.#maxDataLost ||
      this.#maxStreamsLost || this.#table.blockedDue || this.#responses.length > 0;
  }

  /** PATH_CHALLENGE: its data goes back. */
  onPathChallenge(data: Uint8Array): void {
    if (this.#responses.length === MAX_PATH_RESPONSES) this.#responses.shift();
    this.#responses.push(data.slice());
  }

  /** Writes the frames that wait. */
  write(out: Uint8Array, at: number, limit: number, now: number): number {
    const sent = this.#recovery.sent;
    const rtt = this.#recovery.rtt.smoothed;
    const room = () => limit - at >= CONTROL_FRAME_BYTES && sent.recordsLeft;
    if (this.ping && room()) {
      at = writePing(out, at);
      this.ping = false;
    }
    at = this.writePathResponses(out, at, limit);
    if ((this.#input.window.due || this.#maxDataLost) && room()) {
      at = writeMaxData(out, at, this.#input.window.advance(now, rtt));
      sent.add(FRAME_MAX_DATA, 0, 0, 0);
      this.#maxDataLost = false;
    }
    if ((this.#table.maxStreamsDue || this.#maxStreamsLost) && room()) {
      at = writeMaxStreams(out, at, this.#table.advanceMaxStreams());
      sent.add(FRAME_MAX_STREAMS, 0, 0, 0);
      this.#maxStreamsLost = false;
    }
    if (this.#table.blockedDue && room()) {
      at = writeStreamsBlocked(out, at, this.#table.mayOpen);
      sent.add(FRAME_STREAMS_BLOCKED, 0, 0, 0);
      this.#table.blockedDue = false;
    }
    if (room()) {
      const blocked = this.#output.takeBlocked();
      if (blocked !== undefined) {
        at = writeDataBlocked(out, at, blocked);
        sent.add(FRAME_DATA_BLOCKED, 0, 0, 0);
      }
    }
    return at;
  }

  writePathResponses(out: Uint8Array, at: number, limit: number): number {
    while (this.#responses.length > 0 && limit - at >= CONTROL_FRAME_BYTES) {
      at = writePathResponse(out, at, this.#responses.shift()!);
    }
    return at;
  }

  /**
   * Writes ACK_FREQUENCY when the window, in datagrams of `datagram` bytes, or the round trip has changed so much that
   * the peer should acknowledge at another pace. Rides along with data only.
   */
  writeFrequency(
    out: Uint8Array,
    at: number,
    limit: number,
    now: number,
    datagram: number,
  ): number {
    const { rtt, sent, congestion } = this.#recovery;
    if (
      !rtt.sampled || (now < this.#frequencyAt && !this.#frequencyLost) ||
      limit - at < CONTROL_FRAME_BYTES || !sent.recordsLeft
    ) return at;
    this.#frequencyAt = now + rtt.smoothed;
    const packets = congestion.window / datagram;
    const threshold = Math.min(Math.floor(packets / ACKS_PER_WINDOW), MAX_THRESHOLD);
    const delay = Math.max(LEAST_ACK_DELAY_MS, Math.min(rtt.smoothed / 4, MAX_ACK_DELAY_MS));
    const known = this.#frequencySequence > 0;
    if (
      known && !this.#frequencyLost && !differs(threshold + 1, this.#threshold + 1) &&
      !differs(delay, this.#delay)
    ) return at;
    this.#threshold = threshold;
    this.#delay = delay;
    this.#frequencyLost = false;
    // Until the peer has it, it may still hold an ACK for as long as it was asked before.
    this.#recovery.maxAckDelay = Math.max(this.#recovery.maxAckDelay, delay);
    sent.add(FRAME_ACK_FREQUENCY, 0, this.#frequencySequence, 0);
    return writeAckFrequency(out, at, this.#frequencySequence++, threshold, delay, 1);
  }

  onAcked(kind: number, offset: number): void {
    if (kind === FRAME_ACK_FREQUENCY && offset === this.#frequencySequence - 1) {
      this.#recovery.maxAckDelay = this.#delay;
    }
  }

  onLost(kind: number, offset: number): void {
    if (kind === FRAME_MAX_DATA) this.#maxDataLost = true;
    else if (kind === FRAME_MAX_STREAMS) this.#maxStreamsLost = true;
    else if (kind === FRAME_ACK_FREQUENCY && offset === this.#frequencySequence - 1) {
      this.#frequencyLost = true;
    }
  }
}

/** Whether one is half the other or less. */
function differs(a: number, b: number): boolean {
  return a >= 2 * b || b >= 2 * a;
}
