/** MAX_STREAMS (RFC 9000 §19.11): how many streams the other side may open in all. */
import { writeLimit } from "./fields.ts";
import type { FrameType } from "./frame-type.ts";

export const FRAME_MAX_STREAMS = 0x12;

export const maxStreams: FrameType = {
  name: "MAX_STREAMS",
  type: FRAME_MAX_STREAMS,
  onLoss: "current",
  read(frame) {
    frame.limit = frame.varint();
  },
};

/** Writes it at `at` of `out`; the offset after it. */
export function writeMaxStreams(out: Uint8Array, at: number, limit: number): number {
  return writeLimit(out, at, FRAME_MAX_STREAMS, limit);
}
