/** PATH_RESPONSE (RFC 9000 §19.18): the data of a challenge. Sent once for each (§13.3). */
import { PATH_DATA_BYTES, writePathData } from "./fields.ts";
import type { FrameType } from "./frame-type.ts";

export const FRAME_PATH_RESPONSE = 0x1b;

export const pathResponse: FrameType = {
  name: "PATH_RESPONSE",
  type: FRAME_PATH_RESPONSE,
  onLoss: "nothing",
  read: (frame) => frame.slice(PATH_DATA_BYTES),
};

/** Writes it at `at` of `out`; the offset after it. */
export function writePathResponse(out: Uint8Array, at: number, data: Uint8Array): number {
  return writePathData(out, at, FRAME_PATH_RESPONSE, data);
}
