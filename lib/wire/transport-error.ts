/** A rule that the peer broke, and the code that tells it so in CONNECTION_CLOSE (RFC 9000 §20.1). */
import { RemoteProtocolError } from "../errors.ts";
import type { Code, ParamsArgument, ParamsOf } from "../text/catalogue.ts";

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
export class TransportError<C extends Code = Code> extends RemoteProtocolError<C> {
  readonly transportCode: TransportCode;
  /** The frame type that caused it, 0 where none did. */
  readonly frameType: number;

  constructor(
    transportCode: TransportCode,
    frameType: number,
    code: C,
    ...[params]: ParamsArgument<C>
  ) {
    super(code, (params ?? {}) as ParamsOf<C>);
    this.transportCode = transportCode;
    this.frameType = frameType;
  }
}

/** FRAME_ENCODING_ERROR: the frame of type `frameType` is not what RFC 9000 §19 makes it. */
export function encodingError<C extends Code>(
  frameType: number,
  code: C,
  ...params: ParamsArgument<C>
): TransportError<C> {
  return new TransportError(TransportCode.frameEncoding, frameType, code, ...params);
}
