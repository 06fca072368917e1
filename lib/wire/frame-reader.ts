/**
 * Reads the frames of one decrypted packet (RFC 9000 §19), strictly: what is truncated, too large, not in its shortest
 * form (the type) or unknown is a TransportError with FRAME_ENCODING_ERROR. One reader serves all packets of a
 * connection: the fields of the current frame are overwritten by `next`, so that no object is made per frame.
 */
import {
  ACK_DELAY_UNIT_MS,
  encodingError,
  FRAME_ACK,
  FRAME_ACK_FREQUENCY,
  FRAME_APPLICATION_CLOSE,
  FRAME_CONNECTION_CLOSE,
  FRAME_DATA_BLOCKED,
  FRAME_IMMEDIATE_ACK,
  FRAME_MAX_DATA,
  FRAME_MAX_STREAM_DATA,
  FRAME_MAX_STREAMS,
  FRAME_PADDING,
  FRAME_PATH_CHALLENGE,
  FRAME_PATH_RESPONSE,
  FRAME_PING,
  FRAME_RESET_STREAM,
  FRAME_STOP_SENDING,
  FRAME_STREAM,
  FRAME_STREAM_DATA_BLOCKED,
  FRAME_STREAMS_BLOCKED,
  MAX_ACK_RANGES,
  MAX_REASON_BYTES,
  PATH_DATA_BYTES,
  STREAM_FIN,
  STREAM_LENGTH,
  STREAM_OFFSET,
} from "./frame-types.ts";
import { MAX_VARINT } from "./varint.ts";

const TWO_32 = 2 ** 32;
/** Above this high word an eight-byte integer exceeds 2^53 − 1. */
const MAX_HIGH_WORD = 0x1f_ffff;
const EMPTY = new Uint8Array(0);

/** A cursor over the frames of a packet. Which fields mean something depends on `type`. */
export class FrameReader {
  #bytes: Uint8Array = EMPTY;
  #at = 0;

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

  /** The packet being read. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** Where the next frame begins. */
  get position(): number {
    return this.#at;
  }

  /** Starts over with the frames of `bytes`. */
  reset(bytes: Uint8Array): void {
    this.#bytes = bytes;
    this.#at = 0;
  }

  /** Drops the reference to the packet. */
  release(): void {
    this.#bytes = EMPTY;
    this.#at = 0;
  }

