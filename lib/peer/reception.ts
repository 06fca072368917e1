/**
 * The handshake desk of an endpoint: takes handshake datagrams, keeps our attempts and the responses that wait for
 * completion, and says when a connection has come to be. Garbage is met with silence at every step.
 */
import type { Bytes } from "../bytes.ts";
import { FormatError } from "../errors.ts";
import { datagramCheck, isDatagramCheck } from "../session/check.ts";
import {
  type HandshakeContext,
  Responder,
  type ResponderMemory,
  sameKey,
  type SessionSecrets,
} from "../session/handshake.ts";
import { isReadFailure } from "../session/noise/handshake-state.ts";
import { TokenBucket } from "../session/rate.ts";
import type { TicketStore } from "../session/ticket.ts";
import {
  CHECK_BYTES,
  checkParts,
  decodeHandshake,
  encodeCookieReply,
  encodeFinal,
  encodeResponse,
  encodeVersionReply,
  type Final,
  type HandshakeDatagram,
  type Initiation,
  looksLikeHandshake,
  PROTOCOL_VERSION,
  type Response,
} from "../wire/packet.ts";
import type { SealedHeader } from "../wire/packet-sealed.ts";
import { type Address, addressKey } from "./address.ts";
import { compareChecks, CROSSING_MS } from "./crossing.ts";
import { Attempt, type PeerKnowledge, type Stamp } from "./attempt.ts";
import type { EndpointConfig, TimestampMemory } from "./config.ts";
import type { Connection } from "./connection.ts";
import type { Established, Transmit } from "./connection-types.ts";
import { Gate } from "./gate.ts";
import { Link } from "./link.ts";
import { type Pending, pendingName, PendingTable } from "./pending.ts";

/** Version replies in all; they cost nothing but a datagram. */
const VERSION_RATE = { burst: 20, perSecond: 10 };
/** How long an initiation of ours waits for one of the same peer that we have just answered. */
const HOLD_MS = 2_000;

/** What the desk needs from the endpoint. */
export interface ReceptionHost {
  readonly config: EndpointConfig;
  readonly context: HandshakeContext;
  readonly stamp: Stamp;
  readonly tickets: TicketStore | undefined;
  readonly timestamps: TimestampMemory;
  /** A session index that nothing else uses. */
  newIndex(): number;
  /** Makes a connection of a handshake, or takes the one that waits; none when another that crossed it counts. */
  established(
    session: Established,
    waiting: Connection | undefined,
    now: number,
  ): Connection | undefined;
}

interface Outgoing {
  readonly attempt: Attempt;
  readonly connection: Connection;
}

/** Attempts, pending responses, admission. */
export class Reception {
  readonly #host: ReceptionHost;
  readonly #gate: Gate;
  readonly #pending: PendingTable;
  readonly #outgoing = new Map<number, Outgoing>();
  readonly #byAddress = new Map<string, Outgoing>();
  /** Checks of initiations of ours that were answered lately, by address. */
  readonly #answered = new Map<string, { readonly check: Bytes; readonly until: number }>();
  readonly #outbox: Transmit[] = [];
  readonly #versionReplies: TokenBucket;
  readonly #memory: ResponderMemory;

