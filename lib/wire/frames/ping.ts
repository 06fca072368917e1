/** PING (RFC 9000 §19.2): asks for an acknowledgement. */
import { writeBare } from "./fields.ts";
import type { FrameType } from "./frame-type.ts";

const FRAME_PING = 0x01;

export const ping: FrameType = {
  name: "PING",
  type: FRAME_PING,
  onLoss: "nothing",
};

/** Writes it at `at` of `out`; the offset after it. */
export function writePing(out: Uint8Array, at: number): number {
  return writeBare(out, at, FRAME_PING);
}
