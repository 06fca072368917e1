/**
 * STREAMS_BLOCKED (RFC 9000 §19.14): a stream could not be opened. Nothing hangs on it: MAX_STREAMS comes without it too.
 */
import { writeLimit } from "./fields.ts";
import type { FrameType } from "./frame-type.ts";

export const FRAME_STREAMS_BLOCKED = 0x16;

export const streamsBlocked: FrameType = {
  name: "STREAMS_BLOCKED",
  type: FRAME_STREAMS_BLOCKED,
  onLoss: "nothing",
  read(frame) {
    frame.limit = frame.varint();
  },
};

/** Writes it at `at` of `out`; the offset after it. */
export function writeStreamsBlocked(out: Uint8Array, at: number, limit: number): number {
  return writeLimit(out, at, FRAME_STREAMS_BLOCKED, limit);
}
