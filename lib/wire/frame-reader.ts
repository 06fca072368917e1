/**
 * Reads the frames of one decrypted packet (RFC 9000 §19), strictly: what is truncated, too large, not in its shortest
 * form (the type) or unknown is a TransportError with FRAME_ENCODING_ERROR.
 */
import { FrameCursor } from "./frames/frame-cursor.ts";
import type { FrameType } from "./frames/frame-type.ts";
import { FRAMES, isStreamFrame, readStream } from "./frames.ts";
import { encodingError } from "./transport-error.ts";

/** A type from here on takes two bytes. */
const TWO_BYTE_TYPES = 0x40;

/** The types by their numbers. */
const BY_TYPE: (FrameType | undefined)[] = [];
for (const frame of FRAMES) BY_TYPE[frame.type] = frame;

/** The frames of a packet, one after the other. */
export class FrameReader extends FrameCursor {
  /** Reads one frame into the fields; false at the end of the packet. */
  next(): boolean {
    const { bytes, at } = this;
    if (at >= bytes.length) return false;
    const first = bytes[at]!;
    if (isStreamFrame(first)) {
      this.at = at + 1;
      readStream(this, first);
      return true;
    }
    const type = first < TWO_BYTE_TYPES ? first : this.#longType();
    if (first < TWO_BYTE_TYPES) this.at = at + 1;
    const known = BY_TYPE[type];
    if (known === undefined) throw encodingError(type, "frame.unknown-type", { type });
    this.type = type;
    known.read?.(this);
    return true;
  }

  #longType(): number {
    const start = this.at;
    const type = this.varint();
    if (this.at - start !== 2 || type < TWO_BYTE_TYPES) {
      throw encodingError(0, "frame.unknown-type", { type });
    }
    return type;
  }
}
