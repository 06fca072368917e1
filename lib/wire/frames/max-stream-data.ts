/** MAX_STREAM_DATA (RFC 9000 §19.10): credit for one stream. */
import { writeStreamLimit } from "./fields.ts";
import type { FrameType } from "./frame-type.ts";

export const FRAME_MAX_STREAM_DATA = 0x11;

export const maxStreamData: FrameType = {
  name: "MAX_STREAM_DATA",
  type: FRAME_MAX_STREAM_DATA,
  onLoss: "current",
  read(frame) {
    frame.stream = frame.varint();
    frame.limit = frame.varint();
  },
};

/** Writes it at `at` of `out`; the offset after it. */
export function writeMaxStreamData(
  out: Uint8Array,
  at: number,
  stream: number,
  limit: number,
): number {
  return writeStreamLimit(out, at, FRAME_MAX_STREAM_DATA, stream, limit);
}
