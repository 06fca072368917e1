/**
 * The initiator before it has an answer: builds the initiation, sends it again with growing waits, adds a cookie when
 * asked to, turns to XX when a shorter handshake stays unanswered.
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
import { TokenBucket } from "../session/rate.ts";
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
import { type Address, addressKey, isLoopback } from "./address.ts";
import { type EndpointConfig, nextWait } from "./config.ts";

/** A known peer that does not answer so many tries may have another key or an older clock: then XX. */
const TRIES_BEFORE_XX = 3;
/**
 * Cookies that wait to be used, and how far apart they are after the first. A responder gives one; where there are more, all
 * but one are forged, and the right one must get its turn among them.
 */
const MAX_COOKIES = 8;
const COOKIE_SPACING_MS = 25;
/** Responses that are tried: a forged one costs an SM2 operation or two, together a quarter of a processor at most. */
const RESPONSE_RATE = { burst: 1024, perSecond: 1000 };
/** When another key than the expected one has answered, the right one is waited for this long. */
const CHANGED_KEY_MS = 1_500;

/** The time of day for a moment of the monotonic clock, in milliseconds since 1970, never twice the same. */
export type Stamp = (now: number) => number;

/** What somebody says of why there is no answer. */
export type Hint =
  /** The network says that nothing listens there. */
  | { readonly reason: "refused" }
  /** Our own initiation came back. */
  | { readonly reason: "self" }
  /** The peer is said to speak these versions only. */
  | { readonly reason: "version"; readonly versions: readonly number[] }
  /** An authentic response, of another key. */
  | { readonly reason: "key-changed"; readonly presentedKey: Bytes };

/** Which hint is believed rather than another. */
const WEIGHT = { "refused": 0, "self": 1, "version": 2, "key-changed": 3 } as const;
/**
 * After so many tries of which the network says that nothing listens, no other word is waited for: more than a second, in
 * which a peer that is there has answered.
 */
const REFUSED_TRIES = 3;

/** What the application knows of the peer. */
export interface PeerKnowledge {
  /** The static key that it must prove. */
  readonly remoteKey?: Uint8Array | undefined;
  /** A ticket of an earlier session with it. */
  readonly ticket?: Ticket | undefined;
}

/** What an initiator has when it is done. */
type Answered = Extract<InitiatorOutcome, { type: "established" }>;

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
  readonly #cookies: Bytes[] = [];
  #cookieAt = -Infinity;
  readonly #responses: TokenBucket;
  #hint: Hint | undefined;

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
    this.#responses = new TokenBucket(RESPONSE_RATE, now);
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

  /** How often the initiation was given out by the clock. */
  get tries(): number {
    return this.#tries;
  }

  /** When it wants to transmit or be given up. */
  get deadline(): number {
    const cookieAt = this.#cookies.length === 0 ? Infinity : this.#cookieAt;
    return Math.min(this.#nextAt, this.#givesUpAt, cookieAt);
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
    if (this.expired(now)) return undefined;
    if (this.#cookies.length > 0 && now >= this.#cookieAt) return this.#withCookie(now);
    if (now < this.#nextAt) return undefined;
    if (this.#tries === TRIES_BEFORE_XX && this.kind !== "XX") this.#turnToXX(now);
    this.#tries++;
    const jitter = this.#context.random(1)[0]! / 256;
    this.#nextAt = now + this.#wait * (1 + jitter / 8);
    this.#wait = nextWait(this.#wait, this.#config);
    return this.#datagram;
  }

  #turnToXX(now: number): void {
    this.#initiator.wipe();
    [this.#initiator, this.#datagram] = this.#begin("XX", now);
  }

  /** What an authentic response of the right key leaves; undefined when it is to be ignored. */
  response(response: Response, now: number): Answered | undefined {
    if (!this.#responses.take(now)) return undefined;
    try {
      const { kind, body, sender } = response;
      const outcome = this.#initiator.response(kind, body, this.#stamp(now), sender);
      if (outcome.type === "established") return outcome;
      this.explain({ reason: "key-changed", presentedKey: outcome.remoteKey }, now);
    } catch (error) {
      if (!isReadFailure(error)) throw error;
    }
    return undefined;
  }

  /**
   * Takes a cookie: the peer is there and busy. The initiation goes out with it at once and once; those that go by the clock
   * stay without, since a forged cookie would make them worthless.
   */
  cookie(reply: CookieReply, now: number): void {
    if (!equalConstantTime(reply.echo, this.mac1)) return;
    this.#givesUpAt = Math.max(
      this.#givesUpAt,
      Math.min(now + this.#config.handshakeTimeoutMs, this.#busyUntil),
    );
    const cookie = reply.cookie.slice() as Bytes;
    if (this.#cookies.length < MAX_COOKIES) this.#cookies.push(cookie);
    else this.#cookies[this.#context.random(1)[0]! % MAX_COOKIES] = cookie;
  }

  /** The initiation with the cookie that has waited longest. */
  #withCookie(now: number): Bytes {
    const datagram = this.#datagram.slice();
    const covered = datagram.subarray(0, INITIATION_MAC1_OFFSET + MAC_BYTES);
    datagram.set(mac2Of(this.#cookies.shift()!, covered), INITIATION_BYTES - MAC_BYTES);
    this.#cookieAt = now + COOKIE_SPACING_MS;
    return datagram;
  }

  /** Takes a version reply. One that lists our own version is nonsense (RFC 9000 §6.2). */
  version({ echo, versions }: VersionReply, now: number): void {
    if (!equalConstantTime(echo, this.mac1) || versions.includes(PROTOCOL_VERSION)) return;
    this.explain({ reason: "version", versions }, now);
  }

  /** Why nobody has answered, as far as anybody says. */
  get hint(): Hint | undefined {
    return this.#hint;
  }

  /**
   * Notes what may be why. Whoever sees our datagrams can forge it, so it explains a time-out and is none: the peer's own
   * answer still counts. On this machine's loopback nobody can.
   */
  explain(hint: Hint, now: number): void {
    if (WEIGHT[hint.reason] >= WEIGHT[this.#hint?.reason ?? "refused"]) this.#hint = hint;
    const refused = this.#hint?.reason === "refused" && this.#tries >= REFUSED_TRIES;
    if (isLoopback(this.to) || refused) this.#givesUpAt = now;
    else if (hint.reason === "key-changed") {
      this.#givesUpAt = Math.min(this.#givesUpAt, now + CHANGED_KEY_MS);
    }
  }

  wipe(): void {
    this.#initiator.wipe();
  }
}
