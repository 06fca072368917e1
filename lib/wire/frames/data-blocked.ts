/**
 * DATA_BLOCKED (RFC 9000 §19.12): the credit for all streams holds data back. Said once for each limit; credit comes without it too.
 */
import { writeLimit } from "./fields.ts";
import type { FrameType } from "./frame-type.ts";

export const FRAME_DATA_BLOCKED = 0x14;

export const dataBlocked: FrameType = {
  name: "DATA_BLOCKED",
  type: FRAME_DATA_BLOCKED,
  onLoss: "nothing",
  read(frame) {
    frame.limit = frame.varint();
  },
};

/** Writes it at `at` of `out`; the offset after it. */
export function writeDataBlocked(out: Uint8Array, at: number, limit: number): number {
  return writeLimit(out, at, FRAME_DATA_BLOCKED, limit);
}
