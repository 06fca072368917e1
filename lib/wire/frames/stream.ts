/** STREAM (RFC 9000 §19.8): bytes of a stream at an offset, with or without a length, and perhaps the stream's end. */
import { encodingError } from "../transport-error.ts";
import { MAX_VARINT, varintSize, writeVarint } from "../varint.ts";
import type { FrameCursor } from "./frame-cursor.ts";
import type { FrameType } from "./frame-type.ts";

/** 0x08 to 0x0f; the low bits are the three below. */
export const FRAME_STREAM = 0x08;
export const STREAM_FIN = 0x01;
const STREAM_LENGTH = 0x02;
const STREAM_OFFSET = 0x04;

export const stream: FrameType = { name: "STREAM", type: FRAME_STREAM, onLoss: "bytes" };

/** Whether `type` is one of the eight types of STREAM. */
export function isStreamFrame(type: number): boolean {
  return (type & ~0x07) === FRAME_STREAM;
}

/** Reads a STREAM frame of type `type`, which stands before the cursor. */
export function readStream(frame: FrameCursor, type: number): void {
  frame.type = FRAME_STREAM;
  frame.stream = frame.varint();
  frame.offset = (type & STREAM_OFFSET) !== 0 ? frame.varint() : 0;
  frame.fin = (type & STREAM_FIN) !== 0;
  frame.slice((type & STREAM_LENGTH) !== 0 ? frame.varint() : frame.bytes.length - frame.at);
  if (frame.offset + (frame.end - frame.start) > MAX_VARINT) {
    throw encodingError(FRAME_STREAM, "frame.stream-too-long");
  }
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
