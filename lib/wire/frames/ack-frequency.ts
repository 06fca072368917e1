/** ACK_FREQUENCY (draft-ietf-quic-ack-frequency §4): how often, and how soon, to acknowledge. */
import { writeVarint } from "../varint.ts";
import type { FrameType } from "./frame-type.ts";

export const FRAME_ACK_FREQUENCY = 0xaf;

export const ackFrequency: FrameType = {
  name: "ACK_FREQUENCY",
  type: FRAME_ACK_FREQUENCY,
  onLoss: "current",
  read(frame) {
    frame.limit = frame.varint();
    frame.threshold = frame.varint();
    frame.delay = frame.varint() / 1000;
    frame.reordering = frame.varint();
  },
};

/** Writes it at `at` of `out`; `delay` in milliseconds. */
export function writeAckFrequency(
  out: Uint8Array,
  at: number,
  sequence: number,
  threshold: number,
  delay: number,
  reordering: number,
): number {
  at = writeVarint(out, at, FRAME_ACK_FREQUENCY);
  at = writeVarint(out, writeVarint(out, at, sequence), threshold);
  return writeVarint(out, writeVarint(out, at, Math.round(delay * 1000)), reordering);
}
