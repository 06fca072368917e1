/** Fields that several types of frame share, and the room that frames are held to. */
import { LocalProtocolError } from "../../errors.ts";
import { writeVarint } from "../varint.ts";

/** No frame is longer but ACK, STREAM with its data and CONNECTION_CLOSE: a type of two bytes and four integers. */
export const CONTROL_FRAME_BYTES = 2 + 4 * 8;

/** An ACK frame holds at most this many ranges; more is a FRAME_ENCODING_ERROR. Ours: bounds what a peer can make us read. */
export const MAX_ACK_RANGES = 256;

/** Bytes of the data in PATH_CHALLENGE and PATH_RESPONSE (RFC 9000 §19.17). */
export const PATH_DATA_BYTES = 8;

/**
 * `end`, where a frame ends that was begun at `at`. A frame that leaves the room given to it is a mistake of ours, and
 * ends this connection alone (RFC 9000 §20.1 INTERNAL_ERROR) before a byte of it is sent.
 */
export function inRoom(at: number, end: number, limit: number): number {
  if (!(end >= at && end <= limit)) throw new LocalProtocolError("frame.overrun", { end, limit });
  return end;
}

/** A frame of a type alone: PADDING, PING, IMMEDIATE_ACK. */
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
