/** PADDING (RFC 9000 §19.1): makes a packet longer. All that stand together are read as one. */
import type { FrameType } from "./frame-type.ts";

export const FRAME_PADDING = 0x00;

export const padding: FrameType = {
  name: "PADDING",
  type: FRAME_PADDING,
  onLoss: "nothing",
  read(frame) {
    const { bytes } = frame;
    let { at } = frame;
    while (at < bytes.length && bytes[at] === FRAME_PADDING) at++;
    frame.at = at;
  },
};

/** Fills `out` from `at` up to `end`. */
export function writePadding(out: Uint8Array, at: number, end: number): number {
  out.fill(FRAME_PADDING, at, end);
  return end;
}
