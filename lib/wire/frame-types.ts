/**
 * Frame types and error codes of the data packets. Numbers and meanings are those of RFC 9000 §19 and §20.1 where a
 * frame exists there; ACK_FREQUENCY and IMMEDIATE_ACK are those of draft-ietf-quic-ack-frequency. Frames of QUIC that
 * have no use here (CRYPTO, NEW_TOKEN, connection ids, ECN counts, unidirectional streams) are errors on receipt.
 */
import { RemoteProtocolError } from "../errors.ts";

export const FRAME_PADDING = 0x00;
export const FRAME_PING = 0x01;
export const FRAME_ACK = 0x02;
export const FRAME_RESET_STREAM = 0x04;
export const FRAME_STOP_SENDING = 0x05;
/** 0x08 to 0x0f; the low bits are the three below. */
export const FRAME_STREAM = 0x08;
export const STREAM_FIN = 0x01;
export const STREAM_LENGTH = 0x02;
export const STREAM_OFFSET = 0x04;
export const FRAME_MAX_DATA = 0x10;
export const FRAME_MAX_STREAM_DATA = 0x11;
export const FRAME_MAX_STREAMS = 0x12;
export const FRAME_DATA_BLOCKED = 0x14;
export const FRAME_STREAM_DATA_BLOCKED = 0x15;
export const FRAME_STREAMS_BLOCKED = 0x16;
export const FRAME_PATH_CHALLENGE = 0x1a;
export const FRAME_PATH_RESPONSE = 0x1b;
/** CONNECTION_CLOSE of the transport: a code of `TransportCode` and the frame type that caused it. */
export const FRAME_CONNECTION_CLOSE = 0x1c;
/** CONNECTION_CLOSE of the application: a code of the application's own. */
export const FRAME_APPLICATION_CLOSE = 0x1d;
export const FRAME_IMMEDIATE_ACK = 0x1f;
export const FRAME_ACK_FREQUENCY = 0xaf;

/** Bytes of the data in PATH_CHALLENGE and PATH_RESPONSE (RFC 9000 §19.17). */
export const PATH_DATA_BYTES = 8;

/** ACK delays are sent in units of 2^3 µs (RFC 9000 §18.2, the default ack_delay_exponent), here always. */
export const ACK_DELAY_UNIT_MS = 0.008;

/** An ACK frame holds at most this many ranges; more is a FRAME_ENCODING_ERROR. Ours: bounds what a peer can make us read. */
export const MAX_ACK_RANGES = 256;

/** The longest reason text in a CONNECTION_CLOSE, in UTF-8 bytes. Ours: it fits every packet. */
export const MAX_REASON_BYTES = 512;

/** Error codes of the transport (RFC 9000 §20.1), sent in CONNECTION_CLOSE 0x1c. */
export const TransportCode = {
  none: 0x00,
  internal: 0x01,
  flowControl: 0x03,
  streamLimit: 0x04,
  streamState: 0x05,
  finalSize: 0x06,
  frameEncoding: 0x07,
  protocolViolation: 0x0a,
} as const;

export type TransportCode = typeof TransportCode[keyof typeof TransportCode];

/** A peer's frame that breaks a rule; `transportCode` goes back to it in CONNECTION_CLOSE. */
export class TransportError extends RemoteProtocolError {
  readonly transportCode: TransportCode;
  /** The frame type that caused it, 0 where none did. */
  readonly frameType: number;

  constructor(transportCode: TransportCode, message: string, frameType = 0) {
    super(message);
    this.transportCode = transportCode;
    this.frameType = frameType;
  }
}

/** FRAME_ENCODING_ERROR, for the frame reader. */
export function encodingError(reason: string, frameType = 0): TransportError {
  return new TransportError(TransportCode.frameEncoding, `read frame: ${reason}`, frameType);
}
