/** What goes in and out of a Transport besides frames: options, limits, events, statistics. */

import type { Role } from "../wire/role.ts";
import type { Credit } from "./receive-window.ts";

export type { Role };

/** Bounds and times a program may set for a connection. All optional; times in milliseconds. */
export interface TransportLimits {
  /** The most bytes of one stream, and of all, that wait to be read; windows grow up to this. */
  maxStreamWindow?: number;
  maxConnectionWindow?: number;
  /** The most bytes of one stream that wait to be sent or acknowledged. */
  maxSendBuffer?: number;
  /** How many streams of the peer may be open at once. */
  maxStreams?: number;
  /** Without a word from the peer for this long the connection is lost, although nothing is owed. */
  idleTimeout?: number;
  /** The peer is given up when it owes an acknowledgement for this long. */
  answerTimeout?: number;
  /** A PING is sent after this long without any packet; 0: never. */
  keepalive?: number;
}

export interface TransportOptions {
  role: Role;
  now: number;
  /** Bytes that packet header and authentication tag add to the frames; UDP and IP are not counted. */
  overhead: number;
  /**
   * Datagram size (UDP payload) to start with, the most that path MTU discovery tries where round trips are short, and
   * the most everywhere else (`maxMtu` unless set).
   */
  initialMtu?: number;
  maxMtu?: number;
  farMtu?: number;
  /** Bytes that the receive buffer of the peer's socket holds (SO_RCVBUF as Linux counts), where it has said so. */
  peerBuffer?: number | undefined;
  limits?: TransportLimits;
  /** Where the credit for all streams together grows from; unbounded unless set. */
  credit?: Credit;
  /** Random bytes, as many as asked for: decides which packet numbers are left out. Without it none are. */
  random?: (length: number) => Uint8Array;
}

/** What the transport has to tell; poll `event()` until undefined. */
export type TransportEvent =
  | { type: "stream-opened" | "readable" | "writable" | "finished-acked"; stream: number }
  | { type: "stream-reset" | "stream-stopped"; stream: number; code: number }
  /** `openStream` failed before and may work now. */
  | { type: "streams-available" }
  /** The peer has not acknowledged anything for some seconds; it was heard again. */
  | { type: "silent" | "heard" }
  /** The peer asks to validate a path: send what `transmitPath` gives to where its packet came from. */
  | { type: "path-challenged" }
  /** The peer answered the challenge `data`. */
  | { type: "path-response"; data: Uint8Array }
  | {
    type: "closed";
    by: "peer" | "local" | "idle-timeout" | "lost" | "error";
    code: number;
    reason: string;
  };

/** One packet that `transmit` has written. The object is reused by the next call. */
export interface PacketOut {
  packetNumber: number;
  length: number;
}

export interface TransportStats {
  packetsSent: number;
  packetsReceived: number;
  /** Datagram bytes, overhead counted, UDP and IP not. */
  bytesSent: number;
  bytesInFlight: number;
  bytesDelivered: number;
  packetsLost: number;
  bytesLost: number;
  spuriousLosses: number;
  probeTimeouts: number;
  minRtt: number;
  /** Datagram size (UDP payload) in use. */
  mtu: number;
  openStreams: number;
}
