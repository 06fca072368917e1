/**
 * The handshakes of p2p on top of the Noise patterns: XX at first contact, IK when the peer's key is known, IKpsk1
 * to resume, and XXfallback when the responder cannot read the first message of the latter two (Noise revision 34, §10).
 * Bodies of messages in, bodies of messages out; no datagram, no clock.
 */
import { type Bytes, concat, utf8, wipe } from "../bytes.ts";
import { AuthenticationError, RemoteProtocolError } from "../errors.ts";
import { decodeHello, encodeHello, type Hello, type ReceivedHello } from "./hello.ts";
import {
  type HandshakeOptions,
  type HandshakeResult,
  HandshakeState,
  isReadFailure,
} from "./noise/handshake-state.ts";
import { type HandshakePattern, PATTERNS } from "./noise/patterns.ts";
import type { DhKeyPair, Random } from "./noise/suite.ts";
import { gmSuite, PUBLIC_KEY_BYTES } from "./suite.ts";
import { isTicketValid, type Ticket, TICKET_LABEL, TICKET_NAME_BYTES, ticketOf } from "./ticket.ts";
import type { TrafficSecrets } from "./protection.ts";

/** How an initiation begins. */
export type InitiationKind = "XX" | "IK" | "resume";
/** What a response may be. */
export type ResponseKind = InitiationKind | "fallback";

const PATTERN_OF: Record<ResponseKind, HandshakePattern> = {
  XX: PATTERNS.XX,
  IK: PATTERNS.IK,
  resume: PATTERNS.IKpsk1,
  fallback: PATTERNS.XXfallback,
};

const PROLOGUE_LABEL = utf8("p2p");

/** Stands where 0.1 had the name of a ticket: so it answers what it cannot read by a fallback, and so do we. */
const NO_NAME = new Uint8Array(TICKET_NAME_BYTES);

/** What a completed handshake leaves: keys for packets, and who the peer is. */
export interface SessionSecrets extends TrafficSecrets {
  readonly handshakeHash: Bytes;
  readonly remoteKey: Bytes;
  readonly hello: ReceivedHello;
  /** For the next time. */
  readonly ticket: Ticket;
  /** How the keys were agreed. */
  readonly kind: ResponseKind;
}

/** What both roles need. */
export interface HandshakeContext {
  readonly identity: DhKeyPair;
  readonly random: Random;
  readonly hello: Hello;
}

function prologueOf(header: Uint8Array): Bytes {
  return concat(PROLOGUE_LABEL, header);
}

/** The secrets of a completed handshake. */
function secretsOf(
  result: HandshakeResult,
  kind: ResponseKind,
  hello: ReceivedHello,
  time: number,
): SessionSecrets {
  const { remoteStatic: remoteKey } = result;
  if (remoteKey === undefined) throw new RemoteProtocolError("session.no-static-key", {});
  const secrets = {
    sendSecret: result.send.exportKey(),
    receiveSecret: result.receive.exportKey(),
    handshakeHash: result.handshakeHash,
    remoteKey,
    hello,
    ticket: ticketOf(result.exportSecret(TICKET_LABEL), remoteKey, time),
    kind,
  };
  result.send.wipe();
  result.receive.wipe();
  return secrets;
}

/** What the initiator learns from a response. */
export type InitiatorOutcome =
  | { readonly type: "established"; readonly secrets: SessionSecrets; readonly final?: Bytes }
  /** The peer proved another static key than the one expected. Nothing of ours has been shown to it. */
  | { readonly type: "key-changed"; readonly remoteKey: Bytes };

/** The initiator's side of one handshake. */
export class Initiator {
  readonly kind: InitiationKind;
  readonly #context: HandshakeContext;
  readonly #prologue: Bytes;
  readonly #expected: Uint8Array | undefined;
  readonly #ticket: Ticket | undefined;
  readonly #noise: HandshakeState;
  #spent = false;
  /** The body of the initiation. */
  readonly body: Bytes;

