/** English: frames, packets, streams and the connection they make. */
import type { Wording } from "../text.ts";
import { counted } from "./counted.ts";

export const transport = {
  "frame.ack-below-zero": "read frame: an acknowledgement reaches below packet 0",
  "frame.ack-delay": "read frame: a delay of acknowledgements that is too short",
  "frame.ack-ranges": ({ ranges, limit }: { ranges: number; limit: number }) =>
    `read frame: ${counted(ranges, "range")} in an acknowledgement, allowed: ${limit}`,
  "frame.number-too-large": "read frame: a number is too large",
  "frame.overrun": ({ end, limit }: { end: number; limit: number }) =>
    `write frame: ends at byte ${end} of a packet of ${limit}`,
  "frame.reason-too-long": (
    { bytes, limit }: { bytes: number; limit: number },
    { size }: Wording,
  ) => `read frame: a reason of ${size(bytes)}, at most ${size(limit)} are allowed`,
  "frame.second-ack": "read frame: more than one acknowledgement in a packet",
  "frame.stream-too-long": "read frame: the stream is too long",
  "frame.truncated": "read frame: cut off",
  "frame.unknown-type": ({ type }: { type: number }) => `read frame: unknown type ${type}`,
  "packet.message-too-long": (
    { bytes, limit }: { bytes: number; limit: number },
    { size }: Wording,
  ) => `write handshake: a message of ${size(bytes)}, at most ${size(limit)} fit`,
  "packet.never-sent": "read acknowledgement: of a packet that was never sent",
  "packet.unknown-kind": ({ kind }: { kind: number }) =>
    `read datagram: unknown kind of handshake ${kind}`,
  "packet.unknown-type": ({ type }: { type: number }) => `read datagram: unknown type ${type}`,
  "packet.unknown-version": ({ version }: { version: number }) =>
    `read datagram: unknown version ${version}`,
  "stream.beyond-end": ({ offset }: { offset: number }) =>
    `receive stream: data up to byte ${offset}, beyond its end`,
  "stream.end-changed": ({ was, now }: { was: number; now: number }) =>
    `receive stream: its end moved from byte ${was} to ${now}`,
  "stream.finished": ({ stream }: { stream: number }) =>
    `write stream ${stream}: it was finished before`,
  "stream.never-opened": ({ stream }: { stream: number }) =>
    `receive frame: stream ${stream} was never opened`,
  "stream.no-more": ({ limit }: { limit: number }) =>
    `open stream: the peer allows no more than ${limit} now`,
  "stream.over-credit": ({ offset, limit }: { offset: number; limit: number }) =>
    `receive stream: data up to byte ${offset}, allowed: ${limit}`,
  "stream.ring-range": ({ length, capacity }: { length: number; capacity: number }) =>
    `move stream bytes: no room for ${length} in a buffer of ${capacity}`,
  "stream.too-many": ({ limit }: { limit: number }) =>
    `receive frame: more streams than the ${limit} that are allowed`,
  "stream.too-many-gaps": ({ limit }: { limit: number }) =>
    `receive stream: more than ${counted(limit, "gap")}`,
  "stream.unknown": ({ stream }: { stream: number }) => `use stream ${stream}: no such stream`,
  "stream.urgency": ({ urgency, highest }: { urgency: number; highest: number }) =>
    `set priority: ${urgency} is not 0 to ${highest}`,
  "transport.closed": "use connection: it is closed",
  "transport.over-credit": ({ bytes, limit }: { bytes: number; limit: number }) =>
    `receive data: ${counted(bytes, "byte")} in all, allowed: ${limit}`,
} as const;
