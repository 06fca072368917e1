/**
 * The handshakes of an endpoint: takes handshake datagrams, keeps the handshakes that we began and the responses that
 * wait for completion, and says when a connection has come to be. Garbage is met with silence at every step.
 */
import type { Bytes } from "../bytes.ts";
import { FormatError } from "../errors.ts";
import { isMac1, mac1Of } from "../session/mac.ts";
import {
  type HandshakeContext,
  Responder,
  type ResponderMemory,
  sameKey,
  type SessionSecrets,
} from "../session/handshake.ts";
import { otherProgram } from "../session/hello.ts";
import { isReadFailure } from "../session/noise/handshake-state.ts";
import { TokenBucket } from "../session/rate.ts";
import type { TicketStore } from "../session/ticket.ts";
import {
  decodeHandshake,
  encodeCookieReply,
  encodeFinal,
  encodeResponse,
  encodeVersionReply,
  type Final,
  type HandshakeDatagram,
  type Initiation,
  INITIATION_HEADER_BYTES,
  initiationSender,
  looksLikeHandshake,
  mac1Parts,
  MAC_BYTES,
  PROTOCOL_VERSION,
  type Response,
} from "../wire/packet.ts";
import type { SealedHeader } from "../wire/packet-sealed.ts";
import { type Address, isLoopback } from "./address.ts";
import { type AnsweredInitiation, type Begun, BegunTable } from "./begun.ts";
import { compareBytes } from "./simultaneous-open.ts";
import { OutgoingHandshake, type PeerKnowledge, type Stamp } from "./outgoing-handshake.ts";
import type { EndpointConfig, TimestampMemory } from "./config.ts";
import type { Connection } from "./connection.ts";
import type { Established, Transmit } from "./connection-types.ts";
import { InitiationLimiter } from "./initiation-limiter.ts";
import { Link } from "./link.ts";
import { pendingName, type PendingResponse, PendingTable } from "./pending.ts";

/** Version replies in all; they cost nothing but a datagram. */
const VERSION_RATE = { burst: 20, perSecond: 10 };
/** How long an initiation of ours waits for one of the same peer that we have just answered. */
const HOLD_MS = 2_000;

/** What handshakes need from the endpoint. */
export interface HandshakesHost {
  readonly config: EndpointConfig;
  readonly context: HandshakeContext;
  readonly stamp: Stamp;
  readonly tickets: TicketStore | undefined;
  readonly timestamps: TimestampMemory;
  /** A handshake met something that nobody foresaw. */
  report(error: unknown): void;
  /** A session index that nothing else uses. */
  newIndex(): number;
  /** Makes a connection of a handshake, or takes the one that waits; none when another, begun at once by the peer, counts. */
  established(
    session: Established,
    waiting: Connection | undefined,
    now: number,
  ): Connection | undefined;
}

/** Handshakes that we began, pending responses, admission. */
export class Handshakes {
  readonly #host: HandshakesHost;
  readonly #limiter: InitiationLimiter;
  readonly #pending: PendingTable;
  readonly #begun = new BegunTable();
  readonly #outbox: Transmit[] = [];
  readonly #versionReplies: TokenBucket;
  readonly #memory: ResponderMemory;

