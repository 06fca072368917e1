/**
 * The initiator before it has an answer: builds the initiation, sends it again with growing waits, adds a cookie when
 * asked to, and turns to XX when a shorter handshake stays unanswered.
 */
import { type Bytes, equalConstantTime } from "../bytes.ts";
import { mac1Of, mac2Of } from "../session/mac.ts";
import {
  type HandshakeContext,
  type InitiationKind,
  Initiator,
  type InitiatorOutcome,
} from "../session/handshake.ts";
import { isReadFailure } from "../session/noise/handshake-state.ts";
import type { Ticket } from "../session/ticket.ts";
import {
  type CookieReply,
  encodeInitiation,
  INITIATION_BYTES,
  INITIATION_MAC1_OFFSET,
  initiationHeader,
  mac1Parts,
  MAC_BYTES,
  PROTOCOL_VERSION,
  type Response,
  type VersionReply,
} from "../wire/packet.ts";
import { type Address, addressKey } from "./address.ts";
import { type EndpointConfig, nextWait } from "./config.ts";

/** A known peer that does not answer so many tries may have another key or an older clock: then XX. */
const TRIES_BEFORE_XX = 3;
/** Cookies taken in one handshake; a responder gives one, and more when what brings them is lost. */
const MAX_COOKIES = 16;
/** An initiation goes out so often with a cookie; then without it again, in case it has become worthless. */
const SENDS_PER_COOKIE = 2;
/** Responses that did not authenticate, after which no more are tried: each costs SM2 operations. */
const MAX_BAD_RESPONSES = 16;

const NO_COOKIE = new Uint8Array(MAC_BYTES);

/** The time of day for a moment of the monotonic clock, in milliseconds since 1970, never twice the same. */
export type Stamp = (now: number) => number;

/** What the application knows of the peer. */
export interface PeerKnowledge {
  /** The static key that it must prove. */
  readonly remoteKey?: Uint8Array | undefined;
  /** A ticket of an earlier session with it. */
  readonly ticket?: Ticket | undefined;
}

/** One handshake that we began. */
export class OutgoingHandshake {
  readonly to: Address;
  readonly addressKey: string;
  readonly localIndex: number;
  /** The ticket it began with. */
  readonly ticket: Ticket | undefined;
  readonly #context: HandshakeContext;
  readonly #config: EndpointConfig;
  readonly #knowledge: PeerKnowledge;
  readonly #stamp: Stamp;
  readonly #busyUntil: number;
  #givesUpAt: number;
  #initiator: Initiator;
  #datagram: Bytes;
  #nextAt: number;
  #wait: number;
  #tries = 0;
  #cookies = 0;
  #cookieSends = 0;
  #badResponses = 0;
  /** Whether the network said that nothing listens there. */
  refused = false;

  constructor(
    context: HandshakeContext,
    config: EndpointConfig,
    to: Address,
    localIndex: number,
    knowledge: PeerKnowledge,
    now: number,
    stamp: Stamp,
  ) {
    this.#context = context;
    this.#config = config;
    this.to = to;
    this.addressKey = addressKey(to);
    this.localIndex = localIndex;
    this.#knowledge = knowledge;
    this.#stamp = stamp;
    this.#nextAt = now;
    this.#wait = config.handshakeRetryMs;
    this.#givesUpAt = now + config.handshakeTimeoutMs;
    this.#busyUntil = now + Math.max(config.busyTimeoutMs, config.handshakeTimeoutMs);
    this.ticket = knowledge.ticket;
    const kind = knowledge.ticket !== undefined
      ? "resume"
      : knowledge.remoteKey !== undefined
      ? "IK"
      : "XX";
    [this.#initiator, this.#datagram] = this.#begin(kind, now);
  }

  #begin(kind: InitiationKind, now: number): [Initiator, Bytes] {
    const header = initiationHeader(kind, this.localIndex);
    const initiator = new Initiator(
      this.#context,
      kind,
      header,
      this.#stamp(now),
      this.#knowledge,
    );
    const datagram = encodeInitiation(header, initiator.body);
    const { covered, mac1 } = mac1Parts(datagram);
    mac1.set(mac1Of(covered));
    return [initiator, datagram];
  }

  /** mac1 of the initiation: names it, and decides in a simultaneous open. */
  get mac1(): Uint8Array {
    return mac1Parts(this.#datagram).mac1;
  }

  /** The static key that the peer must prove, if one is known. */
  get expectedKey(): Uint8Array | undefined {
    return this.#knowledge.remoteKey ?? this.#knowledge.ticket?.remoteKey;
  }

  /** Which handshake is being tried. */
  get kind(): InitiationKind {
    return this.#initiator.kind;
  }

  /** When it wants to transmit or be given up. */
  get deadline(): number {
    return Math.min(this.#nextAt, this.#givesUpAt);
  }

  /** Waits with the first initiation: the peer's own is being answered just now. */
  hold(until: number): void {
    this.#nextAt = until;
  }

  /** Whether it is time to give up. */
  expired(now: number): boolean {
    return now >= this.#givesUpAt;
  }

  /** The initiation, when it is due (again). */
  transmit(now: number): Bytes | undefined {
    if (now < this.#nextAt || this.expired(now)) return undefined;
    if (this.#tries === TRIES_BEFORE_XX && this.kind !== "XX") this.#turnToXX(now);
    this.#tries++;
    if (this.#cookieSends-- === 0) this.#setMac2(NO_COOKIE);
    const jitter = this.#context.random(1)[0]! / 256;
    this.#nextAt = now + this.#wait * (1 + jitter / 8);
    this.#wait = nextWait(this.#wait, this.#config);
    return this.#datagram;
  }

  #turnToXX(now: number): void {
    this.#initiator.wipe();
    this.#cookieSends = 0;
    [this.#initiator, this.#datagram] = this.#begin("XX", now);
  }

  /** An authentic response's outcome; undefined when it is to be ignored. */
  response(response: Response, now: number): InitiatorOutcome | undefined {
    if (this.#badResponses >= MAX_BAD_RESPONSES) return undefined;
    try {
      return this.#initiator.response(response.kind, response.body, this.#stamp(now));
    } catch (error) {
      if (!isReadFailure(error)) throw error;
      this.#badResponses++;
      return undefined;
    }
  }

  /** Takes a cookie: the peer is there and busy; the initiation goes out once more, at once. */
  cookie(reply: CookieReply, now: number): void {
    if (!equalConstantTime(reply.echo, this.mac1)) return;
    this.#givesUpAt = Math.max(
      this.#givesUpAt,
      Math.min(now + this.#config.handshakeTimeoutMs, this.#busyUntil),
    );
    if (this.#cookies++ >= MAX_COOKIES) return;
    const covered = this.#datagram.subarray(0, INITIATION_MAC1_OFFSET + MAC_BYTES);
    const mac2 = mac2Of(reply.cookie, covered);
    this.#setMac2(mac2);
    this.#cookieSends = SENDS_PER_COOKIE;
    this.#nextAt = now;
  }

  #setMac2(mac2: Uint8Array): void {
    this.#datagram.set(mac2, INITIATION_BYTES - MAC_BYTES);
  }

  /** Whether a version reply fits. One that lists our own version is nonsense (RFC 9000 §6.2). */
  incompatible(reply: VersionReply): boolean {
    return equalConstantTime(reply.echo, this.mac1) && !reply.versions.includes(PROTOCOL_VERSION);
  }

  wipe(): void {
    this.#initiator.wipe();
  }
}