  /**
   * @param header the first bytes of the initiation, which both sides bind into the handshake
   * @param time milliseconds since 1970
   */
  constructor(
    context: HandshakeContext,
    kind: InitiationKind,
    header: Uint8Array,
    time: number,
    peer: { readonly remoteKey?: Uint8Array | undefined; readonly ticket?: Ticket | undefined },
  ) {
    this.kind = kind;
    this.#context = context;
    this.#prologue = prologueOf(header);
    this.#ticket = kind === "resume" ? peer.ticket : undefined;
    this.#expected = peer.remoteKey ?? peer.ticket?.remoteKey;
    this.#noise = new HandshakeState({
      suite: gmSuite,
      pattern: PATTERN_OF[kind],
      role: "initiator",
      prologue: this.#prologue,
      random: context.random,
      localStatic: context.identity,
      remoteStatic: kind === "XX" ? undefined : this.#expected,
      psk: this.#ticket?.secret,
    });
    const hello = kind === "XX" ? new Uint8Array(0) : encodeHello(context.hello, time);
    const message = this.#noise.write(hello);
    this.body = kind === "resume" ? concat(NO_NAME, message) : message;
  }

  /**
   * Reads a response. Throws, and stays as it was, when it is not an authentic one; stays as it was, too, when it is that of
   * another key than the one expected: the peer's own may come yet.
   *
   * @param sender the index that the datagram gives in the clear; a response that says another one inside was tampered with
   */
  response(
    kind: ResponseKind,
    body: Uint8Array,
    time: number,
    sender?: number,
  ): InitiatorOutcome {
    const fallback = kind === "fallback" && this.kind !== "XX";
    if (!fallback && kind !== this.kind) {
      throw new RemoteProtocolError("session.other-pattern", {});
    }
    if (this.#spent) throw new RemoteProtocolError("session.handshake-over", {});
    const noise = fallback ? this.#fallback() : this.#noise.fork();
    const payload = noise.read(body);
    const hello = decodeHello(payload);
    const { remoteStatic: remoteKey } = noise;
    if (remoteKey === undefined) throw new RemoteProtocolError("session.no-static-key", {});
    if (hello.index !== undefined && sender !== undefined && hello.index !== sender) {
      throw new RemoteProtocolError("session.other-index", {});
    }
    if (this.#expected !== undefined && !sameKey(remoteKey, this.#expected)) {
      noise.wipe();
      return { type: "key-changed", remoteKey };
    }
    this.#spent = true;
    const final = noise.complete ? undefined : noise.write(encodeHello(this.#context.hello, time));
    const secrets = secretsOf(noise.finish(), kind, hello, time);
    noise.wipe();
    return { type: "established", secrets, ...(final === undefined ? {} : { final }) };
  }

  #fallback(): HandshakeState {
    return new HandshakeState({
      suite: gmSuite,
      pattern: PATTERNS.XXfallback,
      role: "initiator",
      prologue: this.#prologue,
      random: this.#context.random,
      localStatic: this.#context.identity,
      localEphemeral: this.#noise.fork().localEphemeral,
    });
  }

  wipe(): void {
    this.#noise.wipe();
  }
}

/** Public keys are public: no constant time needed. */
export function sameKey(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** What a responder asks of the one who keeps tickets and timestamps. */
export interface ResponderMemory {
  /** The ticket that a session with this peer left last. */
  ticket(remoteKey: Uint8Array): Ticket | undefined;
  /** Whether an initiation of this peer with this timestamp is newer than the last one it completed. */
  isNewer(remoteKey: Uint8Array, timestamp: number): boolean;
}

/** The responder's side of one handshake: made from an initiation, completed by a final message or at once. */
export class Responder {
  readonly #noise: HandshakeState;
  readonly #time: number;
  /** The pattern of the response. */
  readonly kind: ResponseKind;
  /** The body of the response. */
  readonly body: Bytes;
  /** Present when no final message is needed. The peer is not proved until a packet sealed with these keys arrives. */
  readonly secrets: SessionSecrets | undefined;
  /** The ticket that an initiation used up, when it resumes. */
  readonly usedTicket: Ticket | undefined;

  private constructor(
    context: HandshakeContext,
    noise: HandshakeState,
    kind: ResponseKind,
    time: number,
    hello: ReceivedHello | undefined,
    usedTicket?: Ticket,
  ) {
    this.#noise = noise;
    this.#time = time;
    this.kind = kind;
    this.usedTicket = usedTicket;
    this.body = noise.write(encodeHello(context.hello, time));
    if (noise.complete && hello !== undefined) {
      this.secrets = secretsOf(noise.finish(), kind, hello, time);
      noise.wipe();
    }
  }

  /**
   * Answers an initiation; one that cannot be read, or is not newer than the last, by a fallback, which only somebody who
   * is there now can complete. Undefined when it is malformed: then nothing is answered at all.
   * @param header the first bytes of the initiation as they came
   */
  static accept(
    context: HandshakeContext,
    kind: InitiationKind,
    header: Uint8Array,
    body: Uint8Array,
    time: number,
    memory: ResponderMemory,
  ): Responder | undefined {
    const prologue = prologueOf(header);
    try {
      if (kind === "XX") return Responder.#acceptXX(context, prologue, body, time);
      const message = kind === "IK" ? body : body.subarray(TICKET_NAME_BYTES);
      return Responder.#acceptKnown(context, kind, prologue, message, time, memory);
    } catch (error) {
      if (isReadFailure(error)) return undefined;
      throw error;
    }
  }

  static #state(
    context: HandshakeContext,
    pattern: HandshakePattern,
    prologue: Bytes,
    extra: Pick<HandshakeOptions, "psk" | "remoteEphemeral"> = {},
  ): HandshakeState {
    return new HandshakeState({
      suite: gmSuite,
      pattern,
      role: "responder",
      prologue,
      random: context.random,
      localStatic: context.identity,
      ...extra,
    });
  }

  static #acceptXX(context: HandshakeContext, prologue: Bytes, body: Uint8Array, time: number) {
    if (body.length !== PUBLIC_KEY_BYTES) {
      throw new RemoteProtocolError("session.unexpected-payload", {});
    }
    const noise = Responder.#state(context, PATTERNS.XX, prologue);
    noise.read(body);
    return new Responder(context, noise, "XX", time, undefined);
  }

  /** IK; or IKpsk1, with the ticket of the peer that the message names under the encryption. */
  static #acceptKnown(
    context: HandshakeContext,
    kind: "IK" | "resume",
    prologue: Bytes,
    message: Uint8Array,
    time: number,
    memory: ResponderMemory,
  ): Responder {
    let used: Ticket | undefined;
    const psk = (remoteKey: Uint8Array) => {
      const ticket = memory.ticket(remoteKey);
      if (ticket !== undefined && isTicketValid(ticket, time)) used = ticket;
      return used?.secret;
    };
    const noise = Responder.#state(context, PATTERN_OF[kind], prologue, { psk });
    const payload = readOrUndefined(noise, message);
    const hello = payload && decodeHello(payload);
    if (hello === undefined || !memory.isNewer(noise.remoteStatic!, hello.timestamp)) {
      noise.wipe();
      return Responder.#acceptFallback(context, prologue, message, time);
    }
    return new Responder(context, noise, kind, time, hello, used);
  }

  /** The initiator's message begins with its ephemeral key in clear; that is all a fallback takes from it. */
  static #acceptFallback(
    context: HandshakeContext,
    prologue: Bytes,
    message: Uint8Array,
    time: number,
  ): Responder {
    if (message.length < PUBLIC_KEY_BYTES) {
      throw new RemoteProtocolError("session.truncated", {});
    }
    const remoteEphemeral = message.subarray(0, PUBLIC_KEY_BYTES);
    const noise = Responder.#state(context, PATTERNS.XXfallback, prologue, { remoteEphemeral });
    return new Responder(context, noise, "fallback", time, undefined);
  }

  /** Reads the final message. Throws, and stays as it was, when it is not an authentic one. */
  final(body: Uint8Array): SessionSecrets {
    if (this.#noise.complete) throw new RemoteProtocolError("session.handshake-over", {});
    const hello = decodeHello(this.#noise.read(body));
    const secrets = secretsOf(this.#noise.finish(), this.kind, hello, this.#time);
    this.#noise.wipe();
    return secrets;
  }

  wipe(): void {
    this.#noise.wipe();
    wipe(this.secrets?.sendSecret, this.secrets?.receiveSecret);
  }
}

function readOrUndefined(noise: HandshakeState, message: Uint8Array): Bytes | undefined {
  try {
    return noise.read(message);
  } catch (error) {
    if (error instanceof AuthenticationError || isReadFailure(error)) return undefined;
    throw error;
  }
}
