/**
 * Writes frames (RFC 9000 §19) at an offset of a packet and returns the offset after them. The caller makes sure of
 * room: `CONTROL_FRAME_BYTES` is enough for every frame but ACK, STREAM data and CONNECTION_CLOSE.
 */
import { LocalProtocolError } from "../errors.ts";
import {
  ACK_DELAY_UNIT_MS,
  FRAME_ACK,
  FRAME_ACK_FREQUENCY,
  FRAME_APPLICATION_CLOSE,
  FRAME_CONNECTION_CLOSE,
  FRAME_RESET_STREAM,
  FRAME_STOP_SENDING,
  FRAME_STREAM,
  STREAM_FIN,
  STREAM_LENGTH,
  STREAM_OFFSET,
} from "./frame-types.ts";
import { varintSize, writeVarint } from "./varint.ts";

/** No control frame is longer: a type of two bytes and four integers. */
export const CONTROL_FRAME_BYTES = 2 + 4 * 8;

/**
 * `end`, where a frame ends that was begun at `at`. A frame that leaves the room given to it is a mistake of ours, and
 * ends this connection alone (RFC 9000 §20.1 INTERNAL_ERROR) before a byte of it is sent.
 */
export function inRoom(at: number, end: number, limit: number): number {
  if (!(end >= at && end <= limit)) throw new LocalProtocolError("frame.overrun", { end, limit });
  return end;
}

/** A frame of a type alone: PING, IMMEDIATE_ACK, PADDING. */
export function writeBare(out: Uint8Array, at: number, type: number): number {
  out[at] = type;
  return at + 1;
}

/** MAX_DATA, MAX_STREAMS, DATA_BLOCKED, STREAMS_BLOCKED. */
export function writeLimit(out: Uint8Array, at: number, type: number, limit: number): number {
  out[at] = type;
  return writeVarint(out, at + 1, limit);
}

/** MAX_STREAM_DATA, STREAM_DATA_BLOCKED. */
export function writeStreamLimit(
  out: Uint8Array,
  at: number,
  type: number,
  stream: number,
  limit: number,
): number {
  out[at] = type;
  return writeVarint(out, writeVarint(out, at + 1, stream), limit);
}

export function writeResetStream(
  out: Uint8Array,
  at: number,
  stream: number,
  code: number,
  finalSize: number,
): number {
  out[at] = FRAME_RESET_STREAM;
  at = writeVarint(out, at + 1, stream);
  return writeVarint(out, writeVarint(out, at, code), finalSize);
}

export function writeStopSending(
  out: Uint8Array,
  at: number,
  stream: number,
  code: number,
): number {
  out[at] = FRAME_STOP_SENDING;
  return writeVarint(out, writeVarint(out, at + 1, stream), code);
}

/** PATH_CHALLENGE, PATH_RESPONSE. */
export function writePathData(
  out: Uint8Array,
  at: number,
  type: number,
  data: Uint8Array,
): number {
  out[at] = type;
  out.set(data, at + 1);
  return at + 1 + data.length;
}

/** ACK_FREQUENCY (draft-ietf-quic-ack-frequency §4); `delay` in milliseconds. */
export function writeAckFrequency(
  out: Uint8Array,
  at: number,
  sequence: number,
  threshold: number,
  delay: number,
  reordering: number,
): number {
  at = writeVarint(out, at, FRAME_ACK_FREQUENCY);
  at = writeVarint(out, writeVarint(out, at, sequence), threshold);
  return writeVarint(out, writeVarint(out, at, Math.round(delay * 1000)), reordering);
}

/** CONNECTION_CLOSE: of the transport when `cause` is given, else of the application. */
export function writeClose(
  out: Uint8Array,
  at: number,
  code: number,
  cause: number | undefined,
  reason: Uint8Array,
): number {
  out[at] = cause === undefined ? FRAME_APPLICATION_CLOSE : FRAME_CONNECTION_CLOSE;
  at = writeVarint(out, at + 1, code);
  if (cause !== undefined) at = writeVarint(out, at, cause);
  at = writeVarint(out, at, reason.length);
  out.set(reason, at);
  return at + reason.length;
}

/** The bytes before the data of a STREAM frame; `length` undefined where the data runs to the packet's end. */
export function streamHeaderSize(
  stream: number,
  offset: number,
  length: number | undefined,
): number {
  return 1 + varintSize(stream) + (offset === 0 ? 0 : varintSize(offset)) +
    (length === undefined ? 0 : varintSize(length));
}

/** The bytes before the data of a STREAM frame, as `streamHeaderSize` counts them. */
export function writeStreamHeader(
  out: Uint8Array,
  at: number,
  stream: number,
  offset: number,
  length: number | undefined,
  fin: boolean,
): number {
  out[at] = FRAME_STREAM | (fin ? STREAM_FIN : 0) | (length === undefined ? 0 : STREAM_LENGTH) |
    (offset === 0 ? 0 : STREAM_OFFSET);
  at = writeVarint(out, at + 1, stream);
  if (offset !== 0) at = writeVarint(out, at, offset);
  return length === undefined ? at : writeVarint(out, at, length);
}

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
