/** What a connection allows and tries unless told otherwise. */
import type { TransportLimits } from "./types.ts";

/** Ours: what a connection allows unless told otherwise. */
export const DEFAULT_TRANSPORT_LIMITS: Required<TransportLimits> = {
  maxStreamWindow: 16 * 1024 * 1024,
  maxConnectionWindow: 24 * 1024 * 1024,
  maxSendBuffer: 16 * 1024 * 1024,
  maxStreams: 128,
  idleTimeout: 60_000,
  answerTimeout: 20_000,
  keepalive: 15_000,
};

/** The largest datagram that Ethernet carries under IPv6 (1500 − 40 − 8). */
export const ETHERNET_DATAGRAM = 1452;
