/** STOP_SENDING (RFC 9000 §19.5): the rest of a stream is not wanted. */
import { writeVarint } from "../varint.ts";
import type { FrameType } from "./frame-type.ts";

export const FRAME_STOP_SENDING = 0x05;

export const stopSending: FrameType = {
  name: "STOP_SENDING",
  type: FRAME_STOP_SENDING,
  onLoss: "again",
  read(frame) {
    frame.stream = frame.varint();
    frame.code = frame.varint();
  },
};

/** Writes it at `at` of `out`; the offset after it. */
export function writeStopSending(
  out: Uint8Array,
  at: number,
  stream: number,
  code: number,
): number {
  out[at] = FRAME_STOP_SENDING;
  return writeVarint(out, writeVarint(out, at + 1, stream), code);
}
