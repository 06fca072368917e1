/**
 * A packet that is being read: where the next byte stands, and the fields of the frame read last. One cursor serves all
 * packets of a connection, and its fields are overwritten by each frame, so that no object is made per frame.
 */
import { TWO_32 } from "../varint.ts";
import { encodingError } from "../transport-error.ts";
import { MAX_ACK_RANGES } from "./fields.ts";

/** Above this high word an eight-byte integer exceeds 2^53 − 1. */
const MAX_HIGH_WORD = 0x1f_ffff;
const EMPTY = new Uint8Array(0);

/** Which fields mean something depends on `type`. */
export class FrameCursor {
  /** The packet being read, and where its next byte stands. */
  bytes: Uint8Array = EMPTY;
  at = 0;

  /** Frame type; every STREAM variant is FRAME_STREAM. */
  type = 0;
  /** STREAM, RESET_STREAM, STOP_SENDING, MAX_STREAM_DATA, STREAM_DATA_BLOCKED: the stream. */
  stream = 0;
  /** STREAM: offset of the data in the stream. RESET_STREAM: final size. */
  offset = 0;
  /** STREAM, CONNECTION_CLOSE reason, PATH_*: where the bytes lie in the packet. */
  start = 0;
  end = 0;
  fin = false;
  /** RESET_STREAM, STOP_SENDING, CONNECTION_CLOSE: error code. */
  code = 0;
  /** CONNECTION_CLOSE of the transport: the frame type that caused it. */
  cause = 0;
  /** MAX_*, *_BLOCKED: the limit. ACK_FREQUENCY: its sequence number. */
  limit = 0;
  /** ACK: largest acknowledged packet number. */
  largest = 0;
  /** ACK: delay; ACK_FREQUENCY: requested maximum delay. Milliseconds. */
  delay = 0;
  /** ACK: number of ranges in `ranges`, newest first, as pairs low, high (both inclusive). */
  rangeCount = 0;
  readonly ranges: Float64Array = new Float64Array(2 * MAX_ACK_RANGES);
  /** ACK_FREQUENCY: ack-eliciting packets that may stay unacknowledged, and the reordering threshold. */
  threshold = 0;
  reordering = 0;

  /** Starts over with the frames of `bytes`. */
  reset(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.at = 0;
  }

  /** Drops the reference to the packet. */
  release(): void {
    this.bytes = EMPTY;
    this.at = 0;
  }

  /** Takes `length` bytes as they stand: `start` and `end` say where. */
  slice(length: number): void {
    if (length > this.bytes.length - this.at) throw encodingError(this.type, "frame.truncated");
    this.start = this.at;
    this.end = this.at += length;
  }

  /** A variable-length integer (RFC 9000 §16). */
  varint(): number {
    const bytes = this.bytes;
    const at = this.at;
    const left = bytes.length - at;
    if (left < 1) throw encodingError(this.type, "frame.truncated");
    const first = bytes[at]!;
    if (first < 0x40) {
      this.at = at + 1;
      return first;
    }
    if (first < 0x80) {
      if (left < 2) throw encodingError(this.type, "frame.truncated");
      this.at = at + 2;
      return (first & 0x3f) << 8 | bytes[at + 1]!;
    }
    if (first < 0xc0) {
      if (left < 4) throw encodingError(this.type, "frame.truncated");
      this.at = at + 4;
      return (first & 0x3f) << 24 | bytes[at + 1]! << 16 | bytes[at + 2]! << 8 | bytes[at + 3]!;
    }
    if (left < 8) throw encodingError(this.type, "frame.truncated");
    this.at = at + 8;
    const high = (first & 0x3f) << 24 | bytes[at + 1]! << 16 | bytes[at + 2]! << 8 |
      bytes[at + 3]!;
    if (high > MAX_HIGH_WORD) throw encodingError(this.type, "frame.number-too-large");
    const low = bytes[at + 4]! << 24 | bytes[at + 5]! << 16 | bytes[at + 6]! << 8 | bytes[at + 7]!;
    return high * TWO_32 + (low >>> 0);
  }
}
