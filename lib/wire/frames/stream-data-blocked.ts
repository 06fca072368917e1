/** STREAM_DATA_BLOCKED (RFC 9000 §19.13): the credit of one stream holds data back. */
import { writeStreamLimit } from "./fields.ts";
import type { FrameType } from "./frame-type.ts";

export const FRAME_STREAM_DATA_BLOCKED = 0x15;

export const streamDataBlocked: FrameType = {
  name: "STREAM_DATA_BLOCKED",
  type: FRAME_STREAM_DATA_BLOCKED,
  onLoss: "again",
  read(frame) {
    frame.stream = frame.varint();
    frame.limit = frame.varint();
  },
};

/** Writes it at `at` of `out`; the offset after it. */
export function writeStreamDataBlocked(
  out: Uint8Array,
  at: number,
  stream: number,
  limit: number,
): number {
  return writeStreamLimit(out, at, FRAME_STREAM_DATA_BLOCKED, stream, limit);
}