  constructor(host: HandshakesHost, now: number) {
    this.#host = host;
    this.#limiter = new InitiationLimiter(host.config, host.context.random, now);
    this.#pending = new PendingTable(host.config);
    this.#versionReplies = new TokenBucket(VERSION_RATE, now);
    this.#memory = {
      ticket: (remoteKey) => host.tickets?.latest(remoteKey),
      isNewer: (key, timestamp) => timestamp > (host.timestamps.last(key) ?? -1),
    };
  }

  /** Responses that wait for completion. */
  get pendingCount(): number {
    return this.#pending.size;
  }

  /** Whether an index is in use here. */
  uses(index: number): boolean {
    return this.#begun.byIndex(index) !== undefined || this.#pending.byIndex(index) !== undefined;
  }

  /** Begins to reach a peer. */
  connect(connection: Connection, to: Address, knowledge: PeerKnowledge, now: number): void {
    const { context, config, stamp } = this.#host;
    const index = this.#host.newIndex();
    const handshake = new OutgoingHandshake(context, config, to, index, knowledge, now, stamp);
    if (this.#pending.waitsFor(to)) handshake.hold(now + HOLD_MS);
    this.#begun.add({ handshake, connection });
  }

  /** Stops trying to reach the peer of `connection`. */
  abandon(connection: Connection): void {
    this.#begun.abandon(connection);
  }

  /** See `Endpoint.unsendable`. */
  unsendable(to: Address): void {
    const begun = this.#begun.to(to);
    // Later tries may meet a network that is back; the first one's failure is this machine's own word.
    if (begun === undefined || begun.handshake.tries !== 1) return;
    this.#begun.end(begun);
    begun.connection.fail("unsendable");
  }

  /** See `Endpoint.refused`. */
  refused(to: Address, start: Uint8Array, now: number): void {
    const handshake = this.#begun.to(to)?.handshake;
    if (handshake === undefined) return;
    // What was said of an earlier call, or of a conversation that is over, is heard late: it is not about this one. A router
    // may quote too little to tell; on loopback the system quotes all, and is believed at once.
    const unknown = start.length < INITIATION_HEADER_BYTES && !isLoopback(to);
    if (unknown || initiationSender(start) === handshake.localIndex) {
      handshake.explain({ reason: "refused" }, now);
    }
  }

  /** Any datagram that is not a sealed packet. */
  receive(datagram: Uint8Array, from: Address, now: number): void {
    const message = this.#parse(datagram);
    switch (message?.type) {
      case "initiation":
        return this.#onInitiation(message, datagram, from, now);
      case "response":
        return this.#onResponse(message, datagram.length, from, now);
      case "final":
        return this.#onFinal(message, datagram.length, from, now);
      case "cookie":
        return this.#begun.byIndex(message.receiver)?.handshake.cookie(message, now);
      case "version":
        return this.#begun.byIndex(message.receiver)?.handshake.version(message, now);
    }
  }

  /** A handshake datagram whose mac1 is good. */
  #parse(datagram: Uint8Array): HandshakeDatagram | undefined {
    if (!looksLikeHandshake(datagram)) return undefined;
    const { covered, mac1 } = mac1Parts(datagram);
    if (!isMac1(covered, mac1)) return undefined;
    try {
      return decodeHandshake(datagram);
    } catch (error) {
      if (error instanceof FormatError) return undefined;
      throw error;
    }
  }

  #send(unchecked: Uint8Array, to: Address): void {
    this.#outbox.push({ datagram: this.#withMac1(unchecked), to });
  }

  #onInitiation(initiation: Initiation, datagram: Uint8Array, from: Address, now: number): void {
    const { sender, mac1 } = initiation;
    const wanted = this.#wanted(initiation, from, now);
    if (wanted === false) return;
    if (initiation.version !== PROTOCOL_VERSION) {
      if (!this.#versionReplies.take(now)) return;
      return this.#send(encodeVersionReply(sender, mac1, [PROTOCOL_VERSION]), from);
    }
    const before = this.#pending.answered(mac1, from);
    if (before !== undefined) {
      this.#outbox.push({ datagram: before.response, to: from });
      return;
    }
    const admission = this.#limiter.judge(initiation, datagram, from, now);
    if (admission.type === "ask") {
      this.#send(encodeCookieReply(sender, mac1, admission.cookie), from);
    } else if (admission.type === "admit") this.#respond(initiation, from, wanted, now);
  }

  /**
   * Whether an initiation is to be answered: not when we accept none, nor when ours to the same peer comes first. After ours
   * was answered: unless it is the same program's, which the answer then says.
   */
  #wanted(initiation: Initiation, from: Address, now: number): boolean | AnsweredInitiation {
    const begun = this.#begun.to(from);
    const { accept } = this.#host.config;
    if (begun === undefined) {
      const answered = this.#begun.answeredAt(from, now);
      if (answered === undefined) return accept;
      if (compareBytes(initiation.mac1, answered.mac1) < 0) return true;
      return accept && initiation.kind !== "XX" && answered;
    }
    const order = compareBytes(initiation.mac1, begun.handshake.mac1);
    if (order === 0) begun.handshake.explain({ reason: "self" }, now);
    return order < 0;
  }

  /** Answers an initiation; where `wanted` is a program that has answered ours, not that program's. */
  #respond(
    initiation: Initiation,
    from: Address,
    wanted: true | AnsweredInitiation,
    now: number,
  ): void {
    const { context, config, stamp } = this.#host;
    const { kind, header, body, sender, mac1 } = initiation;
    if (kind === "fallback") return;
    const localIndex = this.#host.newIndex();
    const indexed = { ...context, hello: { ...context.hello, index: localIndex } };
    const responder = Responder.accept(indexed, kind, header, body, stamp(now), this.#memory);
    if (responder === undefined) return;
    if (wanted !== true) {
      const hello = responder.secrets?.hello;
      if (hello === undefined || !otherProgram(hello, wanted.hello)) return responder.wipe();
    }
    this.#send(encodeResponse(responder.kind, sender, localIndex, responder.body), from);
    this.#pending.add({
      localIndex,
      remoteIndex: sender,
      from,
      responder,
      response: this.#outbox.at(-1)!.datagram as Bytes,
      name: pendingName(mac1, from),
      expiresAt: now + config.pendingTimeoutMs,
      link: undefined,
    });
  }

  #onResponse(response: Response, bytes: number, from: Address, now: number): void {
    const begun = this.#begun.byIndex(response.receiver);
    const outcome = begun?.handshake.response(response, now);
    if (begun === undefined || outcome === undefined) return;
    const { handshake, connection } = begun;
    this.#begun.answered(begun, outcome.secrets.hello, now);
    if (handshake.ticket !== undefined) this.#host.tickets?.remove(handshake.ticket.name);
    const { secrets, final } = outcome;
    this.#host.tickets?.save(secrets.ticket);
    this.#host.established(
      {
        secrets,
        role: "initiator",
        localIndex: handshake.localIndex,
        remoteIndex: response.sender,
        address: handshake.to,
        heard: { from, bytes },
        final: final && this.#withMac1(encodeFinal(response.sender, final)),
      },
      connection,
      now,
    );
  }

  #withMac1(unchecked: Uint8Array): Bytes {
    const datagram = new Uint8Array(unchecked.length + MAC_BYTES);
    datagram.set(unchecked);
    datagram.set(mac1Of(unchecked), unchecked.length);
    return datagram;
  }

  #onFinal(final: Final, bytes: number, from: Address, now: number): void {
    const pending = this.#pending.byIndex(final.receiver);
    if (pending === undefined || pending.responder.secrets !== undefined) return;
    try {
      this.#complete(pending, pending.responder.final(final.body), { from, bytes }, now);
    } catch (error) {
      if (!isReadFailure(error)) throw error;
    }
  }

  /** A sealed packet for an index that no connection has: it may prove the initiator of a two-message handshake. */
  sealed(
    header: SealedHeader,
    datagram: Uint8Array,
    from: Address,
    scratch: Uint8Array,
    now: number,
  ): void {
    const pending = this.#pending.byIndex(header.receiver);
    const secrets = pending?.responder.secrets;
    if (pending === undefined || secrets === undefined) return;
    pending.link ??= new Link(secrets, pending.remoteIndex, this.#host.config, now);
    const length = pending.link.open(header, datagram, scratch, now);
    if (length < 0) return;
    const { link } = pending;
    const heard = { from, bytes: datagram.length };
    const connection = this.#complete(pending, secrets, heard, now);
    const payload = scratch.subarray(0, length);
    connection?.delivered(link.packetNumber, payload, datagram.length, from, now);
  }

  /** The peer has proved itself: the response becomes a connection. */
  #complete(
    pending: PendingResponse,
    secrets: SessionSecrets,
    heard: { readonly from: Address; readonly bytes: number },
    now: number,
  ): Connection | undefined {
    const { tickets, timestamps } = this.#host;
    const { localIndex, remoteIndex, responder, link } = pending;
    this.#pending.remove(pending);
    timestamps.record(secrets.remoteKey, secrets.hello.timestamp);
    if (responder.usedTicket !== undefined) tickets?.remove(responder.usedTicket.name);
    const waiting = this.#awaited(pending.from, secrets.remoteKey, now);
    tickets?.save(secrets.ticket);
    const connection = this.#host.established(
      {
        secrets,
        role: "responder",
        localIndex,
        remoteIndex,
        address: pending.from,
        heard,
        link,
      },
      waiting?.connection,
      now,
    );
    if (connection === undefined) {
      responder.wipe();
      link?.wipe();
    }
    return connection;
  }

  /** The handshake of ours at `from` that this peer has completed from its side; another key does not count as the peer's. */
  #awaited(from: Address, remoteKey: Bytes, now: number): Begun | undefined {
    const begun = this.#begun.to(from);
    const expected = begun?.handshake.expectedKey;
    if (expected !== undefined && !sameKey(expected, remoteKey)) {
      begun?.handshake.explain({ reason: "key-changed", presentedKey: remoteKey }, now);
      return undefined;
    }
    if (begun !== undefined) this.#begun.end(begun);
    return begun;
  }

  /** The next handshake datagram to send. */
  transmit(now: number): Transmit | undefined {
    const waiting = this.#outbox.shift();
    if (waiting !== undefined) return waiting;
    return this.#begun.transmit(now, (error) => this.#host.report(error));
  }

  nextTimeout(): number | undefined {
    const earliest = Math.min(this.#pending.nextTimeout() ?? Infinity, this.#begun.deadline);
    return earliest === Infinity ? undefined : earliest;
  }

  timeout(now: number): void {
    this.#pending.expire(now);
    this.#begun.expire(now);
  }
}
