/**
 * The frames of data packets: one file for each type in `frames/`, which says its number, how it is read and written, and
 * what its loss means. Numbers and meanings are those of RFC 9000 §19 where a frame exists there; ACK_FREQUENCY and
 * IMMEDIATE_ACK are those of draft-ietf-quic-ack-frequency. Frames of QUIC that have no use here (CRYPTO, NEW_TOKEN,
 * connection ids, ECN counts, unidirectional streams) are errors on receipt.
 */
import { padding } from "./frames/padding.ts";
import { ping } from "./frames/ping.ts";
import { ack } from "./frames/ack.ts";
import { resetStream } from "./frames/reset-stream.ts";
import { stopSending } from "./frames/stop-sending.ts";
import { stream } from "./frames/stream.ts";
import { maxData } from "./frames/max-data.ts";
import { maxStreamData } from "./frames/max-stream-data.ts";
import { maxStreams } from "./frames/max-streams.ts";
import { dataBlocked } from "./frames/data-blocked.ts";
import { streamDataBlocked } from "./frames/stream-data-blocked.ts";
import { streamsBlocked } from "./frames/streams-blocked.ts";
import { pathChallenge } from "./frames/path-challenge.ts";
import { pathResponse } from "./frames/path-response.ts";
import { applicationClose, connectionClose } from "./frames/connection-close.ts";
import { immediateAck } from "./frames/immediate-ack.ts";
import { ackFrequency } from "./frames/ack-frequency.ts";
import { FRAME_RESET_STREAM } from "./frames/reset-stream.ts";
import { FRAME_STOP_SENDING } from "./frames/stop-sending.ts";
import { isStreamFrame } from "./frames/stream.ts";
import { FRAME_MAX_STREAM_DATA } from "./frames/max-stream-data.ts";
import { FRAME_STREAM_DATA_BLOCKED } from "./frames/stream-data-blocked.ts";
import type { FrameType } from "./frames/frame-type.ts";

export * from "./frames/fields.ts";
export * from "./frames/padding.ts";
export * from "./frames/ping.ts";
export * from "./frames/ack.ts";
export * from "./frames/reset-stream.ts";
export * from "./frames/stop-sending.ts";
export * from "./frames/stream.ts";
export * from "./frames/max-data.ts";
export * from "./frames/max-stream-data.ts";
export * from "./frames/max-streams.ts";
export * from "./frames/data-blocked.ts";
export * from "./frames/stream-data-blocked.ts";
export * from "./frames/streams-blocked.ts";
export * from "./frames/path-challenge.ts";
export * from "./frames/path-response.ts";
export * from "./frames/connection-close.ts";
export * from "./frames/immediate-ack.ts";
export * from "./frames/ack-frequency.ts";

/** All types of frames. */
export const FRAMES: readonly FrameType[] = [
  padding,
  ping,
  ack,
  resetStream,
  stopSending,
  stream,
  maxData,
  maxStreamData,
  maxStreams,
  dataBlocked,
  streamDataBlocked,
  streamsBlocked,
  pathChallenge,
  pathResponse,
  connectionClose,
  applicationClose,
  immediateAck,
  ackFrequency,
];

/** Whether a frame of this type is about one stream. */
export function isAboutStream(type: number): boolean {
  return isStreamFrame(type) || type === FRAME_MAX_STREAM_DATA || type === FRAME_RESET_STREAM ||
    type === FRAME_STOP_SENDING || type === FRAME_STREAM_DATA_BLOCKED;
}
