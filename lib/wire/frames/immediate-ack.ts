/** IMMEDIATE_ACK (draft-ietf-quic-ack-frequency §5): asks for an acknowledgement at once. */
import { writeBare } from "./fields.ts";
import type { FrameType } from "./frame-type.ts";

export const FRAME_IMMEDIATE_ACK = 0x1f;

export const immediateAck: FrameType = {
  name: "IMMEDIATE_ACK",
  type: FRAME_IMMEDIATE_ACK,
  onLoss: "nothing",
};

/** Writes it at `at` of `out`; the offset after it. */
export function writeImmediateAck(out: Uint8Array, at: number): number {
  return writeBare(out, at, FRAME_IMMEDIATE_ACK);
}
