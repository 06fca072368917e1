/** ACK (RFC 9000 §19.3): which packets have come. Never repeated when lost: the next one says more. */
import { encodingError } from "../transport-error.ts";
import { varintSize, writeVarint } from "../varint.ts";
import { MAX_ACK_RANGES } from "./fields.ts";
import type { FrameCursor } from "./frame-cursor.ts";
import type { FrameType } from "./frame-type.ts";

export const FRAME_ACK = 0x02;

/** ACK delays are sent in units of 2^3 µs (RFC 9000 §18.2, the default ack_delay_exponent), here always. */
const ACK_DELAY_UNIT_MS = 0.008;

/** §19.3.1: the ranges descend, with at least one packet number between any two. */
function readAck(frame: FrameCursor): void {
  frame.largest = frame.varint();
  frame.delay = frame.varint() * ACK_DELAY_UNIT_MS;
  const more = frame.varint();
  if (more >= MAX_ACK_RANGES) {
    throw encodingError(FRAME_ACK, "frame.ack-ranges", { ranges: more + 1, limit: MAX_ACK_RANGES });
  }
  let low = frame.largest - frame.varint();
  if (low < 0) throw encodingError(FRAME_ACK, "frame.ack-below-zero");
  const ranges = frame.ranges;
  ranges[0] = low;
  ranges[1] = frame.largest;
  for (let i = 1; i <= more; i++) {
    const high = low - frame.varint() - 2;
    low = high - frame.varint();
    if (low < 0) throw encodingError(FRAME_ACK, "frame.ack-below-zero");
    ranges[2 * i] = low;
    ranges[2 * i + 1] = high;
  }
  frame.rangeCount = more + 1;
}

export const ack: FrameType = { name: "ACK", type: FRAME_ACK, onLoss: "nothing", read: readAck };

/** Ranges of packet numbers for an ACK, ascending and apart, each from `start(i)` to `end(i)` − 1. */
export interface AckRanges {
  readonly count: number;
  start(index: number): number;
  end(index: number): number;
}

/**
 * ACK (RFC 9000 §19.3) over the newest of `ranges`, as many as fit before `limit`, at most `maxRanges`; `delay` in
 * milliseconds. Returns `at` unchanged when not even the newest fits.
 */
export function writeAck(
  out: Uint8Array,
  at: number,
  limit: number,
  ranges: AckRanges,
  maxRanges: number,
  delay: number,
): number {
  const newest = ranges.count - 1;
  if (newest < 0 || limit - at < 1 + 8 + 8 + 2 + 8) return at;
  const most = Math.min(ranges.count, maxRanges);
  const largest = ranges.end(newest) - 1;
  // How many ranges fit is known only after sizing them: the count comes before the ranges.
  let size = at + 1 + varintSize(largest) + 8 + 2 + varintSize(largest - ranges.start(newest));
  let fitting = 1;
  for (let i = newest - 1; fitting < most; i--, fitting++) {
    size += varintSize(ranges.start(i + 1) - ranges.end(i) - 1) +
      varintSize(ranges.end(i) - 1 - ranges.start(i));
    if (size > limit) break;
  }
  out[at] = FRAME_ACK;
  at = writeVarint(out, at + 1, largest);
  at = writeVarint(out, at, Math.round(delay / ACK_DELAY_UNIT_MS));
  at = writeVarint(out, at, fitting - 1);
  at = writeVarint(out, at, largest - ranges.start(newest));
  for (let i = newest - 1; i > newest - fitting; i--) {
    at = writeVarint(out, at, ranges.start(i + 1) - ranges.end(i) - 1);
    at = writeVarint(out, at, ranges.end(i) - 1 - ranges.start(i));
  }
  return at;
}