  constructor(host: ReceptionHost, now: number) {
    this.#host = host;
    this.#gate = new Gate(host.config, host.context.random, now);
    this.#pending = new PendingTable(host.config);
    this.#versionReplies = new TokenBucket(VERSION_RATE, now);
    this.#memory = {
      ticket: (name) => host.tickets?.find(name),
      isNewer: (key, timestamp) => timestamp > (host.timestamps.last(key) ?? -1),
    };
  }

  /** Responses that wait for completion. */
  get pendingCount(): number {
    return this.#pending.size;
  }

  /** Whether an index is in use here. */
  uses(index: number): boolean {
    return this.#outgoing.has(index) || this.#pending.byIndex(index) !== undefined;
  }

  /** Begins to reach a peer. */
  connect(connection: Connection, to: Address, knowledge: PeerKnowledge, now: number): void {
    const { context, config, stamp } = this.#host;
    const index = this.#host.newIndex();
    const attempt = new Attempt(context, config, to, index, knowledge, now, stamp);
    if (this.#pending.waitsFor(to)) attempt.hold(now + HOLD_MS);
    const outgoing = { attempt, connection };
    this.#outgoing.set(index, outgoing);
    this.#byAddress.set(attempt.addressKey, outgoing);
  }

  /** Stops trying to reach the peer of `connection`. */
  abandon(connection: Connection): void {
    for (const outgoing of this.#outgoing.values()) {
      if (outgoing.connection === connection) this.#end(outgoing);
    }
  }

  #end(outgoing: Outgoing): void {
    const { attempt } = outgoing;
    attempt.wipe();
    this.#outgoing.delete(attempt.localIndex);
    if (this.#byAddress.get(attempt.addressKey) === outgoing) {
      this.#byAddress.delete(attempt.addressKey);
    }
  }

  /** The network says that nothing listens at `address`. A hint only: anyone can forge it. */
  refused(address: Address): void {
    const outgoing = this.#byAddress.get(addressKey(address));
    if (outgoing !== undefined) outgoing.attempt.refused = true;
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
        return this.#outgoing.get(message.receiver)?.attempt.cookie(message, now);
      case "version": {
        const outgoing = this.#outgoing.get(message.receiver);
        if (!outgoing?.attempt.incompatible(message)) return;
        this.#end(outgoing);
        return outgoing.connection.fail("version", { versions: message.versions });
      }
    }
  }

  /** A handshake datagram whose check is good. */
  #parse(datagram: Uint8Array): HandshakeDatagram | undefined {
    if (!looksLikeHandshake(datagram)) return undefined;
    const { covered, check } = checkParts(datagram);
    if (!isDatagramCheck(covered, check)) return undefined;
    try {
      return decodeHandshake(datagram);
    } catch (error) {
      if (error instanceof FormatError) return undefined;
      throw error;
    }
  }

  #send(unchecked: Uint8Array, to: Address): void {
    const datagram = new Uint8Array(unchecked.length + CHECK_BYTES);
    datagram.set(unchecked);
    datagram.set(datagramCheck(unchecked), unchecked.length);
    this.#outbox.push({ datagram, to });
  }

  #onInitiation(initiation: Initiation, datagram: Uint8Array, from: Address, now: number): void {
    const { sender, check } = initiation;
    if (!this.#wanted(initiation, from, now)) return;
    if (initiation.version !== PROTOCOL_VERSION) {
      if (!this.#versionReplies.take(now)) return;
      return this.#send(encodeVersionReply(sender, check, [PROTOCOL_VERSION]), from);
    }
    const before = this.#pending.answered(check, from);
    if (before !== undefined) {
      this.#outbox.push({ datagram: before.response, to: from });
      return;
    }
    const admission = this.#gate.judge(initiation, datagram, from, now);
    if (admission.type === "ask") {
      this.#send(encodeCookieReply(sender, check, admission.cookie), from);
    } else if (admission.type === "admit") this.#respond(initiation, from, now);
  }

  /** Whether an initiation is to be answered: not when we accept none, nor when ours to the same peer comes first. */
  #wanted(initiation: Initiation, from: Address, now: number): boolean {
    const key = addressKey(from);
    const outgoing = this.#byAddress.get(key);
    const crossing = outgoing?.attempt.check ?? this.#answeredCheck(key, now);
    if (crossing === undefined) return this.#host.config.accept;
    const order = compareChecks(initiation.check, crossing);
    if (order === 0 && outgoing !== undefined) {
      this.#end(outgoing);
      outgoing.connection.fail("self");
    }
    return order < 0;
  }

  #answeredCheck(key: string, now: number): Bytes | undefined {
    const answered = this.#answered.get(key);
    if (answered === undefined || answered.until > now) return answered?.check;
    this.#answered.delete(key);
    return undefined;
  }

  #respond(initiation: Initiation, from: Address, now: number): void {
    const { context, config, stamp } = this.#host;
    const { kind, header, body, sender, check } = initiation;
    if (kind === "fallback") return;
    const responder = Responder.accept(context, kind, header, body, stamp(now), this.#memory);
    if (responder === undefined) return;
    const localIndex = this.#host.newIndex();
    this.#send(encodeResponse(responder.kind, sender, localIndex, responder.body), from);
    this.#pending.add({
      localIndex,
      remoteIndex: sender,
      from,
      responder,
      response: this.#outbox.at(-1)!.datagram as Bytes,
      check: check.slice() as Bytes,
      name: pendingName(check, from),
      expiresAt: now + config.pendingTimeoutMs,
      link: undefined,
    });
  }

  #onResponse(response: Response, bytes: number, from: Address, now: number): void {
    const outgoing = this.#outgoing.get(response.receiver);
    const outcome = outgoing?.attempt.response(response, now);
    if (outgoing === undefined || outcome === undefined) return;
    const { attempt, connection } = outgoing;
    const check = attempt.check.slice() as Bytes;
    this.#answered.set(attempt.addressKey, { check, until: now + CROSSING_MS });
    this.#end(outgoing);
    if (attempt.ticket !== undefined) this.#host.tickets?.remove(attempt.ticket.name);
    if (outcome.type === "key-changed") {
      return connection.fail("key-changed", { presentedKey: outcome.remoteKey });
    }
    const { secrets, final } = outcome;
    this.#host.tickets?.save(secrets.ticket);
    this.#host.established(
      {
        secrets,
        role: "initiator",
        check,
        localIndex: attempt.localIndex,
        remoteIndex: response.sender,
        address: attempt.to,
        heard: { from, bytes },
        final: final && this.#checked(encodeFinal(response.sender, final)),
      },
      connection,
      now,
    );
  }

  #checked(unchecked: Uint8Array): Bytes {
    const datagram = new Uint8Array(unchecked.length + CHECK_BYTES);
    datagram.set(unchecked);
    datagram.set(datagramCheck(unchecked), unchecked.length);
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
    pending: Pending,
    secrets: SessionSecrets,
    heard: { readonly from: Address; readonly bytes: number },
    now: number,
  ): Connection | undefined {
    const { tickets, timestamps } = this.#host;
    const { localIndex, remoteIndex, responder, link } = pending;
    this.#pending.remove(pending);
    timestamps.record(secrets.remoteKey, secrets.hello.timestamp);
    if (responder.usedTicket !== undefined) tickets?.remove(responder.usedTicket.name);
    const waiting = this.#byAddress.get(addressKey(pending.from));
    if (waiting !== undefined) {
      this.#end(waiting);
      const expected = waiting.attempt.expectedKey;
      if (expected !== undefined && !sameKey(expected, secrets.remoteKey)) {
        responder.wipe();
        waiting.connection.fail("key-changed", { presentedKey: secrets.remoteKey });
        return undefined;
      }
    }
    tickets?.save(secrets.ticket);
    const connection = this.#host.established(
      {
        secrets,
        role: "responder",
        check: pending.check,
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

  /** The next handshake datagram to send. */
  transmit(now: number): Transmit | undefined {
    const waiting = this.#outbox.shift();
    if (waiting !== undefined) return waiting;
    for (const { attempt } of this.#outgoing.values()) {
      const datagram = attempt.transmit(now);
      if (datagram !== undefined) return { datagram, to: attempt.to };
    }
    return undefined;
  }

  nextTimeout(): number | undefined {
    let earliest = this.#pending.nextTimeout() ?? Infinity;
    for (const { attempt } of this.#outgoing.values()) {
      earliest = Math.min(earliest, attempt.deadline);
    }
    return earliest === Infinity ? undefined : earliest;
  }

  timeout(now: number): void {
    this.#pending.expire(now);
    for (const outgoing of this.#outgoing.values()) {
      if (!outgoing.attempt.expired(now)) continue;
      this.#end(outgoing);
      outgoing.connection.fail(outgoing.attempt.refused ? "refused" : "timeout");
    }
    for (const [key, { until }] of this.#answered) if (until <= now) this.#answered.delete(key);
  }
}
