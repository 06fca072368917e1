/**
 * PATH_CHALLENGE (RFC 9000 §19.17): asks for its data back, from where it arrives. Whoever asks asks again with a timer of its own.
 */
import { PATH_DATA_BYTES, writePathData } from "./fields.ts";
import type { FrameType } from "./frame-type.ts";

export const FRAME_PATH_CHALLENGE = 0x1a;

export const pathChallenge: FrameType = {
  name: "PATH_CHALLENGE",
  type: FRAME_PATH_CHALLENGE,
  onLoss: "nothing",
  read: (frame) => frame.slice(PATH_DATA_BYTES),
};

/** Writes it at `at` of `out`; the offset after it. */
export function writePathChallenge(out: Uint8Array, at: number, data: Uint8Array): number {
  return writePathData(out, at, FRAME_PATH_CHALLENGE, data);
}
