/** RESET_STREAM (RFC 9000 §19.4): the rest of a stream will not come. */
import { writeVarint } from "../varint.ts";
import type { FrameType } from "./frame-type.ts";

export const FRAME_RESET_STREAM = 0x04;

export const resetStream: FrameType = {
  name: "RESET_STREAM",
  type: FRAME_RESET_STREAM,
  onLoss: "again",
  read(frame) {
    frame.stream = frame.varint();
    frame.code = frame.varint();
    frame.offset = frame.varint();
  },
};

/** Writes it at `at` of `out`; the offset after it. */
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
