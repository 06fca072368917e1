/** MAX_DATA (RFC 9000 §19.9): credit for all streams together. */
import { writeLimit } from "./fields.ts";
import type { FrameType } from "./frame-type.ts";

export const FRAME_MAX_DATA = 0x10;

export const maxData: FrameType = {
  name: "MAX_DATA",
  type: FRAME_MAX_DATA,
  onLoss: "current",
  read(frame) {
    frame.limit = frame.varint();
  },
};

/** Writes it at `at` of `out`; the offset after it. */
export function writeMaxData(out: Uint8Array, at: number, limit: number): number {
  return writeLimit(out, at, FRAME_MAX_DATA, limit);
}
