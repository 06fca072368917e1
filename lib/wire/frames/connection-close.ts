/**
 * CONNECTION_CLOSE (RFC 9000 §19.19): goodbye, of the transport (0x1c: a code of `TransportCode` and the frame type that
 * caused it) or of the application (0x1d: a code of its own).
 */
import { encodingError } from "../transport-error.ts";
import { writeVarint } from "../varint.ts";
import type { FrameCursor } from "./frame-cursor.ts";
import type { FrameType } from "./frame-type.ts";

export const FRAME_CONNECTION_CLOSE = 0x1c;
export const FRAME_APPLICATION_CLOSE = 0x1d;

/** The longest reason, in UTF-8 bytes. Ours: it fits every packet. */
export const MAX_CLOSE_REASON_BYTES = 512;

function readReason(frame: FrameCursor): void {
  const bytes = frame.varint();
  if (bytes > MAX_CLOSE_REASON_BYTES) {
    throw encodingError(frame.type, "frame.reason-too-long", {
      bytes,
      limit: MAX_CLOSE_REASON_BYTES,
    });
  }
  frame.slice(bytes);
}

/** Said again by a timer, and in answer to what still comes (`lib/transport/closing.ts`). */
export const connectionClose: FrameType = {
  name: "CONNECTION_CLOSE",
  type: FRAME_CONNECTION_CLOSE,
  onLoss: "nothing",
  read(frame) {
    frame.code = frame.varint();
    frame.cause = frame.varint();
    readReason(frame);
  },
};

export const applicationClose: FrameType = {
  name: "APPLICATION_CLOSE",
  type: FRAME_APPLICATION_CLOSE,
  onLoss: "nothing",
  read(frame) {
    frame.code = frame.varint();
    frame.cause = 0;
    readReason(frame);
  },
};

/** CONNECTION_CLOSE: of the transport when `cause` is given, else of the application. */
export function writeClose(
  out: Uint8Array,
  at: number,
  code: number,
  cause: number | undefined,
  reason: Uint8Array,
): number {
  out[at] = cause === undefined ? FRAME_APPLICATION_CLOSE : FRAME_CONNECTION_CLOSE;
  at = writeVarint(out, at + 1, code);
  if (cause !== undefined) at = writeVarint(out, at, cause);
  at = writeVarint(out, at, reason.length);
  out.set(reason, at);
  return at + reason.length;
}
