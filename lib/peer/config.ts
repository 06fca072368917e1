/** What can be tuned about an endpoint, and what it needs from the application. */
import type { Hello } from "../session/hello.ts";
import type { DhKeyPair, Random } from "../session/noise/suite.ts";
import { KEY_LIMITS, type KeyLimits } from "../session/protection.ts";
import type { Rate } from "../session/rate.ts";
import type { TicketStore } from "../session/ticket.ts";
import { type AeadMaker, sm4Gcm } from "../session/traffic-keys.ts";
import type { TransportLimits } from "../transport/types.ts";
import { ETHERNET_DATAGRAM } from "../transport/limits.ts";
import { type Address, isLoopback } from "./address.ts";
import { CONNECTION_LIMITS, type ConnectionLimits } from "./connection-limits.ts";

/** Numbers of ours, none of them fixed by the protocol. */
export interface EndpointConfig {
  /** Whether strangers' initiations are answered. Those of addresses we are connecting to always are. */
  readonly accept: boolean;
  /** `connect` gives up after this long without an answer. */
  readonly handshakeTimeoutMs: number;
  /** A peer that has answered, but is too busy to go on, is given this long. */
  readonly busyTimeoutMs: number;
  /** When a handshake message is sent for the second time; each further wait is longer by half, up to a limit. */
  readonly handshakeRetryMs: number;
  readonly handshakeRetryMaxMs: number;
  /** A response that nobody completes is forgotten after this long; so is, by who has it, one that nobody confirms. */
  readonly pendingTimeoutMs: number;
  /** Responses waiting for completion: in all, from one source, and from one address and port. */
  readonly maxPending: number;
  readonly maxPendingPerSource: number;
  readonly maxPendingPerAddress: number;
  /** Handshakes begun for sources that have shown no cookie; beyond this a cookie is asked for. */
  readonly openRate: Rate;
  /** The same for one source. */
  readonly openRatePerSource: Rate;
  /** Handshakes begun for sources with a good cookie; beyond this they are dropped. */
  readonly cookieRate: Rate;
  /** The same for one source. */
  readonly cookieRatePerSource: Rate;
  /** Sources whose rates are remembered one by one. */
  readonly maxRatedSources: number;
  /** Ask every source for a cookie. */
  readonly alwaysCookie: boolean;
  /**
   * The largest datagram to try on the path to an address (path MTU discovery finds what passes): on a short one, such
   * as a LAN, and on any other.
   */
  readonly maxDatagram: (address: Address) => number;
  readonly farDatagram: (address: Address) => number;
  /** How many connections there may be, and what they may cost. */
  readonly connectionLimits: ConnectionLimits;
  /** The application's close code for a connection that has to make room. */
  readonly shedCode: number;
  /** Windows, idle timeout, keepalive: see lib/transport. */
  readonly transportLimits: TransportLimits;
  readonly keyLimits: KeyLimits;
  readonly makeAead: AeadMaker;
}

/** What a loopback interface (MTU 65536) carries, with room to spare; larger datagrams cost less each byte. */
const LOOPBACK_DATAGRAM = 65_000;
/** The same where something between makes round trips long: sockets hold only a few of the largest. */
const FAR_LOOPBACK_DATAGRAM = 16_000;
/**
 * What Ethernet with jumbo frames (MTU 9000) carries under IPv6. A system that cannot be told not to sends fragments where
 * there are none, which a LAN carries as well; a LAN that loses them is found out (lib/transport/mtu.ts).
 */
const JUMBO_DATAGRAM = 8_952;

/** The defaults. */
export const DEFAULT_CONFIG: EndpointConfig = {
  accept: true,
  handshakeTimeoutMs: 8_000,
  busyTimeoutMs: 30_000,
  handshakeRetryMs: 400,
  handshakeRetryMaxMs: 1_000,
  pendingTimeoutMs: 16_000,
  maxPending: 1024,
  maxPendingPerSource: 128,
  maxPendingPerAddress: 8,
  openRate: { burst: 32, perSecond: 10 },
  openRatePerSource: { burst: 16, perSecond: 5 },
  cookieRate: { burst: 128, perSecond: 30 },
  cookieRatePerSource: { burst: 128, perSecond: 20 },
  maxRatedSources: 1024,
  alwaysCookie: false,
  maxDatagram: (address) => isLoopback(address) ? LOOPBACK_DATAGRAM : JUMBO_DATAGRAM,
  farDatagram: (address) => isLoopback(address) ? FAR_LOOPBACK_DATAGRAM : ETHERNET_DATAGRAM,
  connectionLimits: CONNECTION_LIMITS,
  shedCode: 0,
  transportLimits: {},
  keyLimits: KEY_LIMITS,
  makeAead: sm4Gcm,
};

/** How long to wait after a wait of `last` milliseconds without an answer. */
export function nextWait(last: number, config: EndpointConfig): number {
  return Math.min(last * 1.5, config.handshakeRetryMaxMs);
}

/** The newest timestamp of a completed initiation for each peer; the application may keep it over restarts. */
export interface TimestampMemory {
  last(remoteKey: Uint8Array): number | undefined;
  record(remoteKey: Uint8Array, timestamp: number): void;
}

/** What an endpoint is made from. */
export interface EndpointOptions {
  readonly identity: DhKeyPair;
  readonly random: Random;
  readonly hello: Hello;
  /** Milliseconds of a monotonic clock, now. */
  readonly now: number;
  /** Milliseconds since 1970, at the same moment. */
  readonly time: number;
  readonly config?: Partial<EndpointConfig> | undefined;
  readonly tickets?: TicketStore | undefined;
  readonly timestamps?: TimestampMemory | undefined;
}