  /** Reads one frame into the fields; false at the end of the packet. */
  next(): boolean {
    const bytes = this.#bytes;
    if (this.#at >= bytes.length) return false;
    const first = bytes[this.#at]!;
    if (first >= FRAME_STREAM && first < FRAME_STREAM + 8) {
      this.#at++;
      this.#stream(first);
      return true;
    }
    let type = first;
    if (first < 0x40) this.#at++;
    else {
      const start = this.#at;
      type = this.#varint();
      if (this.#at - start !== 2 || type < 0x40) throw encodingError("unknown frame type");
    }
    this.type = type;
    this.#fields(type);
    return true;
  }

  #fields(type: number): void {
    switch (type) {
      case FRAME_PADDING:
        return this.#padding();
      case FRAME_PING:
      case FRAME_IMMEDIATE_ACK:
        return;
      case FRAME_ACK:
        return this.#ack();
      case FRAME_RESET_STREAM:
        this.stream = this.#varint();
        this.code = this.#varint();
        this.offset = this.#varint();
        return;
      case FRAME_STOP_SENDING:
        this.stream = this.#varint();
        this.code = this.#varint();
        return;
      case FRAME_MAX_DATA:
      case FRAME_MAX_STREAMS:
      case FRAME_DATA_BLOCKED:
      case FRAME_STREAMS_BLOCKED:
        this.limit = this.#varint();
        return;
      case FRAME_MAX_STREAM_DATA:
      case FRAME_STREAM_DATA_BLOCKED:
        this.stream = this.#varint();
        this.limit = this.#varint();
        return;
      case FRAME_PATH_CHALLENGE:
      case FRAME_PATH_RESPONSE:
        return this.#slice(PATH_DATA_BYTES);
      case FRAME_CONNECTION_CLOSE:
      case FRAME_APPLICATION_CLOSE:
        this.code = this.#varint();
        this.cause = type === FRAME_CONNECTION_CLOSE ? this.#varint() : 0;
        return this.#reason(this.#varint());
      case FRAME_ACK_FREQUENCY:
        this.limit = this.#varint();
        this.threshold = this.#varint();
        this.delay = this.#varint() / 1000;
        this.reordering = this.#varint();
        return;
      default:
        throw encodingError("unknown frame type", type);
    }
  }

  #stream(first: number): void {
    this.type = FRAME_STREAM;
    this.stream = this.#varint();
    this.offset = (first & STREAM_OFFSET) !== 0 ? this.#varint() : 0;
    this.fin = (first & STREAM_FIN) !== 0;
    this.#slice((first & STREAM_LENGTH) !== 0 ? this.#varint() : this.#bytes.length - this.#at);
    if (this.offset + (this.end - this.start) > MAX_VARINT) {
      throw encodingError("stream too long", FRAME_STREAM);
    }
  }

  /** RFC 9000 §19.3.1: the ranges descend, with at least one packet number between any two. */
  #ack(): void {
    this.largest = this.#varint();
    this.delay = this.#varint() * ACK_DELAY_UNIT_MS;
    const more = this.#varint();
    if (more >= MAX_ACK_RANGES) throw encodingError("too many ack ranges", FRAME_ACK);
    let low = this.largest - this.#varint();
    if (low < 0) throw encodingError("ack range below zero", FRAME_ACK);
    const ranges = this.ranges;
    ranges[0] = low;
    ranges[1] = this.largest;
    for (let i = 1; i <= more; i++) {
      const high = low - this.#varint() - 2;
      low = high - this.#varint();
      if (low < 0) throw encodingError("ack range below zero", FRAME_ACK);
      ranges[2 * i] = low;
      ranges[2 * i + 1] = high;
    }
    this.rangeCount = more + 1;
  }

  #padding(): void {
    const bytes = this.#bytes;
    let at = this.#at;
    while (at < bytes.length && bytes[at] === FRAME_PADDING) at++;
    this.#at = at;
  }

  #reason(length: number): void {
    if (length > MAX_REASON_BYTES) throw encodingError("close reason too long", this.type);
    this.#slice(length);
  }

  #slice(length: number): void {
    if (length > this.#bytes.length - this.#at) throw encodingError("truncated", this.type);
    this.start = this.#at;
    this.end = this.#at += length;
  }

  #varint(): number {
    const bytes = this.#bytes;
    const at = this.#at;
    const left = bytes.length - at;
    if (left < 1) throw encodingError("truncated", this.type);
    const first = bytes[at]!;
    if (first < 0x40) {
      this.#at = at + 1;
      return first;
    }
    if (first < 0x80) {
      if (left < 2) throw encodingError("truncated", this.type);
      this.#at = at + 2;
      return (first & 0x3f) << 8 | bytes[at + 1]!;
    }
    if (first < 0xc0) {
      if (left < 4) throw encodingError("truncated", this.type);
      this.#at = at + 4;
      return (first & 0x3f) << 24 | bytes[at + 1]! << 16 | bytes[at + 2]! << 8 | bytes[at + 3]!;
    }
    if (left < 8) throw encodingError("truncated", this.type);
    this.#at = at + 8;
    const high = (first & 0x3f) << 24 | bytes[at + 1]! << 16 | bytes[at + 2]! << 8 |
      bytes[at + 3]!;
    if (high > MAX_HIGH_WORD) throw encodingError("number too large", this.type);
    const low = bytes[at + 4]! << 24 | bytes[at + 5]! << 16 | bytes[at + 6]! << 8 | bytes[at + 7]!;
    return high * TWO_32 + (low >>> 0);
  }
}
